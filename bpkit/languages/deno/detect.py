"""Deno: its tasks, or the program that listens, and the modules that it downloads."""

from __future__ import annotations

import re
from dataclasses import replace

from bpkit.errors import InputError
from bpkit.languages.detected import (
    Candidate,
    Detected,
    Fact,
    ProjectWishes,
    choose,
    no_such_program,
)
from bpkit.languages.dockerfile_words import argv, words
from bpkit.languages.listing import Listing
from bpkit.languages.naming import image_name
from bpkit.languages.ports import listening, nearest_sources
from bpkit.languages.runtime_files import writing_note, written_places
from bpkit.languages.source_suffixes import JAVASCRIPT
from bpkit.languages.start import StartCommand, as_stated, environment_values
from bpkit.languages.stated import StatedCommand, is_for_development, stated_commands
from bpkit.languages.versions import pinned_version, version_of_base
from bpkit.languages.writable import make_writable

DEFAULT = "2.5.4"
_CONFIG = ("deno.json", "deno.jsonc")
_MAINS = ("main", "server", "app", "mod", "index", "bot", "cli")
_TASKS = ("start", "serve", "prod", "production", "start:prod", "run")
_PERMISSIONS = ("--allow-net", "--allow-env", "--allow-read")
_OF_DENO = re.compile(
    r"\bDeno\.\w|from\s+[\"'](?:https://deno\.land|https://esm\.sh|jsr:|npm:|@std/)"
)
_USER = "65532:65532"
_PORT = "8000"
_CHECK = "const c = await Deno.connect({{ port: {port} }}); c.close()"


def sign(listing: Listing) -> str | None:
    """deno.json; beside a package.json only with tasks or Deno's lock file. Else a lone program."""
    file = listing.first(*_CONFIG)
    if file and "package.json" in listing:
        return file if "deno.lock" in listing or listing.json(file).get("tasks") else None
    if file or "package.json" in listing:
        return file
    mains = [
        f"{folder}{one}{end}" for folder in ("", "src/") for one in _MAINS for end in JAVASCRIPT
    ]
    return next((f for f in mains if f in listing and _OF_DENO.search(listing.read(f))), None)


def read(listing: Listing, wishes: ProjectWishes) -> Detected:
    """The version, the start command, what it needs built first, and its port."""
    file = listing.first(*_CONFIG) or ""
    config = listing.json(file) if file else {}
    tasks = {
        name: task if isinstance(task, str) else str((task or {}).get("command", ""))
        for name, task in (config.get("tasks") or {}).items()
    }
    version = _version(listing)
    command, entry = _start(listing, wishes, tasks, file)
    sources = [f for f in listing.sources(*JAVASCRIPT) if not f.startswith(("dist/", "_fresh/"))]
    command = _with_port(listing, command, wishes, entry, sources)
    places = written_places(listing, sources)
    build = "deno task build" if "build" in tasks else ""
    values = {
        "deno_version": version.value,
        "install": "deno install" if "package.json" in listing or build else "",
        "build": build,
        "frozen": "--frozen" if "deno.lock" in listing else "",
        "entry": words([entry]) if entry in listing else "",
        "make_writable": make_writable(places, _USER),
        **environment_values(command.environment),
        "entrypoint": command.entrypoint,
        "healthcheck": argv("deno", "eval", _CHECK.format(port=command.port))
        if command.port
        else "",
    }
    facts = (
        version,
        *([Fact("lock file", "deno.lock", "deno.lock")] if "deno.lock" in listing else []),
        *([Fact("build step", tasks["build"], file)] if build else []),
        command.fact,
        *command.port_facts,
    )
    name = str(config.get("name") or "").rpartition("/")[2] or listing.name
    return Detected(
        "Deno",
        "deno",
        wishes.name or image_name(name),
        wishes.base or "denoland/deno:${DENO_VERSION}",
        values,
        facts,
        command.port,
        notes=(*command.notes, *writing_note(places)),
    )


def _version(listing: Listing) -> Fact:
    what = "Deno version"
    if pinned := re.match(r"\s*v?(\d+\.\d+\.\d+)", listing.text(".dvmrc", ".deno-version")):
        return Fact(what, pinned[1], listing.first(".dvmrc", ".deno-version") or "")
    tool = pinned_version(listing, "deno")
    if tool and re.fullmatch(r"\d+\.\d+\.\d+", tool[0]):
        return Fact(what, *tool)
    base = version_of_base(listing, "deno")
    return Fact(what, *base) if base and base[0].count(".") == 2 else Fact(what, DEFAULT)


def _start(
    listing: Listing, wishes: ProjectWishes, tasks: dict[str, str], file: str
) -> tuple[StartCommand, str]:
    """The command, and the file that it runs."""
    for stated in stated_commands(listing, wishes):
        found = _judged(listing, stated, tasks)
        if found:
            return found
        if stated.is_of_user:
            raise InputError(
                f"{stated.file} {stated.text!r} doesn't start a file of the project with deno",
                hint="write it as 'deno run --allow-net main.ts'",
            )
    for name in () if wishes.entry else _TASKS:
        if name in tasks:
            found = _judged(listing, StatedCommand(tasks[name], file), tasks)
            if found and not is_for_development(found[0].shown):
                return found
    found_mains = [
        Candidate(f, f, _likelihood(listing, f))
        for f in listing.sources(*JAVASCRIPT)
        if re.sub(r"\.\w+$", "", f.removeprefix("src/")) in _MAINS
    ]
    if wishes.entry and wishes.entry.removeprefix("./") not in listing:
        raise no_such_program(
            wishes.entry, [one.entry for one in found_mains], wishes.source_of("entry")
        )
    if wishes.entry:
        entry, source = wishes.entry.removeprefix("./"), wishes.source_of("entry")
        notes: tuple[str, ...] = ()
    else:
        chosen = choose(found_mains, wishes, "program", missing="name it with --entry FILE.ts")
        entry, source, notes = chosen.candidate.entry, chosen.candidate.file, chosen.notes
    # https://docs.deno.com/runtime/reference/cli/serve: an object with a fetch method is served.
    serves = re.search(r"export\s+default\s+(?:\{[^}]*\bfetch\b|app\b)", listing.read(entry))
    ends = _PERMISSIONS[1:] if serves else _PERMISSIONS
    command = StartCommand(("deno", "serve" if serves else "run", *ends, entry), source)
    may = ", ".join(one.removeprefix("--allow-") for one in ends)
    note = f"no file says which permissions {entry} needs: it is started with {may}"
    return replace(command, is_guess=True).with_notes(*notes, note), entry


def _judged(
    listing: Listing, stated: StatedCommand, tasks: dict[str, str]
) -> tuple[StartCommand, str] | None:
    """The command without development switches; None if it isn't deno's or starts nothing."""
    text = stated.text
    for _ in range(5):
        task = re.fullmatch(r"deno task ([\w:.-]+)", text.strip())
        if not task or task[1] not in tasks:
            break
        text = tasks[task[1]]
    text = re.sub(r"\s--(?:watch|watch-hmr|inspect\S*)(?:=\S+)?(?=\s|$)", "", text).strip()
    last = re.split(r"&&|;", text)[-1].strip()
    parts = [one for one in last.split() if "=" not in one or one.startswith("-")]
    if parts[:1] != ["deno"]:
        return None
    entry = next((p.removeprefix("./") for p in parts if p.endswith(JAVASCRIPT)), "")
    built = re.match(r"(?:_fresh|dist|build|\.output)/", entry)
    if entry not in listing and not (built and "build" in tasks):
        return None
    words_of_start = text if "&&" not in text else last
    return as_stated(StatedCommand(words_of_start, stated.file), _PORT, words_of_start), entry


def _likelihood(listing: Listing, file: str) -> int:
    text = listing.read(file)
    stem = re.sub(r"\.\w+$", "", file.removeprefix("src/"))
    found = 20 - _MAINS.index(stem) - 3 * file.count("/")
    serves = re.search(
        r"Deno\.serve|\.listen\(|\bserve\(|export\s+default|import\.meta\.main", text
    )
    return found + (20 if serves else 0)


def _with_port(
    listing: Listing, command: StartCommand, wishes: ProjectWishes, entry: str, sources: list[str]
) -> StartCommand:
    if wishes.port:
        command = replace(command, port=wishes.port, port_file=wishes.source_of("port"))
        return replace(command, environment={**command.environment, "PORT": wishes.port})
    files = [entry, *nearest_sources(sources, entry.rpartition("/")[0])]
    listens = listening(listing, files)
    if listens:
        command = command.with_notes(listens.note if listens.port else "")
        command = command.with_port(listens.port, listens.file, is_guess=listens.file != entry)
    if command.port:
        return command
    serves = any("Deno.serve" in listing.read(f) for f in files if f in listing)
    return command.with_port(_PORT, "") if serves or "serve" in command.words[:2] else command
