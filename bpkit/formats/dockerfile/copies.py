"""The copies of COPY and ADD, and the mounts of RUN, from an instruction's flags and arguments.

Rules as in BuildKit's frontend/dockerfile/instructions (parse.go, commands_runmount.go).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping

from bpkit.formats.dockerfile.error import DockerfileError
from bpkit.formats.dockerfile.expansion import expand
from bpkit.formats.dockerfile.grammar import heredoc_word
from bpkit.formats.dockerfile.parser import Heredoc, Instruction
from bpkit.light import dataclass

#: The values that mean true and false in a mount.
TRUE = frozenset({"1", "t", "T", "true", "TRUE", "True"})
FALSE = frozenset({"0", "f", "F", "false", "FALSE", "False"})


@dataclass(frozen=True)
class Copy:
    """A COPY or an ADD. ``sources`` are paths (or URLs); ``heredocs`` are sources too.

    ``from_`` is as written: BuildKit allows no variables there. ``unpack`` is None if ADD's
    flag isn't given.
    """

    sources: tuple[str, ...]
    destination: str
    from_: str | None = None
    chown: str | None = None
    chmod: str | None = None
    link: bool = False
    parents: bool = False
    exclude: tuple[str, ...] = ()
    heredocs: tuple[Heredoc, ...] = ()
    checksum: str | None = None
    keep_git_dir: bool = False
    unpack: bool | None = None


@dataclass(frozen=True)
class RunMount:
    """One ``--mount`` of a RUN. ``options`` are the rest, by name in lower case."""

    type: str = "bind"
    from_: str | None = None
    source: str | None = None
    target: str | None = None
    id: str | None = None
    readonly: bool | None = None
    options: tuple[tuple[str, str], ...] = ()


def copy_of(instruction: Instruction, env: Mapping[str, str | None] | None = None) -> Copy:
    """The copy of a COPY or ADD, its paths and owner expanded with ``env`` (None: as written).

    Raises DockerfileError if it has no destination, or a flag or variable is malformed.
    """
    args = instruction.args
    if len(args) < 2:
        raise DockerfileError(
            f"{instruction.keyword} needs a source and a destination",
            hint=f"write {instruction.keyword} source destination",
        )
    if heredoc_word(args[-1]) is not None:
        raise DockerfileError(
            f"{instruction.keyword} can't have a heredoc as its destination",
            hint="put the path of the file after the heredoc",
        )

    def value(text: str | None) -> str | None:
        return text if text is None or env is None else expand(text, env, instruction.escape)

    bodies = {heredoc.name: heredoc for heredoc in instruction.heredocs}
    if any(heredoc.spaced for heredoc in instruction.heredocs):
        args = _joined(args)
    opened = [(arg, None if instruction.json else heredoc_word(arg)) for arg in args[:-1]]
    sources = tuple(value(arg) or "" for arg, heredoc in opened if heredoc is None)
    names = [heredoc.name for _, heredoc in opened if heredoc is not None]
    return Copy(
        sources=sources,
        destination=value(args[-1]) or "",
        from_=instruction.flag("from"),
        chown=value(instruction.flag("chown")),
        chmod=value(instruction.flag("chmod")),
        link=_switch(instruction, "link") or False,
        parents=_switch(instruction, "parents") or False,
        exclude=instruction.flag_values("exclude"),
        heredocs=tuple(bodies[name] for name in names if name in bodies),
        checksum=value(instruction.flag("checksum")),
        keep_git_dir=_switch(instruction, "keep-git-dir") or False,
        unpack=_switch(instruction, "unpack"),
    )


def _joined(args: tuple[str, ...]) -> tuple[str, ...]:
    """The words with each ``<<`` put in front of the one that it opens."""
    joined: list[str] = []
    for arg in args:
        if joined and joined[-1] == "<<":
            joined[-1] += arg
        else:
            joined.append(arg)
    return tuple(joined)


def _switch(instruction: Instruction, name: str) -> bool | None:
    """A boolean flag, true if it has no value; None if it isn't given."""
    value = instruction.flag(name)
    if value is None:
        return None
    if value.lower() not in {"", "true", "false"}:
        raise DockerfileError(f"--{name} must be true or false, not {value}")
    return value.lower() != "false"


def mounts_of(
    instruction: Instruction, env: Mapping[str, str | None] | None = None
) -> tuple[RunMount, ...]:
    """The mounts of a RUN, their values expanded with ``env`` (None: as written)."""
    return tuple(_mount(value, env, instruction) for value in instruction.flag_values("mount"))


def _mount(text: str, env: Mapping[str, str | None] | None, instruction: Instruction) -> RunMount:
    fields: dict[str, str] = {}
    readonly: bool | None = None
    for part in csv_fields(text):
        name, equals, value = part.partition("=")
        name = MOUNT_NAMES.get(name.strip().lower(), name.strip().lower())
        if name in {"readonly", "readwrite"}:
            on = _truth(name, value) if equals else True
            readonly = on if name == "readonly" else not on
            continue
        if not equals and name != "required":
            raise DockerfileError(
                f"the mount option {part!r} has no value", hint="write it as name=value"
            )
        if name == "from" and "$" in value[:-1]:
            raise DockerfileError(
                "from= in a mount can't have variables",
                hint="give the image a stage of its own: FROM image AS name",
            )
        if env is not None and name != "from":
            value = expand(value, env, instruction.escape)
        fields[name] = value if equals else "true"
    return RunMount(
        type=fields.pop("type", "bind").lower(),
        from_=fields.pop("from", None),
        source=fields.pop("source", None),
        target=fields.pop("target", None),
        id=fields.pop("id", None),
        readonly=readonly,
        options=tuple(fields.items()),
    )


def csv_fields(text: str) -> list[str]:
    """The options of a ``--mount``, ``name=value`` each. Raises DockerfileError."""
    try:
        return next(csv.reader([text], strict=True), [])
    except csv.Error as error:
        raise DockerfileError(
            f"--mount={text} is not a list of name=value ({error})",
            hint='put an option with a comma in quotes: "source=a,b"',
        ) from error


#: The short and alternative names of options, each with the main one.
MOUNT_NAMES = {
    "src": "source",
    "dst": "target",
    "destination": "target",
    "ro": "readonly",
    "rw": "readwrite",
}


def _truth(name: str, value: str) -> bool:
    if value not in TRUE | FALSE:
        raise DockerfileError(f"the mount option {name} must be true or false, not {value}")
    return value in TRUE
