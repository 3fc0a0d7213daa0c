"""Reads a fat image for ``bpkit shrink``: its file system as a value, and its programs' bytes.

The file system streams out of a container that is never started; then each program that is known
to be started comes by ``docker cp``, one at a time. Nothing is written to disk.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from bpkit.checks.subject import Subject
from bpkit.commands.check import read_rootfs
from bpkit.commands.container import container_of
from bpkit.engine import Engine, ImageInfo
from bpkit.errors import EngineError, InputError
from bpkit.image_config import read_config
from bpkit.recipe import project_name
from bpkit.rootfs import Node
from bpkit.rootfs_read import nowhere
from bpkit.shrinking.choose import LANGUAGES
from bpkit.shrinking.evidence import Evidence, read_program
from bpkit.shrinking.language import Sources
from bpkit.shrinking.programs import libraries_of
from bpkit.shrinking.python_imports import read_imports
from bpkit.shrinking.starts import starts, without_shell
from bpkit.tar_stream import Body, headers

#: Larger programs are started all the same; what their texts say is not looked at.
_MOST_BYTES = 96 << 20
_MOST_MODULE = 32 << 20
_MODULES = (".py", ".so")


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


def read_fat(engine: Engine, image: str) -> Fat:
    """The image of this name. Raises EngineError, NoEngineError and InterruptedRunError, and
    InputError for one that is not of Linux."""
    info = engine.image(image)
    if info.os not in {"linux", ""}:
        raise InputError(
            f"'{image}' is an image for {info.os}", hint="only images for Linux can be shrunk"
        )
    config = read_config(info.config, info.architecture, info.os or "linux")
    with container_of(engine, info.id, project_name(image)) as container:
        subject = Subject(read_rootfs(engine, container, nowhere), without_shell(config))
        evidence: dict[str, Evidence] = {}
        while new := [node for node in _programs(subject, evidence) if node.path not in evidence]:
            for node in new:
                evidence[node.path] = _evidence(engine, container, node)
        sources = _sources(subject, evidence)
        for directory in sources.directories:
            evidence |= _modules(engine, container, directory, sources.passed_over)
    return Fat(info, _with_clues(subject, evidence), evidence)


def _programs(subject: Subject, evidence: dict[str, Evidence]) -> Iterator[Node]:
    """The programs that are started, and the libraries that an interpreter consists of."""
    rootfs, env = subject.rootfs, subject.config.process_env
    for link in starts(subject, evidence).links:
        if link.node is None:
            continue
        yield link.node
        name = link.name.rpartition("/")[2].rstrip("0123456789.")
        if link.node.elf and any(language.runs(link) for language in LANGUAGES):
            for path in libraries_of(rootfs, [link.node.path], env):
                node = rootfs.nodes[path]
                if node.kind == "file" and path.rpartition("/")[2].startswith(f"lib{name}"):
                    yield node


def _evidence(engine: Engine, container: str, node: Node) -> Evidence:
    if node.size > _MOST_BYTES:
        return Evidence()
    with engine.stream("cp", f"{container}:{node.path}", "-") as stream:
        try:
            with tarfile.open(fileobj=stream, mode="r|") as tar:
                member = tar.next()
                content = tar.extractfile(member) if member else None
                return read_program(content.read()) if content else Evidence()
        except tarfile.TarError as error:
            raise EngineError(f"{node.path} can't be read out of the image: {error}") from None


def _sources(subject: Subject, evidence: dict[str, Evidence]) -> Sources:
    """What the languages want read, each directory once and none in another."""
    links = starts(subject, evidence).links
    wanted = [
        language.sources(subject, link)
        for link in links
        for language in LANGUAGES
        if link.node and link.node.elf and language.runs(link)
    ]
    found = sorted({path for one in wanted for path in one.directories})
    topmost = [p for p in found if not any(p.startswith(f"{one}/") for one in found)]
    passed_over = frozenset[str]().union(*(one.passed_over for one in wanted))
    return Sources(tuple(topmost), passed_over)


def _modules(
    engine: Engine, container: str, directory: str, passed_over: frozenset[str]
) -> dict[str, Evidence]:
    """The imports of all Python modules in a directory (or of the one file), in one pass."""
    found: dict[str, Evidence] = {}
    above = directory.rpartition("/")[0]
    with engine.stream("cp", f"{container}:{directory}", "-") as stream:
        body = Body(stream)  # type: ignore[arg-type]
        for header in headers(body):
            is_file = header.type in {b"\0", b"0"}
            if not (is_file and header.path.endswith(_MODULES)):
                continue
            if passed_over.isdisjoint(header.path.split("/")):
                content = bytes(body.upto(_MOST_MODULE))
                imports = read_imports(content, is_source=not header.path.endswith(".so"))
                found[f"{above}{header.path}"] = Evidence(imports=imports)
    return found


def _with_clues(subject: Subject, evidence: dict[str, Evidence]) -> Subject:
    nodes = dict(subject.rootfs.nodes)
    for path, found in evidence.items():
        nodes[path] = replace(nodes[path], clues=found.clues)
    return replace(subject, rootfs=type(subject.rootfs)(nodes))
