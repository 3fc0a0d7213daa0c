"""The directories that Erlang loads its libraries from."""

from __future__ import annotations

from bpkit.languages.libraries import WholeLibrary

LIBRARY = WholeLibrary(
    title="Erlang",
    directories=(
        *("/usr/lib/erlang", "/usr/local/lib/erlang", "/usr/lib/elixir", "/usr/local/lib/elixir"),
        "/usr/share/elixir",
    ),
    variables=("ERL_LIBS",),
    left_out=("examples", "src"),
)
