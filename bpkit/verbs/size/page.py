"""The sizes of images as a self-contained HTML file: no network, no other file.

The content comes from untrusted images. So it is embedded as JSON in a script element that is never
run, with every ``<`` escaped; the page's own script inserts it as text, and its
Content-Security-Policy lets nothing be loaded.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from importlib.resources import files as resources
from typing import Any

from bpkit.verbs.size.budget import Excess
from bpkit.verbs.size.history import SizeRecord
from bpkit.verbs.size.kinds import KINDS
from bpkit.verbs.size.report import base_remark, count, registry_size
from bpkit.verbs.size.result import ImageSize

_HIDDEN = "hidden by later layers"
_MARK = "@DATA@"
#: Below this depth the rest of a path is one name, because JSON is written recursively.
_DEEPEST = 100


def size_page(
    images: Sequence[ImageSize],
    over: Sequence[Excess] = (),
    history: Iterable[SizeRecord] = (),
) -> str:
    """The page; images, such as a build image and the one that ships, are side by side."""
    data = {
        "kinds": [*KINDS, _HIDDEN],
        "images": [_image(image, over if image is images[0] else ()) for image in images],
        "history": [
            {"date": one.date, "revision": one.revision[:12], "size": one.size} for one in history
        ],
    }
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":")).replace("<", "\\u003c")
    template = resources("bpkit.verbs.size").joinpath("page.html").read_text(encoding="utf-8")
    before, _, after = template.partition(_MARK)
    return f"{before}{text}{after}"


def _image(image: ImageSize, over: Sequence[Excess]) -> dict[str, object]:
    packages = {package: number for number, (package, _, _) in enumerate(image.by_package())}
    kinds = {kind: number for number, kind in enumerate(KINDS)}
    visible = (
        (
            one.path,
            [one.size, kinds[one.kind], one.layer, packages[one.package] if one.package else -1],
        )
        for one in image.files
        if one.size
    )
    hidden = ((one.path, [one.size, len(KINDS), one.layer, -1]) for one in image.lost)
    counted = {layer.counted for layer in image.layers}
    how = "according to the engine" if counted == {"engine"} else "counted from its files"
    return {
        "name": image.name,
        "size": image.size,
        "summary": f"{image.size:,} bytes {how}; {registry_size(image)};"
        f" {count(len(image.files), 'file')} in {count(len(image.layers), 'layer')}",
        "over": [f"Over budget: {one}" for one in over],
        "kinds": sorted({kinds[one.kind] for one in image.files})
        + ([len(KINDS)] if image.lost else []),
        "packages": [f"{package.manager}: {package}" for package in packages],
        "layers": [
            {
                "line": str(layer.place or ""),
                "made": " ".join(layer.created_by.split())[:400],
                "size": layer.size,
            }
            for layer in image.layers
        ],
        "reasons": [
            {"title": one.title, "saves": one.saves, "fix": one.fix, "evidence": one.evidence}
            for one in image.reasons
        ],
        "remark": base_remark(image) if image.reasons else "",
        "tree": [*_tree(visible), *([[_HIDDEN, _tree(hidden)]] if image.lost else [])],
    }


def _tree(files: Iterable[tuple[str, list[int]]]) -> list[Any]:
    """Directories as ``[name, [children]]``, files as ``[name, size, kind, layer, package]``."""
    top: list[Any] = []
    directories: dict[str, list[Any]] = {"": top}
    for path, facts in files:
        directory, _, name = path.rpartition("/")
        if path.count("/") > _DEEPEST:
            *above, name = path.split("/", _DEEPEST)
            directory = "/".join(above)
        if (children := directories.get(directory)) is None:
            children = _directory(directory, directories)
        children.append([_text(name), *facts])
    return top


def _directory(path: str, directories: dict[str, list[Any]]) -> list[Any]:
    """The list of a directory's children, created with its parents' if it doesn't exist yet."""
    missing = []
    while path not in directories:
        missing.append(path)
        path = path.rpartition("/")[0]
    for one in reversed(missing):
        above, _, name = one.rpartition("/")
        directories[one] = []
        directories[above].append([_text(name), directories[one]])
    return directories[missing[0]]


def _text(name: str) -> str:
    """A name with the bytes that aren't UTF-8 replaced by a mark."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
