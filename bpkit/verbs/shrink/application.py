"""The application: the files that the Dockerfile itself adds to an image, without packages.

A file is the application's if a COPY or an ADD put it there by name, or if it belongs neither to
the base image nor to a package nor to a tool. If the program was compiled in the image, its sources
and build files are left out and reported.
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

#: Directories below ``.cache`` that tools fill again; what others have there, such as models and
#: browsers that RUN downloads, is the program's.
_OF_CACHES = (
    r"(?:bazel|black|bun|bundle|ccache|composer|conan|coursier|deno|fontconfig|gem|go-build|mypy"
    r"|node(?:-gyp)?|npm|pip(?:env|-tools)?|pnpm|poetry|pypoetry|pre-commit|ruff|sccache|typescript"
    r"|uv|vcpkg|virtualenv|yarn|zig)"
)
#: Files that package managers, compilers and shells keep for themselves, or postinst scripts write.
_OF_TOOLS = re.compile(
    r"/(?:var/(?:cache|backups|tmp|lib/(?:apk|apt|dpkg|ucf|systemd|pam|doc-base|misc"
    r"|dictionaries-common|xml-core|sgml-base|python|vim|polkit-1|aspell|emacsen-common|dbus"
    r"|initscripts|man-db|mlocate|shells\.state|dhcp|update-rc\.d|swcatalog|usbutils|logrotate))"
    r"|tmp|proc|sys|dev|run/(?:lock|mount|systemd|shm)"
    r"|usr/share/(?:doc|man|info|lintian|bug|mime|locale|applications|fonts/.*\.uuid|perl5/Debconf)"
    r"|usr/lib/(?:locale|udev|systemd)|usr/local/(?:share/(?:man|doc|ca-certificates)|go|rustup)"
    r"|etc/(?:alternatives|rc[0-9S]\.d|systemd|init\.d|apk|apt|ssl/certs|ssl/private|pam\.d"
    r"|python[\d.]+|ld\.so\.cache|ld\.so\.conf\.d|(?:passwd|group|g?shadow|subuid|subgid)-?|shells"
    r"|environment|\.pwd\.lock|machine-id|mailcap|alternatives|profile\.d|skel|default|X11|xml|sgml"
    r"|ca-certificates\.conf|inputrc|bash\.bashrc|profile|hostname|hosts|resolv\.conf|mtab"
    r"|localtime|timezone|nsswitch\.conf|debian_version|motd|issue)"
    rf"|(?:root|home/[^/]+)/(?:\.cache/{_OF_CACHES}|\.npm|\.cargo|\.rustup|\.gradle|\.m2|\.ccache|\.bash\w*"
    r"|\.profile|\.wget-hsts|\.gnupg|\.node-gyp|go/pkg|\.local/share/(?:uv|pnpm))"
    r"|go/pkg|usr/local/cargo|usr/lib/python3/dist-packages/__pycache__|usr/lib/python3[.\d]*"
    r")(?:/|\Z)"
)
_CACHED = re.compile(
    r"/(?:__pycache__|node_modules/\.cache|\.npm|\.pytest_cache|\.mypy_cache|\.ruff_cache)(?:/|\Z)"
    rf"|/\.cache/{_OF_CACHES}(?:/|\Z)"
)
#: The directories of version control, and its programs.
_HISTORY = re.compile(r"(.*?/\.(?:git|hg|svn))(?:/|\Z)")
_OF_HISTORY = frozenset({"git", "hg", "svn"})
#: Where base images keep what they built themselves.
_BUILT = ("/usr/local/", "/opt/")
_STATE = re.compile(r"/var/(?:lib|spool|cache)/([^/]+)(?:/|\Z)")
#: Written by 'crontab'; the package of cron creates none.
_CRONTAB = re.compile(r"/var/spool/cron/(?:crontabs/)?[^/]+")
_LOG = re.compile(r"/var/log/.*")
_GEMS = re.compile(r"/gems(?:/\d[^/]*)?/(?:cache|doc)(?:/|\Z)|/specifications/default/")
#: Files that compilers read and leave, which a compiled program doesn't use.
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
    """Files that the Dockerfile adds and the new image lacks: the path, the reason, the bytes."""

    path: str
    why: str
    files: int
    size: int


def brought(
    fat: Rootfs, base: Rootfs | None, packages: Packages, copies: Iterable[str]
) -> frozenset[str]:
    """The files, links and empty directories that the Dockerfile itself adds.

    ``copies`` are the destinations of COPY and ADD, ``base`` the base image's files if they are
    known.
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
    """The directories of version control, except those in the base image."""
    under = base.nodes if base else {}
    found = {match[1] for path in fat.nodes if (match := _HISTORY.match(path))}
    return frozenset(path for path in found if path not in under and fat.is_directory(path))


def has_version_control(small: Rootfs) -> bool:
    """Whether the image has a version control program."""
    return any(
        node.kind != "directory" and posixpath.basename(path) in _OF_HISTORY and "/bin/" in path
        for path, node in small.nodes.items()
    )


def left_histories(fat: Rootfs, small: Rootfs, directories: Iterable[str]) -> Iterator[LeftBehind]:
    """The directories of version control that aren't kept."""
    for directory in sorted(directories):
        if directory not in small.nodes:
            nodes = [fat.nodes[path] for path in fat.descendants(directory)]
            files = [node for node in nodes if node.kind == "file"]
            why = "the version control history, which nothing was seen to read"
            yield LeftBehind(directory, why, len(files), sum(node.size for node in files))


def _real(fat: Rootfs, path: str) -> str | None:
    node = fat.resolve(path)
    return node.path if node else None


def _is_new(path: str, fat: Rootfs, under: Container[str], packages: Packages) -> bool:
    """Whether the path comes from neither the base, nor a package, nor a tool."""
    if path in packages.owners or path in under or _OF_TOOLS.match(path):
        return False
    if not under and (not packages.by_name or path.startswith(_BUILT)):
        # Nothing distinguishes it from the base image's files.
        return False
    node = fat.nodes[path]
    if node.kind == "link" and node.target.startswith("/etc/alternatives/"):
        # update-alternatives creates these links; their target belongs to a package.
        return False
    if node.kind != "directory" and (_LOG.match(path) or _GEMS.search(path)):
        return False
    directory = posixpath.dirname(path)
    if _CRONTAB.fullmatch(path):
        return True
    if state_of_package(path, packages):
        return False
    if node.kind == "directory" or directory in SHARED.split():
        return True
    # In a package's directory, the package's scripts made it: it comes with the package.
    return not any(one in packages.owners for one in _above(path) if one not in SHARED.split())


def state_of_package(path: str, packages: Packages) -> str:
    """The directory of a package's state that contains ``path``: ``/var/lib/postgresql``, which the
    package's scripts fill and no file list names. Empty for any other path."""
    found = _STATE.match(path)
    if found is None or found[1] not in _names(packages):
        return ""
    return found[0].rstrip("/")


@lru_cache(maxsize=4)
def _names(packages: Packages) -> frozenset[str]:
    """The packages' names, and the beginnings of these names."""
    names = {*packages.by_name, *packages.provided}
    return frozenset(names | {name.split("-")[0] for name in names})


def _above(path: str) -> Iterator[str]:
    directory = posixpath.dirname(path)
    while directory not in {"/", ""}:
        yield directory
        directory = posixpath.dirname(directory)


def sources_of(files: frozenset[str]) -> tuple[str, ...]:
    """The files that are sources of a compiled program, which show what it starts."""
    return tuple(sorted(path for path in files if path.endswith(SOURCE_SUFFIXES)))[:MOST_SOURCES]


def is_of_tools(path: str) -> bool:
    """Whether a package manager, a compiler or a shell keeps this for itself."""
    return _OF_TOOLS.match(path) is not None


def application_of(
    fat: Rootfs, files: frozenset[str], *, compiled: bool, covered: tuple[str, ...] = ()
) -> tuple[tuple[str, ...], tuple[LeftBehind, ...]]:
    """The application's files to keep, in as few paths as possible; and those to leave out.

    ``compiled``: the program is machine code, which doesn't use sources. Paths below ``covered``
    are chosen elsewhere.
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
    """The path down to its first directory that isn't a shared one."""
    directory = posixpath.dirname(path)
    above = [one for one in (directory, *_above(directory)) if one not in SHARED.split()]
    return above[-1] if above else directory


def _merged(fat: Rootfs, files: set[str]) -> list[str]:
    """The paths of the files; a directory that contains only these files replaces them."""
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
