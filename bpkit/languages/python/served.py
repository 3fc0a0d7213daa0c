"""Servers for Python applications: objects, factories, Django and similar frameworks."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace

from bpkit.errors import InputError
from bpkit.languages.detected import Candidate, guess_note, several
from bpkit.languages.listing import Listing, is_aside
from bpkit.languages.ports import listening
from bpkit.languages.python.applications import (
    Application,
    applications,
    import_root,
    module_of,
)
from bpkit.languages.python.stated import DEFAULT_PORT, GUNICORN, UVICORN, PythonProject, installs
from bpkit.languages.start import StartCommand

MAIN_GUARD = re.compile(r"^if\s+__name__\s*==\s*['\"]__main__['\"]", re.MULTILINE)


def best_application(context: PythonProject, found: list[Application]) -> StartCommand:
    best, others = found[0], found[1:]
    if best.needs_arguments:
        raise InputError(
            f"{best.file} creates its application with {best.name}(), which needs arguments",
            hint=f"pass them with --cmd \"gunicorn '{module_of(best.file, '')}:{best.name}(...)'\"",
        )
    command = served(context, best, best.file)
    # What calls the best one, or is called by it, isn't another program.
    rivals = [one for one in others if not one.is_factory and best.likelihood - one.likelihood < 12]
    rivals = [one for one in rivals if one.file != best.file]
    if not rivals:
        return command
    as_candidates = [
        Candidate(target_of(context.listing, one)[0], one.file) for one in (best, *rivals)
    ]
    if context.wishes.every:
        raise several(as_candidates, "application")
    note = guess_note("application", as_candidates[0], as_candidates[1:])
    return replace(command, is_guess=True).with_notes(note)


def target_of(listing: Listing, one: Application) -> tuple[str, str]:
    """The object as servers name it, and the directory that they have to search."""
    root = import_root(listing, one.file)
    attribute = f".{one.attribute}" if one.attribute else ""
    return f"{module_of(one.file, root)}:{one.name}{attribute}", root


def served(context: PythonProject, one: Application, source: str) -> StartCommand:
    """The application behind a server: one of the project's packages, or one that is added."""
    listing, _packages = context.listing, context.packages
    text = listing.text(one.file)
    if (
        re.search(r"\bsocketio\.run\(|\bapp\.run_server\(.*(?:processes|threaded)", text)
        or one.maker in {"Sanic", "Robyn"}
    ) and MAIN_GUARD.search(text):
        return StartCommand(("python", one.file), source)
    target, root = target_of(listing, one)
    environment = (
        {"PYTHONPATH": f"/srv/app/{root}"} if root and not is_installed(context, root) else {}
    )
    listens = listening(listing, [one.file])
    port = listens.port if listens and listens.port and not listens.is_default else ""
    port_file = listens.file if port and listens else ""
    port = port or ("5000" if one.maker == "Flask" else DEFAULT_PORT)
    installed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    if one.protocol == "asgi":
        server = next((s for s in ("uvicorn", "hypercorn", "daphne") if installs(context, s)), "")
        if not server and installs(context, "gunicorn") and installs(context, "uvicorn-worker"):
            server = "gunicorn"
        if not server:
            server, installed = "uvicorn", (UVICORN,)
    else:
        server = next(
            (s for s in ("gunicorn", "waitress-serve", "uwsgi") if installs(context, s)), ""
        )
        if server in {"", "uwsgi"}:
            server, installed = "gunicorn", (GUNICORN,)
    if installed:
        notes = (
            (
                f"no server for {target} is among the project's packages:"
                f" the Dockerfile installs {installed[0]}"
            ),
        )
    call = f"{target}()" if one.is_factory else target
    words = {
        "gunicorn": ("gunicorn", "--bind", f"0.0.0.0:{port}", call),
        "waitress-serve": (
            "waitress-serve",
            "--listen",
            f"0.0.0.0:{port}",
            *(("--call",) if one.is_factory else ()),
            target,
        ),
        "uvicorn": (
            "uvicorn",
            "--host",
            "0.0.0.0",
            "--port",
            port,
            *(("--factory",) if one.is_factory else ()),
            target,
        ),
        "hypercorn": ("hypercorn", "--bind", f"0.0.0.0:{port}", call),
        "daphne": ("daphne", "-b", "0.0.0.0", "-p", port, target),
    }[server]
    return StartCommand(
        words, source, port, port_file, notes=notes, environment=environment, packages=installed
    )


def is_installed(context: PythonProject, root: str) -> bool:
    return root == "src" and context.packages.installs_itself


def of_flaskenv(context: PythonProject) -> StartCommand | None:
    """The application that ``FLASK_APP`` in .flaskenv names."""
    text = context.listing.text(".flaskenv")
    named = re.search(r"^\s*(?:export\s+)?FLASK_APP\s*=\s*['\"]?([\w./:]+)", text, re.MULTILINE)
    if not named:
        return None
    module, _, name = named[1].partition(":")
    path = module.removesuffix(".py").replace(".", "/").strip("/")
    listing = context.listing
    file = listing.first(f"{path}.py", f"{path}/__init__.py")
    found = [one for one in applications(listing) if one.file == file and name in {"", one.name}]
    port = re.search(r"^\s*FLASK_RUN_PORT\s*=\s*(\d+)", text, re.MULTILINE)
    if found:
        command = served(context, found[0], ".flaskenv")
    elif file:
        # ``from app import create_app; app = create_app()`` and similar: Flask itself finds it.
        inside = re.search(
            r"^(app|application)\b\s*=|import\s+(app|application)\b", listing.read(file), re.M
        )
        if not inside:
            return None
        made = Application(file, inside[1] or inside[2], "wsgi", "Flask")
        command = served(context, made, ".flaskenv")
    else:
        return None
    if port:
        command = replace(command.on_port(port[1]), port_file=".flaskenv")
    return command


def of_django(context: PythonProject) -> StartCommand | None:
    listing = context.listing
    for file in listing.named("manage.py"):
        if is_aside(file) or "django" not in listing.read(file).lower():
            continue
        root = posixpath.dirname(file)
        start = f"{root}/" if root else ""
        channels = context.packages.first("channels", "daphne")
        kind = "asgi" if channels else "wsgi"
        found = [
            f
            for f in listing.named(f"{kind}.py", "wsgi.py")
            if f.startswith(start) and not is_aside(f)
        ]
        if not found:
            continue
        settings = re.search(r"DJANGO_SETTINGS_MODULE['\"]\s*,\s*['\"]([\w.]+)", listing.read(file))
        wanted = [
            f
            for f in found
            if settings and module_of(f, root).split(".")[0] == settings[1].split(".")[0]
        ]
        one = Application(
            (wanted or found)[0],
            "application",
            "asgi" if kind in (wanted or found)[0] and channels else "wsgi",
            "Django",
        )
        command = served(context, one, one.file)
        target, _ = f"{module_of(one.file, root)}:application", root
        words = tuple(target if word.endswith(":application") else word for word in command.words)
        if root:
            command = replace(
                command, environment={**command.environment, "PYTHONPATH": f"/srv/app/{root}"}
            )
        return replace(command, words=words).with_notes(*_django_notes(listing, root))
    return None


def _django_notes(listing: Listing, root: str) -> Iterator[str]:
    settings = [
        f
        for f in listing.sources(".py")
        if "settings" in f and f.startswith(f"{root}/" if root else "")
    ]
    texts = "\n".join(listing.read(f) for f in settings[:8])
    if re.search(r"^\s*STATIC_ROOT\s*=", texts, re.MULTILINE):
        yield (
            "the settings have a STATIC_ROOT, but the Dockerfile doesn't run 'python manage.py"
            " collectstatic', as it may need environment variables"
        )
    if re.search(r"^\s*ALLOWED_HOSTS\s*=\s*\[\s*\]", texts, re.MULTILINE):
        yield "ALLOWED_HOSTS is empty: with DEBUG off Django answers 400 to every host"
