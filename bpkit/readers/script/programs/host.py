"""Read commands on files of the host: mkdir, cp, mv, rm, chmod, chown, ln, install."""

from __future__ import annotations

from collections.abc import Callable

from bpkit.readers.script.model.docker_actions import Action
from bpkit.readers.script.model.host_actions import (
    ChangeMode,
    ChangeOwner,
    CopyHost,
    FetchHost,
    LinkHost,
    MakeDirectory,
    MoveHost,
    RemoveHost,
    WriteHost,
)
from bpkit.readers.script.model.reading import Fate
from bpkit.readers.script.model.state import Call, Outcome, ShellState
from bpkit.readers.script.model.values import HostPath, Value, host_path
from bpkit.readers.script.programs.flags import Flags, FlagTable, read_flags, table

Follow = Callable[[Flags, Call, ShellState], Outcome]


def host_command(call: Call, state: ShellState) -> Outcome | None:
    """Follow the command; None if it isn't one of the programs below."""
    entry = _COMMANDS.get(call.argv[0].text or "")
    if entry is None:
        return None
    found = read_flags(call.argv[1:], entry[0])
    if found.unknown is not None:
        state.fate(call.span, Fate.LEFT, f"bpkit doesn't know the flag {found.unknown} here")
        return Outcome()
    return entry[1](found, call, state)


_CLONE = table(
    "branch depth origin config reference jobs upload-pack template separate-git-dir filter"
    " shallow-since shallow-exclude server-option reference-if-able",
    "quiet verbose progress no-checkout bare mirror local no-hardlinks shared recursive"
    " recurse-submodules single-branch no-single-branch no-tags shallow-submodules sparse",
    "b=branch o=origin c=config j=jobs u=upload-pack q=quiet v=verbose n=no-checkout l=local",
)


def clone(call: Call, state: ShellState) -> Outcome | None:
    """Follow ``git clone``; None for anything else."""
    words = [word.text for word in call.argv[:2]]
    if words != ["git", "clone"]:
        return None
    found = read_flags(call.argv[2:], _CLONE)
    if not found.arguments or found.unknown is not None:
        return None
    origin, *rest = found.arguments
    name = str(origin).rstrip("/").rpartition("/")[2].removesuffix(".git")
    path = host_path(rest[0] if rest else Value((name,)), state.directory)
    action = FetchHost(call.source, origin, path)
    return _noted(call, state, action, Fate.LEFT, f"fetches {origin}: run it yourself")


def _paths(words: tuple[Value, ...], state: ShellState) -> tuple[HostPath, ...]:
    return tuple(host_path(word, state.directory) for word in words)


def _noted(call: Call, state: ShellState, action: Action, fate: Fate, why: str) -> Outcome:
    state.log.actions.append(action)
    state.fate(call.span, fate, why)
    return Outcome()


def _malformed(call: Call, state: ShellState) -> Outcome:
    state.fate(call.span, Fate.LEFT, "bpkit doesn't understand its arguments")
    return Outcome()


def _mkdir(flags: Flags, call: Call, state: ShellState) -> Outcome:
    action = MakeDirectory(call.source, _paths(flags.arguments, state))
    return _noted(
        call, state, action, Fate.NOT_NEEDED, "COPY creates the directories that it needs"
    )


def _targets(flags: Flags, state: ShellState) -> tuple[tuple[HostPath, ...], HostPath] | None:
    """The sources and the destination of cp or mv."""
    words = flags.arguments
    directory = flags.last("target-directory")
    if directory is not None:
        words = (*words, directory + "/")
    if len(words) < 2:
        return None
    return _paths(words[:-1], state), host_path(words[-1], state.directory)


def _cp(flags: Flags, call: Call, state: ShellState) -> Outcome:
    targets = _targets(flags, state)
    if targets is None:
        return _malformed(call, state)
    origins, destination = targets
    recursive = any(flags.has(name) for name in ("recursive", "archive", "R"))
    action = CopyHost(call.source, origins, destination, recursive)
    return _noted(call, state, action, Fate.CARRIED, f"copies to {destination}")


def _mv(flags: Flags, call: Call, state: ShellState) -> Outcome:
    targets = _targets(flags, state)
    if targets is None:
        return _malformed(call, state)
    action = MoveHost(call.source, *targets)
    return _noted(call, state, action, Fate.CARRIED, f"moves to {targets[1]}")


def _rm(flags: Flags, call: Call, state: ShellState) -> Outcome:
    action = RemoveHost(call.source, _paths(flags.arguments, state))
    return _noted(call, state, action, Fate.NOT_NEEDED, "no artifact is left on the host")


def _chmod(flags: Flags, call: Call, state: ShellState) -> Outcome:
    if len(flags.arguments) < 2:
        return _malformed(call, state)
    mode, *paths = flags.arguments
    files = _paths(tuple(paths), state)
    action = ChangeMode(call.source, mode, files, flags.has("recursive"))
    return _noted(call, state, action, Fate.CARRIED, "changes the mode of a file")


def _chown(flags: Flags, call: Call, state: ShellState) -> Outcome:
    if len(flags.arguments) < 2:
        return _malformed(call, state)
    owner, *paths = flags.arguments
    files = _paths(tuple(paths), state)
    action = ChangeOwner(call.source, owner, files, flags.has("recursive"))
    return _noted(call, state, action, Fate.CARRIED, "changes the owner of a file")


def _ln(flags: Flags, call: Call, state: ShellState) -> Outcome:
    if len(flags.arguments) != 2:
        return _malformed(call, state)
    to, path = flags.arguments
    action = LinkHost(call.source, to, host_path(path, state.directory), flags.has("symbolic"))
    return _noted(call, state, action, Fate.CARRIED, f"makes the link {path}")


def _install(flags: Flags, call: Call, state: ShellState) -> Outcome:
    if flags.has("directory"):
        return _mkdir(flags, call, state)
    targets = _targets(flags, state)
    if targets is None or flags.has("strip"):
        return _malformed(call, state)
    origins, destination = targets
    state.log.actions.append(CopyHost(call.source, origins, destination))
    mode = flags.last("mode") or Value(("755",))
    action = ChangeMode(call.source, mode, (destination,))
    return _noted(call, state, action, Fate.CARRIED, f"copies to {destination}")


def _touch(flags: Flags, call: Call, state: ShellState) -> Outcome:
    for path in _paths(flags.arguments, state):
        state.log.actions.append(WriteHost(call.source, path, Value(), append=True))
    state.fate(call.span, Fate.CARRIED, "creates an empty file if it doesn't exist")
    return Outcome()


_COPYING = "t=target-directory r=recursive R=recursive a=archive f=force v=verbose p=preserve"
_QUIET = "force verbose interactive"
_COMMANDS: dict[str, tuple[FlagTable, Follow]] = {
    "mkdir": (table("mode", "parents verbose", "m=mode p=parents v=verbose"), _mkdir),
    "cp": (
        table(
            "target-directory",
            f"{_QUIET} recursive archive preserve dereference no-dereference update n T i",
            f"{_COPYING} L=dereference d=no-dereference P=no-dereference u=update H=dereference",
        ),
        _cp,
    ),
    "mv": (table("target-directory", f"{_QUIET} n u T i", _COPYING), _mv),
    "rm": (
        table("", f"{_QUIET} recursive dir i I", "r=recursive R=recursive f=force v=verbose d=dir"),
        _rm,
    ),
    "rmdir": (table("", "parents ignore-fail-on-non-empty p v"), _rm),
    "chmod": (
        # "-x" and "-w" are modes that look like flags.
        table("reference", "recursive verbose silent", "R=recursive v=verbose f=silent"),
        _chmod,
    ),
    "chown": (
        table("reference", "recursive verbose silent", "R=recursive v=verbose f=silent"),
        _chown,
    ),
    "ln": (
        table("", "symbolic force no-dereference v r", "s=symbolic f=force n=no-dereference"),
        _ln,
    ),
    "install": (
        table(
            "mode owner group target-directory",
            "directory strip D c p v",
            "m=mode o=owner g=group t=target-directory d=directory s=strip",
        ),
        _install,
    ),
    "touch": (table("date reference", "c a m", "d=date r=reference t=date"), _touch),
}
