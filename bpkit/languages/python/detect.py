"""Python: uv, Poetry, PDM, Pipenv, pip, and programs that need no packages."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import replace

from bpkit.errors import InputError, Place
from bpkit.languages.detected import Detected, Fact, ProjectWishes, Values
from bpkit.languages.dockerfile_words import argv, copied, words
from bpkit.languages.listing import Listing
from bpkit.languages.naming import image_name
from bpkit.languages.python.git_version import (
    UNKNOWN,
    calls_git,
    git_version_note,
    git_version_variable,
)
from bpkit.languages.python.members import member_of, name_of_member, programs_of_members
from bpkit.languages.python.packages import (
    REQUIREMENTS,
    PythonPackages,
    packages,
    project_name,
    third_party_imports,
)
from bpkit.languages.python.programs import HELPERS
from bpkit.languages.python.settings_folders import settings_folders
from bpkit.languages.python.start import start
from bpkit.languages.python.system_packages import system_packages
from bpkit.languages.runtime_files import WrittenPlaces, writing_note, written_places
from bpkit.languages.start import StartCommand, environment_values
from bpkit.languages.versions import fits, pinned_version, release_fact, short, version_of_base
from bpkit.languages.writable import make_writable

RELEASES = ("3.9", "3.10", "3.11", "3.12", "3.13")
UV_VERSION = "0.8.22"
POETRY_VERSION = "2.1.4"
#: Tools whose lock file is exported for pip, and the command that exports it.
_EXPORTED = {
    "pipenv": ("pipenv==2025.0.4", "pipenv requirements > /tmp/requirements.txt"),
    "pdm": (
        # It breaks with the next hishel release, but doesn't declare that.
        "pdm==2.29.4 'hishel<2'",
        "pdm export --prod --without-hashes --output /tmp/requirements.txt",
    ),
}
_TITLES = {"pip": "pip", "pyproject": "pip", "setup": "pip", "bare": "nothing"}
_CHECK = "import socket; socket.create_connection(('127.0.0.1', {port}), 3)"
_DEPENDENCIES = (
    "python -c \"import tomllib; project = tomllib.load(open('pyproject.toml', 'rb'))['project']; "
    "print(*project.get('dependencies', []), sep='\\n')\" > /tmp/requirements.txt"
)
_USER = "65532:65532"
#: These write files while a package is built.
_OF_BUILD = frozenset({"setup.py", "hatch_build.py", "build.py", "release.py", "noxfile.py"})


def sign(listing: Listing) -> str | None:
    """A manifest that names packages or a program; else a lone program, which doesn't need one."""
    manifest = listing.first("uv.lock", "poetry.lock", "pdm.lock", "Pipfile", *REQUIREMENTS)
    if manifest or listing.first("manage.py", "setup.py"):
        return manifest or listing.first("manage.py", "setup.py")
    if "pyproject.toml" in listing and not _is_for_tools(listing):
        return "pyproject.toml"
    return lone_program(listing)


def _is_for_tools(listing: Listing) -> bool:
    """Whether pyproject.toml only configures tools, as in projects in other languages."""
    pyproject = listing.toml("pyproject.toml")
    tool = pyproject.get("tool") or {}
    is_project = "project" in pyproject or "poetry" in tool or "workspace" in tool.get("uv", {})
    return not is_project and "build-system" not in pyproject


def lone_program(listing: Listing) -> str | None:
    """A source at the top of a project without a manifest."""
    for file in listing.in_folder(""):
        stem = file.removesuffix(".py")
        is_aside = file.startswith(("setup.", "conftest.", "noxfile.", "test_"))
        if stem != file and not is_aside and not HELPERS.fullmatch(stem):
            return file
    return None


def read(listing: Listing, wishes: ProjectWishes) -> Detected:
    """The interpreter's version, the installer, the start command, and its port."""
    _refuse_conda(listing)
    if folder := member_of(listing, wishes):
        return _of_member(listing, folder, replace(wishes, entry=""))
    found = packages(listing)
    command = start(listing, wishes, found)
    _refuse_python_2(listing, command)
    if wishes.port:
        command = _on_port(command, wishes)
    others = [] if wishes.entry or wishes.cmd else programs_of_members(listing, wishes)
    if others:
        command = command.with_notes(
            f"the workspace's {', '.join(others)} can be started too: name one with"
            f" --entry {others[0]}"
        )
    return _described(listing, wishes, found, command, _version(listing))


def _of_member(listing: Listing, folder: str, wishes: ProjectWishes) -> Detected:
    """A workspace member: installed with the members it needs, run in its own directory."""
    own = listing.below(folder)
    own_packages = packages(own)
    command = start(own, wishes, own_packages)
    if wishes.port:
        command = _on_port(command, wishes)
    environment = {
        name: value.replace("/srv/app", f"/srv/app/{folder}")
        for name, value in command.environment.items()
    }
    command = replace(command, environment=environment)
    version = _version(own)
    if not version.file and not version.allowed_by:
        version = _version(listing)
    elif version.file in own or version.allowed_by in own:
        version = replace(
            version,
            file=version.file and f"{folder}/{version.file}",
            allowed_by=version.allowed_by and f"{folder}/{version.allowed_by}",
        )
    found = replace(packages(listing), names=own_packages.names)
    name = wishes.name or image_name(name_of_member(listing, folder) or own.name)
    detected = _described(own, replace(wishes, name=name), found, command, version)
    values = {
        **_values(listing, found, version.value, command, WrittenPlaces()),
        "make_writable": detected.values["make_writable"],
        "virtual": "",
        "package": f"--package {name_of_member(listing, folder)}",
        "workdir": f"/srv/app/{folder}",
    }
    facts = (
        Fact("workspace member", folder, "pyproject.toml"),
        *(
            replace(one, file=f"{folder}/{one.file}")
            if one.file in own and one is not version and one.what != "installed by"
            else one
            for one in detected.facts
        ),
    )
    return replace(detected, values=values, facts=facts)


def _described(
    listing: Listing,
    wishes: ProjectWishes,
    found: PythonPackages,
    command: StartCommand,
    version: Fact,
) -> Detected:
    sources = listing.sources(".py")
    places = written_places(listing, (one for one in sources if one not in _OF_BUILD))
    places = places.with_folders(settings_folders(listing))
    base = wishes.base or "python:${PYTHON_VERSION}-slim-bookworm"
    locks = [file for file in found.manifests if file.endswith(".lock")]
    facts = [
        version,
        *(
            [Fact("installed by", _TITLES.get(found.tool, found.tool), _manifest(found))]
            if found.manifests
            else []
        ),
        command.fact,
        *(Fact("lock file", lock, lock) for lock in locks),
        *command.port_facts,
    ]
    # Python's packages of names that differ in capitals only are one: PEP 503.
    name = wishes.name or image_name(project_name(listing).lower() or listing.name)
    notes = (*command.notes, *_notes(listing, found, sources), *writing_note(places))
    return Detected(
        "Python",
        f"python/{_TEMPLATES.get(found.tool, found.tool)}",
        name,
        base,
        _values(listing, found, version.value, command, places),
        tuple(facts),
        command.port,
        notes=tuple(dict.fromkeys(notes)),
    )


def _manifest(found: PythonPackages) -> str:
    """The file that the tool installs from: the lock file, if it has one."""
    return found.manifests[0] if found.tool in {"pip", "setup"} else found.manifests[-1]


def _refuse_python_2(listing: Listing, command: StartCommand) -> None:
    """Raise InputError for a Python 2 program, as no maintained image has Python 2."""
    for file in (word for word in command.words if word.endswith(".py") and word in listing):
        text = listing.read(file)
        try:
            ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            if re.search(
                r"^\s*(?:print\s+[\"'\w%]|except\s+[\w.]+\s*,\s*\w+\s*:)", text, re.MULTILINE
            ):
                raise InputError(
                    "it is written for Python 2, which has no maintained base image",
                    place=Place(file, getattr(error, "lineno", None) or 1),
                    hint="run '2to3 -w .', or write the Dockerfile by hand",
                ) from None


_TEMPLATES = {"pipenv": "exported", "pdm": "exported", "setup": "pyproject"}


#: How to pass a port to servers, if the command leaves it at their default.
_PORT_SWITCHES = {
    **dict.fromkeys(("flask", "uvicorn", "fastapi", "granian", "waitress-serve"), "--port"),
    "streamlit": "--server.port",
    "daphne": "-p",
}


def _on_port(command: StartCommand, wishes: ProjectWishes) -> StartCommand:
    """The command, on the port that the user wants."""
    source = wishes.source_of("port")
    if not command.port or command.port == wishes.port:
        return replace(command, port=wishes.port, port_file=source, port_is_guess=False)
    text = re.compile(rf"(?<!\d){command.port}(?!\d)")
    words = tuple(text.sub(wishes.port, word) for word in command.words)
    environment = {k: text.sub(wishes.port, v) for k, v in command.environment.items()}
    program = words[2] if words[:2] == ("python", "-m") and len(words) > 2 else words[0]
    switch = _PORT_SWITCHES.get(program)
    if words == command.words and environment == dict(command.environment) and switch:
        words = (*words, switch, wishes.port)
        command = command.with_notes(f"{source} adds {switch} {wishes.port} to the command")
    return replace(
        command,
        words=words,
        environment=environment,
        port=wishes.port,
        port_file=source,
        port_is_guess=False,
    )


def _values(
    listing: Listing,
    found: PythonPackages,
    version: str,
    command: StartCommand,
    places: WrittenPlaces,
) -> Values:
    text = "\n".join(listing.text(one) for one in found.manifests)
    from_git = re.search(r"git\+(?:https?|ssh)|\bgit = ", text) is not None
    for_build, for_runtime = system_packages(
        found, uses_git=from_git or (found.installs_itself and calls_git(listing))
    )
    at_top = [file for file in found.manifests if "/" not in file]
    members = _member_manifests(listing) if found.tool == "uv" else ()
    has_paths = found.tool == "uv" and bool(re.search(r"(?m)^[^#\n]*\bpath\s*=", text))
    whole = (
        found.is_local
        or has_paths
        or (found.tool in {"poetry"} and bool(re.search(r"\bpath\s*=", text)))
    )
    exported, export = _EXPORTED.get(found.tool, ("", ""))
    if found.tool == "pipenv" and "Pipfile.lock" not in found.manifests:
        export = f"pipenv lock && {export}"
    needs_source = command.words[0] in {"python", "sh", "gunicorn", "uvicorn", "streamlit", "flask"}
    variable = git_version_variable(listing) if found.installs_itself else ""
    is_script = found.installs_itself and not needs_source and not places
    return {
        "python_version": version,
        "uv_version": _tool_version(listing, UV_VERSION, "uv", "required-version"),
        "poetry_version": _tool_version(listing, POETRY_VERSION, "poetry", "requires-poetry"),
        "manifests": "." if whole else words(at_top),
        "member_manifests": () if whole else copied((*found.manifests, *members)),
        "requirements": words(found.manifests[:1]),
        "exporter": exported,
        "export": export,
        "dependencies": _DEPENDENCIES
        if found.tool == "pyproject" and _can_read_toml(version)
        else "",
        "itself": "." if found.installs_itself else "",
        "git_version": UNKNOWN if variable else "",
        "git_version_variable": variable,
        "frozen": "--frozen" if "uv.lock" in found.manifests else "",
        "package": "",
        "workdir": "/srv/app",
        "virtual": "" if found.installs_itself else "--no-install-project",
        "no_root": "" if found.installs_itself else "--no-root",
        "source": "/src" if is_script else "/srv/app",
        "server": " ".join(command.packages),
        "build_packages": for_build,
        "runtime_packages": for_runtime,
        **environment_values(command.environment),
        "make_writable": make_writable(places, _USER),
        "entrypoint": command.entrypoint,
        "healthcheck": argv("python", "-c", _CHECK.format(port=command.port))
        if command.tcp_port
        else "",
    }


def _tool_version(listing: Listing, default: str, tool: str, key: str) -> str:
    """The tool's release that the project requires, unless the default satisfies it."""
    wanted = (listing.toml("pyproject.toml").get("tool") or {}).get(tool, {}).get(key)
    if tool == "uv":
        wanted = wanted or listing.toml("uv.toml").get(key)
    if not isinstance(wanted, str) or fits(default, wanted):
        return default
    named = re.search(r"(?:==|>=|~=|\^|~)?\s*v?(\d+(?:\.\d+)+)", wanted)
    return named[1] if named else default


def _can_read_toml(version: str) -> bool:
    """Whether this Python can read TOML without packages."""
    return tuple(int(part) for part in version.split(".")[:2]) >= (3, 11)


def _member_manifests(listing: Listing) -> Iterator[str]:
    """The manifests of workspace members, and of directories that are named as packages."""
    tool = (listing.toml("pyproject.toml").get("tool") or {}).get("uv") or {}
    sources = tool.get("sources") or {}
    if "workspace" in tool or any(
        isinstance(one, dict) and "path" in one for one in sources.values()
    ):
        for file in listing.named("pyproject.toml"):
            if "/" in file:
                yield file


def _refuse_conda(listing: Listing) -> None:
    file = listing.first("environment.yml", "environment.yaml")
    if file and not sign_of_pip(listing):
        raise InputError(
            "the packages come from conda, for which there is no template",
            place=Place(file),
            hint="write a requirements.txt, or pass a template of your own with --template DIR",
        )


def sign_of_pip(listing: Listing) -> str | None:
    """A manifest that pip, or a tool around it, can install from."""
    return listing.first(*REQUIREMENTS, "pyproject.toml", "Pipfile", "setup.py", "setup.cfg")


def _notes(listing: Listing, found: PythonPackages, sources: tuple[str, ...]) -> Iterator[str]:
    if found.installs_itself and (variable := git_version_variable(listing)):
        yield git_version_note(variable)
    if found.tool == "bare":
        missing = third_party_imports(listing, sources[:60], frozenset(sys.stdlib_module_names))
        if missing:
            yield (
                "no file says which packages to install, but the source imports"
                f" {', '.join(missing[:6])}:"
                " write a requirements.txt"
            )
    if found.tool == "poetry" and "poetry.lock" not in listing:
        yield "there is no poetry.lock: each build installs the newest matching packages"
    if found.tool == "uv" and "uv.lock" not in found.manifests:
        yield "there is no uv.lock: each build installs the newest matching packages"
    if found.tool == "pipenv" and "Pipfile.lock" not in listing:
        yield "there is no Pipfile.lock: each build installs the newest matching packages"


def _version(listing: Listing) -> Fact:
    what = "Python version"
    for file, shape in (
        (".python-version", r"\s*(?:[a-z]*-?)(3\.\d+)"),
        ("runtime.txt", r"\s*python-(3\.\d+)"),
    ):
        if pinned := re.match(shape, listing.text(file)):
            return Fact(what, pinned[1], file)
    if tool := pinned_version(listing, "python"):
        return Fact(what, short(tool[0]), tool[1])
    pipfile = listing.toml("Pipfile").get("requires") or {}
    for key in ("python_version", "python_full_version"):
        if isinstance(pipfile.get(key), str) and (exact := re.match(r"3\.\d+", pipfile[key])):
            return Fact(what, exact[0], "Pipfile")
    if (base := version_of_base(listing, "python")) and "." in base[0]:
        return Fact(what, short(base[0]), base[1])
    pyproject = listing.toml("pyproject.toml")
    poetry = (pyproject.get("tool") or {}).get("poetry") or {}
    wanted = (pyproject.get("project") or {}).get("requires-python") or (
        poetry.get("dependencies") or {}
    ).get("python", "")
    file = "pyproject.toml"
    if not wanted and (
        said := re.search(
            r"python_requires\s*=\s*['\"]?([^'\"\n]+)", listing.text("setup.cfg", "setup.py")
        )
    ):
        wanted, file = said[1], listing.first("setup.cfg", "setup.py") or ""
    found = (
        release_fact(what, RELEASES, wanted, file) if isinstance(wanted, str) and wanted else None
    )
    return found or Fact(what, RELEASES[-1])
