"""Read the scripts that bpkit itself writes (``bpkit.writers.script``) back into a recipe.

They always have the same shape, one engine command for each step, so no shell has to be followed:
all that matters is in the arguments of build, create, cp and tag.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Protocol

from bpkit.core import RUNTIME, STAGE, Artifact, Image, Recipe, image_id, owner_of
from bpkit.errors import InputError, Place
from bpkit.formats.dockerfile import parse
from bpkit.formats.shell import Chain, Literal, Parameter, Simple, Word
from bpkit.formats.shell import parse as parse_script

# Marks a variable's name in the text of a word; no word of a shell can hold this character.
_VARIABLE = "\0"
# The directory that artifacts are staged in. It is also an image's context until the source of its
# host files is known.
_STAGE = f"{_VARIABLE}stage"
# The ending of the names of contexts there, which makes them unique to one run.
_OF_THIS_RUN = f"-{_VARIABLE}run_id"
_REST = f"{_VARIABLE}@"


class Texts(Protocol):
    """The source of files' texts."""

    def text(self, path: str) -> str | None:
        """The text of a file in the project, None if there is no such file."""


@dataclass
class _Known:
    """What the steps so far have set, by the script's variables and paths.

    ``defaults`` are the values that a user may override, ``written`` the texts that the script
    writes into the staging directory, ``links`` the targets of its links there.
    """

    folder: str
    images: list[Image] = field(default_factory=list)
    containers: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    artifacts: dict[str, list[Artifact]] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)

    def path(self, path: str) -> str:
        """The project's path for a path in the script, which works in its own directory."""
        return posixpath.normpath(posixpath.join(self.folder, path))


def is_own_script(text: str) -> bool:
    """Whether bpkit wrote the script."""
    return text.startswith("#!") and "must engine " in text and "mine=${TMPDIR:-/tmp}/" in text


def read_own_script(text: str, name: str, texts: Texts, project: str) -> Recipe:
    """The recipe that the script carries out. Raises InputError if it was edited by hand."""
    known = _Known(posixpath.dirname(name))
    for chain in parse_script(text, name).chains:
        try:
            _take(chain, known, texts)
        except (IndexError, KeyError, ValueError):
            raise InputError(
                "this step is not one that bpkit writes",
                place=Place(name, chain.span.line),
                hint="write the script again, or convert without it: name both Dockerfiles with -f",
            ) from None
    if not known.images:
        raise InputError("this script builds nothing", place=Place(name))
    return Recipe(project, tuple(_with_artifacts(known)))


def _with_artifacts(known: _Known) -> Iterator[Image]:
    # Host files in a staged context come from the project, like those of the other images.
    plain = [image.context for image in known.images if image.context != _STAGE]
    for image in known.images:
        context = image.context if image.context != _STAGE else (*plain, known.path("."))[0]
        artifacts = tuple(known.artifacts.get(image.name, ()))
        yield replace(image, artifacts=artifacts, context=context)


def _take(chain: Chain, known: _Known, texts: Texts) -> None:
    commands = [p.commands[0] for p in (chain.first, *(pipeline for _, pipeline in chain.rest))]
    first, last = commands[0], commands[-1]
    if not isinstance(first, Simple) or not isinstance(last, Simple):
        return
    if not first.words:
        # The value of a build argument that the environment doesn't set.
        given = [one for one in first.assignments if one.name.startswith("given_")]
        for assigned in given:
            value = _text(assigned.word)
            if not value.startswith(_VARIABLE):
                known.defaults[f"{_VARIABLE}{assigned.name}"] = value
        return
    match [word.bare for word in first.words]:
        case ["must", "engine", *_]:
            _take_step([_text(word) for word in first.words[2:]], known, texts)
        case ["is_named", *_]:
            # A name that may be right already: is_named ID || must engine docker tag ID NAME
            _take_step([_text(word) for word in last.words[2:]], known, texts)
        case ["must", "local", "sh", "-c", *_] if len(first.words) == 7:
            link, target = (_text(word) for word in first.words[5:])
            known.links[link] = target
        case ["printf", "%s", None]:
            path = _text(first.redirects[0].word)
            known.written[path] = _text(first.words[2])
        case ["[", "-n", *_] if last.assignments:
            for assigned in last.assignments:
                known.defaults[f"{_VARIABLE}{assigned.name}"] = _text(assigned.word)


def _text(word: Word) -> str:
    """The word with its variables marked. Raises ValueError for a part that bpkit never writes."""
    return "".join(map(_part, word.parts))


def _part(part: object) -> str:
    match part:
        case Literal(text):
            return text
        case Parameter(name, operator=""):
            return f"{_VARIABLE}{name}"
        case _:
            raise ValueError(part)


def _take_step(words: list[str], known: _Known, texts: Texts) -> None:
    match words:
        case [_, "build", *rest] if "--iidfile" in rest and not _is_of_a_stage(rest):
            _build(rest, known, texts)
        case [_, "create", *rest]:
            known.containers[rest[rest.index("--name") + 1]] = known.ids[rest[-2]]
        case [_, "cp", *rest]:
            _copy(rest, rest[-1], known)
        case ["sh", "-c", _, target, _, "cp", *rest]:
            _copy(rest, target, known, archive=True)
        case [_, "tag", identity, tag]:
            name = known.ids[identity]
            tag = known.defaults[tag] if tag.startswith(_VARIABLE) else tag
            known.images = [replace(i, tag=tag) if i.name == name else i for i in known.images]


def _is_of_a_stage(words: list[str]) -> bool:
    """Whether the command only labels the image that the classic builder leaves of a stage."""
    labels = [b for a, b in pairwise(words) if a == "--label"]
    return any(owner_of(dict([label.split("=", 1)]))[1] == STAGE for label in labels)


def _build(words: list[str], known: _Known, texts: Texts) -> None:
    flags: dict[str, list[str]] = {}
    waiting = list(words)
    positional: list[str] = []
    while waiting:
        word = waiting.pop(0)
        if word in {"--no-cache", "--pull", _REST}:
            continue
        if word.startswith("-"):
            flags.setdefault(word.lstrip("-"), []).append(waiting.pop(0))
        else:
            positional.append(word)
    name = flags["iidfile"][0].removeprefix(f"{_STAGE}/").removesuffix(".id")
    path = flags["f"][0]
    in_stage = path.startswith(_STAGE)
    if in_stage:
        text: str | None = known.written[path]
    else:
        path = known.path(path)
        text = texts.text(path)
    if text is None:
        raise InputError("the file doesn't exist", place=Place(path))
    labels = dict(label.split("=", 1) for label in flags.get("label", []))
    context = known.links.get(positional[-1], positional[-1])
    given = [argument.partition("=") for argument in flags.get("build-arg", [])]
    image = Image(
        name,
        "",
        parse(text, name if in_stage else path),
        role=owner_of(labels)[1] or RUNTIME,
        path=None if in_stage else path,
        context=_STAGE if context.startswith(_STAGE) else known.path(context),
        build_args=tuple((name, known.defaults.get(value)) for name, _, value in given),
        target=flags.get("target", [None])[0],
        platform=flags.get("platform", [None])[0],
    )
    known.images.append(image)
    known.ids[f"{_VARIABLE}{image_id(image).name}"] = name


def _copy(words: list[str], target: str, known: _Known, *, archive: bool = False) -> None:
    container, _, source = words[-2].partition(":")
    context, _, destination = target.removeprefix(f"{_STAGE}/").partition("/")
    artifact = Artifact(
        known.containers[container],
        source,
        destination or ".",
        follow_link="-L" in words[:-2],
        archive=archive,
    )
    name = context.removesuffix(_OF_THIS_RUN).removesuffix(".context")
    known.artifacts.setdefault(name, []).append(artifact)
