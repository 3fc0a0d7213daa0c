"""What a program shows that it will need of its image later, once it runs.

None of it keeps the program from starting, so no rule that asks here is an error; each finding says
what the evidence is: a library that it is linked with, a function that it imports, a text in it.
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
    """What the bytes of the program tell."""
    return node.clues or Clues()
