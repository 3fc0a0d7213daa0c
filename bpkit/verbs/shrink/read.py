"""Read an old image for ``bpkit shrink``: its file system as a value, and its programs' bytes.

The file system streams out of a container that is never started, or out of a saved image. Files
that are predicted to be needed are read from the stream, other files that are needed later. Nothing
is written to disk.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from bpkit.core import ImageInfo
from bpkit.image import (
    Evidence,
    Node,
    Packages,
    Rootfs,
    Subject,
    read_config,
    read_program,
)
from bpkit.languages import SHARED, Sources, bare_name, imports_of, language_of, module_suffixes
from bpkit.verbs.shrink.contents import FileSource
from bpkit.verbs.shrink.foresight import MOST_BYTES, MOST_MODULE, Foresight
from bpkit.verbs.shrink.java_runtime import markers_in
from bpkit.verbs.shrink.programs import libraries_of
from bpkit.verbs.shrink.scripts import STARTS_PROGRAMS
from bpkit.verbs.shrink.starts import Starts, starts, without_shell
from bpkit.verbs.shrink.texts import ARCHIVES

#: A runtime's library that is larger is the runtime itself.
MOST_LIBRARY = 2 << 20
#: Larger files aren't scripts.
MOST_TEXT = 1 << 20


@dataclass(frozen=True)
class Fat:
    """An old image: its information from the engine, its files, and its programs' evidence.

    The command in ``subject`` is the one that the new image will have.
    """

    info: ImageInfo
    subject: Subject
    evidence: dict[str, Evidence]
    foreseen: Foresight

    def with_started(
        self, source: FileSource, started: Starts, packages: Packages | None = None
    ) -> Fat:
        """With the evidence of all programs that are started, of the scripts that are read, and of
        the modules that their languages need read, except for the tools in every image of the
        distribution (``packages``), which show nothing. Raises EngineError."""
        evidence = dict(self.evidence)
        nodes = [*_programs(self.subject, started), *_scripts(self.subject, started)]
        nodes = [node for node in nodes if not _is_tool(node, started, packages or Packages())]
        unread = {node.path: node for node in nodes if node.path not in evidence}
        for path in unread:
            if path in self.foreseen.programs:
                evidence[path] = self.foreseen.programs[path]
        small = [p for p, node in unread.items() if p not in evidence and node.size <= MOST_TEXT]
        for path, content in source.many(self.subject.rootfs, tuple(small), MOST_MODULE):
            evidence[path] = read_program(content)
        for path, node in unread.items():
            if path not in evidence:
                evidence[path] = _evidence(source, node)
        sources = _sources(self.subject, started)
        for path, found in _modules(source, self.subject.rootfs, sources, self).items():
            evidence.setdefault(path, found)
        return replace(self, subject=_with_clues(self.subject, evidence), evidence=evidence)

    def with_texts(self, source: FileSource, paths: Iterable[str]) -> Fat:
        """With the texts of these files too: scripts, sources and configurations."""
        evidence = dict(self.evidence)
        for path, content in source.many(self.subject.rootfs, tuple(paths), MOST_MODULE):
            read = read_program(_of_archive(content) if path.endswith(ARCHIVES) else content)
            known = evidence.get(path) or replace(read, imports=imports_of(path, content))
            evidence[path] = replace(known, script=read.script)
        return replace(self, evidence=evidence)

    @property
    def raw(self) -> dict[str, Any]:
        """The configuration in ``image inspect``."""
        return dict(self.info.config)


def read_fat(source: FileSource, info: ImageInfo) -> Fat:
    """The image with its programs' evidence. Raises EngineError, NoEngineError and InputError."""
    config = without_shell(read_config(info.config, info.architecture, info.os or "linux"))
    foreseen = Foresight(config)
    subject = Subject(source.rootfs(foreseen), config)
    fat = Fat(info, subject, {}, foreseen)
    return fat.with_started(source, starts(subject, {}))


def _programs(subject: Subject, started: Starts) -> Iterator[Node]:
    """The programs that are started, and the libraries that an interpreter consists of."""
    rootfs, env = subject.rootfs, subject.config.process_env
    for link in started.links:
        if link.node is None:
            continue
        yield link.node
        yield from _beside(rootfs, link.node)
        name = bare_name(link.name)
        language = language_of(link)
        if link.node.elf and language and language.needs:
            for path in libraries_of(rootfs, [link.node.path], env):
                node = rootfs.nodes[path]
                if node.kind == "file" and path.rpartition("/")[2].startswith(f"lib{name}"):
                    yield node


def _beside(rootfs: Rootfs, program: Node) -> Iterator[Node]:
    """The libraries of a program in a tree of its own, such as a Java runtime: they open others by
    name, and are in directories that the loader doesn't search by itself."""
    tree = posixpath.dirname(posixpath.dirname(program.path))
    if program.elf is None or tree in SHARED.split() or not program.path.startswith(f"{tree}/bin/"):
        return
    for node in rootfs.below(f"{tree}/lib"):
        if node.kind == "file" and node.elf and node.size <= MOST_LIBRARY:
            yield node


def _is_tool(node: Node, started: Starts, packages: Packages) -> bool:
    owner = packages.owner(node.path)
    first = started.links[0].node if started.links else None
    return node.elf is not None and owner is not None and owner.system and node != first


def _scripts(subject: Subject, started: Starts) -> Iterator[Node]:
    for path in started.sourced:
        node = subject.rootfs.file(path)
        if node and node.elf is None and node.size <= MOST_TEXT:
            yield node


def _evidence(source: FileSource, node: Node) -> Evidence:
    if node.size > MOST_BYTES:
        return Evidence()
    wanted = frozenset({node.path})
    contents = dict(source.below(node.path, wanted, MOST_BYTES))
    return read_program(contents.get(node.path, b""))


def _sources(subject: Subject, started: Starts) -> Sources:
    """The sources that the languages need read, each directory once and none inside another."""
    config = subject.config
    wanted = []
    for link in started.links:
        language = language_of(link)
        if language and language.needs and link.node and link.node.elf:
            directory = started.directory(link, config.workdir)
            there = replace(subject, config=replace(config, workdir=directory))
            wanted.append(language.needs.sources(there, link))
    found = sorted({path for one in wanted for path in one.directories})
    topmost = [p for p in found if not any(p.startswith(f"{one}/") for one in found)]
    passed_over = frozenset[re.Pattern[str]]().union(*(one.passed_over for one in wanted))
    return Sources(tuple(topmost), passed_over)


def _modules(source: FileSource, rootfs: Rootfs, sources: Sources, fat: Fat) -> dict[str, Evidence]:
    """The imports of all modules in the directories (or single files)."""
    found: dict[str, Evidence] = {}
    known = fat.foreseen.modules
    for directory in sources.directories:
        wanted = set(_module_paths(rootfs, directory, sources.passed_over)) - fat.evidence.keys()
        if not known.keys() >= wanted:
            contents = source.below(directory, frozenset(wanted), MOST_MODULE)
            for path, content in contents:
                found[path] = Evidence(imports=imports_of(path, content))
        found |= {path: known[path] for path in wanted if path in known}
    return found


def _of_archive(archive: bytes) -> bytes:
    """The relevant content of an archive of classes: Java's own packages that the classes name, and
    the classes that start programs."""
    return markers_in(archive) + b"\0" + _classes(archive)


def _classes(archive: bytes) -> bytes:
    """The classes in an archive that start programs, concatenated."""
    found = []
    try:
        opened = zipfile.ZipFile(io.BytesIO(archive))
    except zipfile.BadZipFile:
        return b""
    with opened:
        for entry in opened.infolist():
            if not entry.filename.endswith(".class") or entry.file_size > MOST_TEXT:
                continue
            # One unreadable entry doesn't make the others unreadable.
            with suppress(zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error):
                content = opened.read(entry)
                if any(one in content for one in STARTS_PROGRAMS):
                    found.append(content)
    return b"\0".join(found)


def _module_paths(
    rootfs: Rootfs, directory: str, passed_over: frozenset[re.Pattern[str]]
) -> Iterator[str]:
    """The module files in the directory, or the file itself."""
    start, suffixes = len(directory.rpartition("/")[0]), module_suffixes()
    for path in (directory, *rootfs.descendants(directory)):
        node = rootfs.nodes[path]
        is_module = path.endswith(suffixes) and node.kind == "file" and node.size > 0
        if is_module and not any(one.search(path, start) for one in passed_over):
            yield path


def _with_clues(subject: Subject, evidence: dict[str, Evidence]) -> Subject:
    nodes = dict(subject.rootfs.nodes)
    for path, found in evidence.items():
        nodes[path] = nodes[path]._replace(clues=found.clues)
    return replace(subject, rootfs=type(subject.rootfs)(nodes))
