"""Instructions that BuildKit refuses after its parser accepted the file, found without a builder.

The parser splits lines; their meaning is checked afterwards, in frontend/dockerfile's
instructions/parse.go and bflag.go (flags, counts of arguments, HEALTHCHECK) and, once values are
expanded, dockerfile2llb/convert.go (ports, signals, mounts, names of images).
tests/engine/refusals_test.py compares the results with BuildKit's own verdicts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Literal

from bpkit.errors import Place
from bpkit.formats.dockerfile.error import DockerfileError
from bpkit.formats.dockerfile.expansion import expand
from bpkit.formats.dockerfile.grammar import KEYWORDS
from bpkit.formats.dockerfile.model import Dockerfile, Flag, Instruction
from bpkit.formats.dockerfile.mount_refusal import Expanded, mount_fault
from bpkit.formats.dockerfile.stage import Stage, find_stage, is_number, stages
from bpkit.formats.dockerfile.stage_order import circles, out_of_order
from bpkit.formats.dockerfile.state import ExpansionLimitError, StageState, walk
from bpkit.formats.dockerfile.values import (
    checksum_fault,
    is_duration,
    is_mode,
    is_platform,
    is_signal,
    port_fault,
    reference_fault,
)
from bpkit.formats.text import GlobError, compiled, is_glob, nearest
from bpkit.light import dataclass, regex

FlagKind = Literal["text", "texts", "switch"]

#: The flags of each instruction; ``texts`` may be given more than once.
FLAGS: Mapping[str, Mapping[str, FlagKind]] = {
    "ADD": {
        "chown": "text", "chmod": "text", "link": "switch", "keep-git-dir": "switch",
        "checksum": "text", "unpack": "switch", "exclude": "texts",
    },
    "COPY": {
        "from": "text", "chown": "text", "chmod": "text", "link": "switch", "parents": "switch",
        "exclude": "texts",
    },
    "FROM": {"platform": "text"},
    "HEALTHCHECK": {
        "interval": "text", "timeout": "text", "start-period": "text", "start-interval": "text",
        "retries": "text",
    },
    "RUN": {"mount": "texts", "network": "text", "security": "text", "device": "texts"},
}  # fmt: skip
# BuildKit reads no flags of these.
_WITHOUT_FLAGS = frozenset({"ARG", "STOPSIGNAL"})
_NETWORKS = ("default", "none", "host")
_SECURITY = ("sandbox", "insecure")
_TIMES = ("interval", "timeout", "start-period", "start-interval")
_ONE_ARGUMENT = frozenset({"MAINTAINER", "STOPSIGNAL", "USER", "WORKDIR"})
_SOME_ARGUMENT = frozenset({"ARG", "ENV", "EXPOSE", "HEALTHCHECK", "LABEL", "ONBUILD", "VOLUME"})
_NO_TRIGGERS = frozenset({"FROM", "MAINTAINER", "ONBUILD"})
_MOST_RETRIES = 2**31


_DOCKERS = regex(r"(?:docker\.io/)?docker/dockerfile(?:-upstream)?(?:[:@]|$)")


@dataclass(frozen=True)
class Refusal:
    """An instruction that BuildKit refuses: why, where, and what to do.

    ``keyword`` is the instruction's. ``phase`` tells when: ``read`` for every build of the file,
    ``stage`` for one that builds the stage it is in, ``child`` for a build of an image that
    starts from this one (what ONBUILD puts off). ``kind`` is ``order`` where a stage is used above
    its definition.
    """

    message: str
    place: Place
    hint: str = ""
    keyword: str = ""
    phase: Literal["read", "stage", "child"] = "read"
    kind: Literal["", "order"] = ""

    def error(self) -> DockerfileError:
        """The refusal as an exception to raise."""
        return DockerfileError(self.message, place=self.place, hint=self.hint)


def refusals(
    dockerfile: Dockerfile, build_args: Mapping[str, str] | None = None
) -> tuple[Refusal, ...]:
    """The refusals of BuildKit, at most one per instruction, in the order of the lines.

    Values that only a build knows are passed over, and so is a file for a frontend that isn't
    Docker's: it may know more. A file whose stages can't be told apart (no
    FROM, a FROM without an image) has a refusal for that too.
    """
    if not _DOCKERS.match(dockerfile.directives.get("syntax", "docker/dockerfile")):
        return ()
    found = {one.place.line: one for one in _as_read(dockerfile)}
    try:
        every = stages(dockerfile, build_args, open_bases=True)
        for stage in every:
            for one in _of_stage(stage, build_args or {}):
                found.setdefault(one.place.line, one)
        for one in _of_order(every.stages):
            found.setdefault(one.place.line, one)
    except DockerfileError as error:
        place = error.place or Place(dockerfile.name)
        found.setdefault(place.line, Refusal(error.message, place, error.hint))
    return tuple(sorted(found.values(), key=lambda one: one.place.line or 0))


def _of_order(every: tuple[Stage, ...]) -> Iterator[Refusal]:
    """The refused uses of stages that others take files from, whether they are needed or not."""
    for stage in every:
        for instruction in stage.instructions:
            for message, hint in _origin_faults(every, instruction):
                yield Refusal(message, stage.place(instruction), hint, instruction.keyword)
    for use, message in circles(every):
        place = use.stage.place(use.instruction)
        yield Refusal(message, place, "name the stage that has the files", use.instruction.keyword)
    for use in out_of_order(every):
        yield Refusal(
            f"stage '{use.reference}' is defined further down, in line {use.source.from_.line}",
            use.stage.place(use.instruction),
            "move it above this one",
            use.instruction.keyword,
            "stage",
            "order",
        )


def _as_read(dockerfile: Dockerfile) -> Iterator[Refusal]:
    for instruction in dockerfile.instructions:
        place = dockerfile.place(instruction)
        for message, hint in _read_faults(instruction):
            yield Refusal(message, place, hint, instruction.keyword)
            break
        else:
            trigger = instruction.trigger
            for message, hint in _read_faults(trigger) if trigger else ():
                yield Refusal(message, place, hint, "ONBUILD", "child")
                break


def _read_faults(instruction: Instruction) -> Iterator[tuple[str, str]]:
    """Why the instruction is refused when it is read, each with a hint; the first one counts."""
    keyword = instruction.keyword
    if keyword not in KEYWORDS:
        near = nearest(keyword, sorted(KEYWORDS))
        hint = f"did you mean {near}?" if near else _continued(instruction)
        yield f"{keyword or 'this'} is not an instruction", hint
        return
    yield from _count_faults(instruction)
    is_none = keyword == "HEALTHCHECK" and [a.upper() for a in instruction.args] == ["NONE"]
    if keyword not in _WITHOUT_FLAGS and not is_none:
        yield from _flag_faults(instruction)
    match keyword:
        case "HEALTHCHECK" if not is_none:
            yield from _healthcheck_faults(instruction)
        case "RUN":
            yield from _run_faults(instruction)
        case "ONBUILD" if instruction.trigger and instruction.trigger.keyword in _NO_TRIGGERS:
            trigger = instruction.trigger.keyword
            yield f"ONBUILD can't put off {trigger}", f"remove the ONBUILD {trigger}"
        case "SHELL" if not instruction.json:
            yield "SHELL needs the JSON form", 'write SHELL ["/bin/bash", "-c"]'
        case "VOLUME" if any(not arg.strip() for arg in instruction.args):
            yield "VOLUME has an empty path", "remove it"


def _continued(instruction: Instruction) -> str:
    """The hint for a line that doesn't start with an instruction."""
    return "end the line before with \\ if this belongs to it" if instruction.line > 1 else ""


def _count_faults(instruction: Instruction) -> Iterator[tuple[str, str]]:
    keyword, args = instruction.keyword, instruction.args
    if (keyword in _ONE_ARGUMENT or keyword in _SOME_ARGUMENT) and not args:
        if not (keyword == "ONBUILD" and instruction.trigger):
            yield f"{keyword} needs an argument", ""
    elif keyword == "SHELL" and not args:
        yield "SHELL needs an argument", 'write SHELL ["/bin/bash", "-c"]'
    elif keyword in {"ADD", "COPY"} and len(args) < 2:
        yield f"{keyword} needs a source and a destination", f"write {keyword} SOURCE DESTINATION"
    elif keyword in {"ARG", "ENV", "LABEL"} and any(not name for name, _ in instruction.pairs):
        yield f"{keyword} has a value without a name", f"write {keyword} NAME=value"


def _flag_faults(instruction: Instruction) -> Iterator[tuple[str, str]]:
    known = FLAGS.get(instruction.keyword, {})
    seen: set[str] = set()
    for flag in instruction.flags:
        kind = known.get(flag.name)
        if kind is None:
            near = nearest(flag.name, known)
            others = f"its flags are {', '.join(f'--{name}' for name in known)}"
            hint = f"did you mean --{near}?" if near else others if known else "it has no flags"
            yield f"--{flag.name} is not a flag of {instruction.keyword}", hint
        elif kind != "texts" and flag.name in seen:
            yield f"--{flag.name} is given twice", "remove one of them"
        else:
            yield from _flag_value_faults(flag, kind)
        seen.add(flag.name)


def _flag_value_faults(flag: Flag, kind: FlagKind) -> Iterator[tuple[str, str]]:
    if kind != "switch":
        if flag.value is None:
            yield f"--{flag.name} needs a value", f"write --{flag.name}=VALUE, without a space"
    elif (flag.value or "").lower() not in {"true", "false"} and flag.value is not None:
        yield f"'{flag.value}' is not a valid value for --{flag.name}", "write true or false"


def _healthcheck_faults(instruction: Instruction) -> Iterator[tuple[str, str]]:
    kind, *command = instruction.args
    if kind.upper() == "NONE":
        yield "HEALTHCHECK NONE takes no arguments", "write HEALTHCHECK NONE"
    elif kind.upper() != "CMD":
        yield f"HEALTHCHECK {kind}: neither CMD nor NONE", "write HEALTHCHECK CMD in front of it"
    elif not command:
        yield "HEALTHCHECK CMD has no command", "write the command after CMD"
    for name in _TIMES:
        value = instruction.flag(name)
        if value is not None and not is_duration(value):
            hint = "write a number and a unit (ms, s, m, h), 1ms or more"
            yield f"'{value}' is not a valid value for --{name}", hint
    retries = instruction.flag("retries")
    if retries and not (retries.removeprefix("+").isdecimal() and int(retries) < _MOST_RETRIES):
        yield f"'{retries}' is not a valid value for --retries", "write a number"


def _run_faults(instruction: Instruction) -> Iterator[tuple[str, str]]:
    for name, values in (("network", _NETWORKS), ("security", _SECURITY)):
        value = instruction.flag(name)
        if value is not None and "$" not in value and value not in values:
            yield f"'{value}' is not a valid value for --{name}", f"it is {' or '.join(values)}"
    for text in instruction.flag_values("mount"):
        message, hint = mount_fault(text, lambda _: None, None)
        if message:
            yield message, hint


# Each instruction that can't be expanded is left out, and the stage is walked again without it.
_MOST_TRIES = 20


def _of_stage(stage: Stage, build_args: Mapping[str, str]) -> Iterator[Refusal]:
    """The refusals that depend on the values in a stage."""
    for message, hint in _from_faults(stage):
        yield Refusal(message, stage.place(stage.from_), hint, "FROM")
        break
    rest, is_done, tries = stage, False, 0
    while not is_done:
        tries += 1
        try:
            for instruction, state in walk(rest, build_args=build_args):
                place = stage.place(instruction)
                for message, hint in _placed(_value_faults(instruction, state), place):
                    yield Refusal(message, place, hint, instruction.keyword, "stage")
                    break
            is_done = True
        except DockerfileError as error:
            place = error.place or stage.place(stage.from_)
            yield Refusal(error.message, place, error.hint, phase="stage")
            if isinstance(error, ExpansionLimitError):
                return
            if tries == _MOST_TRIES:
                what = f"{tries} instructions of this stage can't be read; the rest isn't looked at"
                yield Refusal(what, place, "fix those first", phase="stage")
                return
            kept = tuple(i for i in rest.instructions if i.line != place.line)
            is_done = kept == rest.instructions
            rest = replace(rest, instructions=kept)


def _placed(faults: Iterator[tuple[str, str]], place: Place) -> Iterator[tuple[str, str]]:
    try:
        yield from faults
    except DockerfileError as error:
        raise error.at(place) from error


def _from_faults(stage: Stage) -> Iterator[tuple[str, str]]:
    is_image = stage.parent is None and not stage.unresolved and not stage.is_scratch
    if is_image and (fault := reference_fault(stage.base_image)):
        yield f"FROM {stage.base}: {fault}", ""
    if stage.parent is not None and stage.base_image != stage.parent.name:
        # BuildKit lowercases stage names, but not the image of a FROM; an image can't have
        # capitals.
        yield (
            f"FROM {stage.base}: a FROM finds a stage by its name in lower case",
            (f"write FROM {stage.parent.name}"),
        )
    platform = stage.platform
    if platform == "":
        yield "--platform has no value", "give its variable one before the first FROM"
    elif platform and "$" not in platform and not is_platform(platform):
        yield f"'{platform}' is not a valid platform", "write it as linux/amd64"


def _value_faults(instruction: Instruction, state: StageState) -> Iterator[tuple[str, str]]:

    def expanded(text: str) -> str | None:
        unknown = state.unresolved(text, instruction.escape)
        return None if unknown else expand(text, state.env, instruction.escape)

    match instruction.keyword:
        case "EXPOSE":
            for text in instruction.args:
                faults = (port_fault(word) for word in (expanded(text) or "").split())
                yield from ((f"EXPOSE: {fault}", "") for fault in faults if fault)
        case "STOPSIGNAL" if instruction.args:
            value = expanded(instruction.args[0])
            if value is not None and not is_signal(value):
                yield f"'{value}' is not a valid signal", "write it as SIGTERM or 15"
        case "VOLUME" if not instruction.json:
            if any(expanded(text) == "" for text in instruction.args):
                yield "VOLUME has an empty path", "give the variable a value, or remove it"
        case "RUN":
            workdir = state.workdir if state.workdir_known else None
            for text in instruction.flag_values("mount"):
                message, hint = mount_fault(text, expanded, workdir)
                if message:
                    yield message, hint
        case "ADD" | "COPY":
            yield from _copy_faults(instruction, expanded)
        case "LABEL":
            for text in instruction.args:
                expand(text, state.env, instruction.escape)


def _copy_faults(instruction: Instruction, expanded: Expanded) -> Iterator[tuple[str, str]]:
    mode = instruction.flag("chmod")
    value = expanded(mode) if mode else None
    if value and not is_mode(value):
        yield f"'{value}' is not a valid value for --chmod", "write it in octal: --chmod=755"
    for source in instruction.args[:-1]:
        pattern = expanded(source)
        if pattern and "<<" not in pattern and "://" not in pattern and is_glob(pattern):
            try:
                compiled(pattern).check()
            except GlobError:
                hint = "a [ needs a ]; write [[] for the character itself"
                yield f"the pattern '{pattern}' is malformed", hint
    checksum = instruction.flag("checksum")
    if instruction.keyword == "ADD" and checksum and (known := expanded(checksum)):
        sources = tuple(expanded(arg) for arg in instruction.args[:-1])
        fault = checksum_fault(known, tuple(s for s in sources if s))
        if fault:
            yield fault, ""


def _origin_faults(every: tuple[Stage, ...], instruction: Instruction) -> Iterator[tuple[str, str]]:
    """Why the ``--from`` of a COPY can't be what it says."""
    origin = instruction.flag("from")
    if not origin or instruction.keyword != "COPY":
        return
    if "$" in origin:
        hint = f"write FROM {origin} AS NAME, with the ARG before the first FROM, and --from=NAME"
        yield f"--from={origin} can't have variables", hint
    elif is_number(origin):
        if find_stage(every, origin) is None:
            yield f"--from={origin}: the file has no stage of that number", "name the stage"
    elif find_stage(every, origin) is None and (fault := reference_fault(origin)):
        yield f"--from={origin}: {fault}", ""
