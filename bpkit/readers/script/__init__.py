"""Shell scripts that build images, followed to the Recipe that they carry out."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.readers.script.follow.expand import without_line_ends
    from bpkit.readers.script.follow.flow import ScriptFollower
    from bpkit.readers.script.follow.start import initial_state, reading
    from bpkit.readers.script.follow.written import outside_script
    from bpkit.readers.script.machine.leavings import HostFile
    from bpkit.readers.script.machine.recipe import ScriptRecipe, read_recipe
    from bpkit.readers.script.machine.runs import packed_by
    from bpkit.readers.script.model.docker_actions import (
        Action,
        BuildImage,
        Commit,
        CopyOut,
        ExportContainer,
        FromAction,
        ImportImage,
        RunContainer,
    )
    from bpkit.readers.script.model.reading import Assumption, Fate, LineFate, ScriptReading
    from bpkit.readers.script.model.state import Call, Outcome, ScriptSurroundings, ShellState
    from bpkit.readers.script.model.streams import StreamSource, ToCommand, ToTerminal
    from bpkit.readers.script.model.values import Default, Origin, Symbol, Value, value
    from bpkit.readers.script.model.working_actions import WorkingContainer
    from bpkit.readers.script.own_script import is_own_script, read_own_script
    from bpkit.readers.script.read import read_script

__all__ = [
    "Action",
    # Something that the reading assumes: the script is started plainly and every step
    # succeeds.
    "Assumption",
    # ``docker build``.
    "BuildImage",
    # A simple command with its words expanded and its redirections followed.
    "Call",
    # ``docker commit CONTAINER IMAGE``; ``changes`` are the instructions of ``--change``.
    "Commit",
    # ``docker cp CONTAINER:path destination``; ``path`` exactly as written ("/dir/."
    # differs).
    "CopyOut",
    # Text that applies unless the user of the script sets ``name``.
    "Default",
    # ``docker export CONTAINER``: its whole file system as a tar.
    "ExportContainer",
    # The list that a line ends up in; if a line holds several commands, the highest counts.
    "Fate",
    # The output of the action just before: a ``RunContainer``, ``CopyOut`` or ``PackTar``.
    "FromAction",
    # A leftover of the script at ``path`` in the project: ``source`` of the image ``maker``.
    "HostFile",
    # ``docker import``: an image from a tar; ``changes`` are the instructions of
    # ``--change``.
    "ImportImage",
    # What becomes of a command in the script, on the lines ``place.line`` to ``end_line``.
    "LineFate",
    # The origin of a value that isn't in the text.
    "Origin",
    # How a command ends: ``status`` None is not known, ``assumed`` depends on an assumption.
    "Outcome",
    # ``docker run``: ``argv`` after the image; ``container`` is the name that later actions
    # use.
    "RunContainer",
    # Follows scripts inside scripts; ``make`` runs on the host.
    "ScriptFollower",
    # A script as read.
    "ScriptReading",
    # A recipe read from a script, and what becomes of each of the script's lines.
    "ScriptRecipe",
    # What is known about where the script runs.
    "ScriptSurroundings",
    # A shell's state; see the module's docstring.
    "ShellState",
    # Where an action is, and how it is written (without continuations).
    "StreamSource",
    # A value that is known only when the script runs.
    "Symbol",
    # Piped into another command, which is kept as written.
    "ToCommand",
    # Shown to whoever runs the script.
    "ToTerminal",
    # A word's value: its known text and its symbols, in order.
    "Value",
    # ``buildah from``: a container whose files become an image's.
    "WorkingContainer",
    # The state of a shell that is about to run the script.
    "initial_state",
    # Whether bpkit wrote the script.
    "is_own_script",
    # ``$(text)`` for a shell that runs in the project; None if that isn't possible.
    "outside_script",
    # The files that a ``tar c`` to standard output packs; None for any other command.
    "packed_by",
    # The recipe that the script carries out
    "read_own_script",
    # The recipe of a script
    "read_recipe",
    # What the script in ``text`` does when it is run plainly and every step goes well.
    "read_script",
    # The findings, with each line's fate once.
    "reading",
    # The value made of these parts.
    "value",
    # What a command substitution makes of output: its last line ends are dropped.
    "without_line_ends",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "follow.expand": "without_line_ends",
        "follow.flow": "ScriptFollower",
        "follow.start": "initial_state reading",
        "follow.written": "outside_script",
        "machine.leavings": "HostFile",
        "machine.recipe": "ScriptRecipe read_recipe",
        "machine.runs": "packed_by",
        "model.docker_actions": (
            "Action BuildImage Commit CopyOut ExportContainer FromAction ImportImage RunContainer"
        ),
        "model.reading": "Assumption Fate LineFate ScriptReading",
        "model.state": "Call Outcome ScriptSurroundings ShellState",
        "model.streams": "StreamSource ToCommand ToTerminal",
        "model.values": "Default Origin Symbol Value value",
        "model.working_actions": "WorkingContainer",
        "own_script": "is_own_script read_own_script",
        "read": "read_script",
    },
)
