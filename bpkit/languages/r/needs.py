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
    unread=(
        *("/usr/lib/R/doc", "/usr/lib/R/tests", "/usr/local/lib/R/doc", "/usr/share/R/doc"),
        *(
            f"{library}/*/{name}"
            for library in (
                *("/usr/lib/R/library", "/usr/lib/R/site-library", "/usr/local/lib/R/library"),
                "/usr/local/lib/R/site-library",
            )
            for name in ("doc", "help", "html", "tests", "demo")
        ),
    ),
)
