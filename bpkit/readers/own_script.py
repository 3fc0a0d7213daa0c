"""Reads the scripts that bpkit itself writes (``bpkit.writers.shell``) back into a recipe.

They always have the same shape, one command of the engine a step, so that no shell needs to be
followed: what counts is in the words of build, create, cp and tag.
"""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Protocol

from bpkit.dockerfile import parse
from bpkit.errors import InputError, Place
from bpkit.labels import owner_of
from bpkit.recipe import RUNTIME, Artifact, Image, Recipe

_STEP = re.compile(r"^must engine (?:\\\n|[^\n])+", re.MULTILINE)
_DEFAULT = re.compile(r"^\[ -n \"\$\{(\w+):-\}\" \] \|\| (\w+)=(.*)$", re.MULTILINE)
_WRITTEN = re.compile(
    r"^printf %s (?P<text>'[^']*'|\"(?:[^\"\\]|\\.)*\") >\"\$stage/(?P<name>[^\"]*)\"", re.MULTILINE
)
# The context of an image, until it is known where its host files come from.
_STAGED = "$stage"


class Texts(Protocol):
    """Where the texts of files are asked for."""

    def text(self, path: str) -> str | None:
        """The text of a file of the project, None if there is none."""


@dataclass
class _Known:
    """What the steps so far say, by the variables and paths of the script."""

    images: list[Image] = field(default_factory=list)
    containers: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    artifacts: dict[str, list[Artifact]] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    folder: str = ""

    def path(self, path: str) -> str:
        """A path of the script's, which works in its own folder, as one of the project's."""
        return posixpath.normpath(posixpath.join(self.folder, path))


def is_own_script(text: str) -> bool:
    """Whether bpkit wrote the script."""
    return text.startswith("#!") and "must engine " in text and "mine=${TMPDIR:-/tmp}/" in text


def read_own_script(text: str, name: str, texts: Texts, project: str) -> Recipe:
    """The recipe that the script carries out. Raises InputError where it was changed by hand."""
    defaults = {found[1]: shlex.split(found[3])[0] for found in _DEFAULT.finditer(text)}
    known = _Known(
        written={f["name"]: shlex.split(f["text"])[0] for f in _WRITTEN.finditer(text)},
        folder=posixpath.dirname(name),
    )
    for step in _STEP.finditer(text):
        words = shlex.split(step.group().replace("\\\n", " "))[3:]
        place = Place(name, text.count("\n", 0, step.start()) + 1)
        try:
            _take(words, known, defaults, texts)
        except (IndexError, KeyError, ValueError):
            raise InputError(
                "this step is not as bpkit writes it",
                place=place,
                hint="write the script anew, or convert without it: -f and -f name the Dockerfiles",
            ) from None
    if not known.images:
        raise InputError("this script builds nothing", place=Place(name))
    return Recipe(project, tuple(_with_artifacts(known)))


def _with_artifacts(known: _Known) -> Iterator[Image]:
    # Host files of a staged context come from the project's, as those of the other images.
    plain = [image.context for image in known.images if image.context != _STAGED]
    for image in known.images:
        context = image.context if image.context != _STAGED else (*plain, known.path("."))[0]
        artifacts = tuple(known.artifacts.get(image.name, ()))
        yield replace(image, artifacts=artifacts, context=context)


def _take(words: list[str], known: _Known, defaults: dict[str, str], texts: Texts) -> None:
    match words[0]:
        case "build" if "--iidfile" in words:
            _build(words[1:], known, texts)
        case "create":
            known.containers[words[words.index("--name") + 1]] = known.ids[words[-2]]
        case "cp":
            _copy(words[-2], words[-1], known)
        case "tag":
            image = known.ids[words[1]]
            tag = words[2]
            tag = defaults[tag[1:]] if tag.startswith("$") else tag
            known.images = [replace(i, tag=tag) if i.name == image else i for i in known.images]


def _build(words: list[str], known: _Known, texts: Texts) -> None:
    flags: dict[str, list[str]] = {}
    waiting = list(words)
    positional: list[str] = []
    while waiting:
        word = waiting.pop(0)
        if word in {"--no-cache", "--pull", "$@"}:
            continue
        if word.startswith("-"):
            flags.setdefault(word.lstrip("-"), []).append(waiting.pop(0))
        else:
            positional.append(word)
    name = flags["iidfile"][0].removeprefix("$stage/").removesuffix(".id")
    path = flags["f"][0]
    in_stage = path.startswith("$stage/")
    if in_stage:
        text: str | None = known.written[path.removeprefix("$stage/")]
    else:
        path = known.path(path)
        text = texts.text(path)
    if text is None:
        raise InputError("there is no such file", place=Place(path))
    labels = dict(label.split("=", 1) for label in flags.get("label", []))
    context = positional[-1]
    pairs = (argument.partition("=") for argument in flags.get("build-arg", []))
    image = Image(
        name,
        "",
        parse(text, name if in_stage else path),
        role=owner_of(labels)[1] or RUNTIME,
        path=None if in_stage else path,
        context=_STAGED if context.startswith("$stage/") else known.path(context),
        build_args=tuple((key, value if equals else None) for key, equals, value in pairs),
        target=flags.get("target", [None])[0],
        platform=flags.get("platform", [None])[0],
    )
    known.images.append(image)
    known.ids[f"${re.sub(r'[^a-zA-Z0-9]', '_', name)}_id"] = name


def _copy(source: str, target: str, known: _Known) -> None:
    container, _, path = source.partition(":")
    maker = known.containers[container]
    receiver, _, destination = target.removeprefix("$stage/").partition(".context")
    artifact = Artifact(maker, path, destination.lstrip("/") or ".")
    known.artifacts.setdefault(receiver, []).append(artifact)
