"""What starts a Python project: a stated command, a script, or a server for its application."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bpkit.errors import InputError
from bpkit.languages.command_arguments import as_started, portless_note
from bpkit.languages.detected import Candidate, ProjectWishes, choose, no_such_program
from bpkit.languages.listing import Listing, is_aside
from bpkit.languages.ports import has_subcommands, listening
from bpkit.languages.python.applications import (
    Application,
    applications,
)
from bpkit.languages.python.packages import (
    PythonPackages,
    project_name,
    scripts,
    scripts_file,
)
from bpkit.languages.python.programs import is_usual_start, of_file, of_streamlit, programs
from bpkit.languages.python.served import (
    best_application,
    of_django,
    of_flaskenv,
    served,
    target_of,
)
from bpkit.languages.python.stated import PythonProject, accepted, installs, missing_target
from bpkit.languages.settings_ports import port_of_argument
from bpkit.languages.start import StartCommand
from bpkit.languages.stated import StatedCommand, stated_commands

_DEVELOPERS = re.compile(
    r"(?i)^(?:test|lint|format|fmt|dev|docs?|build|bump|release|check|mypy|black|ruff|coverage|migrate|seed)"
)


def start(listing: Listing, wishes: ProjectWishes, packages: PythonPackages) -> StartCommand:
    """The command that starts the project.

    Raises InputError if the user names what the project doesn't have, or if no candidate is
    likelier than the others.
    """
    context = PythonProject(listing, wishes, packages)
    notes: list[str] = []
    for stated in stated_commands(listing, wishes):
        found = accepted(context, stated)
        if isinstance(found, StartCommand):
            return _with_source_port(context, found.with_notes(*notes), is_stated=True)
        notes.append(found)
    if wishes.entry:
        return _with_source_port(context, _entered(context, wishes.entry))
    found = _looked_for(context)
    return _with_source_port(context, found.with_notes(*notes))


def _with_source_port(
    context: PythonProject, command: StartCommand, *, is_stated: bool = False
) -> StartCommand:
    """The command, with the port that its source listens on, unless an argument is needed first.

    ``is_stated``: the project or the user states the command, so it needs no further words.
    """
    found = _with_found_port(context, command)
    if command.port or context.wishes.port:
        return found
    file = _file_of(context.listing, found.words)
    if not found.port and found.notes == command.notes:
        return found.with_notes(portless_note(context.listing, file))
    has_words = context.wishes.entry.strip().count(" ") > 0
    return found if is_stated or has_words else as_started(context.listing, found, file)


def _file_of(listing: Listing, words: Sequence[str]) -> str:
    """The source that a command starts: a file, a module or a script's target; empty if unknown."""
    if words[:1] != ("python",):
        module = scripts(listing).get(words[0], "").partition(":")[0].replace(".", "/")
    elif words[1:2] == ("-m",) and len(words) > 2:
        module = words[2].replace(".", "/")
    else:
        return words[1] if len(words) > 1 else ""
    roots = [f"{root}{module}" for root in ("", "src/")] if module else []
    ends = (".py", "/__init__.py") if words[0] != "python" else (".py", "/__main__.py")
    return listing.first(*(f"{one}{end}" for one in roots for end in ends)) or ""


def _with_found_port(context: PythonProject, command: StartCommand) -> StartCommand:
    if command.port:
        return command
    if said := port_of_argument(context.listing, command.words):
        return command.with_port(*said)
    files = [word for word in command.words if word.endswith(".py")]
    modules = [
        word
        for before, word in zip(command.words, command.words[1:], strict=False)
        if before == "-m"
    ]
    files += [f"{one.replace('.', '/')}/__main__.py" for one in modules]
    if not files:
        usual = context.listing.named("__main__.py", "main.py", "app.py", "cli.py", "server.py")
        files = [file for file in usual if not is_aside(file)]
    folder = posixpath.dirname(files[0]) if files else ""
    beside = context.listing.sources_below(folder, ".py")
    listens = listening(context.listing, [*files, *beside[:80]])
    if listens is None:
        return command
    is_own = command.words[0] != "sh" and not has_subcommands(
        context.listing, (*files, listens.file)
    )
    at = command.listening(listens, is_own and not context.wishes.cmd)
    # A listener that no program starts may be a part that isn't used.
    return at if listens.file in files else replace(at, port_is_guess=True)


def _entered(context: PythonProject, entry: str) -> StartCommand:
    """The command for the value of ``--entry``. Raises InputError if the project has none."""
    listing, source = context.listing, context.wishes.source_of("entry")
    if " " in entry.strip():
        found = accepted(context, StatedCommand(entry.strip(), source))
        assert isinstance(found, StartCommand)
        return found
    file = entry.removeprefix("./")
    if file in listing:
        return of_file(context, file, source)
    if file in scripts(listing):
        return StartCommand((file,), source)
    module = file.partition(":")[0].replace(".", "/")
    if ":" in file:
        if problem := missing_target(context, file, (file,)):
            raise InputError(f"{source} {entry!r}: {problem}")
        wanted = file.partition(":")[2].partition("(")[0]
        path = listing.first(
            f"{module}.py", f"{module}/__init__.py", f"src/{module}.py", f"src/{module}/__init__.py"
        )
        for one in applications(listing):
            if one.file == path and one.name == wanted:
                return served(context, one, source)
        asgi = context.packages.first("uvicorn", "fastapi", "starlette", "hypercorn")
        made = Application(path or "", wanted, "asgi" if asgi else "wsgi", "")
        return served(context, made, source)
    if main := listing.first(f"{module}/__main__.py", f"src/{module}/__main__.py"):
        return of_file(context, main, source)
    known = [*scripts(listing), *(one.entry for one in programs(context))]
    raise no_such_program(entry, known, source)


def _looked_for(context: PythonProject) -> StartCommand:
    """The command that the project's own sources suggest, the strongest evidence first."""
    for found in (_of_scripts(context), of_flaskenv(context), of_django(context)):
        if found:
            return found
    streamlit = of_streamlit(context)
    if streamlit:
        return streamlit
    found_apps = list(applications(context.listing))
    if found_apps:
        return best_application(context, found_apps)
    chosen = choose(
        programs(context), context.wishes, "program", missing="name it with --entry FILE.py"
    )
    file = chosen.candidate.entry
    command = of_file(context, file, chosen.candidate.file)
    command = replace(command, is_guess=chosen.is_guess).with_notes(*chosen.notes)
    if chosen.notes or context.wishes.entry or "/" not in file or is_usual_start(file):
        return command
    return replace(command, is_guess=True).with_notes(
        f"the program {file} is a guess, as only its own code shows that it can be run:"
        " name another with --entry"
    )


def _of_scripts(context: PythonProject) -> StartCommand | None:
    """The program that the project itself installs."""
    if not context.packages.installs_itself:
        return None
    name = _as_script(context.listing.name)
    project = _as_script(project_name(context.listing)) or name
    # The longest script name that starts with the project's is usually its server (``foo-server``,
    # ``food``), and likelier than its tools; the project's exact name is likelier than both.
    own = {project: 50, name: 50, f"{project}d": 45, f"{project}-server": 45, f"{project}-web": 42}
    found: list[Candidate] = []
    for script, target in scripts(context.listing).items():
        path = target.partition(":")[0].replace(".", "/")
        files = [f"{root}{path}{end}" for root in ("", "src/") for end in (".py", "/__init__.py")]
        file = context.listing.first(*files)
        is_file = ":" not in target
        if is_file:
            file = context.listing.first(target)
        # A directory of the package itself isn't a helper of the project, whatever its name.
        top = (file or "").removeprefix("src/").partition("/")[0]
        # Files that setup.py installs unchanged are usually in scripts/ or bin/.
        is_helper = not is_file and is_aside(f"{top}/x")
        if not file or is_helper or _DEVELOPERS.match(script):
            continue
        likelihood = own.get(_as_script(script), 30)
        found.append(Candidate(script, scripts_file(context.listing), likelihood))
    if not found:
        return None
    if package := _unscripted_package(context, own):
        # The scripts may only be tools of what is started by the package itself.
        found.append(Candidate(package, f"{package}/__main__.py", 45))
    chosen = choose(found, context.wishes, "script")
    if chosen.candidate.entry == package:
        command = of_file(context, _main_of(context, package), chosen.candidate.file)
        return replace(command, is_guess=chosen.is_guess).with_notes(*chosen.notes)
    notes = list(chosen.notes)
    found_apps = [one for one in applications(context.listing) if not is_aside(one.file)]
    is_guess = chosen.is_guess
    if found_apps and installs(
        context, "uvicorn" if found_apps[0].protocol == "asgi" else "gunicorn"
    ):
        target = target_of(context.listing, found_apps[0])[0]
        notes.append(
            f"the script {chosen.candidate.entry} is a guess; there is also"
            f" the application {target}: name it with --entry {target}"
        )
        is_guess = True
    return StartCommand(
        (chosen.candidate.entry,), chosen.candidate.file, is_guess=is_guess, notes=tuple(notes)
    )


def _unscripted_package(context: PythonProject, own: Mapping[str, int]) -> str:
    """The project's package if ``python -m`` starts it, and no script does; else empty."""
    named = scripts(context.listing)
    if any(_as_script(one) in own for one in named):
        return ""
    targets = [target.partition(":")[0] for target in named.values()]
    for file in context.listing.named("__main__.py"):
        package = file.removeprefix("src/").removesuffix("/__main__.py")
        if "/" in package or _as_script(package) not in own:
            continue
        if f"{package}.__main__" not in targets:
            return package
    return ""


def _main_of(context: PythonProject, package: str) -> str:
    paths = (f"{root}{package}/__main__.py" for root in ("", "src/"))
    return context.listing.first(*paths) or ""


def _as_script(name: str) -> str:
    """A name in normal form: in lower case, with hyphens."""
    return re.sub(r"[-_.]+", "-", name).lower()
