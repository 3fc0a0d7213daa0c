"""Read docker compose commands into the builds, runs and copies that they make.

A service's image has the name in the Compose file. Without one, the name is derived from the
directory, and only the script's own commands (``compose build``, then ``compose run``) show which
image is meant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from bpkit.errors import BpkitError, InputError
from bpkit.readers.script.model.docker_actions import (
    AwaitContainer,
    BuildImage,
    CopyOut,
    Create,
    Exec,
    Option,
    Push,
    RunContainer,
)
from bpkit.readers.script.model.reading import Fate
from bpkit.readers.script.model.state import Call, Outcome, ShellState
from bpkit.readers.script.model.streams import FromText, ToTerminal
from bpkit.readers.script.model.values import Value, host_path
from bpkit.readers.script.programs import docker_flags as flags_of
from bpkit.readers.script.programs.compose_file import (
    ScriptService,
    compose_files,
    read_services,
)
from bpkit.readers.script.programs.docker_build import settings
from bpkit.readers.script.programs.docker_names import compose_container, compose_image
from bpkit.readers.script.programs.docker_run import volume
from bpkit.readers.script.programs.flags import Flags, FlagTable, read_flags, table

PROGRAMS = frozenset({"docker-compose", "podman-compose"})
_GLOBAL = table(
    "file project-name profile env-file project-directory ansi progress parallel context host",
    "verbose compatibility no-ansi all-resources dry-run version",
    "f=file p=project-name H=host",
    mixed=False,
)
_BUILD = table(
    "build-arg memory progress ssh builder",
    "no-cache pull quiet parallel compress force-rm no-rm push with-dependencies",
    "m=memory q=quiet",
)
_RUN = table(
    "name entrypoint env env-from-file label publish user volume workdir cap-add cap-drop pull",
    "detach rm no-deps service-ports use-aliases build interactive tty T i quiet-pull"
    " remove-orphans no-TTY",
    "d=detach e=env l=label p=publish u=user v=volume w=workdir",
    mixed=False,
)
_UP = table(
    "exit-code-from scale timeout pull attach no-attach wait-timeout",
    "detach build no-build no-start no-deps force-recreate no-recreate always-recreate-deps wait"
    " abort-on-container-exit abort-on-container-failure renew-anon-volumes remove-orphans"
    " quiet-pull no-color no-log-prefix attach-dependencies timestamps watch menu",
    "d=detach t=timeout V=renew-anon-volumes",
)
_EXEC = table(
    "env user workdir index",
    "detach privileged no-TTY T interactive tty",
    "d=detach e=env u=user w=workdir",
    mixed=False,
)
_COPY = table("index", "archive follow-link all", "a=archive L=follow-link")
_PS = table("filter format index status", "quiet all services no-trunc orphans", "q=quiet a=all")
_PLAIN = table("timeout", "force stop volumes quiet", "f=force s=stop v=volumes t=timeout q=quiet")
_NOT_NEEDED = {
    **dict.fromkeys(("down", "rm", "stop", "kill"), "a multi-stage build has no container to stop"),
    "pull": "a build pulls its base image itself",
    **dict.fromkeys(
        ("logs", "config", "version", "images", "port", "top", "events", "ls", "help"),
        "only asks for something",
    ),
}


def compose(call: Call, state: ShellState) -> Outcome:
    """Follow ``docker compose …``; the call's first word is its own name."""
    outer = read_flags(call.argv[1:], _GLOBAL)
    words = outer.arguments
    command = words[0].text if words else ""
    if not words or command in _NOT_NEEDED:
        why = _NOT_NEEDED.get(command or "", "only asks for something")
        state.fate(call.span, Fate.NOT_NEEDED, why)
        return Outcome(output=None)
    reader = _COMMANDS.get(command or "")
    if reader is None:
        state.fate(call.span, Fate.LEFT, f"docker compose {words[0]} is not part of building")
        return Outcome(output=None)
    flags = read_flags(words[1:], reader[0])
    try:
        if flags.unknown is not None:
            raise InputError(
                f"bpkit doesn't know the flag {flags.unknown} of docker compose {command}"
            )
        services = read_services(compose_files(outer.all("file"), state), state)
        return reader[1](flags, call, state, services)
    except BpkitError as error:
        # A later command that needs what this makes is refused, since it doesn't exist.
        where = f"{error.place}: " if error.place else ""
        state.fate(call.span, Fate.LEFT, f"is not followed: {where}{error.message}")
        return Outcome(output=None)


_Services = dict[str, ScriptService]


def _chosen(
    words: Sequence[Value], services: _Services, *, with_needs: bool = False
) -> Iterator[ScriptService]:
    """The services of these names, or all if there are no names. Raises InputError."""
    names = [str(word) for word in words] or list(services)
    seen: set[str] = set()
    while names:
        name = names.pop(0)
        if name in seen:
            continue
        seen.add(name)
        if name not in services:
            raise InputError(f"the Compose file has no service '{name}'")
        if with_needs:
            names += services[name].needs
        yield services[name]


def _image(service: ScriptService) -> Value:
    return service.image if service.image is not None else compose_image(service.name)


def _build(flags: Flags, call: Call, state: ShellState, services: _Services) -> Outcome:
    built = [one for one in _chosen(flags.arguments, services) if one.is_built]
    for service in built:
        _build_service(service, call, state, flags)
    if not built:
        state.fate(call.span, Fate.NOT_NEEDED, "the Compose file builds none of these services")
    elif flags.has("push"):
        state.fate(call.span, Fate.LEFT, "the build is carried over; push the image yourself")
    else:
        state.fate(call.span, Fate.CARRIED, "builds an image")
    return Outcome(output=None)


def _build_service(
    service: ScriptService, call: Call, state: ShellState, flags: Flags | None = None
) -> None:
    given = settings(flags.all("build-arg")) if flags else ()
    asked = [name for name in ("no-cache", "pull") if flags and flags.has(name)]
    names = {one.name for one in given}
    declared = tuple(one for one in service.build_args if one.name not in names)
    state.log.actions.append(
        BuildImage(
            call.source,
            (service.image,) if service.image is not None else (),
            service.dockerfile,
            service.context,
            service.remote,
            (*declared, *given),
            service.target,
            labels=service.labels,
            options=tuple(Option(name) for name in asked),
            stdin=FromText(service.inline) if service.inline is not None else None,
            dockerfile_given=True,
            image=_image(service),
            declared=service.place,
        )
    )


def _ensure_built(service: ScriptService, call: Call, state: ShellState) -> None:
    """Build the service's image if it doesn't exist yet, as Compose does."""
    image = _image(service)
    made = (one for one in state.log.actions if isinstance(one, BuildImage))
    if service.is_built and not any(image in {one.image, *one.tags} for one in made):
        _build_service(service, call, state)


def _run(flags: Flags, call: Call, state: ShellState, services: _Services) -> Outcome:
    if not flags.arguments:
        raise InputError("docker compose run needs a service")
    name, *argv = flags.arguments
    [service] = _chosen([name], services)
    if flags.has("build") and service.is_built:
        _build_service(service, call, state)
    _ensure_built(service, call, state)
    container = flags.last("name") or compose_container(service.name)
    started = _started(service, call, container)
    entrypoint = flags.last("entrypoint")
    if entrypoint is not None:
        started = replace(started, entrypoint=entrypoint, argv=())
    if argv:
        kept = started.argv[: len(service.entrypoint or ()) - 1] if entrypoint is None else ()
        started = replace(started, argv=(*kept, *argv))
    detached = flags.has("detach")
    action = replace(
        started,
        remove=flags.has("rm"),
        detached=detached,
        environment=(*started.environment, *settings(flags.all("env"))),
        mounts=(*started.mounts, *(volume(one, state) for one in flags.all("volume"))),
        user=flags.last("user") or started.user,
        workdir=flags.last("workdir") or started.workdir,
        output=ToTerminal() if detached else call.stdout,
        stdin=call.stdin,
    )
    state.log.actions.append(action)
    state.fate(call.span, Fate.CARRIED, "runs a container")
    return Outcome(output=container + "\n" if detached else None)


def _started(service: ScriptService, call: Call, container: Value) -> RunContainer:
    first, *rest = service.entrypoint or (None,)
    more = tuple(one for one in rest if one is not None)
    return RunContainer(
        call.source,
        _image(service),
        container,
        (*more, *service.command),
        mounts=service.mounts,
        environment=service.environment,
        user=service.user,
        workdir=service.workdir,
        entrypoint=first,
    )


def _up(flags: Flags, call: Call, state: ShellState, services: _Services) -> Outcome:
    """Follow ``up``; a service whose image isn't built here is left to the user."""
    chosen = list(_chosen(flags.arguments, services, with_needs=not flags.has("no-deps")))
    for service in chosen:
        if service.is_built and not flags.has("no-build"):
            if flags.has("build"):
                _build_service(service, call, state)
            _ensure_built(service, call, state)
    made = {one.image for one in state.log.actions if isinstance(one, BuildImage)}
    own = [one for one in chosen if one.is_built or one.image in made]
    for service in own:
        _start(service, call, state, flags)
    if len(chosen) == 1 and own:
        # What is copied out of its container decides what becomes of it.
        state.fate(call.span, Fate.CARRIED, "runs a container")
    else:
        state.fate(call.span, Fate.LEFT, "runs containers: run it yourself")
    return Outcome(output=None)


def _start(service: ScriptService, call: Call, state: ShellState, flags: Flags) -> None:
    container = service.container or compose_container(service.name)
    started = _started(service, call, container)
    state.log.actions.append(Create(call.source, started.image, container, started))
    if flags.has("no-start"):
        return
    state.log.actions.append(replace(started, detached=True))
    if not flags.has("detach"):
        state.log.actions.append(AwaitContainer(call.source, container))


def _create(flags: Flags, call: Call, state: ShellState, services: _Services) -> Outcome:
    for service in _chosen(flags.arguments, services):
        _ensure_built(service, call, state)
        container = service.container or compose_container(service.name)
        started = _started(service, call, container)
        state.log.actions.append(Create(call.source, started.image, container, started))
    state.fate(call.span, Fate.CARRIED, "containers to copy artifacts out of")
    return Outcome(output=None)


def _container(service: ScriptService, state: ShellState) -> Value:
    """The service's container at this point. Raises InputError if it has none."""
    names = {service.container, compose_container(service.name)}
    for action in reversed(state.log.actions):
        if isinstance(action, Create | RunContainer) and action.container in names:
            return action.container
    raise InputError(f"service '{service.name}' has no container at this point")


def _copy(flags: Flags, call: Call, state: ShellState, services: _Services) -> Outcome:
    if len(flags.arguments) != 2:
        raise InputError("docker compose cp needs a source and a destination")
    origin, destination = flags.arguments
    name, colon, path = origin.partition(":")
    if not colon or str(name) not in services:
        raise InputError("bpkit follows only docker compose cp SERVICE:PATH DESTINATION")
    where = call.stdout if destination.text == "-" else host_path(destination, state.directory)
    container = _container(services[str(name)], state)
    follow_link = flags.has("follow-link")
    state.log.actions.append(CopyOut(call.source, container, path, where, follow_link))
    state.fate(call.span, Fate.CARRIED, "an artifact that a later image copies")
    return Outcome()


def _exec(flags: Flags, call: Call, state: ShellState, services: _Services) -> Outcome:
    if len(flags.arguments) < 2:
        raise InputError("docker compose exec needs a service and a command")
    name, *argv = flags.arguments
    [service] = _chosen([name], services)
    container = _container(service, state)
    action = Exec(
        call.source,
        container,
        tuple(argv),
        call.stdout,
        environment=settings(flags.all("env")),
        user=flags.last("user"),
        workdir=flags.last("workdir"),
        detached=flags.has("detach"),
    )
    state.log.actions.append(action)
    state.fate(call.span, Fate.CARRIED, "runs a command in the container")
    return Outcome(output=None)


def _ps(flags: Flags, call: Call, state: ShellState, services: _Services) -> Outcome:
    state.fate(call.span, Fate.NOT_NEEDED, "only lists containers")
    if not flags.has("quiet") or len(flags.arguments) != 1:
        return Outcome(None, None)
    [service] = _chosen(flags.arguments, services)
    return Outcome(True, _container(service, state))


def _push(flags: Flags, call: Call, state: ShellState, services: _Services) -> Outcome:
    for service in _chosen(flags.arguments, services):
        if service.is_built and service.image is not None:
            state.log.actions.append(Push(call.source, service.image))
    state.fate(call.span, Fate.LEFT, "pushes the image: run it after the build")
    return Outcome(output=None)


def _start_again(flags: Flags, call: Call, state: ShellState, services: _Services) -> Outcome:
    del flags, services
    state.fate(call.span, Fate.LEFT, "runs containers: run it yourself")
    return Outcome(output=None)


_Follow = Callable[[Flags, Call, ShellState, _Services], Outcome]
_COMMANDS: dict[str, tuple[FlagTable, _Follow]] = {
    "build": (_BUILD, _build),
    "run": (_RUN, _run),
    "up": (_UP, _up),
    "create": (_UP, _create),
    "start": (_PLAIN, _start_again),
    "restart": (_PLAIN, _start_again),
    "cp": (_COPY, _copy),
    "exec": (_EXEC, _exec),
    "ps": (_PS, _ps),
    "push": (flags_of.PUSH, _push),
}
