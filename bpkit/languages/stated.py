"""The start command that one of the project's files states, in whatever language.

In this order: ``--cmd``, a Procfile, a Compose file, app.json, the project's existing
Dockerfile. Each language checks for itself what a command needs.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from bpkit.errors import InputError
from bpkit.formats.dockerfile import DockerfileError, parse, stages
from bpkit.formats.yaml import Yaml, yaml_at
from bpkit.languages.detected import ProjectWishes
from bpkit.languages.listing import Listing

#: Compose services that are the program itself, if several are built from one directory.
_SERVICES = ("web", "app", "api", "server", "backend", "service", "main")
COMPOSE_FILES = (
    *("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"),
    *("docker-compose.prod.yml", "docker-compose.prod.yaml", "compose.prod.yaml"),
)
#: Characters that a shell treats specially.
_SHELL = re.compile(r"[|&;<>`]|\$[({\w]|(?:^|\s)[*?~]|^\s*\w+=")
#: Commands that start another command in a different environment.
_WRAPPERS = re.compile(
    r"^(?:(?:python3? -m )?(?:poetry|pipenv|pdm|uv|rye|hatch) run(?: --?[\w-]+(?:=\S+)?)*"
    r"|(?:newrelic-admin|ddtrace-run|opentelemetry-instrument|doppler)(?: run(?:-program)?)?"
    r"(?: --)?"
    r"|(?:/\S*/)?(?:tini|dumb-init|catatonit|su-exec \S+|gosu \S+|my_init)"
    r"(?: -[\w-]+)*(?: --)?(?=\s+\S)"
    r"|(?:yarn|pnpm exec|npx)(?=\s+node\s)|honcho start|exec"
    r"|dotenv(?: -f \S+)? (?:run )?(?:--)?|cross-env)\s+"
)
#: Programs and options for development.
_DEVELOPMENT = re.compile(
    r"\brunserver\b|\bflask\b.*\brun\b|--reload\b|\bnodemon\b|\bts-node-dev\b|\btsx watch\b"
    r"|\bwebpack(?:-dev-server| serve)\b|\bnext dev\b|\bvite(?: dev| serve)?\s*(?:--|$)"
    r"|\bnuxt dev\b|\bnest start --watch\b|\bfastapi dev\b|\b(?:npm|yarn|pnpm|bun)(?: run)? dev\b"
    r"|\bdebugpy\b|\bng serve\b|\bartisan serve\b|\bair\b|\bcargo watch\b|\bgo run\b"
    r"|\bvue-cli-service serve\b|\breact-scripts start\b|\bgatsby develop\b|\bmkdocs serve\b"
    r"|\bsleep infinity\b|\btail -f\b|--watch\b|--inspect\b|\bdotnet watch\b|\bcompileall\b"
)


@dataclass(frozen=True)
class StatedCommand:
    """A command that a file states; ``port`` is stated beside it, ``others`` are other processes.

    ``workdir`` is the directory that a Dockerfile starts it in.
    """

    text: str
    file: str
    port: str = ""
    others: tuple[str, ...] = ()
    workdir: str = ""

    @property
    def is_of_user(self) -> bool:
        """Whether it comes from the user, and not from a file, which may be out of date."""
        return self.file.startswith("--") or self.file in {"bpkit.toml", "pyproject.toml"}

    @property
    def needs_shell(self) -> bool:
        """Whether it needs a shell."""
        return _SHELL.search(self.text) is not None

    @property
    def is_for_development(self) -> bool:
        """Whether it starts a development server."""
        return is_for_development(self.text)

    @property
    def words(self) -> tuple[str, ...]:
        """The words, as far as they are known. Raises InputError."""
        return split_words(self.text, self.file)


def is_for_development(command: str) -> bool:
    """Whether the command starts a development server."""
    return _DEVELOPMENT.search(command) is not None


def split_words(text: str, file: str) -> tuple[str, ...]:
    """The words of a command. Raises InputError if a quote isn't closed."""
    try:
        return tuple(shlex.split(text))
    except ValueError as error:
        raise InputError(f"{file} {text!r} is not a valid command: {error}") from None


def unwrapped(text: str) -> str:
    """The command without wrappers that set up an environment (``poetry run``, ``exec``)."""
    while (shorter := _WRAPPERS.sub("", text.strip())) != text.strip():
        text = shorter
    return text.strip()


def stated_commands(listing: Listing, wishes: ProjectWishes) -> Iterator[StatedCommand]:
    """The stated commands, the strongest evidence first."""
    if wishes.cmd:
        yield StatedCommand(wishes.cmd.strip(), wishes.source_of("cmd"))
        return
    if wishes.entry:
        return
    for one in _of_files(listing):
        try:
            split_words(one.text, one.file)
        except InputError:
            # An invalid file of the project is skipped; the command may be found elsewhere.
            continue
        yield one


def _of_files(listing: Listing) -> Iterator[StatedCommand]:
    yield from _of_procfile(listing)
    yield from _of_compose(listing)
    yield from _of_app_json(listing)
    yield from _of_dockerfile(listing)


def _of_procfile(listing: Listing) -> Iterator[StatedCommand]:
    found = dict(re.findall(r"^([A-Za-z0-9_-]+):[ \t]*(\S.*?)\s*$", listing.text("Procfile"), re.M))
    kinds = [kind for kind in found if kind != "release"]
    if not kinds:
        return
    kind = "web" if "web" in found else kinds[0]
    others = tuple(f"{name}: {found[name]}" for name in found if name != kind)
    yield StatedCommand(unwrapped(found[kind]), "Procfile", others=others)


def _of_compose(listing: Listing) -> Iterator[StatedCommand]:
    file = listing.first(*COMPOSE_FILES)
    services = yaml_at(listing.yaml(file), "services") if file else None
    if not file or not isinstance(services, dict):
        return
    built = {name: one for name, one in services.items() if _is_built_here(one)}
    names = sorted(built, key=lambda name: _rank(name, built[name]))
    for name in names[:1]:
        entrypoint = _command_text(yaml_at(built[name], "entrypoint"))
        command = _command_text(yaml_at(built[name], "command"))
        text = " ".join(part for part in (entrypoint, command) if part)
        if text:
            others = tuple(f"service {other}" for other in names[1:])
            yield StatedCommand(unwrapped(text), file, compose_port(built[name]), others)


def _rank(name: str, service: Yaml) -> tuple[int, int]:
    named = _SERVICES.index(name) if name in _SERVICES else len(_SERVICES)
    return (0 if compose_port(service) else 1, named)


def _is_built_here(service: Yaml) -> bool:
    build = yaml_at(service, "build")
    context = yaml_at(build, "context") if isinstance(build, dict) else build
    if build is None:
        # The language's image alone, with the project mounted into it.
        volumes = yaml_at(service, "volumes")
        return any(
            isinstance(one, str) and re.match(r"\.{1}/?:|\$\{?PWD\}?:", one)
            for one in (volumes if isinstance(volumes, list) else [])
        )
    return isinstance(context, str) and context.rstrip("/") in {"", "."}


def _command_text(value: Yaml) -> str:
    if isinstance(value, list):
        return shlex.join(str(one) for one in value)
    return value.strip() if isinstance(value, str) else ""


def compose_port(service: Yaml) -> str:
    """The first container port that the service publishes or exposes."""
    ports = yaml_at(service, "ports")
    for one in ports if isinstance(ports, list) else []:
        text = str(yaml_at(one, "target")) if isinstance(one, dict) else str(one)
        text = re.sub(r"\$\{\w+:?-(\d+)\}", r"\1", text)
        if found := re.search(r"(\d{2,5})(?:/\w+)?$", text):
            return found[1]
    exposed = yaml_at(service, "expose")
    for one in exposed if isinstance(exposed, list) else []:
        if re.fullmatch(r"\d{2,5}", str(one)):
            return str(one)
    return ""


def _of_app_json(listing: Listing) -> Iterator[StatedCommand]:
    if "app.json" not in listing:
        return
    formation = listing.json("app.json").get("formation")
    web = formation.get("web") if isinstance(formation, dict) else None
    command = web.get("command") if isinstance(web, dict) else None
    if isinstance(command, str):
        yield StatedCommand(unwrapped(command), "app.json")


def _of_dockerfile(listing: Listing) -> Iterator[StatedCommand]:
    file = listing.first("Dockerfile", "Dockerfile.prod", "Dockerfile.production", "Containerfile")
    if not file:
        return
    try:
        last = stages(parse(listing.read(file), file)).last
        found = {one.keyword: one for one in last.instructions}
    except (DockerfileError, InputError):
        return
    entrypoint, command = found.get("ENTRYPOINT"), found.get("CMD")
    parts = [one for one in (entrypoint, command) if one is not None]
    exposed = re.match(r"\d+", " ".join(found["EXPOSE"].args)) if "EXPOSE" in found else None
    workdir = found["WORKDIR"].args[0] if "WORKDIR" in found and found["WORKDIR"].args else ""
    if parts and all(one.json for one in parts):
        text = shlex.join(word for one in parts for word in _json_words(one.args))
    elif parts:
        # An ENTRYPOINT in shell form ignores CMD.
        text = re.sub(r"\\\n\s*", "", re.sub(r"^\s*\w+\s+", "", parts[0].text)).strip()
    else:
        return
    text = _relative(text, workdir)
    if text:
        yield StatedCommand(
            unwrapped(text), file, exposed[0] if exposed else "", workdir=workdir or "/"
        )


def _json_words(args: tuple[str, ...]) -> tuple[str, ...]:
    """The words of an instruction in JSON form, however it was parsed."""
    text = " ".join(args)
    if not text.startswith("["):
        return args
    try:
        return tuple(str(one) for one in json.loads(text))
    except json.JSONDecodeError:
        return ()


def _relative(text: str, workdir: str) -> str:
    """The command with paths relative to WORKDIR, which the project was copied to."""
    if workdir.startswith("/") and len(workdir) > 1:
        text = re.sub(rf"(^|[\s'\"=]){re.escape(workdir.rstrip('/'))}/", r"\1", text)
    return text
