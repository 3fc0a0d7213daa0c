"""Python: uv, Poetry, pyproject.toml, requirements.txt."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bpkit.languages.listing import (
    Detected,
    Fact,
    Listing,
    ProjectWishes,
    argv,
    image_name,
    one_entry,
    stem,
    words,
)
from bpkit.languages.ports import port_in
from bpkit.languages.versions import newest

RELEASES = ("3.9", "3.10", "3.11", "3.12", "3.13")
UV_VERSION = "0.8.22"
POETRY_VERSION = "2.1.4"
_REQUIREMENTS = ("requirements.txt", "requirements/production.txt", "requirements/base.txt")
# What people call the file that starts their program, the most telling first.
_STARTS = ("__main__.py", "main.py", "app.py", "server.py", "run.py", "wsgi.py", "asgi.py")
_APPLICATION = re.compile(r"^(\w+)\s*(?::[^=\n]+)?=\s*(?:\w+\.)?(Flask|FastAPI|Starlette)\(", re.M)
_CHECK = "import socket; socket.create_connection(('127.0.0.1', {port}), 3)"


def sign(listing: Listing) -> str | None:
    return listing.first("uv.lock", "poetry.lock", "pyproject.toml", *_REQUIREMENTS, "setup.py")


def read(listing: Listing, wishes: ProjectWishes) -> Detected:
    """The interpreter's version, the tool that installs, the command that starts, its port."""
    pyproject = listing.toml("pyproject.toml")
    tool, manifests = _tool(listing, pyproject)
    version = _version(listing, pyproject)
    command, source = _command(listing, pyproject, wishes)
    port = _port(listing, command, source)
    base = wishes.base or "python:${PYTHON_VERSION}-slim-bookworm"
    locks = [file for file in manifests if file.endswith(".lock")]
    facts = [
        version,
        Fact("installed by", tool, manifests[-1]),
        Fact("entry point", " ".join(command), source),
        *(Fact("lock file", lock, lock) for lock in locks),
        *([port] if port else []),
    ]
    at = port.value if port else ""
    values = {
        "python_version": version.value,
        "uv_version": UV_VERSION,
        "poetry_version": POETRY_VERSION,
        "manifests": words(manifests),
        "requirements": words(manifests[:1]),
        "entrypoint": argv(*command),
        "healthcheck": argv("python", "-c", _CHECK.format(port=at)) if at else "",
    }
    name = wishes.name or image_name(_project_name(pyproject) or listing.name)
    return Detected("Python", f"python/{tool}", name, base, values, tuple(facts), at)


def _tool(listing: Listing, pyproject: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """The tool that installs the packages, and the files that it reads."""
    if "uv.lock" in listing:
        return "uv", ("pyproject.toml", "uv.lock")
    if "poetry.lock" in listing:
        return "poetry", ("pyproject.toml", "poetry.lock")
    requirements = listing.first(*_REQUIREMENTS)
    if requirements and not pyproject.get("project", {}).get("scripts"):
        return "pip", (requirements,)
    if "pyproject" and "project" in pyproject:
        return "pyproject", ("pyproject.toml",)
    return ("pip", (requirements,)) if requirements else ("pyproject", ("pyproject.toml",))


def _version(listing: Listing, pyproject: Mapping[str, Any]) -> Fact:
    if pinned := re.match(r"\s*(?:python-?)?(3\.\d+)", listing.text(".python-version")):
        return Fact("Python version", pinned[1], ".python-version")
    poetry = pyproject.get("tool", {}).get("poetry", {}).get("dependencies", {})
    wanted = pyproject.get("project", {}).get("requires-python") or poetry.get("python", "")
    found = newest(RELEASES, wanted) if isinstance(wanted, str) and wanted else None
    return Fact("Python version", found or RELEASES[-1], "pyproject.toml" if found else "")


def _project_name(pyproject: Mapping[str, Any]) -> str:
    poetry = pyproject.get("tool", {}).get("poetry", {})
    name: str = pyproject.get("project", {}).get("name") or poetry.get("name", "")
    return name


def _command(
    listing: Listing, pyproject: Mapping[str, Any], wishes: ProjectWishes
) -> tuple[tuple[str, ...], str]:
    """The command that starts the program, and the file that says so."""
    poetry = pyproject.get("tool", {}).get("poetry", {})
    scripts = {**poetry.get("scripts", {}), **pyproject.get("project", {}).get("scripts", {})}
    if wishes.entry.endswith(".py"):
        return _started(listing, wishes.entry), wishes.entry
    if scripts:
        chosen = one_entry(scripts, wishes, "script", "pyproject.toml")
        return (chosen,), "pyproject.toml"
    if "manage.py" in listing and not wishes.entry:
        return _django(listing), "manage.py"
    starts = [file for file in listing.glob("*.py") if file.rpartition("/")[2] in _STARTS]
    starts.sort(key=lambda file: (file.count("/"), _STARTS.index(file.rpartition("/")[2])))
    alone = [file for file in listing.files if file.endswith(".py") and "/" not in file]
    found = starts[:1] or [file for file in alone if file not in {"setup.py", "conftest.py"}]
    chosen = one_entry(found, wishes, "program", "", "Name it: --entry FILE.py")
    return _started(listing, chosen), chosen


def _started(listing: Listing, file: str) -> tuple[str, ...]:
    """How a file is started: by the server that is among its packages, or by itself."""
    packages = "\n".join(listing.text(one) for one in (*_REQUIREMENTS, "pyproject.toml")).lower()
    module = file.removesuffix(".py").removesuffix("/__main__").replace("/", ".")
    if file.endswith("/__main__.py"):
        return "python", "-m", module
    application = _APPLICATION.search(listing.text(file))
    if not application:
        return "python", file
    port = port_in(listing.text(file)) or ("5000" if application[2] == "Flask" else "8000")
    target = f"{module}:{application[1]}"
    if "gunicorn" in packages:
        return "gunicorn", "--bind", f"0.0.0.0:{port}", target
    if application[2] != "Flask" and "uvicorn" in packages:
        return "uvicorn", "--host", "0.0.0.0", "--port", port, target
    if application[2] == "Flask":
        return "flask", "--app", target, "run", "--host", "0.0.0.0", "--port", port
    return "python", file


def _django(listing: Listing) -> tuple[str, ...]:
    packages = "\n".join(listing.text(one) for one in (*_REQUIREMENTS, "pyproject.toml")).lower()
    modules = [file.rpartition("/")[0].replace("/", ".") for file in listing.glob("*wsgi.py")]
    if "gunicorn" in packages and modules:
        return "gunicorn", "--bind", "0.0.0.0:8000", f"{modules[0]}.wsgi:application"
    return "python", "manage.py", "runserver", "0.0.0.0:8000"


def _port(listing: Listing, command: tuple[str, ...], source: str) -> Fact | None:
    if port := port_in(" ".join(command)):
        return Fact("port", port, source)
    for file in _sources(listing, source):
        if port := port_in(listing.text(file)):
            return Fact("port", port, file)
    return None


def _sources(listing: Listing, source: str) -> Iterator[str]:
    """The files to look for a port in: the one that is started, or the package of a script."""
    if source.endswith(".py"):
        yield source
    else:
        yield from (
            f for f in listing.glob("*.py") if stem(f) in {"__main__", "main", "app", "cli"}
        )
