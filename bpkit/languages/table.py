"""The languages that bpkit knows, in the order in which they are tried; one line per language."""

from __future__ import annotations

from bpkit.image import Imports, Link
from bpkit.languages.c.language import C
from bpkit.languages.command_line import bare_name
from bpkit.languages.cpp.language import Cpp
from bpkit.languages.deno.language import Deno
from bpkit.languages.dotnet.language import DotNet
from bpkit.languages.elixir.language import Elixir
from bpkit.languages.erlang.language import Erlang
from bpkit.languages.go.language import Go
from bpkit.languages.hugo.language import Hugo
from bpkit.languages.java.language import Java
from bpkit.languages.jekyll.language import Jekyll
from bpkit.languages.language import Language
from bpkit.languages.lua.language import Lua
from bpkit.languages.mkdocs.language import MkDocs
from bpkit.languages.needs import ModuleFiles
from bpkit.languages.node.language import Node
from bpkit.languages.perl.language import Perl
from bpkit.languages.php.language import Php
from bpkit.languages.python.language import Python
from bpkit.languages.r.language import R
from bpkit.languages.ruby.language import Ruby
from bpkit.languages.rust.language import Rust
from bpkit.languages.static.language import StaticSite
from bpkit.languages.tcl.language import Tcl
from bpkit.languages.zig.language import Zig

LANGUAGES: tuple[Language, ...] = (
    Go(),
    Rust(),
    C(),
    Cpp(),
    Python(),
    Node(),
    Java(),
    DotNet(),
    Php(),
    Ruby(),
    Zig(),
    Elixir(),
    Deno(),
    Hugo(),
    Jekyll(),
    MkDocs(),
    StaticSite(),
    Perl(),
    Lua(),
    R(),
    Tcl(),
    Erlang(),
)
#: Interpreters about which bpkit knows nothing more.
_UNKNOWN = frozenset({"mono", "julia"})


def is_compiled(title: str) -> bool:
    """Whether programs in the language with this title need no interpreter."""
    return any(one.is_compiled for one in LANGUAGES if one.is_called(title))


def language_of(link: Link) -> Language | None:
    """The language whose interpreter this program of a command is."""
    return next((one for one in LANGUAGES if one.command and one.command.starts(link.name)), None)


def module_suffixes() -> tuple[str, ...]:
    """The suffixes of files whose imports are read."""
    return tuple(suffix for files in _modules() for suffix in files.suffixes)


def imports_of(path: str, content: bytes) -> Imports:
    """A module's imports, read in the language that its suffix shows."""
    files = next((files for files in _modules() if path.endswith(files.suffixes)), None)
    return files.read(path, content) if files else Imports()


def _modules() -> tuple[ModuleFiles, ...]:
    return tuple(one.needs.MODULES for one in LANGUAGES if one.needs and one.needs.MODULES)


def is_interpreter_of_unknown_needs(name: str) -> bool:
    """Whether a program with this name is an interpreter whose needs aren't known."""
    bare = bare_name(name)
    known = (one.needs for one in LANGUAGES if one.command and bare in one.command.programs)
    return bare in _UNKNOWN or any(needs is None for needs in known)


def is_launcher(name: str) -> bool:
    """Whether this program starts an interpreter but isn't one (``npm``, ``poetry``)."""
    bare = bare_name(name)
    return any(one.command is not None and bare in one.command.launchers for one in LANGUAGES)
