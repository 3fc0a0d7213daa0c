"""The subject of the rules of ``bpkit check``: an image, and facts that several of them use.

Nothing is run. An error must be certain, so in a shell script only programs that every run reaches
count as started (``bpkit.verbs.check.scripts``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from bpkit.image import Closure, Link, Node, Rootfs, Subject, chain, closure
from bpkit.verbs.check.entry import EntryProblem, entry_problem
from bpkit.verbs.check.scripts import ScriptStart, read_scripts, script_starts


@dataclass(frozen=True)
class CheckSubject:
    """An image under check."""

    image: Subject
    _closures: dict[str, Closure] = field(default_factory=dict, repr=False, compare=False)

    @property
    def rootfs(self) -> Rootfs:
        return self.image.rootfs

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """The programs that ``docker run`` of the image starts in turn, as far as is certain."""
        return chain(self.image)

    @cached_property
    def problem(self) -> EntryProblem | None:
        """Why the engine can't start the first program; None if it can, or there is none."""
        return entry_problem(self.image, self.links[0]) if self.links else None

    @cached_property
    def read_scripts(self) -> tuple[Node, ...]:
        """The scripts that a shell reads when the image is started, the entry first."""
        return read_scripts(self.image, self.links)

    @cached_property
    def starts(self) -> tuple[ScriptStart, ...]:
        """The programs that these scripts start."""
        return tuple(script_starts(self.image, self.read_scripts))

    def closure(self, node: Node) -> Closure:
        """What the program needs to be started."""
        found = self._closures.get(node.path)
        if found is None:
            config = self.image.config
            found = closure(
                self.rootfs,
                node.path,
                config.process_env,
                directory=config.workdir,
                who=self.image.who,
            )
            self._closures[node.path] = found
        return found

    @property
    def binaries(self) -> Iterator[Node]:
        """The ELF programs in the chain."""
        for link in self.links:
            if link.node and link.node.elf:
                yield link.node

    @property
    def artifacts(self) -> Iterator[Node]:
        """The files that its Dockerfile copies, and the programs in directories that it copies."""
        found: dict[str, Node] = {}
        for path in self.image.artifacts:
            node = self.rootfs.resolve(path)
            if node and node.kind == "directory":
                inside = self.rootfs.below(path)
                found |= {
                    n.path: n for n in inside if n.elf and n.elf.interpreter and n.mode & 0o111
                }
            elif node:
                found[node.path] = node
        started = {node.path for node in self.binaries}
        yield from (node for path, node in found.items() if path not in started)
