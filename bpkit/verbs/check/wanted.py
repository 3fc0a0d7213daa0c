"""Evidence of files that a program will need in its image once it runs.

None of this keeps the program from starting, so no rule that uses it is an error; each finding
names the evidence: a library that it is linked with, a function that it imports, a text in it.
"""

from __future__ import annotations

from bpkit.formats.elf import Clues
from bpkit.image import Node
from bpkit.verbs.check.subject import CheckSubject


def last_program(subject: CheckSubject) -> Node | None:
    """The binary that is started last, if nothing keeps it from running."""
    nodes = list(subject.binaries)
    return nodes[-1] if nodes and subject.closure(nodes[-1]).complete else None


def clues_of(node: Node) -> Clues:
    """The clues in the program's bytes."""
    return node.clues or Clues()
