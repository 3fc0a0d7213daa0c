"""Directories for a program's output that a settings module names, as in Django projects.

``MEDIA_ROOT = BASE_DIR / "media"`` and ``LOG_DIR = join(STORAGE_DIR, "log")`` are worked out from
the assignments of the module itself; what depends on more than these is left out.
"""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Iterator

from bpkit.languages.listing import Listing, is_aside

_FOR_WRITING = re.compile(
    r"(?:\w+_)?(?:LOGS?|MEDIA|STORAGE|UPLOADS?|DATA|CACHE|SESSION|TMP|TEMP|SPOOL)"
    r"(?:_FILES?)?_(?:DIR|ROOT|PATH|FOLDER|DIRECTORY)"
)
_DATABASES = (".sqlite3", ".sqlite", ".db")
_AS_IT_IS = frozenset({"abspath", "realpath", "normpath", "Path", "str", "resolve", "absolute"})
_MOST_MODULES = 12


def settings_folders(listing: Listing) -> Iterator[tuple[str, str]]:
    """The directories in the project that are written to, each with the module that says so."""
    named = (f for f in listing.sources(".py") if re.search(r"(?:^|/)settings(?:/|\w*\.py$)", f))
    for file in [f for f in named if not is_aside(f)][:_MOST_MODULES]:
        try:
            body = ast.parse(listing.read(file)).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        for folder in dict.fromkeys(_written(body, {"__file__": file})):
            yield folder, file


def _written(body: list[ast.stmt], known: dict[str, str]) -> Iterator[str]:
    for statement in body:
        if isinstance(statement, ast.If):
            yield from _written(statement.body, known)
        if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
            continue
        name = statement.targets[0].id
        value = _path(statement.value, known)
        # An empty one gets its value further down.
        if value:
            known[name] = value
        if value and _FOR_WRITING.fullmatch(name) and _is_below(value):
            yield value
        if name == "DATABASES":
            for one in ast.walk(statement.value):
                path = _path(one, known) if isinstance(one, ast.Call | ast.BinOp) else None
                if path and path.endswith(_DATABASES) and _is_below(path):
                    yield posixpath.dirname(path) or "."


def _is_below(path: str) -> bool:
    return not path.startswith(("/", "..")) and re.fullmatch(r"[\w@+.,/-]+", path) is not None


def _path(value: ast.expr, known: dict[str, str]) -> str | None:
    """The path that an expression evaluates to, relative to the project; None if unknown."""
    if isinstance(value, ast.Constant):
        return value.value if isinstance(value.value, str) else None
    if isinstance(value, ast.Name):
        return known.get(value.id)
    if isinstance(value, ast.Attribute) and value.attr == "parent":
        return _above(_path(value.value, known))
    if isinstance(value, ast.Subscript) and isinstance(value.value, ast.Attribute):
        path = _path(value.value.value, known) if value.value.attr == "parents" else None
        at = value.slice.value if isinstance(value.slice, ast.Constant) else None
        for _ in range(at + 1 if isinstance(at, int) else 0):
            path = _above(path)
        return path if isinstance(at, int) else None
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Div):
        return _joined([value.left, value.right], known)
    return _of_call(value, known) if isinstance(value, ast.Call) else None


def _of_call(call: ast.Call, known: dict[str, str]) -> str | None:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    name = call.func.id if isinstance(call.func, ast.Name) else name
    if name == "joinpath" and isinstance(call.func, ast.Attribute):
        return _joined([call.func.value, *call.args], known)
    if name == "join" and call.args:
        return _joined(call.args, known)
    if name == "dirname" and call.args:
        return _above(_path(call.args[0], known))
    if name in {"get", "getenv"} and len(call.args) > 1:
        return _path(call.args[1], known)
    if name in _AS_IT_IS:
        inside = call.args or ([call.func.value] if isinstance(call.func, ast.Attribute) else [])
        return _path(inside[0], known) if inside else None
    return None


def _joined(parts: list[ast.expr], known: dict[str, str]) -> str | None:
    paths = [_path(one, known) for one in parts]
    if any(one is None for one in paths):
        return None
    return posixpath.normpath(posixpath.join(*(one or "" for one in paths)))


def _above(path: str | None) -> str | None:
    if path is None or path in {"", "."} or path.startswith(".."):
        return None if path is None else posixpath.join("..", path if path != "." else "")
    return posixpath.dirname(path) or "."
