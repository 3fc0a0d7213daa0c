"""The start command that a project file, or the user, states for Python."""

from __future__ import annotations

import itertools
import posixpath
import re
from dataclasses import dataclass, replace

from bpkit.errors import InputError
from bpkit.languages.detected import ProjectWishes
from bpkit.languages.listing import Listing
from bpkit.languages.python.packages import PythonPackages, scripts
from bpkit.languages.start import StartCommand, as_stated
from bpkit.languages.stated import StatedCommand, split_words

GUNICORN, UVICORN = "gunicorn==23.0.0", "uvicorn==0.35.0"
DEFAULT_PORT = "8000"
SERVERS = {
    "gunicorn": GUNICORN,
    "uvicorn": UVICORN,
    "hypercorn": "hypercorn==0.17.3",
    "daphne": "daphne==4.2.1",
    "waitress-serve": "waitress==3.0.2",
    "granian": "granian",
}
#: Commands whose package has another name.
_OF_PACKAGES = {
    "waitress-serve": "waitress",
    "celery": "celery",
    "flask": "flask",
    "fastapi": "fastapi",
    "streamlit": "streamlit",
    "chainlit": "chainlit",
    "django-admin": "django",
    "dagster": "dagster",
    "scrapy": "scrapy",
    "jupyter": "jupyter",
    "alembic": "alembic",
    "rq": "rq",
    "dramatiq": "dramatiq",
    "sanic": "sanic",
    "litestar": "litestar",
    "twistd": "twisted",
    "huey_consumer": "huey",
    "mkdocs": "mkdocs",
    "uwsgi": "uwsgi",
    "panel": "panel",
    "bokeh": "bokeh",
    "solara": "solara",
    "arq": "arq",
    "taskiq": "taskiq",
    "prefect": "prefect",
    "airflow": "apache-airflow",
}


@dataclass(frozen=True)
class PythonProject:
    """The inputs for the choice of a command."""

    listing: Listing
    wishes: ProjectWishes
    packages: PythonPackages


def accepted(context: PythonProject, stated: StatedCommand) -> StartCommand | str:
    """The command, if the project has what it starts; else the note that it doesn't.

    Raises InputError if the command is the user's.
    """
    listing, text = context.listing, stated.text
    if stated.is_for_development and not stated.is_of_user:
        return f"{stated.file} starts a development server ({stated.text}), which is skipped"
    packages: list[str] = []
    last = re.split(r"&&|;|\|\|", text)[-1].strip()
    try:
        words = split_words(re.sub(r"^\s*(?:exec\s+|\w+=\S+\s+)+", "", last), stated.file)
    except InputError:
        # The separator is inside quotes: it belongs to a shell's own command.
        words = stated.words
    if words[:2] in {("sh", "-c"), ("bash", "-c")} and len(words) == 3:
        last = re.split(r"&&|;|\|\|", words[2])[-1].strip()
        words = split_words(re.sub(r"^\s*(?:exec\s+|\w+=\S+\s+)+", "", last), stated.file)
    if not words:
        return f"{stated.file} states no command"
    program = posixpath.basename(words[0])
    problem = _missing(context, words)
    if problem:
        if stated.is_of_user:
            raise InputError(
                f"{stated.file} {text!r}: {problem}"
                if stated.file.startswith("--")
                else f"the command {text!r} of {stated.file}: {problem}",
                hint="pass one that the project has, or omit it to see what is found",
            )
        return f"{stated.file} starts '{text}', but {problem}: it is skipped"
    notes: list[str] = []
    if program in SERVERS and not installs(context, program):
        packages.append(SERVERS[program])
        notes.append(
            f"{program} isn't among the project's packages: the Dockerfile installs {packages[0]}"
        )
    text = re.sub(rf"(?:^|(?<=\s))[\w./-]*bin/(?={re.escape(program)}(?:\s|$))", "", text)
    text, added = _for_all_hosts(listing, program, text, words)
    command = as_stated(stated, DEFAULT_PORT, text)
    if stated.is_for_development:
        notes.append(f"'{text}' starts a development server")
    if added:
        notes.append(f"{stated.file} would listen on localhost only: {added} is added")
    default = {"gunicorn": "8000", "uvicorn": "8000", "hypercorn": "8000", "daphne": "8000"}
    default |= {"streamlit": "8501", "fastapi": "8000", "flask": "5000", "waitress-serve": "8080"}
    if program in default and not command.port:
        command = command.with_port(stated.port or default[program], stated.file)
    return replace(command, packages=tuple(packages)).with_notes(*notes)


def _for_all_hosts(
    listing: Listing, program: str, text: str, words: tuple[str, ...]
) -> tuple[str, str]:
    """The command with the option that makes its server listen on all addresses; the option."""
    has_settings = listing.first("gunicorn.conf.py", "gunicorn_conf.py", "gunicorn_config.py")
    said = re.search(
        r"--host\b|--bind\b|(?:^|\s)-b\b|(?:^|\s)-h\b|--listen\b|--server\.address|-c\b|--config\b",
        text,
    )
    if said or (program == "gunicorn" and has_settings):
        return text, ""
    port = re.search(r"--port[= ](\S+)|(?:^|\s)-p[= ](\S+)", text)
    switches = {
        "uvicorn": "--host 0.0.0.0",
        "fastapi": "--host 0.0.0.0",
        "flask": "--host 0.0.0.0",
        "hypercorn": "--bind 0.0.0.0:8000",
        "daphne": "-b 0.0.0.0",
        "granian": "--host 0.0.0.0",
        "gunicorn": "--bind 0.0.0.0:8000",
        "streamlit": "--server.address 0.0.0.0",
    }
    switch = switches.get(program, "")
    if not switch or (program == "gunicorn" and port):
        return text, ""
    if (
        words[1:2] not in (("run",),)
        and program in {"flask", "streamlit", "fastapi"}
        and "run" not in words
    ):
        return text, ""
    return f"{text} {switch}", switch


def installs(context: PythonProject, program: str) -> bool:
    packages = context.packages
    if program == "uvicorn" and (
        packages.has("fastapi", "standard") or packages.has("fastapi", "all")
    ):
        return True
    if packages.tool in {"uv", "poetry", "pdm", "pipenv"}:
        locks = [one for one in packages.manifests if one.endswith(".lock")]
        for lock in locks:
            name = _OF_PACKAGES.get(program, program)
            if re.search(
                rf"(?m)^(?:name = \"{name}\"|\s+\"{name}\": \{{)", context.listing.text(lock)
            ):
                return True
    return _OF_PACKAGES.get(program, program) in packages


def _missing(context: PythonProject, words: tuple[str, ...]) -> str:
    """What the command needs and the project lacks, as the end of a sentence; empty if nothing."""
    listing = context.listing
    program, rest = posixpath.basename(words[0]), list(words[1:])
    if re.fullmatch(r"python[\d.]*|pypy3?", program):
        while rest and rest[0].startswith("-") and rest[0] not in {"-m", "-c"}:
            rest.pop(0)
        if rest[:1] == ["-m"] and len(rest) > 1:
            return _missing_module(context, rest[1], tuple(rest[1:]))
        if rest and rest[0].endswith(".py") and not listing.has(posixpath.normpath(rest[0])):
            return f"the project has no {rest[0]}"
        return ""
    if program in {"sh", "bash"} and rest and not rest[0].startswith("-"):
        return "" if listing.has(posixpath.normpath(rest[0])) else f"the project has no {rest[0]}"
    if re.search(r"(?:^|/)bin/\w", words[0]) and (program in SERVERS or program in _OF_PACKAGES):
        # From a virtual environment: here another one is on PATH.
        return _missing(context, (program, *words[1:]))
    if "/" in words[0] or program.endswith(".sh"):
        return _missing_file(listing, words[0])
    targets = [
        word for word in rest if re.fullmatch(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*(?:\(.*\))?", word)
    ]
    if program in SERVERS and targets:
        return missing_target(context, targets[-1], words)
    if (
        program in SERVERS
        and rest
        and re.fullmatch(r"[A-Za-z_][\w.]*", rest[-1])
        and not rest[-1].isdigit()
    ):
        return missing_target(context, rest[-1], words)
    if program in scripts(listing) or program in SERVERS:
        return ""
    if program == "streamlit" and len(rest) > 1 and not listing.has(posixpath.normpath(rest[1])):
        return f"the project has no {rest[1]}"
    if installs(context, program) or program in {
        "supervisord",
        "nginx",
        "honcho",
        "circusd",
        "bin",
        "echo",
    }:
        return ""
    known = _OF_PACKAGES.get(program)
    return f"{known} isn't among its packages" if known else f"it has no program {program}"


def _missing_file(listing: Listing, program: str) -> str:
    if program.startswith("/"):
        is_of_base = re.fullmatch(r"(?:/usr)?(?:/local)?/bin/(?:sh|bash|env|python[\d.]*)", program)
        return "" if is_of_base else f"the image has no {program}"
    return "" if listing.has(posixpath.normpath(program)) else f"the project has no {program}"


def _missing_module(context: PythonProject, module: str, words: tuple[str, ...]) -> str:
    listing = context.listing
    program = module.partition(".")[0]
    if program in SERVERS:
        return _missing(context, (program, *words[1:]))
    path = module.replace(".", "/")
    for root in ("", "src/"):
        if f"{root}{path}.py" in listing or f"{root}{path}/__main__.py" in listing:
            return ""
    if listing.has_folder(path.partition("/")[0]) or f"{program}.py" in listing:
        return f"the project has no module {module}"
    return ""


def missing_target(context: PythonProject, target: str, words: tuple[str, ...]) -> str:
    """What a server has to serve and the project lacks."""
    listing = context.listing
    module, _, name = target.partition(":")
    folder = ""
    for before, word in itertools.pairwise(words):
        if before in {"--chdir", "--app-dir"}:
            folder = posixpath.normpath(word).strip("./")
    if inline := re.search(r"--(?:chdir|app-dir)=(\S+)", " ".join(words)):
        folder = posixpath.normpath(inline[1]).strip("./")
    path = module.replace(".", "/")
    places = [posixpath.join(folder, path), posixpath.join("src", path)]
    file = listing.first(*(f"{place}{end}" for place in places for end in (".py", "/__init__.py")))
    if not file:
        return f"the project has no module {module}"
    attribute = re.match(r"\w*", name or "application")
    wanted = attribute[0] if attribute else ""
    if wanted and not re.search(rf"\b{re.escape(wanted)}\b", listing.read(file)):
        return f"{file} has no {wanted}"
    return ""
