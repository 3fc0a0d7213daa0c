"""What a machine code program needs to be started: its loader, its libraries, and their links.

The search is the loader's own (``bpkit.image.libraries.search``). A library that only the old
image's ``ld.so.cache`` lists is found in the new image through the same cache, which is then kept
too.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping

from bpkit.formats.elf import Clues
from bpkit.image import Closure, Library, Rootfs, closure, on_the_way

#: The cache of glibc's loader, and the list of libraries to load first.
_CACHE = "/etc/ld.so.cache"
_MUSL_PATHS = "/etc/ld-musl-"
_PRELOAD = "/etc/ld.so.preload"
#: The default directories of a loader that doesn't state its own.
_USUAL = ("/lib", "/usr/lib", "/usr/local/lib")
#: The library that glibc opens when a thread exits or is cancelled (nptl/unwind.c).
_UNWINDER = "libgcc_s.so.1"
_ENDING_THREADS = frozenset({"pthread_cancel", "pthread_exit", "backtrace"})


def libraries_of(
    rootfs: Rootfs, programs: Iterable[str], env: Mapping[str, str], opened: Iterable[str] = ()
) -> tuple[str, ...]:
    """The paths of everything that the loader loads for these ELF files, links first.

    ``opened`` are names of libraries that they may open by themselves. A library that the old image
    lacks too isn't reported here but by the check.
    """
    found: dict[str, None] = {}
    for program in programs:
        node = rootfs.file(program)
        if node is None or node.elf is None or not node.elf.dynamic:
            continue
        for path in _of_closure(rootfs, closure(rootfs, program, env, opened=opened)):
            found.setdefault(path)
    links = [path for path in found if rootfs.nodes[path].kind == "link"]
    return tuple(dict.fromkeys([*links, *found]))


def _of_closure(rootfs: Rootfs, found: Closure) -> Iterator[str]:
    loaded = [found.loader, *found.libraries] if found.loader else [*found.libraries]
    for library in loaded:
        yield from library.links
        yield library.real
    if any(_is_only_in_cache(rootfs, found.loader, library) for library in found.libraries):
        for path, node in rootfs.nodes.items():
            if path == _CACHE or (path.startswith(_MUSL_PATHS) and node.kind == "file"):
                yield path
    if rootfs.file(_PRELOAD):
        yield from on_the_way(rootfs, _PRELOAD)


def _is_only_in_cache(rootfs: Rootfs, loader: Library | None, library: Library) -> bool:
    """Whether the loader finds the library through its cache alone."""
    if library.through != "cache" or loader is None:
        return False
    node = rootfs.file(loader.real)
    own = node.elf.default_directories if node and node.elf else ()
    return posixpath.dirname(library.path) not in {one.rstrip("/") for one in own or _USUAL}


def opened_libraries(rootfs: Rootfs, clues: Iterable[Clues], symbols: frozenset[str]) -> list[str]:
    """The names of libraries in the image that programs with these clues, which import these
    functions, may open by themselves."""
    names = {name for one in clues for name in one.opens}
    if symbols & _ENDING_THREADS:
        names.add(_UNWINDER)
    there = {path.rpartition("/")[2] for path in rootfs.nodes}
    return sorted(names & there)
