"""Writes a Recipe or a Plan as text that users can keep: a shell script, a Makefile."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.writers.makefile import write_makefile
    from bpkit.writers.script import write_script

__all__ = [
    # The Makefile; ``script`` is the script's name, ``arguments`` those for bpkit.
    "write_makefile",
    # The script that carries out ``plan``.
    "write_script",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "makefile": "write_makefile",
        "script": "write_script",
    },
)
