"""Files of CI services, and package.json, which contain scripts among other things."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.readers.ci.commands import JobCommands, commands_of, is_workflow

__all__ = [
    # The commands of a job as a shell script, each on its line.
    "JobCommands",
    # The commands of the file, job by job
    "commands_of",
    # Whether a file of that name contains commands among other things.
    "is_workflow",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "commands": "JobCommands commands_of is_workflow",
    },
)
