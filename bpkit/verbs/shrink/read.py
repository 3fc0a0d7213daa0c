"""Reads a fat image for ``bpkit shrink``: its file system as a value, and its programs' bytes.

The file system streams out of a container that is never started. What of it could be told to be
wanted is read then; of what is started, the rest comes by ``docker cp``, one at a time. Nothing is
written to disk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from bpkit.core import Container, ImageInfo
from bpkit.errors import EngineError
from bpkit.image import (
    Body,
    Evidence,
    Node,
    Rootfs,
    Subject,
    TarError,
    members,
    read_config,
    read_program,
)
from bpkit.languages import Sources, bare_name, imports_of, language_of, module_suffixes
from bpkit.verbs.check import read_rootfs
from bpkit.verbs.shrink.foresight import MOST_BYTES, MOST_MODULE, Foresight
from bpkit.verbs.shrink.programs import libraries_of
from bpkit.verbs.shrink.starts import starts, without_shell


@dataclass(frozen=True)
class Fat:
    """A fat image: what the engine says of it, its files, and what its programs show.

    The command in ``subject`` is the one that the small image will have.
    """

    info: ImageInfo
    subject: Subject
    evidence: dict[str, Evidence]

    @property
    def raw(self) -> dict[str, Any]:
        """The configuration as ``image inspect`` has it."""
        return dict(self.info.config)


def read_fat(container: Container, info: ImageInfo) -> Fat:
    """The image, read out of a container of it. Raises EngineError and NoEngineError."""
    config = without_shell(read_config(info.config, info.architecture, info.os or "linux"))
    foreseen = Foresight(config)
    subject = Subject(read_rootfs(container, witness=foreseen), config)
    evidence: dict[str, Evidence] = {}
    while new := [node for node in _programs(subject, evidence) if node.path not in evidence]:
        for node in new:
            known = foreseen.programs.get(node.path)
            evidence[node.path] = known or _evidence(container, node)
    sources = _sources(subject, evidence)
    evidence |= _modules(container, subject.rootfs, sources, foreseen)
    return Fat(info, _with_clues(subject, evidence), evidence)


def _programs(subject: Subject, evidence: dict[str, Evidence]) -> Iterator[Node]:
    """The programs that are started, and the libraries that an interpreter consists of."""
    rootfs, env = subject.rootfs, subject.config.process_env
    for link in starts(subject, evidence).links:
        if link.node is None:
            continue
        yield link.node
        name = bare_name(link.name)
        language = language_of(link)
        if link.node.elf and language and language.needs:
            for path in libraries_of(rootfs, [link.node.path], env):
                node = rootfs.nodes[path]
                if node.kind == "file" and path.rpartition("/")[2].startswith(f"lib{name}"):
                    yield node


def _evidence(container: Container, node: Node) -> Evidence:
    if node.size > MOST_BYTES:
        return Evidence()
    wanted = frozenset({node.path})
    contents = dict(_contents(container, node.path, wanted, MOST_BYTES))
    return read_program(contents.get(node.path, b""))


def _sources(subject: Subject, evidence: dict[str, Evidence]) -> Sources:
    """What the languages want read, each directory once and none in another."""
    links = starts(subject, evidence).links
    wanted = [
        language.needs.sources(subject, link)
        for link in links
        if (language := language_of(link)) and language.needs and link.node and link.node.elf
    ]
    found = sorted({path for one in wanted for path in one.directories})
    topmost = [p for p in found if not any(p.startswith(f"{one}/") for one in found)]
    passed_over = frozenset[str]().union(*(one.passed_over for one in wanted))
    return Sources(tuple(topmost), passed_over)


def _modules(
    container: Container, rootfs: Rootfs, sources: Sources, foreseen: Foresight
) -> dict[str, Evidence]:
    """The imports of all modules in the directories (one may be a single file)."""
    found: dict[str, Evidence] = {}
    for directory in sources.directories:
        wanted = list(_module_paths(rootfs, directory, sources.passed_over))
        if not foreseen.modules.keys() >= set(wanted):
            contents = _contents(container, directory, frozenset(wanted), MOST_MODULE)
            for path, content in contents:
                found[path] = Evidence(imports=imports_of(path, content))
        found |= {path: foreseen.modules[path] for path in wanted if path in foreseen.modules}
    return found


def _module_paths(rootfs: Rootfs, directory: str, passed_over: frozenset[str]) -> Iterator[str]:
    """The files with modules in the directory, or the file itself."""
    start, suffixes = len(directory.rpartition("/")[0]), module_suffixes()
    for path in (directory, *rootfs.descendants(directory)):
        node = rootfs.nodes[path]
        is_module = path.endswith(suffixes) and node.kind == "file" and node.size > 0
        if is_module and passed_over.isdisjoint(path[start:].split("/")):
            yield path


def _contents(
    container: Container, place: str, wanted: frozenset[str], most: int
) -> Iterator[tuple[str, bytes]]:
    """The wanted files in a directory (or the file at ``place``), of each at most so many bytes.

    Raises EngineError.
    """
    above = place.rpartition("/")[0]
    with container.engine.stream("cp", f"{container.name}:{place}", "-") as stream:
        body = Body(stream)  # type: ignore[arg-type]
        try:
            for node, same_as in members(body):
                path = f"{above}{node.path}"
                if path in wanted and not same_as:
                    yield path, bytes(body.upto(most))
        except TarError as error:
            raise EngineError(f"{place} can't be read out of the image: {error}") from None


def _with_clues(subject: Subject, evidence: dict[str, Evidence]) -> Subject:
    nodes = dict(subject.rootfs.nodes)
    for path, found in evidence.items():
        nodes[path] = nodes[path]._replace(clues=found.clues)
    return replace(subject, rootfs=type(subject.rootfs)(nodes))
