"""The bytes that findings cost in a built image: ``bpkit lint --image``.

The image's history maps its layers to the lines of the Dockerfile. Only an image whose
whole history fits the file is measured: one built before the last edit has other
lines. A rule counts what its layer shows (files hidden, files of a cache, files of a toolchain,
by their paths); if the layer shows none, no size is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bpkit.core import Engine
from bpkit.errors import Place
from bpkit.findings import Finding
from bpkit.formats.dockerfile import DockerfileError, Stage
from bpkit.image import Node
from bpkit.verbs.lint.files import LintFile
from bpkit.verbs.lint.rules import (
    compiler_ships,
    copy_before_install,
    dev_dependencies,
    frees_nothing,
    git_ships,
    package_cache_ships,
    recursive_owner,
    whole_context,
)
from bpkit.verbs.size import ImageSize, Kind, kind_of, lines_found, read_target, sized, target_of


def with_sizes(
    findings: Sequence[Finding], files: Sequence[LintFile], image: str, engine: Engine
) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """The findings with their bytes in ``image``, and a note if it wasn't built from these files.

    Raises InputError if it can't be read, EngineError and NoEngineError.
    """
    read = read_target(target_of(image), lambda: engine)
    fits = {stage: lines_found(read, stage) for file in files if (stage := _last(file)) is not None}
    stage = max(fits, key=lambda one: fits[one], default=None)
    if stage is None or not fits[stage]:
        note = f"no sizes are shown: '{image}' was not built from these Dockerfiles as they are now"
        return tuple(findings), (note,)
    account = sized(read, stage)
    times = _times(read.blobs.document, account)
    installed = {
        copied.stage.place(copied.instruction): times.get(step.stage.place(step.instruction))
        for file in files
        if file.subject.file.name == stage.file
        for copied, step, *_ in copy_before_install.installations(file.subject)
    }
    measured = (_measured(finding, account, stage) for finding in findings)
    return tuple(_timed(finding, installed) for finding in measured), ()


# The history gives no time for a step that follows a cached one.
_MOST_SECONDS = 3600


def _times(document: Mapping[str, Any], image: ImageSize) -> dict[Place, float]:
    """How long each line took: builders record in the history when a step ended."""
    found: dict[Place, float] = {}
    before: datetime | None = None
    layers = iter(image.layers)
    for entry in document.get("history") or ():
        done = _moment(entry.get("created"))
        layer = None if entry.get("empty_layer") else next(layers, None)
        if layer is not None and layer.place is not None and done and before:
            seconds = (done - before).total_seconds()
            if 0 < seconds < _MOST_SECONDS:
                found[layer.place] = seconds
        before = done
    return found


def _moment(text: object) -> datetime | None:
    """A time as Go writes it, with nine digits, which Python 3.10 doesn't parse."""
    try:
        return datetime.fromisoformat(f"{str(text)[:19]}{str(text)[19:26].rstrip('Z') or '.0':0<7}")
    except ValueError:
        return None


def _timed(finding: Finding, installed: Mapping[Place, float | None]) -> Finding:
    if finding.rule.id != copy_before_install.RULE.id or finding.place is None:
        return finding
    return replace(finding, seconds=installed.get(finding.place))


def _last(file: LintFile) -> Stage | None:
    try:
        return file.subject.last
    except DockerfileError:
        # A finding says so.
        return None


def _measured(finding: Finding, image: ImageSize, stage: Stage) -> Finding:
    count = _COUNTED.get(finding.rule.id)
    place = finding.place
    if count is None or place is None or place.file != stage.file:
        return finding
    root = stage.lineage[0]
    is_base = place.line == root.from_.line
    layers = frozenset(
        layer.number
        for layer in image.layers
        if (layer.place is None if is_base else layer.place == place)
    )
    size = count(finding, image, layers)
    return replace(finding, size=size) if size else finding


_Count = Callable[[Finding, ImageSize, frozenset[int]], int]


def _kind(wanted: Kind) -> _Count:
    """Counts the files of one kind in the layers, including those that a later layer hides."""

    def count(finding: Finding, image: ImageSize, layers: frozenset[int]) -> int:
        shown = (one.size for one in image.files if one.layer in layers and one.kind == wanted)
        hidden = (
            one.size
            for one in image.lost
            if one.layer in layers and kind_of(Node(one.path, "file")) == wanted
        )
        return sum(shown) + sum(hidden)

    return count


def _hidden(losses: Iterable[str]) -> _Count:
    """Counts the files of earlier layers that these layers hide."""
    wanted = frozenset(losses)

    def count(finding: Finding, image: ImageSize, layers: frozenset[int]) -> int:
        return sum(one.size for one in image.lost if one.by in layers and one.loss in wanted)

    return count


def _layer(finding: Finding, image: ImageSize, layers: frozenset[int]) -> int:
    return sum(layer.size for layer in image.layers if layer.number in layers)


def _of_npm(finding: Finding, image: ImageSize, layers: frozenset[int]) -> int:
    """The packages that npm marks as installed for development; the others mark nothing."""
    if finding.subject != "npm":
        return 0
    return sum(
        one.size
        for one in image.files
        if one.layer in layers and one.package and one.package.excess == "development"
    )


_COUNTED: dict[str, _Count] = {
    recursive_owner.RULE.id: _hidden({"doubled"}),
    frees_nothing.RULE.id: _hidden({"removed"}),
    package_cache_ships.RULE.id: _kind("cache"),
    git_ships.RULE.id: _kind("version control"),
    compiler_ships.RULE.id: _kind("development"),
    dev_dependencies.RULE.id: _of_npm,
    whole_context.RULE.id: _layer,
}
