"""Read ``docker build``, in every form of its arguments."""

from __future__ import annotations

import re
from dataclasses import replace

from bpkit.readers.script.model.docker_actions import (
    BuildImage,
    Create,
    ExportContainer,
    ImageSetting,
    Option,
    RunContainer,
)
from bpkit.readers.script.model.reading import Fate
from bpkit.readers.script.model.state import Call, Outcome, ShellState
from bpkit.readers.script.model.streams import ToUntar
from bpkit.readers.script.model.values import HostPath, Origin, Symbol, Value, host_path, value
from bpkit.readers.script.programs.flags import Flags

_OWN = frozenset({"file", "tag", "build-arg", "target", "platform", "label", "quiet", "iidfile"})
_REMOTE = re.compile(r"(?:https?|git|ssh)://|git@|github\.com/")


def settings(given: tuple[Value, ...]) -> tuple[ImageSetting, ...]:
    """``NAME=value`` and ``NAME`` as settings."""
    pairs = [word.partition("=") for word in given]
    return tuple(ImageSetting(str(n), after if equals else None) for n, equals, after in pairs)


def build(flags: Flags, call: Call, state: ShellState) -> Outcome:
    """Note the build; with ``-q`` it prints the image's id."""
    contexts, more = _contexts(flags.arguments, call, state)
    if len(contexts) != 1:
        what = "no context" if not contexts else f"{len(contexts)} contexts"
        state.refuse(call.span, f"docker build is given {what}", "name one directory, such as .")
        return Outcome(output=None)
    context = contexts[0]
    remote = context if _REMOTE.match(str(context)) else None
    is_stdin = context.text == "-"
    directory = None if is_stdin or remote else host_path(context, state.directory)
    dockerfile, given = _dockerfile(flags.last("file"), directory, state, in_tar=is_stdin)
    tags = flags.all("tag")
    image = tags[0] if tags else value(state.new_symbol(Origin.IMAGE, "image", call.span.line))
    action = BuildImage(
        call.source,
        tags,
        dockerfile,
        directory,
        remote,
        settings(flags.all("build-arg")),
        flags.last("target"),
        flags.last("platform"),
        settings(flags.all("label")),
        (*(Option(name, found) for name, found in flags.others(_OWN)), *more),
        call.stdin if is_stdin or (given and dockerfile is None) else None,
        given,
        image,
    )
    if state.lacks_arguments and re.search(r"\$\{?[@*]", call.span.text):
        # Whoever starts the script may add flags.
        more_flags = value(Symbol(Origin.ARGUMENT, "@", state.place(call.span.line)))
        action = replace(action, options=(*action.options, Option("", more_flags)))
        state.assume(call.span.line, "the script is given no arguments", is_choice=True)
    state.log.actions.append(action)
    _fate(flags, call, state)
    for output in flags.all("output"):
        export_files(output, action, call, state)
    if (id_file := flags.last("iidfile")) is not None:
        state.files[str(host_path(id_file, state.directory))] = image
    return Outcome(output=image + "\n" if flags.has("quiet") else None)


def export_files(output: Value, made: BuildImage, call: Call, state: ShellState) -> None:
    """``--output type=local,dest=dir``: all of the image's files in a directory on the host."""
    fields = output_fields(output)
    kind, dest = fields.get("type"), fields.get("dest")
    if kind is None or kind.text != "local" or dest is None or made.image is None:
        return
    container = value(state.new_symbol(Origin.CONTAINER, "container", call.span.line))
    started = RunContainer(call.source, made.image, container)
    state.log.actions.append(Create(call.source, made.image, container, started))
    into = ToUntar(host_path(dest, state.directory))
    state.log.actions.append(ExportContainer(call.source, container, into, of_build=True))


def output_fields(output: Value) -> dict[str, Value]:
    """The fields of ``--output``; a path alone is the destination of ``type=local``."""
    if output.text is None or "=" not in output.text:
        is_path = output.text != "-" and output.partition("=")[1] == ""
        if is_path:
            return {"type": value("local"), "dest": output}
    return fields_of(output)


def fields_of(given: Value) -> dict[str, Value]:
    """The values in ``name=value,name=value``, by name; a name alone has an empty value."""
    fields: dict[str, Value] = {}
    rest, comma = given, ","
    while comma:
        item, comma, rest = rest.partition(",")
        name, _, found = item.partition("=")
        fields[str(name)] = found
    return fields


def _fate(flags: Flags, call: Call, state: ShellState) -> None:
    if flags.has("push"):
        state.fate(call.span, Fate.LEFT, "the build is carried over; push the image yourself")
    else:
        state.fate(call.span, Fate.CARRIED, "builds an image")


def _contexts(
    arguments: tuple[Value, ...], call: Call, state: ShellState
) -> tuple[tuple[Value, ...], tuple[Option, ...]]:
    """The contexts, and separately the environment's variables that hold more flags."""
    if len(arguments) < 2:
        return arguments, ()
    kept = tuple(a for a in arguments if a.symbol is None or a.symbol.origin.value == "project")
    more = tuple(one for one in arguments if one not in kept)
    for one in more:
        state.assume(call.span.line, f"{one} is assumed to hold flags and to be empty")
    return kept, tuple(Option("", one) for one in more)


def _dockerfile(
    given: Value | None, context: HostPath | None, state: ShellState, *, in_tar: bool
) -> tuple[HostPath | None, bool]:
    """The Dockerfile, relative to a piped context if there is one, and whether ``-f`` named it."""
    if given is not None:
        base = value(Symbol(Origin.PROJECT, "project")) if in_tar else state.directory
        return (None if given.text == "-" else host_path(given, base)), True
    if context is None:
        return None, False
    path = "Dockerfile" if context.path == "." else f"{context.path}/Dockerfile"
    return HostPath(path, context.root), False
