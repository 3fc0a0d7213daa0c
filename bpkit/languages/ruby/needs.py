"""The directories that Ruby loads its libraries from."""

from __future__ import annotations

from bpkit.languages.libraries import WholeLibrary

LIBRARY = WholeLibrary(
    title="Ruby",
    directories=(
        *("/usr/lib/ruby", "/usr/lib/*-linux-*/ruby", "/usr/local/lib/ruby", "/usr/local/bundle"),
        *("/usr/local/lib/site_ruby", "/usr/local/lib/*-linux-*/site_ruby", "/var/lib/gems"),
        *("/usr/share/rubygems-integration", "/usr/lib/*-linux-*/rubygems-integration"),
        *("/root/.local/share/gem", "/usr/share/ruby-*"),
    ),
    variables=("RUBYLIB", "GEM_HOME", "GEM_PATH"),
    # Type signatures are only read by type checkers.
    left_out=("*.rbs",),
    unread=tuple(
        f"{home}/{name}"
        for home in (
            *("/usr/local/bundle", "/var/lib/gems/*", "/usr/local/lib/ruby/gems/*"),
            *(
                "/usr/lib/ruby/gems/*",
                "/usr/lib/*-linux-*/ruby/gems/*",
                "/root/.local/share/gem/*/*",
            ),
        )
        for name in ("cache", "doc", "build_info")
    ),
)
