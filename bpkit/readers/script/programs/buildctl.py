"""Read ``buildctl build``, BuildKit's own client, with the Dockerfile frontend.

In the form of its README: ``--local context=DIR --local dockerfile=DIR --opt filename=NAME --output
type=image,name=NAME``.
"""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.readers.script.model.docker_actions import BuildImage, ImageSetting, Option
from bpkit.readers.script.model.reading import Fate
from bpkit.readers.script.model.state import Call, Outcome, ShellState
from bpkit.readers.script.model.values import HostPath, Origin, Value, host_path, value
from bpkit.readers.script.programs.docker_build import export_files, output_fields
from bpkit.readers.script.programs.flags import Flags, read_flags, table

_GLOBAL = table(
    "addr tlscacert tlscert tlskey tlsdir tlsservername timeout log-format",
    "debug wait",
    mixed=False,
)
_BUILD = table(
    "frontend local oci-layout opt frontend-opt output exporter exporter-opt progress trace"
    " export-cache import-cache secret allow ssh metadata-file source-policy-file ref-file"
    " registry-auth-tlscontext debug-json-cache-metrics",
    "no-cache",
    "o=output",
)
_DOCKERFILE = "dockerfile.v0"


def buildctl(call: Call, state: ShellState) -> Outcome:
    """Note the build; other buildctl commands only query or clean up."""
    outer = read_flags(call.argv[1:], _GLOBAL)
    verb = outer.arguments[0].text if outer.arguments else None
    if verb not in {"build", "b"}:
        state.fate(call.span, Fate.NOT_NEEDED, "only queries BuildKit or cleans up")
        return Outcome(output=None)
    flags = read_flags(outer.arguments[1:], _BUILD)
    frontend = flags.last("frontend")
    if flags.unknown is not None:
        return _refused(call, state, f"bpkit doesn't know the flag {flags.unknown} of buildctl")
    if frontend is None or frontend.text != _DOCKERFILE:
        given = frontend if frontend is not None else "that of its input"
        return _refused(call, state, f"the frontend is {given}, not {_DOCKERFILE}")
    local, options = dict(_pairs(flags, "local")), dict(_options(flags))
    if "context" not in local:
        return _refused(call, state, "buildctl has no --local context=…")
    action = _image(flags, local, options, call, state)
    state.log.actions.append(action)
    pushes = any(_is_on(output_fields(one).get("push")) for one in flags.all("output"))
    if pushes:
        state.fate(call.span, Fate.LEFT, "the build is carried over; push the image yourself")
    else:
        state.fate(call.span, Fate.CARRIED, "builds an image")
    for output in flags.all("output"):
        export_files(output, action, call, state)
    return Outcome(output=None)


def _image(
    flags: Flags,
    local: dict[str, Value],
    options: dict[str, Value],
    call: Call,
    state: ShellState,
) -> BuildImage:
    context = host_path(local["context"], state.directory)
    names = tuple(
        name
        for output in flags.all("output")
        if (name := output_fields(output).get("name")) is not None
    )
    symbol = value(state.new_symbol(Origin.IMAGE, "image", call.span.line))
    switches = (Option("no-cache"),) if flags.has("no-cache") else ()
    return BuildImage(
        call.source,
        names,
        _dockerfile(local, options, context, state),
        context,
        build_args=_settings(options, "build-arg:"),
        target=options.get("target"),
        platform=options.get("platform"),
        labels=_settings(options, "label:"),
        options=switches,
        dockerfile_given="filename" in options or "dockerfile" in local,
        image=names[0] if names else symbol,
    )


def _dockerfile(
    local: dict[str, Value], options: dict[str, Value], context: HostPath, state: ShellState
) -> HostPath:
    name = options.get("filename", value("Dockerfile"))
    if "dockerfile" in local:
        return host_path(local["dockerfile"] + "/" + name, state.directory)
    path = str(name) if context.path == "." else f"{context.path}/{name}"
    return HostPath(path, context.root)


def _options(flags: Flags) -> Iterator[tuple[str, Value]]:
    yield from _pairs(flags, "frontend-opt")
    yield from _pairs(flags, "opt")


def _pairs(flags: Flags, flag: str) -> Iterator[tuple[str, Value]]:
    for given in flags.all(flag):
        name, equals, found = given.partition("=")
        if equals:
            yield str(name), found


def _settings(options: dict[str, Value], prefix: str) -> tuple[ImageSetting, ...]:
    return tuple(
        ImageSetting(name.removeprefix(prefix), found)
        for name, found in options.items()
        if name.startswith(prefix)
    )


def _is_on(found: Value | None) -> bool:
    return found is not None and found.text != "false"


def _refused(call: Call, state: ShellState, message: str) -> Outcome:
    state.refuse(call.span, message, "write it as docker buildx build")
    return Outcome(output=None)
