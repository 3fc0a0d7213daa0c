"""The packages that a Python project installs, and the tool that installs them."""

from __future__ import annotations

import ast
import configparser
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bpkit.languages.listing import Listing, is_aside
from bpkit.languages.local_names import refuse_names_of_own

REQUIREMENTS = (
    *("requirements.txt", "requirements/production.txt", "requirements/prod.txt"),
    *("requirements-prod.txt", "requirements_prod.txt", "requirements.prod.txt"),
    *("requirements/base.txt", "requirements/requirements.txt", "requirements/main.txt"),
    *("requirements/common.txt", "requirements-base.txt", "reqs.txt", "requirements.in"),
)
_NAME = re.compile(r"^\s*([A-Za-z0-9][\w.-]*)\s*(?:\[([^\]]*)\])?")
_INCLUDED = re.compile(r"^\s*(?:-r|--requirement|-c|--constraint)[ =]?\s*(\S+)", re.MULTILINE)
_LOCAL = re.compile(
    r"^\s*(?:-e\s+|--editable[ =]\s*)?(\.{1,2}(?:/[\w./-]*)?|file:[\w./-]+)(?:\[|\s|$)", re.M
)
_MOST_FILES = 20


@dataclass(frozen=True)
class PythonPackages:
    """The packages that a project names, in lower case, with the extras of each.

    ``tool`` installs them from ``manifests``, starting with the first. ``is_local``: one of them
    is a directory of the project. ``installs_itself``: the project is itself a package.
    """

    tool: str
    manifests: tuple[str, ...]
    names: Mapping[str, frozenset[str]]
    is_local: bool = False
    installs_itself: bool = False

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def first(self, *names: str) -> str:
        """The first of these packages that the project names; empty if none."""
        return next((name for name in names if name in self.names), "")

    def has(self, name: str, extra: str) -> bool:
        """Whether the package is named with this extra."""
        return extra in self.names.get(name, ())


def packages(listing: Listing) -> PythonPackages:
    """The packages that the project's files name. Raises InputError for an unreadable file."""
    pyproject = listing.toml("pyproject.toml")
    project = pyproject.get("project") or {}
    poetry = (pyproject.get("tool") or {}).get("poetry") or {}
    requirements = listing.first(*REQUIREMENTS)
    is_built = "build-system" in pyproject or bool(listing.first("setup.py"))
    names: dict[str, frozenset[str]] = {}
    tool, manifests, is_local = "bare", tuple[str, ...](), False
    if "uv.lock" in listing:
        tool, manifests = "uv", ("pyproject.toml", "uv.lock")
    elif _is_of_uv(pyproject) and not requirements:
        tool, manifests = "uv", ("pyproject.toml",)
    elif "poetry.lock" in listing or (poetry and not project):
        locks = tuple(f for f in ("pyproject.toml", "poetry.lock") if f in listing)
        tool, manifests = "poetry", locks
    elif "pdm.lock" in listing:
        tool, manifests = "pdm", ("pyproject.toml", "pdm.lock")
    elif "Pipfile.lock" in listing or ("Pipfile" in listing and not requirements):
        tool, manifests = "pipenv", tuple(f for f in ("Pipfile", "Pipfile.lock") if f in listing)
    elif requirements and not (project.get("scripts") and is_built):
        tool, manifests = "pip", _included(listing, requirements)
        is_local = any(_LOCAL.search(listing.text(one)) for one in manifests)
    elif project or poetry:
        tool, manifests = "pyproject", ("pyproject.toml",)
    elif listing.first("setup.py", "setup.cfg") and is_built:
        found = ("setup.py", "setup.cfg", "pyproject.toml")
        tool, manifests = "setup", tuple(file for file in found if file in listing)
    for file in _included(listing, requirements) if requirements else ():
        names |= _listed(listing.text(file).splitlines())
    names |= _listed(project.get("dependencies") or [])
    names |= _of_tables(poetry.get("dependencies"))
    names |= _of_tables(listing.toml("Pipfile").get("packages"))
    names |= _listed(_of_setup(listing))
    # pip falls back on setuptools if no build system is named; the others don't.
    is_built = is_built or (tool == "pyproject" and bool(project.get("scripts")))
    itself = tool in {"setup", "uv", "poetry", "pdm", "pyproject"} and is_built
    # The requirements pin the versions, and setup.py installs the program.
    itself = itself or (tool == "pip" and is_built and bool(scripts(listing)))
    if tool not in {"uv", "poetry", "bare"}:
        _refuse_own(listing, tool, manifests, names)
    return PythonPackages(tool, manifests, names, is_local, itself)


def _is_of_uv(pyproject: Mapping[str, Any]) -> bool:
    """Whether only uv can find the packages: workspace members, or other sources."""
    uv = (pyproject.get("tool") or {}).get("uv") or {}
    return any(key in uv for key in ("workspace", "sources", "index"))


def _refuse_own(
    listing: Listing, tool: str, manifests: tuple[str, ...], names: Mapping[str, frozenset[str]]
) -> None:
    """Raise InputError if pip would look up one of the project's packages on PyPI."""
    if any(file.endswith(".lock") for file in manifests):
        return
    text = "\n".join(listing.text(one) for one in manifests)
    own = {}
    for file in listing.named("pyproject.toml"):
        folder = posixpath.dirname(file)
        name = (listing.toml(file).get("project") or {}).get("name") if folder else None
        if isinstance(name, str) and not is_aside(file) and folder not in text:
            own[_normal(name)] = folder
    refuse_names_of_own(
        names,
        own,
        file=manifests[0],
        index="PyPI",
        instead="name the directory, as in './{folder}'"
        if tool == "pip"
        else "say where it is, as in [tool.uv.sources] {name} = {{ path = '{folder}' }}",
    )


def _included(listing: Listing, file: str) -> tuple[str, ...]:
    """The requirements file, and the files that it includes."""
    found: dict[str, None] = {}
    waiting = [file]
    while waiting and len(found) < _MOST_FILES:
        name = waiting.pop(0)
        if name in found or name not in listing:
            continue
        found[name] = None
        folder = posixpath.dirname(name)
        for other in _INCLUDED.findall(listing.text(name)):
            waiting.append(posixpath.normpath(posixpath.join(folder, other)))
    return tuple(found)


def _listed(lines: list[str]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for line in lines:
        egg = re.search(r"[#&]egg=([\w.-]+)", line) if isinstance(line, str) else None
        match = re.match(r"(.*)", egg[1]) if egg else None
        named = _NAME.match(match[1] if match else line) if isinstance(line, str) else None
        if named and not line.lstrip().startswith(("-", "git+", "http")):
            extras = frozenset(one.strip().lower() for one in (named[2] or "").split(","))
            found[_normal(named[1])] = extras
    return found


def _of_tables(table: object) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    if isinstance(table, dict):
        for name, value in table.items():
            extras = value.get("extras", ()) if isinstance(value, dict) else ()
            if name != "python" and not (isinstance(value, dict) and value.get("optional")):
                found[_normal(name)] = frozenset(str(one).lower() for one in extras)
    return found


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _of_setup(listing: Listing) -> list[str]:
    """``install_requires`` in setup.cfg and setup.py, as far as it is a literal there."""
    found: list[str] = []
    if "setup.cfg" in listing:
        config = configparser.ConfigParser(interpolation=None, strict=False)
        try:
            config.read_string(listing.text("setup.cfg"))
            found += config.get("options", "install_requires", fallback="").splitlines()
        except configparser.Error:
            found = []
    for match in re.finditer(r"install_requires\s*=\s*\[([^\]]*)\]", listing.text("setup.py")):
        found += re.findall(r"['\"]([^'\"]+)['\"]", match[1])
    return found


def scripts(listing: Listing) -> dict[str, str]:
    """The programs that the project installs, and the object that each calls."""
    pyproject = listing.toml("pyproject.toml")
    poetry = (pyproject.get("tool") or {}).get("poetry") or {}
    found = {
        **(poetry.get("scripts") or {}),
        **((pyproject.get("project") or {}).get("scripts") or {}),
    }
    texts = {name: value for name, value in found.items() if isinstance(value, str)}
    return texts or dict(_setup_scripts(listing))


def _setup_scripts(listing: Listing) -> Iterator[tuple[str, str]]:
    """The scripts in setup.cfg and setup.py: in a list, in lines, or in a section of a string."""
    for file in ("setup.cfg", "setup.py"):
        block = re.search(
            r"console_scripts(?:['\"]?\s*[:=]\s*(\[[^\]]*\]|['\"]{0,3}(?:\n\s*[^\n\[\]]+)+)|\](\s[^\[]*))",
            listing.text(file),
        )
        text = (block[1] or block[2]) if block else ""
        # In setup.cfg the next group of entry points starts with its own name.
        text = re.split(r"\n[\w.]+\s*=\s*\n", text)[0]
        yield from re.findall(r"([\w.-]+)\s*=\s*([\w.]+:[\w.]+)", text)
    # ``scripts=["bin/name"]``: files that are installed unchanged.
    files = re.search(r"\bscripts['\"]?\s*[:=]\s*\[([^\]]*)\]", listing.text("setup.py"))
    for path in re.findall(r"['\"]([\w./-]+)['\"]", files[1]) if files else ():
        yield posixpath.basename(path), path


def scripts_file(listing: Listing) -> str:
    """The file that names the project's scripts."""
    pyproject = listing.toml("pyproject.toml")
    if (pyproject.get("project") or {}).get("scripts") or poetry_table(pyproject).get("scripts"):
        return "pyproject.toml"
    found = (f for f in ("setup.cfg", "setup.py") if "console_scripts" in listing.text(f))
    return next(found, "setup.py" if "setup.py" in listing else "")


def project_name(listing: Listing) -> str:
    """The name in the project's files; empty if they have none."""
    pyproject = listing.toml("pyproject.toml")
    name = (pyproject.get("project") or {}).get("name") or poetry_table(pyproject).get("name")
    if isinstance(name, str):
        return name
    said = re.search(r"^\s*name\s*=\s*([\w.-]+)\s*$", listing.text("setup.cfg"), re.MULTILINE)
    said = said or re.search(r"\bname\s*=\s*['\"]([\w.-]+)['\"]", listing.text("setup.py"))
    return said[1] if said else ""


def third_party_imports(
    listing: Listing, files: tuple[str, ...], known: frozenset[str]
) -> list[str]:
    """The imported packages that are neither Python's nor the project's own."""
    own = {file.partition("/")[0].removesuffix(".py") for file in listing.files}
    own |= {file.rpartition("/")[2].removesuffix(".py") for file in listing.files}
    found: set[str] = set()
    for file in files:
        try:
            tree = ast.parse(listing.read(file))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        for node in tree.body:
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                found.add(node.module.partition(".")[0])
    return sorted(name for name in found - known - own if name != "__future__")


def poetry_table(pyproject: Mapping[str, Any]) -> Mapping[str, Any]:
    """``[tool.poetry]`` in a pyproject.toml."""
    table: Mapping[str, Any] = (pyproject.get("tool") or {}).get("poetry") or {}
    return table
