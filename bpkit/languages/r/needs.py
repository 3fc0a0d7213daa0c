"""The directories that R loads its libraries from."""

from __future__ import annotations

from bpkit.languages.libraries import WholeLibrary

LIBRARY = WholeLibrary(
    title="R",
    directories=(
        *("/usr/lib/R", "/usr/local/lib/R", "/usr/share/R", "/etc/R", "/usr/lib/*-linux-*/R"),
        "/usr/local/lib/*-linux-*/R",
    ),
    variables=("R_LIBS", "R_LIBS_SITE", "R_LIBS_USER", "R_HOME"),
    left_out=("doc", "help", "tests", "demo"),
)
