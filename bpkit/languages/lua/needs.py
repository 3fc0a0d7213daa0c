"""The directories that Lua loads its libraries from."""

from __future__ import annotations

from bpkit.languages.libraries import WholeLibrary

LIBRARY = WholeLibrary(
    title="Lua",
    directories=(
        *(
            "/usr/share/lua/*",
            "/usr/lib/lua/*",
            "/usr/lib/*-linux-*/lua/*",
            "/usr/local/share/lua/*",
        ),
        *("/usr/local/lib/lua/*", "/usr/share/luajit-*"),
    ),
    variables=("LUA_PATH_DIRS",),
)
