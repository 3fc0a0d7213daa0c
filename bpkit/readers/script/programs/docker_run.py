"""Read ``docker create`` and ``docker run``."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bpkit.readers.script.model.docker_actions import Create, Option, RunContainer, VolumeMount
from bpkit.readers.script.model.reading import Fate
from bpkit.readers.script.model.state import Call, Outcome, ShellState
from bpkit.readers.script.model.streams import ToTerminal
from bpkit.readers.script.model.values import Origin, Value, host_path, value
from bpkit.readers.script.programs.docker_build import fields_of, settings
from bpkit.readers.script.programs.docker_names import image_named
from bpkit.readers.script.programs.flags import Flags

_OWN = frozenset(
    {"name", "rm", "detach", "volume", "mount", "env", "user", "workdir", "entrypoint", "cidfile"}
    | {"interactive", "tty", "tmpfs"}
)


@dataclass(frozen=True)
class _Head:
    """The arguments that ``create`` and ``run`` have in common."""

    image: Value
    argv: tuple[Value, ...]
    container: Value


def create(flags: Flags, call: Call, state: ShellState) -> Outcome:
    """Note the container; docker prints its id, which names the container from then on."""
    started = _container(flags, call, state)
    if started is None:
        return Outcome(output=None)
    state.log.actions.append(Create(call.source, started.image, started.container, started))
    state.fate(call.span, Fate.CARRIED, "a container to copy artifacts out of")
    return Outcome(output=started.container + "\n")


def run(flags: Flags, call: Call, state: ShellState) -> Outcome:
    """Note the run; a detached one prints the container's id."""
    started = _container(flags, call, state)
    if started is None:
        return Outcome(output=None)
    # A detached run prints the container's id, not its command's output.
    output = ToTerminal() if flags.has("detach") else call.stdout
    action = replace(started, output=output, stdin=call.stdin)
    state.log.actions.append(action)
    state.fate(call.span, Fate.CARRIED, "runs a container")
    return Outcome(output=action.container + "\n" if action.detached else None)


def _container(flags: Flags, call: Call, state: ShellState) -> RunContainer | None:
    head = _head(flags, call, state)
    if head is None:
        return None
    return RunContainer(
        call.source,
        head.image,
        head.container,
        head.argv,
        remove=flags.has("rm"),
        detached=flags.has("detach"),
        mounts=_mounts(flags, state),
        environment=settings(flags.all("env")),
        user=flags.last("user"),
        workdir=flags.last("workdir"),
        entrypoint=flags.last("entrypoint"),
        options=tuple(Option(name, found) for name, found in flags.others(_OWN)),
    )


def _head(flags: Flags, call: Call, state: ShellState) -> _Head | None:
    arguments = flags.arguments
    while len(arguments) > 1 and _holds_flags(arguments[0]):
        state.assume(call.span.line, f"{arguments[0]} is empty; it seems to hold flags")
        arguments = arguments[1:]
        if arguments[0].startswith("-"):
            state.refuse(call.span, "a variable comes before docker's flags", "write its flags out")
            return None
    if not arguments:
        state.refuse(call.span, "the image is missing", "name the image to run")
        return None
    name = flags.last("name")
    container = name or value(state.new_symbol(Origin.CONTAINER, "container", call.span.line))
    if (id_file := flags.last("cidfile")) is not None:
        state.files[str(host_path(id_file, state.directory))] = container
    return _Head(image_named(arguments[0], state), tuple(arguments[1:]), container)


def _holds_flags(argument: Value) -> bool:
    symbol = argument.symbol
    return (
        symbol is not None
        and symbol.origin is Origin.ENVIRONMENT
        and any(part in symbol.name.upper() for part in ("OPT", "ARGS", "FLAGS", "PARAMS"))
    )


def _mounts(flags: Flags, state: ShellState) -> tuple[VolumeMount, ...]:
    found: list[VolumeMount] = []
    for name, given in flags.given:
        if given is None:
            continue
        if name == "volume":
            found.append(volume(given, state))
        elif name == "mount":
            found.append(_mount(given, state))
        elif name == "tmpfs":
            found.append(VolumeMount(given.partition(":")[0], options=("tmpfs",)))
    return tuple(found)


def volume(given: Value, state: ShellState) -> VolumeMount:
    """``-v host:target[:options]``, ``-v volume:target``, ``-v target``."""
    first, colon, rest = given.partition(":")
    if not colon:
        return VolumeMount(first)
    target, _, options = rest.partition(":")
    flags = tuple(filter(None, str(options).split(",")))
    head = first.parts[0] if first.parts else ""
    is_path = not isinstance(head, str) or head.startswith(("/", ".", "~"))
    if is_path:
        return VolumeMount(target, host=host_path(first, state.directory), options=flags)
    return VolumeMount(target, volume=first, options=flags)


def _mount(given: Value, state: ShellState) -> VolumeMount:
    """``--mount type=bind,source=x,target=y,readonly``."""
    fields = fields_of(given)
    source = fields.get("source") or fields.get("src")
    target = fields.get("target") or fields.get("dst") or fields.get("destination") or value()
    own = {"type", "source", "src", "target", "dst", "destination"}
    options = tuple(name for name in fields if name not in own)
    kind = fields.get("type", value("volume")).text
    if kind == "bind" and source is not None:
        return VolumeMount(target, host=host_path(source, state.directory), options=options)
    if kind == "tmpfs":
        return VolumeMount(target, options=("tmpfs", *options))
    return VolumeMount(target, volume=source, options=options)
