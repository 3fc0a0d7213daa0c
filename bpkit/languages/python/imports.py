"""The modules of Python's standard library that can be imported at all, going by the sources.

Every import statement counts, wherever it is: in the application, in all installed packages, and
in the modules that these import. In the application and the packages, so does every string that
is a module's name (``import_module("json")``, a class in a logging configuration). Code that only
runs when a module is the program itself (``if __name__ == "__main__"``), or in its ``_test``,
doesn't count. Extension modules import by names that are in their bytes.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from bpkit.image import Imports

_STATEMENT = (
    rb"(?:from[ \t]+(\.*)[ \t]*([\w.]*)[ \t]+import[ \t]*(\([^)]*\)|[^\n;#]*)"
    rb"|import[ \t]+([\w., \t]+))"
)
#: It begins with one of three bytes, which a search jumps to; it would try ``^`` everywhere.
_IMPORT = re.compile(rb"[\n;:][ \t]*" + _STATEMENT)
_COMMENT = re.compile(r"#[^\n]*")
_NAME = re.compile(r"[\w.]+")
_INDENTED = rb"[^\n]*\n(?:[ \t]+[^\n]*\n|[ \t]*\n)*"
_MAIN = re.compile(
    rb"^(?:if __name__ *== *['\"]__main__['\"] *:|def _test\()" + _INDENTED, re.MULTILINE
)
#: ``__import__(`` or ``import_module(``, found by the word that both contain.
_DYNAMIC = re.compile(rb"import(?:(?<=\b__import)__|(?<=\bimport)_module)\(")
_LITERAL = re.compile(rb"""['"]([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)['"]""")
#: The zero before a name is part of it: searching for a byte is faster than looking behind.
_IN_BINARY = re.compile(rb"\0([A-Za-z_][\w.]{1,60})(?=\0)")

#: Modules that the interpreter imports by itself, from C or at start-up (CPython 3.8 to 3.13).
_ALWAYS = frozenset(
    {
        *("encodings", "codecs", "io", "abc", "site", "sitecustomize", "_sitebuiltins", "os"),
        *("posixpath", "genericpath", "ntpath", "stat", "importlib", "zipimport", "zipfile"),
        *("runpy", "pkgutil", "warnings", "traceback", "linecache", "tokenize", "token"),
        *("collections", "functools", "operator", "keyword", "heapq", "reprlib", "types"),
        *("enum", "re", "sre_compile", "sre_parse", "sre_constants", "copyreg", "typing"),
        *("threading", "_weakrefset", "weakref", "_threading_local", "contextvars", "signal"),
        *("_strptime", "datetime", "calendar", "locale", "_bootlocale", "numbers", "struct"),
        *("inspect", "atexit", "contextlib", "_collections_abc", "_py_abc", "sysconfig"),
        *("textwrap", "string", "ast", "dis", "opcode", "__future__", "getpath", "codeop"),
    }
)
#: Python versions of modules, for builds that lack the C version.
_STAND_INS = {"_pydecimal": "_decimal", "_pydatetime": "_datetime", "_pyio": "_io"}
#: Imported by names that are computed when they are needed.
_WHOLE = frozenset({"encodings", "importlib", "dbm"})


@dataclass(frozen=True)
class PythonLibrary:
    """The modules of a standard library by name; a package's is that of its ``__init__``."""

    modules: Mapping[str, str] = field(default_factory=dict, hash=False)


def read_imports(content: bytes, *, is_source: bool) -> Imports:
    """The imports of a source, or of an extension module by the names in its bytes."""
    if not is_source:
        names = (name.decode("ascii") for name in set(_IN_BINARY.findall(content)))
        return Imports(names=frozenset(names))
    content = content.replace(b"\\\n", b" ")
    if b"__main__" in content or b"def _test(" in content:
        content = _MAIN.sub(b"", content)
    literals = (name.decode("ascii") for name in set(_LITERAL.findall(content)))
    imported = list(_imported(content))
    return Imports(
        names=frozenset(name for name, _ in imported),
        certain=frozenset(name for name, certain in imported if certain),
        texts=frozenset(literals),
        dynamic=_DYNAMIC.search(content) is not None,
    )


def _imported(content: bytes) -> Iterator[tuple[str, bool]]:
    """The imported names, and whether each import is at the left margin."""
    for found in _statements(b"\n" + content):
        certain = found.group().startswith((b"\nfrom", b"\nimport"))
        dots, origin, names, plain = (part.decode("utf-8", "replace") for part in _groups(found))
        if plain:
            yield from ((words[0], certain) for words in _listed(plain))
            continue
        yield f"{dots}{origin}", certain
        for words in _listed(names.strip("()")):
            yield f"{dots}{origin}.{words[0]}" if origin else f"{dots}{words[0]}", certain


def _statements(content: bytes) -> Iterator[re.Match[bytes]]:
    """The matches of ``_IMPORT.finditer``, found faster: lines without the word are skipped."""
    at = 0
    while (word := content.find(b"import", at)) >= 0:
        found = _IMPORT.search(content, max(at, content.rfind(b"\n", at, word)))
        if found is None:
            return
        yield found
        at = found.end()


def _groups(found: re.Match[bytes]) -> Iterator[bytes]:
    return (part or b"" for part in found.groups())


def _listed(text: str) -> Iterator[list[str]]:
    for item in (_COMMENT.sub("", text) if "#" in text else text).split(","):
        words = item.split()
        if words and _NAME.fullmatch(words[0]):
            yield words


def library_at(directory: str, paths: Iterable[str], never: tuple[str, ...] = ()) -> PythonLibrary:
    """The modules below ``lib/python3.x``, without the packages installed there, and without
    ``never``."""
    found: dict[str, str] = {}
    installed = (f"{directory}/site-packages/", f"{directory}/dist-packages/")
    others = (*installed, *(f"{path}/" for path in never))
    for path in paths:
        name = path.removeprefix(f"{directory}/")
        if name == path or path in never or path.startswith(others):
            continue
        if name.endswith(".py"):
            module = name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            found[module] = path
        elif name.startswith("lib-dynload/") and name.endswith(".so"):
            found[posixpath.basename(name).partition(".")[0]] = path
    return PythonLibrary(found)


def unreachable(
    library: PythonLibrary, imports: Mapping[str, Imports], roots: Iterable[str]
) -> tuple[str, ...]:
    """The paths of the modules that nothing imports. ``roots`` are the files of the application
    and of the installed packages; ``imports`` is by path."""
    wanted = {name for name in library.modules if _is_always(name)}
    for path in roots:
        found = imports.get(path, Imports())
        wanted |= {name for name in found.names if not name.startswith(".")}
        wanted |= found.texts
    reached: set[str] = set()
    waiting = sorted(wanted)
    while waiting:
        for module in _modules(library, waiting.pop()):
            if module in reached or _is_stood_in(library, module):
                continue
            reached.add(module)
            waiting += _of_module(library, module, imports)
    return tuple(sorted(p for name, p in library.modules.items() if name not in reached))


def _is_always(name: str) -> bool:
    top = name.partition(".")[0]
    return name in _ALWAYS or top in _WHOLE & _ALWAYS or name.startswith("_sysconfigdata")


def _is_stood_in(library: PythonLibrary, module: str) -> bool:
    return _STAND_INS.get(module, module) in library.modules and module in _STAND_INS


def _modules(library: PythonLibrary, name: str) -> Iterator[str]:
    """The modules that importing ``name`` runs: its parent packages, and itself if it is one."""
    parts = name.split(".")
    for end in range(1, len(parts) + 1):
        module = ".".join(parts[:end])
        if module not in library.modules:
            return
        yield module
        if module in _WHOLE:
            yield from (other for other in library.modules if other.startswith(f"{module}."))


def _of_module(
    library: PythonLibrary, module: str, imports: Mapping[str, Imports]
) -> Iterator[str]:
    """The module's own imports, by absolute names; dotted strings may name submodules."""
    path = library.modules[module]
    found = imports.get(path, Imports())
    package = module if path.endswith("/__init__.py") else module.rpartition(".")[0]
    for name in found.names:
        if not name.startswith("."):
            yield name
            continue
        bare = name.lstrip(".")
        above = package.split(".")
        above = above[: len(above) - (len(name) - len(bare) - 1)]
        yield ".".join([*above, bare] if bare else above)
    yield from (text for text in found.texts if found.dynamic and "." in text)
