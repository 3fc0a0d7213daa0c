"""The difference between two images, layer by layer: files and configurations.

Two builds are the same image if their configurations have the same bytes, because these contain the
digest of every layer. Otherwise the tars are compared: content, mode, owner, time and order of the
files; and a file's path shows what usually makes such a file differ.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bpkit.image import Blobs, Layer, Node
from bpkit.verbs.diff.causes import Cause, cause_of

# A layer's time, container and parent image, which change with every build.
_RECORD = re.compile(
    r"created|history\[\d+\]\.created|config\.Image|container(_config\.(Hostname|Image))?|parent"
)
Facet = Literal[
    "only before",
    "only after",
    "type",
    "content",
    "mode",
    "owner",
    "link target",
    "attributes",
    "time",
    "removes",
    "order",
]


@dataclass(frozen=True)
class FileDifference:
    """One path in one layer, and one respect in which it differs."""

    path: str
    facet: Facet
    before: str = ""
    after: str = ""
    cause: Cause | None = None


@dataclass(frozen=True)
class LayerDifference:
    """A layer that differs, counted from 0, with the instruction that made it.

    ``created_before`` is the instruction in the first image, if that is another one. Layers are
    paired by their numbers.

    ``files`` is empty if its files agree in everything that is compared: then the tars differ in
    other fields of their headers.
    """

    number: int
    created_by: str
    files: tuple[FileDifference, ...]
    created_before: str = ""


@dataclass(frozen=True)
class ConfigDifference:
    """A setting in the image's configuration; ``name`` is its path in the document, with dots.

    None is a setting that the document doesn't have.
    """

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class ImageDifference:
    """How two images differ. ``same_layers`` is how many have the same digest.

    ``digests`` are those of the configurations.
    """

    before: str
    after: str
    config: tuple[ConfigDifference, ...]
    layers: tuple[LayerDifference, ...]
    same_layers: int
    is_same: bool
    digests: tuple[str, str] = ("", "")

    @property
    def is_of_spelling_only(self) -> bool:
        """Whether every layer and setting is the same, and only the JSON's bytes differ."""
        return not (self.is_same or self.config or self.layers)

    @property
    def is_of_times_only(self) -> bool:
        """Whether only times differ, or what the classic builder records about its containers.

        False if a layer's files agree in everything that is compared: then the cause is unknown.
        """
        return (
            not (self.is_same or self.is_of_spelling_only)
            and all(_RECORD.fullmatch(one.name) for one in self.config)
            and all(
                layer.files and all(file.facet == "time" for file in layer.files)
                for layer in self.layers
            )
        )


def differing(
    before: tuple[str, Blobs, Sequence[Layer]], after: tuple[str, Blobs, Sequence[Layer]]
) -> ImageDifference:
    """The difference between two images, each with its name, blobs and layers."""
    name, blobs, layers = before
    other_name, other_blobs, other_layers = after
    ids, other_ids = _diff_ids(blobs), _diff_ids(other_blobs)
    found: list[LayerDifference] = []
    same = 0
    for number in range(max(len(ids), len(other_ids))):
        if ids[number : number + 1] == other_ids[number : number + 1]:
            same += 1
            continue
        one = layers[number] if number < len(layers) else Layer("")
        other = other_layers[number] if number < len(other_layers) else Layer("")
        was, made = _creator(blobs, number), _creator(other_blobs, number)
        was_other = was if made and was != made else ""
        found.append(LayerDifference(number, made or was, tuple(_files(one, other)), was_other))
    return ImageDifference(
        name,
        other_name,
        tuple(_config(blobs.document, other_blobs.document)),
        tuple(found),
        same,
        blobs.id == other_blobs.id,
        (blobs.id, other_blobs.id),
    )


def _diff_ids(blobs: Blobs) -> list[Any]:
    return list((blobs.document.get("rootfs") or {}).get("diff_ids") or ())


def _creator(blobs: Blobs, number: int) -> str:
    history = blobs.document.get("history")
    made = [
        one
        for one in (history if isinstance(history, list) else ())
        if isinstance(one, dict) and not one.get("empty_layer")
    ]
    return str(made[number].get("created_by") or "") if number < len(made) else ""


def _files(before: Layer, after: Layer) -> Iterator[FileDifference]:
    for path in sorted(before.nodes.keys() | after.nodes.keys()):
        one, other = before.nodes.get(path), after.nodes.get(path)
        if one is None:
            yield FileDifference(path, "only after", cause=cause_of(path))
        elif other is None:
            yield FileDifference(path, "only before", cause=cause_of(path))
        else:
            yield from _facets(path, one, other)
    for path in sorted(set(before.removed) ^ set(after.removed)):
        is_old = path in before.removed
        yield FileDifference(path, "removes", "yes" if is_old else "no", "no" if is_old else "yes")
    orders = [list(one.nodes) for one in (before, after)]
    if orders[0] != orders[1] and set(orders[0]) == set(orders[1]):
        first = next(path for path, other in zip(*orders, strict=True) if path != other)
        yield FileDifference(first, "order")


def _facets(path: str, one: Node, other: Node) -> Iterator[FileDifference]:
    if one.kind != other.kind:
        yield FileDifference(path, "type", one.kind, other.kind, cause_of(path))
        return
    facets: tuple[tuple[Facet, object, object], ...] = (
        ("content", (one.size, one.digest), (other.size, other.digest)),
        ("mode", f"0{one.mode:03o}", f"0{other.mode:03o}"),
        ("owner", f"{one.uid}:{one.gid}", f"{other.uid}:{other.gid}"),
        ("link target", one.target, other.target),
        ("attributes", one.attributes, other.attributes),
        ("time", one.time, other.time),
    )
    for facet, first, second in facets:
        if first == second:
            continue
        if facet == "content":
            shown = [
                f"{side.size} {'byte' if side.size == 1 else 'bytes'} {side.digest.hex()[:12]}"
                for side in (one, other)
            ]
            yield FileDifference(path, facet, shown[0], shown[1], cause_of(path))
        else:
            yield FileDifference(path, facet, _shown(first), _shown(second))


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(f"{name}={said}" for name, said in value)[:80] or "none"
    return str(value)


def _config(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[ConfigDifference]:
    one, other = dict(_flat(before, "", 0)), dict(_flat(after, "", 0))
    for name in sorted(one.keys() | other.keys()):
        # Layers are compared on their own.
        if one.get(name) != other.get(name) and not name.startswith("rootfs.diff_ids"):
            sides = [_written(side.get(name)) for side in (one, other)]
            if sides[0] == sides[1]:
                sides = [one.get(name), other.get(name)]
            yield ConfigDifference(name, *sides)


_DEEPEST = 8


def _flat(value: Any, name: str, depth: int) -> Iterator[tuple[str, str]]:
    """The settings by name, as JSON, which keeps a text and a number apart."""
    if isinstance(value, dict) and value and depth < _DEEPEST:
        for key, inner in value.items():
            yield from _flat(inner, f"{name}.{key}" if name else str(key), depth + 1)
    elif isinstance(value, list) and value and depth < _DEEPEST:
        for number, inner in enumerate(value):
            yield from _flat(inner, f"{name}[{number}]", depth + 1)
    else:
        yield name, json.dumps(value, sort_keys=True)


def _written(value: str | None) -> str | None:
    """A setting for the reader: a text without its quotes."""
    return str(json.loads(value)) if value and value[0] == '"' else value
