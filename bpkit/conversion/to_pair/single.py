"""The text of a Dockerfile for one stage: its own lines, and the parts of the top they need."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bpkit.conversion.head import split_directives
from bpkit.conversion.rewriting import ended, line_end
from bpkit.conversion.to_pair.segments import Segment
from bpkit.formats.dockerfile import (
    Dockerfile,
    Filler,
    Instruction,
    Stage,
    Stages,
    parse,
    references,
    with_args,
)


def dockerfile_of(texts: Sequence[str], name: str) -> Dockerfile:
    """The Dockerfile of the joined texts, without blank lines at its start and end."""
    text = "".join(texts).lstrip("\r\n")
    return parse(text.rstrip("\r\n \t") + line_end(text), name)


def stage_text(
    dockerfile: Dockerfile,
    every: Stages,
    stage: Stage,
    segment: Segment,
    start: tuple[str | None, bool],
) -> list[str]:
    """The pieces of the text; ``start`` is the base tag, and whether this is the stage's start.

    A tag of None keeps the image in FROM.
    """
    parent, first = start
    end = line_end(dockerfile.instructions[0].text)
    texts = [_directives(dockerfile)]
    if first:
        if stage.number == 0:
            texts.append(_top_comment(dockerfile))
        if parent is None:
            texts += [ended(one.text, dockerfile) for one in _needed_head(every, stage)]
        elif needed := list(_needed_head(every, stage, in_from=False)):
            texts += [ended(one.text, dockerfile) for one in needed]
        texts.append(_before_from(dockerfile, stage))
        texts.append(ended(_from(stage, parent).text, dockerfile))
    else:
        texts += [ended(one.text, dockerfile) for one in _needed_head(every, stage, in_from=False)]
        texts.append(f"FROM {parent}{end}")
    texts += [ended(one.text, dockerfile) for one in segment.repeated]
    texts += _body(dockerfile, segment)
    return texts


def _directives(dockerfile: Dockerfile) -> str:
    first = dockerfile.parts[0]
    return split_directives(first.text)[0] if isinstance(first, Filler) else ""


def _top_comment(dockerfile: Dockerfile) -> str:
    """The text above the first ARG; text above the first FROM comes with the FROM."""
    first = dockerfile.parts[0]
    if not isinstance(first, Filler) or dockerfile.instructions[0].keyword == "FROM":
        return ""
    return split_directives(first.text)[1]


def _before_from(dockerfile: Dockerfile, stage: Stage) -> str:
    """The comments right before the stage's FROM."""
    at = dockerfile.parts.index(stage.from_)
    before = dockerfile.parts[at - 1] if at else None
    if not isinstance(before, Filler):
        return ""
    text = before.text
    if at == 1:
        text = split_directives(text)[1]
    return text if stage.number == 0 else text.lstrip("\r\n")


def _from(stage: Stage, parent: str | None) -> Instruction:
    image = stage.from_.args[0] if parent is None else parent
    return with_args(stage.from_, [image])


def _needed_head(every: Stages, stage: Stage, *, in_from: bool = True) -> Iterator[Instruction]:
    """The global ARGs that the stage's FROM and its ARGs without default use."""
    wanted: set[str] = set()
    if in_from:
        wanted |= references(stage.base, stage.from_.escape)
    wanted |= references(stage.from_.flag("platform") or "", stage.from_.escape)
    for instruction in stage.instructions:
        if instruction.keyword == "ARG":
            wanted |= {name for name, default in instruction.pairs if default is None}
    for instruction in reversed(every.head):
        if wanted & {name for name, _ in instruction.pairs}:
            for _, default in instruction.pairs:
                wanted |= references(default or "", instruction.escape)
    yield from (one for one in every.head if wanted & {name for name, _ in one.pairs})


def _body(dockerfile: Dockerfile, segment: Segment) -> Iterator[str]:
    """The lines, each with the comment above it."""
    above: dict[int, str] = {}
    for index, one in enumerate(dockerfile.parts[1:], 1):
        before = dockerfile.parts[index - 1]
        if isinstance(one, Instruction) and isinstance(before, Filler):
            above[id(one)] = before.text
    for line in segment.lines:
        yield above.get(id(line.old), "")
        yield ended(line.new.text, dockerfile)
    last = dockerfile.parts[-1]
    is_end = segment.lines and dockerfile.instructions[-1] is segment.lines[-1].old
    if isinstance(last, Filler) and is_end:
        yield last.text
