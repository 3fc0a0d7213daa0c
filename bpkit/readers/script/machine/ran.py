"""Commands that ran in a container, as instructions of its image."""

from __future__ import annotations

from bpkit.errors import InputError
from bpkit.readers.script.machine.additions import add_copy, add_run
from bpkit.readers.script.machine.images import BuiltImage
from bpkit.readers.script.machine.machine import Machine, ScriptContainer
from bpkit.readers.script.machine.runs import words_of
from bpkit.readers.script.machine.volumes import lacking_volumes
from bpkit.readers.script.model import docker_actions as calls
from bpkit.readers.script.model.reading import Fate

# Options that give a container files or variables from elsewhere, and those that give it rights.
_GIVES = frozenset({"env-file", "volumes-from"})
_RIGHTS = frozenset({"privileged", "cap-add", "device", "security-opt", "gpus", "pid", "ipc"})


def make_what_ran(machine: Machine, container: ScriptContainer) -> None:
    """Add a RUN to the image for what ran in the container, once."""
    for run in container.ran:
        if isinstance(run, calls.CopyIn):
            add_copy(machine, run, container.built)
        else:
            _as_instruction(machine, run, container)
    container.ran.clear()


def _as_instruction(
    machine: Machine, run: calls.RunContainer | calls.Exec, container: ScriptContainer
) -> None:
    """Add a RUN to the image for what ran in the container."""
    lacks = check_alone(machine, container, run)
    options = {o.name for o in run.options} if isinstance(run, calls.RunContainer) else set()
    text = _as_its_user(machine, run, container.built)
    rights = sorted(options & _RIGHTS)
    more = f"; a RUN has no --{rights[0]}: check that the command needs none" if rights else ""
    more += f", {lacks}" if lacks else ""
    fate = Fate.LEFT if more else Fate.CARRIED
    machine.decisions[run.source.place] = (fate, f"becomes {text} in the build stage{more}")


def check_alone(
    machine: Machine, container: ScriptContainer, run: calls.RunContainer | calls.Exec
) -> str:
    """What a RUN lacks compared with the container, for the user to check; "" if nothing.

    Raises InputError if the command may need it.
    """
    if run.detached:
        raise InputError(
            "this runs in the background while files are copied out, so whether it has made "
            "them by then is not known",
            place=run.source.place,
            hint="write it as a RUN in the Dockerfile, and run the container with true",
        )
    options = {o.name for o in run.options} if isinstance(run, calls.RunContainer) else set()
    if options & _GIVES:
        raise InputError(
            f"this container is run with --{min(options & _GIVES)}, which a RUN doesn't have",
            place=run.source.place,
            hint="write the command as a RUN in the Dockerfile",
        )
    return lacking_volumes(machine, container, run.source.place)


def _as_its_user(machine: Machine, run: calls.RunContainer | calls.Exec, built: BuiltImage) -> str:
    """The RUN for the command, between the USER instructions that it needs. Raises InputError."""
    words = words_of(run, built)
    wanted = run.user.text if run.user is not None else ""
    if run.user is not None and any("id -" in one.name for one in run.user.symbols):
        machine.remarks.note(
            "this ran as the user who started the script; the RUN runs as the image's USER",
            run.source.place,
        )
        return add_run(machine, words, run, built)
    usual = built.started().user
    if run.user is None or (wanted and wanted == usual):
        return add_run(machine, words, run, built)
    if not wanted or usual is None:
        raise InputError(
            f"this container runs as {run.user}, and the USER of its image isn't known",
            place=run.source.place,
            hint="write the command as a RUN in the Dockerfile",
        )
    built.added.append(f"USER {wanted}")
    text = add_run(machine, words, run, built)
    built.added.append(f"USER {usual}")
    return text
