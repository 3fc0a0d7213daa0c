"""COPY of an artifact from the build context, as COPY from the stage that makes it.

The meaning stays that of docker cp followed by COPY: of a directory, the contents are copied; a
file put into a directory keeps the name that it had in the context; host files still come from the
context. An instruction that copies both becomes several, in the same order.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bpkit.conversion.aliases import Aliases
from bpkit.conversion.archives import archive_wanted, check_archive, unpacked_to
from bpkit.conversion.rewriting import copy_instruction, with_keyword
from bpkit.conversion.supplies import Below, FromHost, FromStage, Supply, takes
from bpkit.formats.context import Tree
from bpkit.formats.dockerfile import (
    DockerfileError,
    Flag,
    Instruction,
    StageState,
    copy_of,
    heredoc_word,
    with_args,
    with_flag,
)
from bpkit.formats.text import source_path

_REMOTE = ("http://", "https://", "git://", "ssh://", "git@")
# Directories in nearly every base image.
_USUAL_PATHS = """
    / /bin /etc /home /lib /lib64 /media /mnt /opt /root /run /sbin /srv /tmp /usr /usr/bin
    /usr/include /usr/lib /usr/local /usr/local/bin /usr/local/lib /usr/local/sbin
    /usr/local/share /usr/sbin /usr/share /usr/src /var /var/lib /var/log /var/www
"""
_USUAL = frozenset(_USUAL_PATHS.split())


@dataclass(frozen=True)
class CopySetting:
    """The surroundings of an instruction: the context's artifacts and files, and its stage.

    ``prefix`` is the old context's path in the new one. ``directories`` are paths known to exist in
    the stage at that point. ``runs`` are the words of its ENTRYPOINT and CMD.
    """

    supplies: tuple[Supply, ...]
    tree: Tree
    prefix: str = ""
    directories: frozenset[str] = frozenset()
    runs: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Item:
    """One source of the new instructions, from ``stage`` (None for the context)."""

    stage: str | None
    word: str
    foreign: bool = False
    destination: str | None = None


def converted_copy(
    instruction: Instruction, state: StageState, setting: CopySetting, aliases: Aliases
) -> tuple[Instruction, ...]:
    """The instructions that are equivalent to the COPY or ADD.

    Raises DockerfileError if there are none.
    """
    if not setting.supplies and not setting.prefix:
        return (instruction,)
    items = list(_items(instruction, state, setting, aliases))
    groups = list(_groups(items))
    first, *others = groups
    rest = [_new(instruction, group) for group in others]
    return (_edited(instruction, first), *rest)


def _items(
    instruction: Instruction, state: StageState, setting: CopySetting, aliases: Aliases
) -> Iterator[_Item]:
    copy = copy_of(instruction, state.env)
    expanded = iter(copy.sources)
    for word in instruction.args[:-1]:
        if not instruction.json and heredoc_word(word) is not None:
            yield _Item(None, word)
            continue
        path = next(expanded)
        if instruction.keyword == "ADD" and path.startswith(_REMOTE):
            yield _Item(None, word)
            continue
        yield from _of_source(instruction, state, setting, aliases, (word, path))


def _of_source(
    instruction: Instruction,
    state: StageState,
    setting: CopySetting,
    aliases: Aliases,
    source: tuple[str, str],
) -> Iterator[_Item]:
    word, path = source
    if state.unresolved(word, instruction.escape):
        _check_unresolved(word, setting)
        yield _Item(None, _prefixed(instruction, setting, word))
        return
    copy = copy_of(instruction, state.env)
    pattern = source_path(path)
    for taken in takes(pattern, setting.supplies, setting.tree):
        match taken:
            case FromHost():
                yield _Item(None, _prefixed(instruction, setting, word))
            case FromStage():
                check_archive(instruction, pattern, taken.supply)
                yield _from_stage(instruction, state, setting, aliases, (taken, pattern))
            case Below(supply=supply) if supply.member is not None:
                raise archive_wanted(supply)
            case Below(supply=supply, path=below):
                if copy.parents or copy.exclude:
                    raise _too_much(instruction)
                target = posixpath.join(instruction.args[-1], below)
                if instruction.args[-1] in {".", "./"}:
                    target = f"./{below}"
                yield _Item(supply.stage, literal(supply.source), supply.foreign, target)


def _from_stage(
    instruction: Instruction,
    state: StageState,
    setting: CopySetting,
    aliases: Aliases,
    what: tuple[FromStage, str],
) -> _Item:
    taken, pattern = what
    supply = taken.supply
    copy = copy_of(instruction, state.env)
    path = literal(supply.source)
    if taken.rest:
        path = posixpath.join(path, taken.rest)
    item = _Item(supply.stage, path, supply.foreign)
    if supply.member is not None:
        return replace(item, destination=unpacked_to(instruction, supply.member))
    by_old_name = _Item(aliases.name_of(supply), posixpath.join("/", pattern))
    if copy.parents or copy.exclude:
        aliases.use(supply)
        return by_old_name
    name = posixpath.basename(supply.destination)
    renamed = not taken.rest and name not in {posixpath.basename(supply.source), "."}
    if not renamed or supply.is_file is False:
        return item
    into_directory = _is_directory(instruction, copy.destination, state, setting, supply)
    if into_directory is False:
        return item
    if into_directory and supply.is_file:
        target = instruction.args[-1]
        into = "./" if target in {".", "./"} else target.rstrip("/") + "/"
        return replace(item, destination=into + name)
    # Nothing shows whether it is a file, which keeps its name, or a directory, whose contents
    # are copied. Under its old name in a stage of its own, COPY has the same effect as before.
    aliases.use(supply)
    return by_old_name


def _is_directory(
    instruction: Instruction,
    destination: str,
    state: StageState,
    setting: CopySetting,
    supply: Supply,
) -> bool | None:
    """Whether the destination is a directory, in which a file keeps its name; None if unknown."""
    if len(instruction.args) > 2 or destination.endswith(("/", "/.")) or destination in {".", ".."}:
        return True
    target = posixpath.normpath(posixpath.join(state.workdir, destination))
    if target in _USUAL or target in setting.directories or target == state.workdir:
        return True
    names = {posixpath.basename(supply.destination), posixpath.basename(supply.source)}
    if posixpath.basename(target) in names or target in setting.runs:
        return False
    return None


def _check_unresolved(word: str, setting: CopySetting) -> None:
    start = word.partition("$")[0]
    near = [s for s in setting.supplies if s.destination.startswith(start.lstrip("./"))]
    covering = [s for s in setting.supplies if start.lstrip("./").startswith(s.destination)]
    if near or covering:
        raise DockerfileError(
            f"the file of COPY {word} depends on a variable that is known only during a build",
            hint="give the ARG a default, or write the path",
        )


def _too_much(instruction: Instruction) -> DockerfileError:
    return DockerfileError(
        f"this {instruction.keyword} copies artifacts together with host files "
        "with --parents or --exclude",
        hint="copy the artifacts in a separate COPY",
    )


def literal(path: str) -> str:
    """A path that COPY reads literally. Raises DockerfileError if there is none."""
    if any(c in path for c in "*?[\\$\"'"):
        raise DockerfileError(
            f"the path {path!r} has characters that COPY reads as a pattern or a variable",
            hint="rename the artifact",
        )
    return path


def _prefixed(instruction: Instruction, setting: CopySetting, word: str) -> str:
    if not setting.prefix:
        return word
    if instruction.flag("parents") is not None or instruction.flag("exclude") is not None:
        raise DockerfileError(
            "--parents and --exclude apply to paths in the old build context, which "
            f"is now in {setting.prefix}",
            hint=f"build with the context that contains {setting.prefix}, and try again",
        )
    ending = "/" if word.endswith("/") else ""
    plain = word.removeprefix("./").strip("/")
    return setting.prefix + ending if plain in {"", "."} else f"{setting.prefix}/{plain}{ending}"


def _groups(items: Sequence[_Item]) -> Iterator[list[_Item]]:
    """Groups of consecutive items that can share an instruction."""
    group: list[_Item] = []
    for item in items:
        alike = group and (item.stage, item.destination) == (group[0].stage, group[0].destination)
        if group and not (alike and item.destination is None):
            yield group
            group = []
        group.append(item)
    if group:
        yield group


def _flags(instruction: Instruction, group: Sequence[_Item]) -> Iterator[tuple[str, str]]:
    """The flags that the group adds, to be put in front in this order."""
    stage = group[0].stage
    if stage is None:
        return
    yield "from", stage
    if any(item.foreign for item in group) and instruction.flag("chown") is None:
        yield "chown", "0:0"


def _edited(instruction: Instruction, group: Sequence[_Item]) -> Instruction:
    """The instruction itself, reduced to the group."""
    flags = list(_flags(instruction, group))
    if flags and instruction.keyword == "ADD":
        instruction = with_keyword(instruction, "COPY")
    destination = group[0].destination or instruction.args[-1]
    new = with_args(instruction, [*(item.word for item in group), destination])
    for name, value in reversed(flags):
        new = with_flag(new, name, value)
    return new


def _new(instruction: Instruction, group: Sequence[_Item]) -> Instruction:
    """An additional instruction for the group, with the flags of the old one."""
    added = list(_flags(instruction, group))
    if not added and instruction.keyword == "ADD":
        raise DockerfileError(
            "this ADD copies artifacts before host files",
            hint="add the host files in a separate instruction",
        )
    flags = [*(Flag(name, value) for name, value in added), *instruction.flags]
    destination = group[0].destination or instruction.args[-1]
    return copy_instruction(instruction, flags, [item.word for item in group], destination)
