"""Assigns every byte of every layer to one path: visible, or hidden by a later layer.

So the sums agree: the bytes of a layer's files are the visible ones plus the hidden ones. A file
with several names counts once, at the first name that is still visible.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bpkit.image import Layer, Stack
from bpkit.verbs.size.inventory import Inventory
from bpkit.verbs.size.kinds import kind_of
from bpkit.verbs.size.packages.model import Packages
from bpkit.verbs.size.result import Duplicate, Loss, LostFile, SizedFile


def account(
    layers: Sequence[Layer], stack: Stack, packages: Packages, inventory: Inventory
) -> tuple[tuple[SizedFile, ...], tuple[LostFile, ...]]:
    """The visible files, and those that later layers hide."""
    hidden = {(one.path, one.layer): one for one in stack.hidden}
    origin, visible, owners = stack.origin, stack.rootfs.nodes, packages.owners
    files: list[SizedFile] = []
    lost: list[LostFile] = []
    for number, layer in enumerate(layers):
        names = _names(layer)
        for path, node in layer.nodes.items():
            if node.kind != "file" or path in layer.linked:
                continue
            shown = [
                name
                for name in (path, *names.get(path, ()))
                if origin.get(name) == number and visible[name].kind == "file"
            ]
            if shown:
                first = shown[0]
                # Nearly all files have one name, so there is nothing to choose.
                owned = next(filter(owners.__contains__, shown), first) if shown[1:] else first
                files.append(
                    SizedFile(
                        first,
                        node.size,
                        number,
                        kind_of(node),
                        owners.get(owned),
                        node.digest,
                        inventory.unloaded.get(node.digest, 0),
                    )
                )
            elif node.size:
                found = hidden.get((path, number))
                by = found.by if found else number
                how: Loss = found.how if found else "overwritten"
                above = layers[by].nodes.get(path)
                if how == "overwritten" and above is not None and above.digest == node.digest:
                    how = "doubled"
                lost.append(LostFile(path, node.size, number, by, how))
    return tuple(files), tuple(lost)


def _names(layer: Layer) -> dict[str, list[str]]:
    """The other names of files that have several."""
    found: dict[str, list[str]] = {}
    for name, first in layer.linked.items():
        found.setdefault(first, []).append(name)
    return found


def duplicates(files: Sequence[SizedFile]) -> tuple[Duplicate, ...]:
    """The contents that exist more than once, the most wasteful first."""
    return tuple(sorted(_duplicates(files), key=lambda one: -one.wasted))


def _duplicates(files: Sequence[SizedFile]) -> Iterator[Duplicate]:
    paths: dict[bytes, list[str]] = {}
    sizes: dict[bytes, int] = {}
    for one in files:
        if one.size:
            paths.setdefault(one.digest, []).append(one.path)
            sizes[one.digest] = one.size
    for digest, found in paths.items():
        if len(found) > 1:
            yield Duplicate(sizes[digest], tuple(found))
