"""The application: what the Dockerfile itself brings into an image, packages and base left aside.

A file is the application's if a COPY or an ADD put it there by name, or if neither the base image
nor a package has it and no tool keeps it for itself. Of a program that was compiled in the image
the sources and the compiler's leavings stay behind, and are told.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from bpkit.image import Packages, Rootfs
from bpkit.image import is_engines as _is_engines
from bpkit.languages import SHARED
from bpkit.verbs.shrink.sources import MOST_SOURCES, SOURCE_SUFFIXES

#: What package managers, compilers and shells keep for themselves, and what postinst scripts write.
_OF_TOOLS = re.compile(
    r"/(?:var/(?:cache|backups|tmp|spool/cron|lib/(?:apk|apt|dpkg|ucf|systemd|pam|doc-base|misc"
    r"|dictionaries-common|xml-core|sgml-base|python|vim|polkit-1|aspell|emacsen-common|dbus"
    r"|initscripts|man-db|mlocate|shells\.state|dhcp|update-rc\.d|swcatalog|usbutils|logrotate))"
    r"|tmp|proc|sys|dev|run/(?:lock|mount|systemd|shm)"
    r"|usr/share/(?:doc|man|info|lintian|bug|mime|locale|applications|fonts/.*\.uuid|perl5/Debconf)"
    r"|usr/lib/(?:locale|udev|systemd)|usr/local/(?:share/(?:man|doc|ca-certificates)|go|rustup)"
    r"|etc/(?:alternatives|rc[0-9S]\.d|systemd|init\.d|apk|apt|ssl/certs|ssl/private|pam\.d|cron\.\w+"
    r"|python[\d.]+|ld\.so\.cache|ld\.so\.conf\.d|(?:passwd|group|g?shadow|subuid|subgid)-?|shells"
    r"|environment|\.pwd\.lock|machine-id|mailcap|alternatives|profile\.d|skel|default|X11|xml|sgml"
    r"|ca-certificates\.conf|inputrc|bash\.bashrc|profile|hostname|hosts|resolv\.conf|mtab"
    r"|localtime|timezone|nsswitch\.conf|debian_version|motd|issue)"
    r"|(?:root|home/[^/]+)/(?:\.cache|\.npm|\.cargo|\.rustup|\.gradle|\.m2|\.ccache|\.bash\w*"
    r"|\.profile|\.wget-hsts|\.gnupg|\.node-gyp|\.config|go/pkg|\.local/share/(?:uv|pnpm))"
    r"|go/pkg|usr/local/cargo|usr/lib/python3/dist-packages/__pycache__|usr/lib/python3[.\d]*"
    r")(?:/|\Z)"
)
_CACHED = re.compile(
    r"/(?:__pycache__|\.cache|\.npm|\.pytest_cache|\.mypy_cache|\.ruff_cache)(?:/|\Z)"
)
#: What programs of version control keep beside the files, and these programs.
_HISTORY = re.compile(r"(.*?/\.(?:git|hg|svn))(?:/|\Z)")
_OF_HISTORY = frozenset({"git", "hg", "svn"})
#: Where base images have what they built themselves.
_BUILT = ("/usr/local/", "/opt/")
_STATE = re.compile(r"/var/(?:lib|spool|cache)/([^/]+)(?:/|\Z)")
_LOG = re.compile(r"/var/log/.*")
_GEMS = re.compile(r"/gems(?:/\d[^/]*)?/(?:cache|doc)(?:/|\Z)|/specifications/default/")
#: What compilers read and leave: of no use to a program that is compiled.
_SOURCE = re.compile(
    r"(?i).*(?:\.(?:c|cc|cpp|cxx|c\+\+|h|hh|hpp|hxx|rs|go|zig|s|o|a|lo|la|d|rlib|rmeta|java|kt|scala"
    r"|hs|ml|mli|swift|f|f90|cmake|m4|ac|am|gradle|sln|csproj|mod|sum|pdb|obj|gch|pch|tar\.\w+|tgz)"
    r"|/(?:makefile|gnumakefile|cmakelists\.txt|cargo\.(?:toml|lock)|go\.work|build\.zig(?:\.zon)?"
    r"|configure|config\.(?:status|log)|libtool|dockerfile[^/]*|\.dockerignore|\.gitignore"
    r"|\.gitattributes|\.editorconfig|license[^/]*|readme[^/]*|changelog[^/]*|pom\.xml|build\.xml"
    r"|gradlew(?:\.bat)?|meson\.build|bpkit\.toml))"
)
_BUILD_DIRECTORY = re.compile(
    r"/(?:target/(?:[^/]+/)?(?:deps|build|incremental|\.fingerprint|examples)|CMakeFiles|\.libs"
    r"|zig-cache|\.zig-cache|autom4te\.cache)(?:/|\Z)"
)


@dataclass(frozen=True)
class LeftBehind:
    """What the Dockerfile brings and the small image has not: where, why, how much in bytes."""

    path: str
    why: str
    files: int
    size: int


def brought(
    fat: Rootfs, base: Rootfs | None, packages: Packages, copies: Iterable[str]
) -> frozenset[str]:
    """The files, the links and the empty directories that the Dockerfile itself brings.

    ``copies`` are the destinations of COPY and ADD, ``base`` the files of the base image where
    these are known.
    """
    under = base.nodes if base else {}
    named = {real for path in copies if (real := _real(fat, path)) is not None}
    whole = tuple(
        f"{path}/"
        for path in named
        if fat.is_directory(path)
        and path not in SHARED.split()
        and path not in packages.owners
        and path not in under
    )
    return frozenset(
        path
        for path, node in fat.nodes.items()
        if not _is_engines(path)
        and (node.kind != "directory" or path not in fat.children)
        and (path in named or path.startswith(whole) or _is_new(path, fat, under, packages))
        and not _CACHED.search(path)
        and not _HISTORY.match(path)
    )


def histories_of(fat: Rootfs, base: Rootfs | None) -> frozenset[str]:
    """The directories in which version control keeps its own, those of the base image left out."""
    under = base.nodes if base else {}
    found = {match[1] for path in fat.nodes if (match := _HISTORY.match(path))}
    return frozenset(path for path in found if path not in under and fat.is_directory(path))


def has_version_control(small: Rootfs) -> bool:
    """Whether the image has a program that reads version control directories."""
    return any(
        node.kind != "directory" and posixpath.basename(path) in _OF_HISTORY and "/bin/" in path
        for path, node in small.nodes.items()
    )


def left_histories(fat: Rootfs, small: Rootfs, directories: Iterable[str]) -> Iterator[LeftBehind]:
    """The directories of version control that are not taken."""
    for directory in sorted(directories):
        if directory not in small.nodes:
            nodes = [fat.nodes[path] for path in fat.descendants(directory)]
            files = [node for node in nodes if node.kind == "file"]
            why = "the history of version control, which nothing seen reads"
            yield LeftBehind(directory, why, len(files), sum(node.size for node in files))


def _real(fat: Rootfs, path: str) -> str | None:
    node = fat.resolve(path)
    return node.path if node else None


def _is_new(path: str, fat: Rootfs, under: Container[str], packages: Packages) -> bool:
    """Whether neither the base, nor a package, nor a tool brought it."""
    if path in packages.owners or path in under or _OF_TOOLS.match(path):
        return False
    if not under and (not packages.by_name or path.startswith(_BUILT)):
        # Nothing tells it from what the base image has.
        return False
    node = fat.nodes[path]
    if node.kind == "link" and node.target.startswith("/etc/alternatives/"):
        # update-alternatives makes them; the program that they lead to is a package's.
        return False
    if node.kind != "directory" and (_LOG.match(path) or _GEMS.search(path)):
        return False
    directory = posixpath.dirname(path)
    if state_of_package(path, packages):
        return False
    if node.kind == "directory" or directory in SHARED.split():
        return True
    # In a directory of a package, its scripts made it: it comes with the package.
    return not any(one in packages.owners for one in _above(path) if one not in SHARED.split())


def state_of_package(path: str, packages: Packages) -> str:
    """The directory of a package's state in which ``path`` lies: ``/var/lib/postgresql``, which
    the package's scripts fill and no list names. Empty for any other path."""
    found = _STATE.match(path)
    if found is None or found[1] not in _names(packages):
        return ""
    return found[0].rstrip("/")


@lru_cache(maxsize=4)
def _names(packages: Packages) -> frozenset[str]:
    """The packages' names, and what these begin with."""
    names = {*packages.by_name, *packages.provided}
    return frozenset(names | {name.split("-")[0] for name in names})


def _above(path: str) -> Iterator[str]:
    directory = posixpath.dirname(path)
    while directory not in {"/", ""}:
        yield directory
        directory = posixpath.dirname(directory)


def sources_of(files: frozenset[str]) -> tuple[str, ...]:
    """Those of the files that are sources of a compiled program, which tell what it starts."""
    return tuple(sorted(path for path in files if path.endswith(SOURCE_SUFFIXES)))[:MOST_SOURCES]


def is_of_tools(path: str) -> bool:
    """Whether a package manager, a compiler or a shell keeps this for itself."""
    return _OF_TOOLS.match(path) is not None


def application_of(
    fat: Rootfs, files: frozenset[str], *, compiled: bool, covered: tuple[str, ...] = ()
) -> tuple[tuple[str, ...], tuple[LeftBehind, ...]]:
    """Which of the files that were brought are taken, as few paths as may be; and what is left
    behind of them.

    ``compiled`` tells that the program is machine code, to which sources are of no use. What is
    below ``covered`` is somebody else's to choose.
    """
    below = tuple(f"{path.rstrip('/')}/" for path in covered)
    mine = {path for path in files if path not in covered and not path.startswith(below)}
    left: dict[str, list[str]] = {}
    if compiled:
        for path in mine:
            if _SOURCE.fullmatch(path) or _BUILD_DIRECTORY.search(path):
                left.setdefault(_topmost(path), []).append(path)
    gone = {path for paths in left.values() for path in paths}
    told = tuple(
        LeftBehind(
            directory, "sources and build files", len(paths), sum(fat.nodes[p].size for p in paths)
        )
        for directory, paths in sorted(left.items())
    )
    return tuple(_merged(fat, mine - gone)), told


def _topmost(path: str) -> str:
    """The directory below the first that is not everybody's."""
    directory = posixpath.dirname(path)
    above = [one for one in (directory, *_above(directory)) if one not in SHARED.split()]
    return above[-1] if above else directory


def _merged(fat: Rootfs, files: set[str]) -> list[str]:
    """The files, those of a directory that is theirs as a whole as that directory."""
    lacking: set[str] = set()
    for path, node in fat.nodes.items():
        if path in files or (node.kind == "directory" and path in fat.children):
            continue
        for directory in _above(path):
            if directory in lacking:
                break
            lacking.add(directory)
    found: dict[str, None] = {}
    for path in sorted(files):
        whole = [one for one in _above(path) if one not in lacking and one not in SHARED.split()]
        found.setdefault(whole[-1] if whole else path)
    return list(found)
