"""The directories that PHP loads its libraries from."""

from __future__ import annotations

from bpkit.languages.libraries import WholeLibrary

LIBRARY = WholeLibrary(
    title="PHP",
    directories=(
        *(
            "/usr/lib/php",
            "/usr/lib/php[0-9]*",
            "/usr/share/php",
            "/usr/share/php[0-9]*",
            "/etc/php",
        ),
        *("/etc/php[0-9]*", "/usr/local/lib/php", "/usr/local/etc/php", "/usr/local/etc/php-fpm*"),
        *("/usr/share/pear", "/var/lib/php", "/usr/local/etc/pear.conf"),
    ),
    variables=("PHP_INI_SCAN_DIR", "PHPRC"),
    left_out=("modules_fresh",),
    # For building extensions.
    unread=("/usr/lib/php/*/build", "/usr/lib/php[0-9]*/build", "/usr/local/lib/php/build"),
)
