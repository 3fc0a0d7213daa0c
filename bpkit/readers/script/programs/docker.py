"""Read docker commands (and those of podman and other compatible clients) into actions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bpkit.readers.script.model.docker_actions import (
    Action,
    AwaitContainer,
    Commit,
    CopyIn,
    CopyOut,
    Exec,
    ExportContainer,
    ImportImage,
    Push,
    RemoveContainer,
    RemoveImage,
    Save,
    StartContainer,
    Tag,
)
from bpkit.readers.script.model.host_actions import WriteHost
from bpkit.readers.script.model.reading import Fate
from bpkit.readers.script.model.state import Call, Outcome, ShellState
from bpkit.readers.script.model.streams import FromFile, Output, ToFile
from bpkit.readers.script.model.values import Origin, Symbol, Value, host_path, value
from bpkit.readers.script.programs import docker_flags as flags_of
from bpkit.readers.script.programs.compose import compose
from bpkit.readers.script.programs.docker_build import build, settings
from bpkit.readers.script.programs.docker_names import container_named, image_named, query
from bpkit.readers.script.programs.docker_run import create, run
from bpkit.readers.script.programs.flags import Flags, FlagTable, read_flags

PROGRAMS = frozenset({"docker", "podman", "nerdctl", "docker.io", "docker.exe", "buildah"})
_GROUPS = frozenset({"container", "image", "buildx", "builder"})
# The commands that these groups share with docker itself; their create, rm and stop are different.
_BUILDERS = {"buildx": frozenset({"build", "b", "du"}), "builder": frozenset({"build"})}
_NOT_NEEDED = {
    "pull": "a build pulls its base image itself",
    "ps": "only lists containers",
    "images": "only lists images",
    "ls": "only lists things",
    "list": "only lists things",
    "inspect": "only shows details",
    "version": "only shows the version",
    "info": "only asks about the engine",
    "history": "only shows an image's history",
    "logs": "only shows a container's output",
    "port": "only asks about a container",
    "top": "only asks about a container",
    "stats": "only asks about a container",
    "diff": "only asks about a container",
    "prune": "only cleans up",
    "use": "only selects a builder",
}
_BUILDER_WORDS = frozenset({"create", "use", "inspect", "rm", "stop", "ls", "bootstrap"})
_ASKS = frozenset({"ps", "images", "ls", "list", "inspect", "info", "version", "history"})


def docker(call: Call, state: ShellState) -> Outcome:
    """Follow ``docker …``: note the action and the line's fate, and return what docker prints."""
    outer = read_flags(call.argv[1:], flags_of.GLOBAL)
    words = outer.arguments
    command = words[0].text if words else ""
    if not words or command is None:
        if words:
            return _refused(call, state, f"which docker command {words[0]} stands for is not known")
        state.fate(call.span, Fate.NOT_NEEDED, "only shows something")
        return Outcome(output=None)
    if command == "compose":
        return compose(replace(call, argv=tuple(words)), state)
    group = command
    if command in _GROUPS and len(words) > 1:
        words = words[1:]
        command = words[0].text or ""
    if group in _BUILDERS and command not in _BUILDERS[group]:
        return _other(group, command, call, state)
    if group in {"system", "volume", "network"}:
        return _other(group, words[1].text if len(words) > 1 else "", call, state)
    return _dispatch(group, command, replace(call, argv=tuple(words)), state)


def _dispatch(group: str, command: str, call: Call, state: ShellState) -> Outcome:
    """Follow a command whose name is the first word of the call."""
    if group == "image" and command in {"rm", "remove"}:
        command = "rmi"
    reader = _COMMANDS.get(command)
    if reader is None:
        if command in _ASKS:
            _answered(call, state, _NOT_NEEDED[command])
            lists_images = group == "image" and command != "inspect"
            return query("images" if lists_images else command, call, state)
        return _other(group, command, call, state)
    table, follow = reader
    found = read_flags(call.argv[1:], table)
    if found.unknown is not None:
        return _refused(
            call, state, f"bpkit doesn't know the flag {found.unknown} of docker {command}"
        )
    return follow(found, call, state)


def _refused(call: Call, state: ShellState, message: str) -> Outcome:
    state.refuse(call.span, message, "write the command out in full, as in docker's help")
    return Outcome(output=None)


def _other(group: str, command: str | None, call: Call, state: ShellState) -> Outcome:
    why = _NOT_NEEDED.get(command or "")
    if group == "buildx" and command in _BUILDER_WORDS:
        why = "sets up a builder; the new build runs on it too"
    if why is not None:
        _answered(call, state, why)
        return Outcome(None if command in _ASKS else True, None)
    named = group if not command or group == command else f"{group} {command}"
    state.fate(call.span, Fate.LEFT, f"docker {named} is not part of building an image")
    return Outcome(output=None)


def _answered(call: Call, state: ShellState, why: str) -> None:
    """Say that a command only asks; what it is redirected to stays on the host after the script."""
    if not isinstance(call.stdout, ToFile):
        state.fate(call.span, Fate.NOT_NEEDED, why)
        return
    path = call.stdout.path
    said = value(Symbol(Origin.COMMAND, call.span.text, state.place(call.span.line)))
    state.files[str(path)] = said
    state.log.actions.append(WriteHost(call.source, path, said, call.stdout.append))
    state.fate(call.span, Fate.LEFT, f"writes {path}, whose content isn't known")


def _done(call: Call, state: ShellState, action: Action, fate: Fate, why: str) -> None:
    state.log.actions.append(action)
    state.fate(call.span, fate, why)


def _copy(flags: Flags, call: Call, state: ShellState) -> Outcome:
    if len(flags.arguments) != 2:
        return _refused(call, state, "docker cp needs a source and a destination")
    origin, destination = flags.arguments
    from_container, to_container = _container_path(origin), _container_path(destination)
    if from_container is not None and to_container is None:
        name, path = from_container
        target: Output = call.stdout
        where = target if destination.text == "-" else host_path(destination, state.directory)
        action = CopyOut(
            call.source,
            container_named(name, state),
            path,
            where,
            follow_link=flags.has("follow-link"),
            archive=flags.has("archive"),
        )
        _done(call, state, action, Fate.CARRIED, "an artifact that a later image copies")
        return Outcome()
    if to_container is not None and from_container is None:
        name, path = to_container
        host = None if origin.text == "-" else host_path(origin, state.directory)
        into = CopyIn(call.source, host, container_named(name, state), path)
        _done(call, state, into, Fate.CARRIED, "a file copied into the container")
        return Outcome()
    return _refused(call, state, "docker cp needs a container (NAME:PATH) on exactly one side")


def _container_path(argument: Value) -> tuple[Value, Value] | None:
    """The container and the path of ``NAME:PATH``; None for a path on the host.

    As in docker, a name has no slash and no leading dot (cli/command/container/cp.go, splitCpArg).
    """
    if argument.startswith("/") or argument.startswith("."):
        return None
    name, colon, path = argument.partition(":")
    if not colon or any(isinstance(part, str) and "/" in part for part in name.parts):
        return None
    return name, path


def _remove_container(flags: Flags, call: Call, state: ShellState) -> Outcome:
    names = tuple(container_named(name, state) for name in flags.arguments)
    action = RemoveContainer(call.source, names)
    _done(call, state, action, Fate.NOT_NEEDED, "a multi-stage build has no container to remove")
    return _names(flags)


def _names(flags: Flags) -> Outcome:
    """The names given, which docker prints: ``docker rm $(docker stop x)``."""
    return Outcome(output=Value(tuple(p for name in flags.arguments for p in (*name.parts, "\n"))))


def _end_container(flags: Flags, call: Call, state: ShellState) -> Outcome:
    state.fate(call.span, Fate.NOT_NEEDED, "a multi-stage build has no container to stop")
    return _names(flags)


def _remove_image(flags: Flags, call: Call, state: ShellState) -> Outcome:
    action = RemoveImage(call.source, tuple(image_named(name, state) for name in flags.arguments))
    _done(
        call,
        state,
        action,
        Fate.NOT_NEEDED,
        "removes an image: a build stage leaves none, and a build replaces any other",
    )
    return Outcome(output=None)


def _start(flags: Flags, call: Call, state: ShellState) -> Outcome:
    attached = flags.has("attach") or flags.has("interactive")
    for name in flags.arguments:
        action = StartContainer(call.source, container_named(name, state), attached)
        _done(call, state, action, Fate.CARRIED, "runs the container's command")
    return Outcome(output=None)


def _await(flags: Flags, call: Call, state: ShellState) -> Outcome:
    """``docker wait``, ``attach`` and ``logs -f``, which end with the container."""
    for name in flags.arguments[:1] if call.argv[0].text != "wait" else flags.arguments:
        ends = call.argv[0].text != "logs" or flags.has("follow")
        if ends:
            state.log.actions.append(AwaitContainer(call.source, container_named(name, state)))
    why = "waits for a container" if call.argv[0].text == "wait" else _NOT_NEEDED["logs"]
    _answered(call, state, why)
    return Outcome(output=None)


def _exec(flags: Flags, call: Call, state: ShellState) -> Outcome:
    if len(flags.arguments) < 2:
        return _refused(call, state, "docker exec needs a container and a command")
    name, *argv = flags.arguments
    action = Exec(
        call.source,
        container_named(name, state),
        tuple(argv),
        call.stdout,
        environment=settings(flags.all("env")),
        user=flags.last("user"),
        workdir=flags.last("workdir"),
        detached=flags.has("detach"),
    )
    _done(call, state, action, Fate.CARRIED, "runs a command in the container")
    return Outcome(output=None)


def _output(flags: Flags, call: Call, state: ShellState) -> Output:
    path = flags.last("output")
    return call.stdout if path is None else ToFile(host_path(path, state.directory))


def _export(flags: Flags, call: Call, state: ShellState) -> Outcome:
    if len(flags.arguments) != 1:
        return _refused(call, state, "docker export needs one container")
    container = container_named(flags.arguments[0], state)
    action = ExportContainer(call.source, container, _output(flags, call, state))
    _done(call, state, action, Fate.CARRIED, "copies the container's files out")
    return Outcome(output=None)


def _save(flags: Flags, call: Call, state: ShellState) -> Outcome:
    images = tuple(image_named(name, state) for name in flags.arguments)
    action = Save(call.source, images, _output(flags, call, state))
    _done(call, state, action, Fate.LEFT, "saves the image to a file: run it after the build")
    return Outcome(output=None)


def _commit(flags: Flags, call: Call, state: ShellState) -> Outcome:
    if not flags.arguments:
        return _refused(call, state, "docker commit needs a container")
    container, *rest = flags.arguments
    symbol = state.new_symbol(Origin.IMAGE, "image", call.span.line)
    image = rest[0] if rest else value(symbol)
    action = Commit(call.source, container_named(container, state), image, flags.all("change"))
    _done(call, state, action, Fate.CARRIED, "makes an image from the container")
    return Outcome(output=image + "\n")


def _import(flags: Flags, call: Call, state: ShellState) -> Outcome:
    if not flags.arguments:
        return _refused(call, state, "docker import needs a tar")
    origin, *rest = flags.arguments
    image = rest[0] if rest else value(state.new_symbol(Origin.IMAGE, "image", call.span.line))
    stdin = call.stdin if origin.text == "-" else FromFile(host_path(origin, state.directory))
    action = ImportImage(call.source, stdin, image, flags.all("change"))
    _done(call, state, action, Fate.CARRIED, "makes an image from the files")
    return Outcome(output=image + "\n")


def _tag(flags: Flags, call: Call, state: ShellState) -> Outcome:
    if len(flags.arguments) != 2:
        return _refused(call, state, "docker tag needs an image and a name")
    image, name = flags.arguments
    action = Tag(call.source, image_named(image, state), name)
    _done(call, state, action, Fate.LEFT, "gives the image another name: run it after the build")
    return Outcome()


def _push(flags: Flags, call: Call, state: ShellState) -> Outcome:
    for name in flags.arguments:
        action = Push(call.source, image_named(name, state))
        _done(call, state, action, Fate.LEFT, "pushes the image: run it after the build")
    return Outcome(output=None)


_COMMANDS: dict[str, tuple[FlagTable, Callable[[Flags, Call, ShellState], Outcome]]] = {
    "build": (flags_of.BUILD, build),
    "b": (flags_of.BUILD, build),
    "create": (flags_of.RUN, create),
    "run": (flags_of.RUN, run),
    "cp": (flags_of.COPY, _copy),
    "exec": (flags_of.EXEC, _exec),
    "export": (flags_of.EXPORT, _export),
    "save": (flags_of.SAVE, _save),
    "import": (flags_of.IMPORT, _import),
    "bud": (flags_of.BUILD, build),
    "build-using-dockerfile": (flags_of.BUILD, build),
    "commit": (flags_of.COMMIT, _commit),
    "start": (flags_of.START, _start),
    "wait": (flags_of.AWAIT, _await),
    "attach": (flags_of.AWAIT, _await),
    "logs": (flags_of.AWAIT, _await),
    "rm": (flags_of.REMOVE, _remove_container),
    "remove": (flags_of.REMOVE, _remove_container),
    "stop": (flags_of.REMOVE, _end_container),
    "kill": (flags_of.REMOVE, _end_container),
    "rmi": (flags_of.REMOVE, _remove_image),
    "tag": (flags_of.TAG, _tag),
    "push": (flags_of.PUSH, _push),
}
