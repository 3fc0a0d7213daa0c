"""A dynamic loader's default directories, which are compiled into it.

Each distribution configures its own: Debian's glibc starts with /lib/x86_64-linux-gnu, Fedora's
with /lib64, Nix's with a path of its store. So they are read from the loader in the image, as
``ld.so --list-diagnostics`` would print them.
"""

from __future__ import annotations

import re

from bpkit.formats.elf.read import Elf

_LOADER = re.compile(r"ld[-.\d]|libc\.(so$|musl)")
_DIRECTORY = rb"/(?:[\w.+-]+/)*lib\w*/(?:[\w.+-]+-linux-\w+/)?"
# glibc, elf/dl-load.c: system_dirs, each with a slash and a NUL at its end, one after the other.
_GLIBC = re.compile(rb"(?<=\0)(?:" + _DIRECTORY + rb"\0)+")
# musl, ldso/dynlink.c: one text with colons.
_MUSL = re.compile(rb"(?<=\0)/[\w.+/-]*lib[\w.+/-]*(?::/[\w.+/-]+)+(?=\0)")


def is_loader(elf: Elf) -> bool:
    """Whether the file can be a dynamic loader: it stands alone, and is named like one."""
    alone = elf.dynamic and not elf.needed and not elf.interpreter
    return alone and bool(elf.soname and _LOADER.match(elf.soname))


def default_directories(content: bytes) -> tuple[str, ...]:
    """The directories compiled into the loader that ``content`` is, in the order of its search.

    Empty if none are found.
    """
    listed = max(_GLIBC.findall(content), key=len, default=b"")
    if listed:
        return tuple(text.decode() for text in listed.split(b"\0") if text)
    joined = _MUSL.search(content)
    return tuple(joined.group().decode().split(":")) if joined else ()
