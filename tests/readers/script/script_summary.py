"""Summarize an action in a line, so that a test can list a script's actions."""

from __future__ import annotations

from bpkit.readers import read_build_file
from bpkit.readers.script.model.docker_actions import (
    Action,
    BuildImage,
    CopyIn,
    CopyOut,
    Create,
    Exec,
    ExportContainer,
    FromAction,
    Push,
    RemoveContainer,
    RemoveImage,
    RunContainer,
    Save,
    StartContainer,
    Tag,
)
from bpkit.readers.script.model.host_actions import (
    ChangeMode,
    CopyHost,
    LinkHost,
    MakeDirectory,
    MoveHost,
    PackTar,
    RemoveHost,
    UnpackTar,
    WriteHost,
)
from bpkit.readers.script.model.reading import Fate, ScriptReading
from bpkit.readers.script.model.streams import (
    FromFile,
    FromText,
    ToBuild,
    ToCommand,
    ToFile,
    ToUntar,
)
from bpkit.readers.script.model.values import HostPath


def actions_of(text: str, name: str = "build.sh", **environment: str) -> list[str]:
    """The script's actions, a line each."""
    return [summary(action) for action in read_build_file(text, name, environment).actions]


def fates_of(reading: ScriptReading) -> dict[int, Fate]:
    """The gravest fate of each line of the script."""
    found: dict[int, Fate] = {}
    for line in reading.lines:
        for number in range(line.place.line or 0, line.end_line + 1):
            found[number] = max(found.get(number, Fate.NOT_NEEDED), line.fate)
    return found


def _joined(*items: object) -> str:
    return " ".join(str(item) for item in items if item not in {None, ""})


def _output(output: object) -> str:
    match output:
        case ToFile(path):
            return f"> {path}"
        case ToUntar(directory, members, strip):
            return _joined("| untar", directory, f"strip {strip}" if strip else "", *members)
        case ToBuild():
            return "| build"
        case ToCommand(text):
            return f"| {text}"
        case HostPath():
            return str(output)
    return ""


def _build(build: BuildImage) -> str:
    source = {FromAction: "stdin of an action", FromText: "stdin of text"}.get(type(build.stdin))
    if isinstance(build.stdin, FromFile):
        source = f"stdin of {build.stdin.path}"
    settings = [f"{s.name}={s.value}" if s.value else s.name for s in build.build_args]
    return _joined(
        "build",
        ",".join(map(str, build.tags)) or "untagged",
        f"-f {build.dockerfile}",
        build.context or build.remote or "-",
        *settings,
        f"--target {build.target}" if build.target else "",
        f"--platform {build.platform}" if build.platform else "",
        source,
    )


def _run(run: RunContainer) -> str:
    mounts = [f"[{m.host or m.volume}:{m.target}]" for m in run.mounts]
    return _joined(
        "run",
        "--rm" if run.remove else "",
        "-d" if run.detached else "",
        run.image,
        f"as {run.container}",
        f"in {run.workdir}" if run.workdir else "",
        *mounts,
        *run.argv,
        _output(run.output),
    )


def summary(action: Action) -> str:
    """One line for an action."""
    match action:
        case BuildImage():
            return _build(action)
        case RunContainer():
            return _run(action)
        case Create():
            return _joined("create", action.image, f"as {action.container}", *action.started.argv)
        case CopyOut():
            return _joined(
                "cp", f"{action.container}:{action.path}", "to", _output(action.destination)
            )
        case CopyIn():
            return _joined("cp", action.origin, "into", f"{action.container}:{action.path}")
        case Exec():
            return _joined("exec", action.container, *action.argv)
        case ExportContainer():
            return _joined("export", action.container, _output(action.output))
        case Save():
            return _joined("save", *action.images, _output(action.output))
        case StartContainer():
            return _joined("start", action.container)
    return _after(action)


def _after(action: Action) -> str:
    """What usually comes when the image is there."""
    match action:
        case RemoveContainer():
            return _joined("rm container", *action.containers)
        case RemoveImage():
            return _joined("rm image", *action.images)
        case Tag():
            return _joined("tag", action.image, action.name)
        case Push():
            return _joined("push", action.image)
    return _host(action)


def _host(action: Action) -> str:
    match action:
        case MakeDirectory(_, paths):
            return _joined("mkdir", *paths)
        case CopyHost(_, origins, destination):
            return _joined("host cp", *origins, "to", destination)
        case MoveHost(_, origins, destination):
            return _joined("mv", *origins, "to", destination)
        case RemoveHost(_, paths):
            return _joined("host rm", *paths)
        case ChangeMode(_, mode, paths):
            return _joined("chmod", mode, *paths)
        case LinkHost(_, to, path):
            return _joined("ln", to, path)
        case PackTar(_, directory, members, output):
            return _joined("tar", "in", directory, *members, _output(output))
        case UnpackTar(_, archive, into):
            return _joined("untar", archive, "to", into.directory)
        case WriteHost(_, path, content):
            return _joined("write", path, repr(str(content)))
    return type(action).__name__
