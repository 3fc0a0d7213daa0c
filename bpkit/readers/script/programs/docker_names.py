"""The image or container that a word in a script refers to, and the results of its queries."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bpkit.readers.script.model.docker_actions import BuildImage, Create, RunContainer
from bpkit.readers.script.model.state import Call, Outcome, ShellState
from bpkit.readers.script.model.values import Origin, Symbol, Value, value
from bpkit.readers.script.programs import docker_flags as flags_of
from bpkit.readers.script.programs.flags import read_flags

_COMPOSE = "compose "
_CONTAINERS = (Create, RunContainer)
# A listing of containers, from which another command picks one.
_LISTS = re.compile(r"(?:sudo )?(?:docker|podman) (?:container )?(?:ps|ls|list)\b")


def compose_image(service: str) -> Value:
    """The image of a service that its Compose file doesn't name."""
    return value(Symbol(Origin.IMAGE, f"{_COMPOSE}{service}"))


def compose_container(service: str) -> Value:
    """The container of a service that its Compose file doesn't name."""
    return value(Symbol(Origin.CONTAINER, f"{_COMPOSE}{service}"))


def _service_of(found: Value | None) -> str:
    """The service that the image or container belongs to; "" if none."""
    symbol = found.symbol if found is not None else None
    is_one = symbol is not None and symbol.name.startswith(_COMPOSE)
    return symbol.name.removeprefix(_COMPOSE) if symbol is not None and is_one else ""


def _service_called(name: Value, found: Iterable[Value | None], ending: str) -> str:
    """The service that Compose forms ``name`` from, with the directory in front; "" if none."""
    services = dict.fromkeys(map(_service_of, found)) if name.text is not None else ()
    for service in filter(None, services):
        if re.fullmatch(rf"[a-z0-9][\w.-]*[_-]{re.escape(service)}{ending}", name.text or ""):
            return service
    return ""


def image_named(name: Value, state: ShellState) -> Value:
    """The image's name, if the word is the result of a query for its id.

    Or if it is the name that Compose forms from the directory and a service.
    """
    built = [action for action in state.log.actions if isinstance(action, BuildImage)]
    if service := _service_called(name, (action.image for action in built), "(?::latest)?"):
        return compose_image(service)
    symbol = name.symbol
    if symbol is not None and symbol.origin is Origin.IMAGE:
        tags = {str(tag) for action in built for tag in action.tags}
        return value(symbol.name) if symbol.name in tags else name
    return name


def container_named(name: Value, state: ShellState) -> Value:
    """The container's name, if the word is the result of a query for its id.

    Or if it is the name that Compose forms from the directory and a service.
    """
    made = [action for action in state.log.actions if isinstance(action, _CONTAINERS)]
    ending = "[_-](?:run[_-])?1"
    if service := _service_called(name, (action.container for action in made), ending):
        return compose_container(service)
    symbol = name.symbol
    if symbol is not None and symbol.origin is Origin.COMMAND and _LISTS.match(symbol.name):
        containers = {action.container for action in made}
        if len(containers) == 1:
            [container] = containers
            line = symbol.place.line or 1
            state.assume(line, f"{symbol} is assumed to be the only container made so far")
            return container
    if symbol is not None and symbol.origin is Origin.CONTAINER:
        for action in made:
            if str(action.container) == symbol.name:
                return action.container
    return name


def _is_made(name: Value, state: ShellState) -> bool:
    """Whether the script has made an image or a container of that name so far."""
    for action in state.log.actions:
        if isinstance(action, BuildImage) and name in {action.image, *action.tags}:
            return True
        if isinstance(action, Create | RunContainer) and name == action.container:
            return True
    return False


def query(command: str, call: Call, state: ShellState) -> Outcome:
    """The output of ``docker ps``, ``images`` or ``inspect`` if it is an id; else it isn't known.

    The id of something that the script hasn't made is a symbol with the name in the query.
    """
    if command == "inspect":
        found = read_flags(call.argv[1:], flags_of.INSPECT)
        template = str(found.last("format"))
        if len(found.arguments) != 1:
            return Outcome(None, None)
        name = found.arguments[0]
        there = _is_made(name, state)
        if not there:
            state.assume(call.span.line, f"{name} doesn't exist yet")
        printed = container_named(name, state) if ".Id" in template else None
        return Outcome(there, printed, assumed=True)
    found = read_flags(call.argv[1:], flags_of.QUERY)
    if not found.has("quiet"):
        return Outcome(None, None)
    place = state.place(call.span.line)
    if command == "images":
        if len(found.arguments) != 1 or found.arguments[0].text is None:
            return Outcome(None, None)
        return Outcome(True, value(Symbol(Origin.IMAGE, found.arguments[0].text, place)))
    containers = [a for a in state.log.actions if isinstance(a, Create | RunContainer)]
    latest = found.has("latest") or str(found.last("last")) == "1"
    if latest and containers:
        return Outcome(True, containers[-1].container)
    return _filtered(found.all("filter"), containers, call, state)


def _filtered(
    filters: tuple[Value, ...],
    containers: list[Create | RunContainer],
    call: Call,
    state: ShellState,
) -> Outcome:
    for wanted in filters:
        kind, _, name = wanted.partition("=")
        # A name filter is a regular expression; scripts anchor it.
        plain = (name.text or "").strip("^/$")
        if kind.text == "name" and plain:
            return Outcome(
                True, value(Symbol(Origin.CONTAINER, plain, state.place(call.span.line)))
            )
        if kind.text == "ancestor":
            made = [c for c in containers if c.image == image_named(name, state)]
            if made:
                return Outcome(True, made[-1].container)
    return Outcome(None, None)
