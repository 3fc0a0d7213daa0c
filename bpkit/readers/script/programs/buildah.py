"""Read the commands of buildah that docker doesn't have: from, run, copy, config, mount."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Iterator

from bpkit.readers.script.model.docker_actions import Action, Commit, Exec
from bpkit.readers.script.model.reading import Fate
from bpkit.readers.script.model.state import Call, Outcome, ShellState
from bpkit.readers.script.model.values import Origin, Value, host_path, value
from bpkit.readers.script.model.working_actions import (
    ConfigureContainer,
    CopyToContainer,
    MountContainer,
    WorkingContainer,
)
from bpkit.readers.script.programs.docker_build import settings
from bpkit.readers.script.programs.docker_names import image_named
from bpkit.readers.script.programs.flags import Flags, FlagTable, read_flags, table

_FROM = table(
    "name arch os platform variant authfile cert-dir creds format isolation memory network"
    " pull-policy shm-size signature-policy ulimit userns volume cap-add cap-drop cidfile",
    "pull pull-always pull-never quiet tls-verify",
    "q=quiet v=volume m=memory",
)
_RUN = table(
    "user workingdir env volume mount isolation network cap-add cap-drop hostname runtime"
    " runtime-flag add-history",
    "tty terminal no-pivot no-hosts no-hostname",
    "u=user e=env v=volume t=tty",
    mixed=False,
)
_COPY = table(
    "from chown chmod contextdir ignorefile exclude retry authfile checksum",
    "quiet add-history link parents tls-verify",
    "q=quiet",
)
_CONFIG = table(
    "workingdir workdir env user cmd entrypoint port label author volume stop-signal shell"
    " annotation arch os created-by history-comment comment hostname domainname onbuild variant"
    " healthcheck healthcheck-interval healthcheck-retries healthcheck-start-period"
    " healthcheck-timeout os-feature os-version",
    "add-history",
    "a=annotation c=comment e=env l=label p=port u=user v=volume",
)
_COMMIT = table(
    "format authfile cert-dir creds iidfile manifest reference-time sign-by signature-policy"
    " timestamp encryption-key",
    "squash rm quiet disable-compression tls-verify omit-history pull add-file unsetenv",
    "q=quiet f=format D=disable-compression",
)
_QUIET_CONFIG = frozenset({"created-by", "history-comment", "comment", "hostname", "domainname"})
_INSTRUCTIONS = {
    "workingdir": "WORKDIR",
    "workdir": "WORKDIR",
    "env": "ENV",
    "user": "USER",
    "cmd": "CMD",
    "entrypoint": "ENTRYPOINT",
    "port": "EXPOSE",
    "label": "LABEL",
    "author": "MAINTAINER",
    "volume": "VOLUME",
    "stop-signal": "STOPSIGNAL",
    "onbuild": "ONBUILD",
}


def buildah(call: Call, state: ShellState) -> Outcome | None:
    """Follow a buildah command; None for those that are the same in docker."""
    words = call.argv[1:]
    name = words[0].text if words else None
    entry = _COMMANDS.get(name or "")
    if entry is None:
        return None
    found = read_flags(words[1:], entry[0])
    if found.unknown is not None:
        state.refuse(
            call.span,
            f"bpkit doesn't know the flag {found.unknown} of buildah {name}",
            "write out the command with the flags in buildah's help",
        )
        return Outcome(output=None)
    return entry[1](found, call, state)


def _noted(call: Call, state: ShellState, action: Action, fate: Fate, why: str) -> None:
    state.log.actions.append(action)
    state.fate(call.span, fate, why)


def _missing(call: Call, state: ShellState, what: str) -> Outcome:
    state.refuse(call.span, f"{what} is missing", "write the command as in buildah's help")
    return Outcome(output=None)


def _from(flags: Flags, call: Call, state: ShellState) -> Outcome:
    if len(flags.arguments) != 1:
        return _missing(call, state, "the image")
    name = flags.last("name")
    container = name or value(state.new_symbol(Origin.CONTAINER, "container", call.span.line))
    action = WorkingContainer(call.source, image_named(flags.arguments[0], state), container)
    _noted(call, state, action, Fate.CARRIED, "becomes FROM of a stage")
    return Outcome(output=container + "\n")


def _run(flags: Flags, call: Call, state: ShellState) -> Outcome:
    container, *argv = flags.arguments or (value(),)
    if argv and argv[0].text == "--":
        argv = argv[1:]
    if not argv:
        return _missing(call, state, "the command")
    if flags.has("volume") or flags.has("mount"):
        state.refuse(
            call.span, "this command runs with a volume", "write it as a RUN in a Dockerfile"
        )
        return Outcome(output=None)
    action = Exec(
        call.source,
        container,
        tuple(argv),
        call.stdout,
        environment=settings(flags.all("env")),
        user=flags.last("user"),
        workdir=flags.last("workingdir"),
    )
    _noted(call, state, action, Fate.CARRIED, "becomes a RUN")
    return Outcome(output=None)


def _copy(keyword: str) -> Callable[[Flags, Call, ShellState], Outcome]:
    def follow(flags: Flags, call: Call, state: ShellState) -> Outcome:
        if len(flags.arguments) < 2:
            return _missing(call, state, "the source")
        if flags.has("contextdir") or flags.has("ignorefile") or flags.has("exclude"):
            state.refuse(
                call.span, "bpkit doesn't follow the exclusions of this copy", "name the files"
            )
            return Outcome(output=None)
        container, *paths = flags.arguments
        destination = paths.pop() if len(paths) > 1 else None
        origin = flags.last("from")
        kept = tuple(f"--{one}={flags.last(one)}" for one in ("chown", "chmod") if flags.last(one))
        inside = tuple(paths) if origin is not None else ()
        hosts = () if origin is not None else tuple(host_path(p, state.directory) for p in paths)
        action = CopyToContainer(
            call.source, keyword, container, hosts, inside, origin, destination, kept
        )
        _noted(call, state, action, Fate.CARRIED, f"becomes {keyword}")
        return Outcome()

    return follow


def _config(flags: Flags, call: Call, state: ShellState) -> Outcome:
    if len(flags.arguments) != 1:
        return _missing(call, state, "the container")
    odd = [n for n, _ in flags.given if n not in _INSTRUCTIONS and n not in _QUIET_CONFIG]
    if odd:
        state.refuse(
            call.span,
            f"bpkit doesn't follow --{odd[0]} of buildah config",
            "write it in a Dockerfile",
        )
        return Outcome(output=None)
    lines = tuple(_instructions(flags))
    action = ConfigureContainer(call.source, flags.arguments[0], lines)
    shown = ", ".join(dict.fromkeys(keyword for keyword, _ in lines)) or "nothing"
    _noted(call, state, action, Fate.CARRIED, f"becomes {shown}")
    return Outcome()


def _instructions(flags: Flags) -> Iterator[tuple[str, Value]]:
    for name, given in flags.given:
        keyword = _INSTRUCTIONS.get(name)
        if keyword is None or given is None:
            continue
        if name in {"env", "label"}:
            key, _, said = given.partition("=")
            yield keyword, key + '="' + _escaped(said) + '"'
        elif name in {"cmd", "entrypoint"} and given.text is not None:
            yield keyword, value(_command(name, given.text))
        else:
            yield keyword, given


def _escaped(found: Value) -> Value:
    return Value(
        tuple(re.sub(r'(["\\$])', r"\\\1", p) if type(p) is str else p for p in found.parts)
    )


def _command(name: str, text: str) -> str:
    """The words as an array: JSON unchanged, an entrypoint in a shell, a command split."""
    try:
        words = json.loads(text)
    except ValueError:
        words = ["/bin/sh", "-c", text] if name == "entrypoint" else shlex.split(text)
    return json.dumps(words, ensure_ascii=False)


def _mount(flags: Flags, call: Call, state: ShellState) -> Outcome:
    if len(flags.arguments) != 1:
        state.fate(call.span, Fate.NOT_NEEDED, "only lists mounts")
        return Outcome(output=None)
    symbol = state.new_symbol(Origin.TEMPORARY, "buildah mount", call.span.line)
    action = MountContainer(call.source, flags.arguments[0], symbol)
    _noted(call, state, action, Fate.NOT_NEEDED, "a Dockerfile needs no mount")
    return Outcome(output=value(symbol) + "\n")


def names_mount(words: tuple[Value, ...]) -> bool:
    """Whether a command names files of a mounted container."""
    return any(s.name.startswith("buildah mount") for word in words for s in word.symbols)


def _not_needed(flags: Flags, call: Call, state: ShellState) -> Outcome:
    state.fate(call.span, Fate.NOT_NEEDED, "a Dockerfile needs no mount")
    return Outcome()


def _commit(flags: Flags, call: Call, state: ShellState) -> Outcome:
    if not flags.arguments:
        return _missing(call, state, "the container")
    container, *rest = flags.arguments
    image = rest[0] if rest else value(state.new_symbol(Origin.IMAGE, "image", call.span.line))
    _noted(call, state, Commit(call.source, container, image), Fate.CARRIED, "becomes an image")
    return Outcome(output=image + "\n")


_COMMANDS: dict[str, tuple[FlagTable, Callable[[Flags, Call, ShellState], Outcome]]] = {
    "from": (_FROM, _from),
    "run": (_RUN, _run),
    "copy": (_COPY, _copy("COPY")),
    "add": (_COPY, _copy("ADD")),
    "config": (_CONFIG, _config),
    "mount": (table(), _mount),
    "umount": (table("", "all"), _not_needed),
    "unmount": (table("", "all"), _not_needed),
    "commit": (_COMMIT, _commit),
}
