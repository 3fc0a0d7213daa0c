"""Builds several images with one ``docker buildx bake``, on the builder of ``docker build``.

BuildKit then shares out the work itself: each call of the client takes a tenth of a second of its
own, and the engine writes what it knows to disk for many images at once. buildx gives each image
its names as soon as it is built, and ends all others when one fails.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from bpkit.core import (
    STAGING,
    BuildOptions,
    Capture,
    Plan,
    Run,
    TempDir,
    WriteFile,
    client_configuration,
    image_label,
    staged,
    words,
)
from bpkit.verbs.bake import bake_json
from bpkit.verbs.build import Prepared, Shortcut

_STEP = re.compile(r"^#(\d+) \[t(\d+)[ \]]", re.MULTILINE)
_DONE = re.compile(r"^#(\d+) DONE ([\d.]+)s$", re.MULTILINE)
_FAILED = re.compile(r"^ERROR: target t(\d+): ", re.MULTILINE)
_MADE = "made.json"
_IDS = ("containerimage.digest", "containerimage.config.digest")


def can_join(prepared: Prepared) -> bool:
    """Whether one target of a Bake file builds it: a single image, in its context as it is."""
    recipe, options, image = prepared.recipe, prepared.options, prepared.recipe.final
    return (
        prepared.facts.buildkit
        and len(recipe.images) == 1
        and not image.artifacts
        and image.name not in {*prepared.facts.staged, *prepared.facts.linked}
        and not (options.secrets or options.ssh)
    )


@dataclass
class JointBuild:
    """The images of one call, by their position; ``ids`` are those that buildx reports.

    An image has two: engines with containerd's image store show that of its manifest.
    """

    members: Sequence[tuple[Prepared, Shortcut]]
    ids: dict[int, frozenset[str]] = field(default_factory=dict)

    def plan(self, project: str, builder: str, options: BuildOptions) -> Plan:
        """The call, with its file in a separate directory."""
        engine = self.members[0][0].engine
        file, made = staged("docker-bake.json"), staged(_MADE)
        switches = ["--no-cache"] * options.no_cache + ["--pull"] * options.pull
        bake = words("buildx", "bake", "--builder", builder, "--progress", "plain", *switches)
        argv = (*engine, *bake, *words("--file", file, "--metadata-file", made))
        targets = {f"t{number}": _target(*one) for number, one in enumerate(self.members)}
        document = {"group": {"default": {"targets": list(targets)}}, "target": targets}
        return Plan(
            project,
            engine,
            (
                TempDir(project, "create a staging directory for this run"),
                WriteFile(file, bake_json(document), "write the Bake file"),
                Run(argv, "build the images", binds=Capture("made", made)),
            ),
        )

    def take(self, bound: Mapping[str, str]) -> None:
        """Read the ids of the images, which buildx has written."""
        said = json.loads(Path(bound[STAGING.name], _MADE).read_text(encoding="utf-8"))
        for number in range(len(self.members)):
            one = said.get(f"t{number}") or {}
            self.ids[number] = frozenset(str(one.get(key)) for key in _IDS)


def _target(prepared: Prepared, shortcut: Shortcut) -> dict[str, object]:
    project, options, image = prepared.project, prepared.options, prepared.recipe.final
    context = shortcut.reached_by().get(image.context, image.context)
    file = image.path
    platform = options.platform or image.platform
    table: dict[str, object] = {
        # Not resolved: a link may be there for BuildKit to see a new path.
        "context": os.path.abspath(project.directory / context),
        "dockerfile": os.path.abspath(project.directory / file) if file else "",
        "dockerfile-inline": "" if file else image.dockerfile.text,
        "target": image.target or "",
        "tags": list(image.tags),
        "args": dict(_set(({**dict(image.build_args), **dict(options.build_args)}).items())),
        "contexts": dict(image.contexts),
        "labels": {
            **dict(image.labels),
            **dict([image_label(prepared.recipe.project, image.role).split("=", 1)]),
        },
        "platforms": [platform] if platform else [],
    }
    return {key: value for key, value in table.items() if value}


def _set(build_args: Iterable[tuple[str, str | None]]) -> Iterable[tuple[str, str]]:
    """The build arguments with a value; ``docker build`` takes the others from the environment."""
    for name, value in build_args:
        known = os.environ.get(name) if value is None else value
        if known is not None:
            yield name, known


def own_builder(words: Sequence[str], environ: Mapping[str, str] = os.environ) -> str:
    """The builder that ``docker build`` uses: the one named after the client's context.

    ``words`` are the client's with the switches that choose an engine. Empty if the environment
    names a builder.
    """
    if environ.get("BUILDX_BUILDER"):
        return ""
    for switch, value in pairwise(words[1:]):
        if switch in {"--context", "-c"}:
            return value
        if switch in {"--host", "-H"}:
            return "default"
    if environ.get("DOCKER_HOST"):
        return "default"
    if named := environ.get("DOCKER_CONTEXT"):
        return named
    try:
        with open(os.path.join(client_configuration(environ), "config.json"), "rb") as file:
            said = json.load(file)
    except (OSError, ValueError, RecursionError):
        return "default"
    named = said.get("currentContext") if isinstance(said, dict) else ""
    return named if isinstance(named, str) and named else "default"


def seconds_of(output: str) -> dict[int, float]:
    """The total duration of each image's steps, as buildx reports it."""
    owners = {step: int(number) for step, number in _STEP.findall(output)}
    found: dict[int, float] = {}
    for step, seconds in _DONE.findall(output):
        if step in owners:
            found[owners[step]] = found.get(owners[step], 0.0) + float(seconds)
    return found


def failed_in(output: str) -> int | None:
    """The image that failed, as buildx reports it; None if it doesn't."""
    found = _FAILED.search(output)
    return int(found[1]) if found else None
