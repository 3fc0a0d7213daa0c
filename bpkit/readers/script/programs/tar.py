"""Read ``tar``, which carries artifacts through pipes and into contexts."""

from __future__ import annotations

from dataclasses import replace

from bpkit.readers.script.model.host_actions import PackTar, UnpackTar
from bpkit.readers.script.model.reading import Fate
from bpkit.readers.script.model.state import Call, Outcome, ShellState
from bpkit.readers.script.model.streams import FromFile, ToFile, ToUntar
from bpkit.readers.script.model.values import Value, host_path
from bpkit.readers.script.programs.flags import Flags, read_flags, table

PROGRAMS = frozenset({"tar", "bsdtar", "gtar"})
_TAR = table(
    "file directory strip-components exclude transform owner group mode exclude-from files-from"
    " sort mtime format",
    "create extract list verbose gzip bzip2 xz preserve-permissions dereference no-same-owner"
    " exclude-vcs exclude-vcs-ignores exclude-caches exclude-backups zstd"
    " numeric-owner overwrite keep-old-files append to-stdout same-owner absolute-names get"
    " auto-compress no-same-permissions warning same-permissions totals",
    "c=create x=extract t=list v=verbose z=gzip j=bzip2 J=xz f=file C=directory h=dereference"
    " p=preserve-permissions o=no-same-owner k=keep-old-files r=append O=to-stdout T=files-from"
    " P=absolute-names a=auto-compress",
)
_PLAIN = frozenset(
    {"file", "directory", "strip-components", "create", "extract", "verbose", "get"}
    | {"gzip", "bzip2", "xz", "preserve-permissions", "same-permissions", "auto-compress"}
    | {"no-same-owner", "overwrite", "numeric-owner", "warning", "totals"}
)
_COMPRESSED = ("gzip", "bzip2", "xz", "zstd")
# Flags that pack less, or the targets of links, are followed for a build context only.
_EXCLUDES = frozenset({"exclude", "exclude-from", "exclude-vcs", "exclude-vcs-ignores"})
_PACKS = (
    _PLAIN
    | _EXCLUDES
    | {"exclude-caches", "exclude-backups", "dereference", "zstd"}
    | {"transform"}
)


def read_tar(call: Call) -> Flags:
    """The flags of a tar command; its first word may lack the dash."""
    words = list(call.argv[1:])
    first = words[0].text if words else None
    if first and not first.startswith("-"):
        return read_flags(_old_style(first, words[1:]), _TAR)
    return read_flags(words, _TAR)


def _old_style(letters: str, rest: list[Value]) -> list[Value]:
    """``tar xfC a.tar dir`` as ``tar -x -f a.tar -C dir``."""
    words: list[Value] = []
    for letter in letters:
        words.append(Value((f"-{letter}",)))
        if _TAR.short.get(letter) in _TAR.values and rest:
            words.append(rest.pop(0))
    return words + rest


def unpacks_stdin(call: Call, state: ShellState) -> ToUntar | None:
    """The target of a command that unpacks its standard input; None for any other command."""
    if call.argv[0].text not in PROGRAMS:
        return None
    flags = read_tar(call)
    from_stdin = flags.last("file") is None or str(flags.last("file")) in {"-", "/dev/stdin"}
    return _unpacked(flags, state) if from_stdin else None


def _unpacked(flags: Flags, state: ShellState) -> ToUntar | None:
    """The target of an extracting tar; None for other modes, or if it transforms names."""
    if not (flags.has("extract") or flags.has("get")) or flags.unknown:
        return None
    if any(True for _ in flags.others(_PLAIN)):
        return None
    strip = flags.last("strip-components")
    count = (strip.text or "x") if strip is not None else "0"
    if not count.isdigit():
        return None
    directory = flags.last("directory") or Value((".",))
    return ToUntar(
        replace(host_path(directory, state.directory), ending=""),
        flags.arguments,
        int(count),
        any(flags.has(name) for name in _COMPRESSED),
    )


def tar(call: Call, state: ShellState) -> Outcome:
    """Follow a tar command that packs, or that unpacks a file."""
    flags = read_tar(call)
    is_packing = flags.has("create") and not flags.unknown
    if is_packing and not any(flags.others(_PACKS)) and _has_one_directory(flags, call):
        return _pack(flags, call, state)
    into = _unpacked(flags, state)
    file = flags.last("file")
    stdin = call.stdin if isinstance(call.stdin, FromFile) else None
    if into is not None and (file is not None or stdin is not None):
        archive = stdin.path if stdin else host_path(file or Value(), state.directory)
        state.log.actions.append(UnpackTar(call.source, archive, into))
        state.fate(call.span, Fate.CARRIED, f"unpacks {archive}")
        return Outcome()
    state.fate(call.span, Fate.LEFT, "bpkit doesn't follow this use of tar")
    return Outcome(output=None)


def _has_one_directory(flags: Flags, call: Call) -> bool:
    """Whether all members are in one directory: ``-C`` counts only for those that follow it."""
    texts = [word.text or "" for word in call.argv]
    changes = [n for n, text in enumerate(texts) if text.startswith(("-C", "--directory"))]
    members = [n for n, word in enumerate(call.argv) if word in flags.arguments and n > 0]
    last = flags.last("directory")
    members = [n for n in members if call.argv[n] != last]
    return len(flags.all("directory")) <= 1 and not (
        changes and members and members[0] < changes[0]
    )


def _pack(flags: Flags, call: Call, state: ShellState) -> Outcome:
    file = flags.last("file")
    to_stdout = file is None or file.text == "-"
    out = call.stdout if to_stdout or file is None else ToFile(host_path(file, state.directory))
    compressed = any(flags.has(name) for name in _COMPRESSED)
    directory = host_path(flags.last("directory") or Value((".",)), state.directory)
    directory = replace(directory, ending="")
    excludes = tuple(
        name if found is None else f"{name}={found}"
        for name, found in flags.given
        if name.startswith("exclude")
    )
    action = PackTar(
        call.source,
        directory,
        flags.arguments,
        out,
        compressed,
        excludes=excludes,
        follows_links=flags.has("dereference"),
        transforms=tuple(map(str, flags.all("transform"))),
    )
    state.log.actions.append(action)
    state.fate(call.span, Fate.CARRIED, "packs files on the host")
    return Outcome(output=None)
