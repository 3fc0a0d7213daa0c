"""The directories that Tcl loads its libraries from."""

from __future__ import annotations

from bpkit.languages.libraries import WholeLibrary

LIBRARY = WholeLibrary(
    title="Tcl",
    directories=(
        *("/usr/share/tcltk", "/usr/lib/tcltk", "/usr/lib/*-linux-*/tcltk", "/usr/lib/tcl*"),
        *("/usr/share/tcl*", "/usr/local/lib/tcl*", "/usr/share/tk*", "/usr/lib/tk*"),
    ),
    variables=("TCLLIBPATH",),
)
