"""A rendered template as the builder pattern's pair: a build file and a runtime file.

Templates have one shape, so this only cuts them in two: stages that build, and a last one that
copies from them with absolute paths. The build file ends in ``/``, so that the runtime file copies
the same paths, made relative.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from bpkit.errors import InputError, Place
from bpkit.formats.dockerfile import (
    Dockerfile,
    Filler,
    Instruction,
    parse,
    references,
    with_arg,
    without_flag,
)


@dataclass(frozen=True)
class DockerfilePair:
    """The texts of Dockerfile.build and Dockerfile.runtime, and the artifacts between them.

    ``artifacts`` are relative to the root of the build image, and to the runtime's context.
    """

    build: str
    runtime: str
    artifacts: tuple[str, ...]


def as_pair(text: str, file: str) -> DockerfilePair:
    """The pair for a Dockerfile with one stage that builds and one that ships.

    Raises InputError, with the line, for a Dockerfile with another shape.
    """
    dockerfile = parse(text, file)
    froms = [one for one in dockerfile.instructions if one.keyword == "FROM"]
    if len(froms) != 2:
        raise InputError(
            f"a pair needs a template with two stages, but this one has {len(froms)}",
            place=Place(file),
            hint="pass --style multi-stage",
        )
    first, last = (dockerfile.parts.index(one) for one in froms)
    head, body, tail = (
        dockerfile.parts[:first],
        dockerfile.parts[first:last],
        dockerfile.parts[last:],
    )
    body, above_last = _without_comment_at_end(body)
    runtime = tuple(_from_context(part, dockerfile) for part in (*above_last, *tail))
    artifacts = tuple(
        source.lstrip("/")
        for one in tail
        if isinstance(one, Instruction) and one.flag("from") is not None
        for source in one.args[:-1]
    )
    build = "".join(part.text for part in (*_used(head, body), *body)).rstrip("\n")
    return DockerfilePair(
        f"{build}\n# The paths that Dockerfile.runtime copies are relative to this.\nWORKDIR /\n",
        "".join(part.text for part in (*_used(head, runtime), *runtime)),
        tuple(posixpath.normpath(one) for one in artifacts),
    )


Parts = tuple[Instruction | Filler, ...]


def _without_comment_at_end(body: Parts) -> tuple[Parts, Parts]:
    """The stage, and the comment at its end, which belongs to the next one."""
    if not isinstance(body[-1], Filler) or "#" not in body[-1].text:
        return body, ()
    return body[:-1], (replace(body[-1], text=body[-1].text.lstrip("\n")),)


def _from_context(part: Instruction | Filler, dockerfile: Dockerfile) -> Instruction | Filler:
    if isinstance(part, Filler) or part.flag("from") is None:
        return part
    for index, source in enumerate(part.args[:-1]):
        if not source.startswith("/"):
            raise InputError(
                f"{source!r} is not an absolute path, which a pair needs",
                place=dockerfile.place(part),
            )
        part = with_arg(part, index, source.lstrip("/"))
    return without_flag(part, "from")


def _used(head: Parts, parts: Iterable[Instruction | Filler]) -> Parts:
    """The arguments before the first FROM that these parts use, with the comments above them."""
    wanted: set[str] = set()
    for part in parts:
        if isinstance(part, Instruction) and part.keyword == "FROM":
            wanted |= references(" ".join(part.args))
        elif isinstance(part, Instruction) and part.keyword == "ARG":
            wanted |= {arg for arg in part.args if "=" not in arg}
    for part in reversed(head):
        if isinstance(part, Instruction) and wanted & {name for name, _ in part.pairs}:
            wanted |= references(part.text)
    kept: list[Instruction | Filler] = []
    for part in head:
        if isinstance(part, Filler) or wanted & {name for name, _ in part.pairs}:
            kept.append(part)
        elif kept and isinstance(kept[-1], Filler):
            kept[-1] = _without_comment(kept[-1], is_first=len(kept) == 1)
    return tuple(kept)


def _without_comment(filler: Filler, *, is_first: bool) -> Filler:
    """The filler without the comment right above the next instruction; the file's title stays."""
    title, newline, rest = filler.text.partition("\n") if is_first else ("", "", filler.text)
    kept = re.sub(r"(?:^[ \t]*#[^\n]*\n)+\Z", "", rest, flags=re.MULTILINE)
    return replace(filler, text=f"{title}{newline}{kept}")
