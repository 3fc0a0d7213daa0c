"""``bpkit script``: writes the build as a shell script or a Makefile."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.verbs.script.run import ENGINE, SCRIPT, script_files

__all__ = [
    # The engine's program as the user of a script may set it.
    "ENGINE",
    "SCRIPT",
    # A project's script (and its Makefile), not yet written.
    "script_files",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "run": "ENGINE SCRIPT script_files",
    },
)
