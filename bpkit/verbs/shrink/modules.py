"""Modules of servers that load all their modules at start, according to their configuration.

A traced run shows every module that the configuration loads. The others come with the server's
package, each with its own libraries, and no request uses them.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bpkit.image import Rootfs
from bpkit.verbs.shrink.application import LeftBehind
from bpkit.verbs.shrink.draft import Draft
from bpkit.verbs.shrink.rounding import Rounding
from bpkit.verbs.shrink.surroundings import Surroundings

WHY = "modules of a server that loads its modules when it starts; no traced run loaded these"


@dataclass(frozen=True)
class _Server:
    """``programs`` start it, ``modules`` are its files, ``configuration`` is what it opens before
    it loads any, ``words`` are in a script that changes which ones it loads."""

    programs: frozenset[str]
    modules: re.Pattern[str]
    configuration: re.Pattern[str]
    words: tuple[str, ...]


_SERVERS = (
    _Server(
        frozenset({"nginx"}),
        re.compile(r"/usr/(?:lib|share)/nginx/modules/[^/]+\.so"),
        re.compile(r".*\.conf"),
        ("load_module", "modules-enabled", "modules-available"),
    ),
    _Server(
        frozenset({"apache2", "httpd"}),
        re.compile(r"/usr/lib/(?:apache2/modules|apache2)/mod_[^/]+\.so"),
        re.compile(r".*\.conf"),
        ("LoadModule", "a2enmod", "a2dismod", "mods-enabled", "mods-available"),
    ),
)


def unloaded(draft: Draft, around: Surroundings, rounding: Rounding) -> frozenset[str]:
    """The modules that no run loaded and that nothing requests, of servers in a traced run.

    A server must have been started and have read its configuration in that run. None if no run was
    traced.

    A module is requested if the Dockerfile installs its package by name; all are if a kept script
    can change which ones are loaded.
    """
    if not around.traced:
        return frozenset()
    rootfs, learned = draft.fat.rootfs, around.learned
    started = {posixpath.basename(command.path) for command in learned.commands}
    scripts = [known.script for known in draft.evidence.values() if known.script.startswith("#!")]
    opened = {node.path for path in learned.touched if (node := rootfs.file(path))}
    found: set[str] = set()
    for server in _SERVERS:
        if started.isdisjoint(server.programs):
            continue
        if not any(server.configuration.fullmatch(path) for path in opened):
            continue
        if any(word in text for word in server.words for text in scripts):
            continue
        mine = {path for path in rootfs.nodes if server.modules.fullmatch(path)}
        found |= {path for path in mine - opened if not rounding.was_asked_for(path)}
    return frozenset(found)


def left_modules(rootfs: Rootfs, small: Rootfs, spare: frozenset[str]) -> Iterator[LeftBehind]:
    """The modules that are left out, by their directories."""
    gone = sorted(path for path in spare if path not in small.nodes)
    for directory in dict.fromkeys(map(posixpath.dirname, gone)):
        nodes = [rootfs.nodes[path] for path in gone if posixpath.dirname(path) == directory]
        yield LeftBehind(directory, WHY, len(nodes), sum(node.size for node in nodes))
