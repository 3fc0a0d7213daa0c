"""Files that may be a Python program, and the command that starts a file."""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace

from bpkit.languages.detected import Candidate, choose
from bpkit.languages.dockerfile_words import stem
from bpkit.languages.listing import Listing, is_aside
from bpkit.languages.python.applications import (
    applications,
    import_root,
    module_of,
)
from bpkit.languages.python.served import MAIN_GUARD, is_installed, served
from bpkit.languages.python.stated import PythonProject
from bpkit.languages.start import StartCommand

_STARTS = {
    "__main__": 50,
    "main": 48,
    "app": 46,
    "run": 44,
    "server": 44,
    "bot": 42,
    "start": 40,
    "application": 40,
    "service": 36,
    "worker": 34,
    "daemon": 34,
    "cli": 32,
    "index": 30,
}
#: Modules of a program that aren't programs themselves.
_NEVER = frozenset(
    {
        *(
            "setup",
            "conftest",
            "config",
            "configuration",
            "settings",
            "constants",
            "const",
            "utils",
        ),
        *("util", "helpers", "models", "schemas", "exceptions", "errors", "types", "version", "db"),
        *(
            "__init__",
            "noxfile",
            "fabfile",
            "tasks",
            "database",
            "logger",
            "logging_config",
            "tests",
        ),
        *(
            "gunicorn_conf",
            "gunicorn.conf",
            "gunicorn_config",
            "test",
            "extensions",
            "forms",
            "urls",
        ),
        *(
            "__version__",
            "_version",
            "wsgi",
            "asgi",
            "env",
            "secrets",
            "sitecustomize",
            "versioneer",
        ),
    }
)
#: Files that build, install or release a project, in any language.
HELPERS = re.compile(
    r"(?i)(?:.*_)?(?:post_?install|conanfile|housekeep|bootstrap|install|uninstall|build|configure"
    r"|release|make|generate|gen|update_\w+|compile|deploy|package|format|lint|bump_\w+)"
)


def of_streamlit(context: PythonProject) -> StartCommand | None:
    """A Streamlit or Gradio program, which has its own server."""
    if not context.packages.first("streamlit", "gradio", "chainlit"):
        return None
    found: list[Candidate] = []
    kinds: dict[str, str] = {}
    for file in context.listing.sources(".py"):
        imported = re.search(
            r"^\s*(?:import|from)\s+(streamlit|gradio|chainlit)\b", context.listing.read(file), re.M
        )
        if imported and "pages/" not in file:
            kinds[file] = imported[1]
            found.append(
                Candidate(file, file, _STARTS.get(stem(file).lower(), 20) - 10 * file.count("/"))
            )
    if not found:
        return None
    chosen = choose(found, context.wishes, "program")
    file = chosen.candidate.entry
    if kinds[file] == "gradio":
        command = StartCommand(
            ("python", file), file, "7860", "", environment={"GRADIO_SERVER_NAME": "0.0.0.0"}
        )
    elif kinds[file] == "chainlit":
        command = StartCommand(
            ("chainlit", "run", file, "--host", "0.0.0.0", "--port", "8000"), file, "8000"
        )
    else:
        words = ("streamlit", "run", file, "--server.address", "0.0.0.0", "--server.port", "8501")
        command = StartCommand((*words, "--server.headless", "true"), file, "8501")
    return replace(command, is_guess=chosen.is_guess).with_notes(*chosen.notes)


def programs(context: PythonProject) -> Iterator[Candidate]:
    """Files that may be the program, by their names, their paths and what they do."""
    listing = context.listing
    sources = listing.sources(".py") or tuple(f for f in listing.glob("*.py"))
    imported = _imported_modules(listing, sources)
    for file in sources:
        name, depth = stem(file), file.count("/")
        has_guard = bool(MAIN_GUARD.search(listing.read(file)))
        # A command of Django's is started by manage.py.
        if name.lower() in _NEVER or is_aside(file) or "/management/commands/" in file:
            continue
        if HELPERS.fullmatch(name) and file != context.wishes.entry:
            continue
        # In a subdirectory a name says little: the file has to do something when it is run.
        if depth and not has_guard and (name not in _STARTS or not _runs(listing.read(file))):
            continue
        likelihood = _STARTS.get(name.lower(), 20) - 5 * depth + (10 if has_guard else 0)
        if name.lower().replace("_", "-") == listing.name.lower().replace("_", "-"):
            likelihood += 24
        if re.search(r"(?i)server|daemon", name):
            likelihood += 6
        if name in imported:
            likelihood -= 25
        yield Candidate(file, file, likelihood)


def is_usual_start(file: str) -> bool:
    """Whether a file is named as programs mostly are."""
    return stem(file).lower() in _STARTS


def _runs(text: str) -> bool:
    """Whether the module does something when it is run, besides defining names."""
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True
    calls = (one.value for one in body if isinstance(one, ast.Expr))
    return any(isinstance(one, ast.Call | ast.Await) for one in calls) or any(
        isinstance(one, ast.For | ast.While | ast.With | ast.AsyncWith) for one in body
    )


def _imported_modules(listing: Listing, sources: tuple[str, ...]) -> set[str]:
    found: set[str] = set()
    for file in sources:
        for one, names in re.findall(
            r"^\s*(?:from\s+([\w.]+)\s+)?import\s+([\w., ]+)", listing.read(file), re.M
        ):
            found |= {part for part in one.split(".") if part}
            found |= {name.split()[0].split(".")[-1] for name in names.split(",") if name.strip()}
    return found


def of_file(
    context: PythonProject, file: str, source: str, *, as_script: bool = False
) -> StartCommand:
    """How a file is started: by a server if it has an application, as a module, or directly."""
    listing = context.listing
    if not file.endswith(".py"):
        text = listing.text(file)
        interpreter = "python" if "python" in text.partition("\n")[0] else "sh"
        return StartCommand((interpreter, file), source)
    if not as_script:
        for one in applications(listing):
            if one.file == file and not one.needs_arguments:
                return served(context, one, source)
    root = import_root(listing, file)
    if stem(file) == "__main__" and "/" in file:
        package = module_of(file, root).removesuffix(".__main__")
        environment = (
            {"PYTHONPATH": f"/srv/app/{root}"} if root and not is_installed(context, root) else {}
        )
        return StartCommand(("python", "-m", package), source, environment=environment)
    if root != posixpath.dirname(file):
        # It imports relative to a directory above it, which only works as a module.
        environment = {"PYTHONPATH": f"/srv/app/{root}".rstrip("/")}
        return StartCommand(("python", file), source, environment=environment)
    return StartCommand(("python", file), source)
