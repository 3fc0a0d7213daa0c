"""Why nothing flows between a script's images: what was copied out, missing or not followed."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from bpkit.errors import Place
from bpkit.formats.context import needs
from bpkit.readers.script.machine.machine import Machine
from bpkit.readers.script.model.docker_actions import RunContainer
from bpkit.readers.script.model.reading import Fate, LineFate, ScriptReading
from bpkit.readers.script.model.values import Origin, Symbol

_CLIENT = re.compile(r"(?:[A-Za-z_]\w*=\S*\s+|sudo\s+)*(?:docker|podman|nerdctl|build(?:ah|ctl))\s")


def why_nothing_flows(machine: Machine, reading: ScriptReading) -> Iterator[str]:
    """The files copied out, the sources that don't exist, and the commands not reached."""
    for out in machine.outs:
        to = f" to {out.path}" if out.path else ""
        yield f"{out.place} copies {out.source} out{to}, but no COPY reads it"
        for line in reading.lines:
            if line.fate is Fate.LEFT and out.path and works_on(line, {out.path}):
                yield f"{line.place} works on it ({line.text.split()[0]}), which is not followed"
    for line in reading.lines:
        if line.fate is Fate.LEFT and line.why.startswith("is not followed: "):
            yield f"{line.place} {line.why}"
    yield from _given_to_containers(reading)
    made = [built for built in machine.built if built.build is not None]
    if not machine.outs:
        yield "no file is copied out of a container"
    yield from not_brought(machine)
    if len(made) < 2:
        count = "one image is built" if made else "no image is built"
        yield f"{count} when the script is run this way"
    for line in reading.lines:
        is_build = re.search(r"\bbuild\b", line.text) and line.fate is Fate.NOT_NEEDED
        if is_build and "not reached" in line.why:
            yield f"{line.place} {line.why}"
    for symbol in dict.fromkeys(_unset(machine)):
        yield f"{symbol} is not set: pass it with {_given_by(symbol)}"
    yield from (f"{one.place}: {one.message}" for one in reading.assumptions)


def what_may_help(machine: Machine, reading: ScriptReading) -> str:
    """The hint for a script in which nothing flows, as far as the script shows a cause."""
    asked = " ".join(one.message for one in reading.assumptions)
    if re.search(r"\$\{?[1-9@*#]", asked):
        return "pass the argument with which the script builds both images: --script-arg ARG"
    if names := re.findall(r"\$\{?([A-Za-z_]\w*)", asked):
        return f"pass what the script needs to build both images: --script-env {names[0]}=VALUE"
    missing = [text for text, _ in _missing(machine)]
    for out in machine.outs:
        for text in missing:
            if out.path.startswith("/") and out.path.endswith(f"/{text.rstrip('/')}"):
                root = out.path.removesuffix(f"/{text.rstrip('/')}")
                return f"if {root} is the project, write the path relative to it"
    return "pass another script with --script, or omit it to convert a pair of Dockerfiles"


def _given_to_containers(reading: ScriptReading) -> Iterator[str]:
    for action in reading.actions:
        mounts = action.mounts if isinstance(action, RunContainer) else ()
        hosts = [m.host for m in mounts if m.host and m.host.in_project and "ro" not in m.options]
        if hosts:
            yield (
                f"{action.source.place} mounts {hosts[0]} into a container, and what it writes "
                "there is not followed"
            )


def not_brought(machine: Machine) -> Iterator[str]:
    """Sources in the Dockerfiles that neither the project nor the script provides."""
    for text, place in _missing(machine):
        yield f"{place} copies {text}, which neither the project nor the script provides"


def _missing(machine: Machine) -> Iterator[tuple[str, Place | None]]:
    for built in machine.built:
        if built.is_virtual or built.build is None:
            continue
        for source in needs(built.dockerfile, build_args=built.known_args).sources:
            path = posixpath.normpath(posixpath.join(built.context, source.pattern))
            there = machine.ground.text(path) is not None or machine.ground.is_directory(path)
            inside = posixpath.normpath(source.pattern)
            made = any(
                at in {".", inside} or at.startswith(f"{inside}/") or inside.startswith(f"{at}/")
                for at, _ in built.placed
            )
            if source.known and not source.glob and not there and not made:
                yield source.text, source.place


def _given_by(symbol: Symbol) -> str:
    if symbol.origin is Origin.ARGUMENT:
        return "--script-arg"
    return f"--script-env {symbol.name}=VALUE"


def _unset(machine: Machine) -> Iterator[Symbol]:
    """The symbols in artifacts' paths that the script's user sets."""
    for out in machine.outs:
        yield from (s for s in out.symbols if s.origin in {Origin.ARGUMENT, Origin.ENVIRONMENT})


def works_on(line: LineFate, paths: set[str]) -> bool:
    """Whether a word of the command names one of the paths, or a path in it or above it.

    An engine client's commands are followed already, and their words are often directory names.
    """
    if _CLIENT.match(line.text):
        return False
    for word in line.text.split():
        named = posixpath.normpath(word.partition("=")[2] or word)
        for path in paths - {"."}:
            is_above = path.startswith(f"{named}/")
            if named == path or named.startswith(f"{path}/") or is_above:
                return True
    return False


# Programs that copy the files they name to their last word.
_SENDS = frozenset({"scp", "rsync", "aws", "gsutil", "az", "rclone", "mc", "kubectl"})


def only_reads(line: LineFate, paths: set[str]) -> bool:
    """Whether the command leaves the files at the paths as they are: it sends or packs them."""
    words = [word for word in line.text.split() if word != "sudo"]
    program, last = posixpath.basename(words[0]), posixpath.normpath(words[-1])
    if program in _SENDS:
        moves = {"mv", "--remove-source-files", "move"} & set(words)
        into = any(f"{path}/".startswith(f"{last}/") for path in paths) or last == "."
        return not moves and not into
    if program in {"tar", "bsdtar", "gtar"}:
        creates = re.match(r"-?[a-zA-Z]*c|--create", words[1]) if len(words) > 1 else None
        return creates is not None and "--remove-files" not in words
    return program == "zip" and not {"-m", "--move", "-rm"} & set(words)
