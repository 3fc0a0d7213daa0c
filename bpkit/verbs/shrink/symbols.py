"""Symbols that a build left in its programs, which only debuggers read."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from bpkit.core import quote
from bpkit.image import Node, Packages, Rootfs
from bpkit.report import human

#: Files built elsewhere and patched for many systems: strip has broken such libraries.
_OF_OTHERS = ("/site-packages/", "/dist-packages/", "/node_modules/", "/gems/")
#: Smaller symbols aren't worth reporting or removing.
_LEAST = 100_000
_STRIP = "/usr/bin/strip"
_WIDTH = 88


def with_symbols(small: Rootfs, packages: Packages) -> tuple[Node, ...]:
    """The programs and libraries of the new image with symbols that belong to no package, the
    largest first. Files with data after their sections, such as self-extracting programs, are
    excluded: strip would remove the data."""
    found = [
        node
        for path, node in small.nodes.items()
        if node.kind == "file" and path not in packages.owners and symbols_size(node) >= _LEAST
        if not any(part in path for part in _OF_OTHERS)
    ]
    return tuple(sorted(found, key=symbols_size, reverse=True))


def symbols_size(node: Node) -> int:
    """The bytes of the file that no loader maps, if sections extend to its end."""
    elf = node.elf
    if elf is None or not elf.loaded_end or elf.sections_end != node.size:
        return 0
    return max(0, node.size - elf.loaded_end)


def stripping(fat: Rootfs, nodes: Iterable[Node], directory: str, escape: str) -> tuple[str, ...]:
    """The command that removes the symbols from the files gathered in ``directory``; none if the
    image has no program for it."""
    words = [quote(f"{directory}{node.path}") for node in nodes]
    if not words or fat.file(_STRIP) is None:
        return ()
    text = f"strip -p --strip-unneeded {' '.join(words)}"
    lines = textwrap.wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False)
    return (f" {escape}\n      ".join(lines),)


def symbols_note(fat: Rootfs, nodes: tuple[Node, ...], *, strip: bool) -> str:
    """The note about the symbols; empty if there are none."""
    if not nodes:
        return ""
    size = human(sum(symbols_size(node) for node in nodes))
    names = ", ".join(node.path for node in nodes[:4]) + (" …" if len(nodes) > 4 else "")
    if not strip:
        return f"{size} of {names} are symbols that no run needs: pass --strip to remove them"
    if fat.file(_STRIP) is None:
        return f"symbols were not stripped ({size} of {names}): the image has no 'strip'"
    return f"stripped symbols from {names} (about {size}); debuggers won't see their functions"
