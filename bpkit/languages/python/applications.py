"""The application objects of a Python project, and the functions that create them."""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from bpkit.languages.listing import Listing, is_aside

Protocol = Literal["wsgi", "asgi", "script"]
#: The calls that create an application, and how it is served. A ``script`` is run as a file.
_MAKERS: Mapping[str, Protocol] = {
    **dict.fromkeys(("Flask", "APIFlask", "Eve", "OpenAPI", "FlaskApp", "App", "API"), "wsgi"),
    **dict.fromkeys(("get_wsgi_application", "make_wsgi_app", "Dash", "WSGIApp", "Bottle"), "wsgi"),
    **dict.fromkeys(("FastAPI", "Starlette", "Litestar", "Quart", "Esmerald", "Robyn"), "asgi"),
    **dict.fromkeys(("get_asgi_application", "ASGIApp", "ProtocolTypeRouter", "AsyncApp"), "asgi"),
    **dict.fromkeys(("FastHTML", "fast_app", "Sanic", "BlackSheep", "AsyncFlaskApp"), "asgi"),
}
#: Names that other libraries have too: they count only if the web library is imported.
_OF_LIBRARY = {
    "App": "falcon",
    "API": "falcon",
    "FlaskApp": "connexion",
    "AsyncApp": "connexion",
    "OpenAPI": "flask_openapi3",
    "Bottle": "bottle",
    "ASGIApp": "socketio",
    "WSGIApp": "socketio",
}
_WORTH_READING = re.compile(
    r"\b(?:" + "|".join(_MAKERS) + r")\(|\b(?:create|make|get|build|init)_app(?:lication)?\b"
)
#: A program that starts the server for an application from another module.
_RUNS = re.compile(
    r"^\s+?(?:app|application|api)\.run\(|^(?:app|application|api)\.run\(", re.MULTILINE
)
_FILES = {
    "wsgi": 60,
    "asgi": 60,
    "main": 52,
    "app": 50,
    "application": 46,
    "server": 44,
    "run": 40,
    "api": 40,
    "web": 40,
    "autoapp": 50,
    "__init__": 38,
    "manage": 30,
    "__main__": 40,
}
_NAMES = {"app": 4, "application": 4, "api": 2, "server": 1}


@dataclass(frozen=True)
class Application:
    """An application: the file, the object's name in it, and how it is served.

    ``is_factory``: a function returns it. ``needs_arguments``: that function has parameters whose
    values only the project knows. ``attribute`` leads from the object to what is served.
    ``is_imported``: the file imports it, in order to run it.
    """

    file: str
    name: str
    protocol: Protocol
    maker: str
    is_factory: bool = False
    needs_arguments: bool = False
    attribute: str = ""
    is_imported: bool = False

    @property
    def likelihood(self) -> int:
        """How likely it is that this is the one to serve."""
        stem = posixpath.basename(self.file).removesuffix(".py")
        found = _FILES.get(stem, 25) - 3 * self.file.count("/") + _NAMES.get(self.name, 0)
        found += 0 if self.is_factory else 10
        found += 20 if self.is_imported else 0
        return found - (40 if self.needs_arguments else 0) - (60 if is_aside(self.file) else 0)


def applications(listing: Listing) -> tuple[Application, ...]:
    """The project's applications, the likeliest first."""
    trees = dict(_trees(listing))
    factories: dict[str, Application] = {}
    for file, tree in trees.items():
        for one in _factories(file, tree, listing.read(file)):
            factories.setdefault(one.name, one)
    found = [*factories.values()]
    for file, tree in trees.items():
        found += _objects(file, tree, listing.read(file), factories)
    found += _reexported(listing, trees, found)
    return tuple(sorted(dict.fromkeys(found), key=lambda one: (-one.likelihood, one.file)))


def _trees(listing: Listing) -> Iterator[tuple[str, ast.Module]]:
    for file in listing.sources(".py"):
        text = listing.read(file)
        is_server = posixpath.basename(file) in {"wsgi.py", "asgi.py"}
        runs = "/" not in file and _RUNS.search(text)
        if _WORTH_READING.search(text) or is_server or runs:
            try:
                yield file, ast.parse(text)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue


def _called(node: ast.AST) -> str:
    """The name of the function or class that is called, without the part before the dot."""
    if isinstance(node, ast.Await):
        return _called(node.value)
    if not isinstance(node, ast.Call):
        return ""
    function = node.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _maker(node: ast.AST, text: str) -> str:
    name = _called(node)
    library = _OF_LIBRARY.get(name)
    if name not in _MAKERS or (library and not re.search(rf"\b{library}\b", text)):
        return ""
    return name


def _protocol(maker: str, text: str) -> Protocol:
    if maker == "App" and re.search(r"falcon\.asgi|AsyncApp", text):
        return "asgi"
    return _MAKERS[maker]


def _factories(file: str, tree: ast.Module, text: str) -> Iterator[Application]:
    """Functions in the module that create an application and return something."""
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        makers = [maker for inner in ast.walk(node) if (maker := _maker(inner, text))]
        returns = any(isinstance(inner, ast.Return) and inner.value for inner in ast.walk(node))
        is_fixture = any("fixture" in ast.dump(one) for one in node.decorator_list)
        if not makers or not returns or is_fixture or isinstance(node, ast.AsyncFunctionDef):
            continue
        required = len(node.args.args) - len(node.args.defaults)
        required += sum(1 for default in node.args.kw_defaults if default is None)
        yield Application(
            file, node.name, _protocol(makers[0], text), makers[0], True, required > 0
        )


def _objects(
    file: str, tree: ast.Module, text: str, factories: Mapping[str, Application]
) -> Iterator[Application]:
    """Names in the module that an application is assigned to, including in ``try`` and ``if``."""
    known: dict[str, Application] = {}
    for node in _statements(tree.body):
        value = node.value
        if value is None:
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        target = (
            targets[0].elts[0]
            if isinstance(targets[0], ast.Tuple) and targets[0].elts
            else targets[0]
        )
        if not isinstance(target, ast.Name):
            continue
        name, maker = target.id, _maker(value, text)
        if maker:
            attribute = "server" if maker == "Dash" else ""
            known[name] = Application(
                file, name, _protocol(maker, text), maker, attribute=attribute
            )
        elif (made := factories.get(_called(value))) is not None:
            known[name] = Application(file, name, made.protocol, made.maker)
        elif isinstance(value, ast.Name) and value.id in known:
            known[name] = Application(file, name, known[value.id].protocol, known[value.id].maker)
        elif (of := _server_of(value)) in known:
            known[name] = Application(file, name, "wsgi", known[of].maker)
    yield from known.values()


def _server_of(value: ast.expr) -> str:
    """The name in ``name.server``, as in Dash; empty for anything else."""
    is_server = isinstance(value, ast.Attribute) and value.attr == "server"
    inner = value.value if isinstance(value, ast.Attribute) else None
    return inner.id if is_server and isinstance(inner, ast.Name) else ""


def _statements(body: list[ast.stmt]) -> Iterator[ast.Assign | ast.AnnAssign]:
    for node in body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            yield node
        elif isinstance(node, ast.Try | ast.With):
            yield from _statements(node.body)
        elif isinstance(node, ast.If) and "__main__" not in ast.dump(node.test):
            yield from _statements([*node.body, *node.orelse])


def _reexported(
    listing: Listing, trees: Mapping[str, ast.Module], found: list[Application]
) -> Iterator[Application]:
    """``from shop import app`` in a wsgi.py, or in a top-level program that runs it."""
    by_name = {one.name: one for one in found if not one.is_factory}
    for file, tree in trees.items():
        is_server = posixpath.basename(file) in {"wsgi.py", "asgi.py"}
        if not is_server and ("/" in file or not _RUNS.search(listing.read(file))):
            continue
        for node in tree.body:
            if not isinstance(node, ast.ImportFrom):
                continue
            for alias in node.names:
                if alias.name in by_name and alias.name in _NAMES:
                    one = by_name[alias.name]
                    name = alias.asname or alias.name
                    yield Application(
                        file, name, one.protocol, one.maker, is_imported=not is_server
                    )


def import_root(listing: Listing, file: str) -> str:
    """The directory that the file's own imports are relative to; ``""`` is the top.

    An import of a module in a directory above the file decides which one it is.
    """
    names = re.findall(
        r"^\s*(?:from\s+([A-Za-z_]\w*)[\w.]*\s+import|import\s+([A-Za-z_]\w*))",
        listing.read(file),
        re.M,
    )
    wanted = [one or other for one, other in names]
    folder = posixpath.dirname(file)
    above = [""]
    for part in folder.split("/") if folder else []:
        above.append(posixpath.join(above[-1], part))
    scores = {
        place: sum(1 for name in dict.fromkeys(wanted) if _has_module(listing, place, name))
        for place in above
    }
    best = max(scores.values())
    if best == 0 and folder.split("/")[0] in {"src", "lib"} and "src/__init__.py" not in listing:
        return folder.split("/")[0]
    return next(place for place in above if scores[place] == best)


def _has_module(listing: Listing, folder: str, name: str) -> bool:
    path = posixpath.join(folder, name)
    return f"{path}.py" in listing or any(
        file.startswith(f"{path}/") and file.endswith(".py") for file in listing.sources(".py")
    )


def module_of(file: str, root: str) -> str:
    """The dotted name of the file's module, relative to ``root``."""
    below = file.removeprefix(f"{root}/") if root else file
    return below.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
