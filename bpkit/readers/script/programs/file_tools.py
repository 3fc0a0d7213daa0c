"""Read host programs that change a file in place, unpack it or compress it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable

from bpkit.readers.script.model.host_actions import WorkOnFile
from bpkit.readers.script.model.reading import Fate
from bpkit.readers.script.model.state import Call, Outcome, ShellState
from bpkit.readers.script.model.streams import ToFile
from bpkit.readers.script.model.values import Value, host_path

#: Flags that take a value, by program: the word after one isn't a file.
_TAKES_VALUE = {
    "strip": {"-K", "-N", "-R", "-o", "-F", "-I", "-O"},
    "upx": {"-o"},
    "sed": {"-e", "-f", "-l"},
    "unzip": {"-d", "-x", "-P"},
    "patchelf": {"--set-interpreter", "--set-rpath", "--add-needed", "--remove-needed"},
    "dos2unix": set(),
    "gzip": {"-S"},
    "gunzip": {"-S"},
    "bzip2": set(),
    "bunzip2": set(),
    "xz": {"-S", "-T"},
    "unxz": set(),
    "unix2dos": set(),
    "truncate": {"-s"},
    "setcap": set(),
}
#: The file's name afterwards, if it changes.
_RENAMES: dict[str, Callable[[str], str]] = {
    "gzip": lambda name: f"{name}.gz",
    "bzip2": lambda name: f"{name}.bz2",
    "xz": lambda name: f"{name}.xz",
    "gunzip": lambda name: name.removesuffix(".gz"),
    "bunzip2": lambda name: name.removesuffix(".bz2"),
    "unxz": lambda name: name.removesuffix(".xz"),
}
_KEEPS = {"-k", "--keep", "-c", "--stdout", "--to-stdout", "-l", "-t", "--list", "--test"}


def file_tool(call: Call, state: ShellState) -> Outcome | None:
    """Follow a call of such a program; None for others, and for arguments not understood."""
    name = call.argv[0].text or ""
    if name not in _TAKES_VALUE or isinstance(call.stdout, ToFile):
        return None
    words = list(call.argv[1:])
    if name == "sed" and not any(re.match(r"-\w*i|--in-place", str(word)) for word in words):
        return None
    texts = {str(word) for word in words}
    decompresses = name in {"gzip", "bzip2", "xz"} and texts & {"-d", "--decompress"}
    renames = _RENAMES.get("un" + name if name == "xz" else name)
    if decompresses:
        renames = _RENAMES[{"gzip": "gunzip", "bzip2": "bunzip2", "xz": "unxz"}[name]]
    if (renames and texts & _KEEPS) or (name in {"strip", "upx"} and "-o" in texts):
        return None
    at = _operands(name, words)
    if not at:
        return None
    paths = tuple(host_path(words[number], state.directory) for number in at)
    into = None
    if name == "unzip":
        given = next((n for n, word in enumerate(words) if word.text == "-d"), None)
        at, paths = at[:1], paths[:1]
        target = words[given + 1] if given is not None and given + 1 < len(words) else Value(("",))
        into = host_path(target, state.directory)
    names = tuple(renames(posixpath.basename(p.path)) if renames else "" for p in paths)
    action = WorkOnFile(call.source, call.argv, tuple(n + 1 for n in at), paths, names, into)
    state.log.actions.append(action)
    # If the file is an artifact, the stage that makes it runs the program instead.
    state.fate(call.span, Fate.LEFT, f"{name} runs on the host")
    return Outcome()


def _operands(name: str, words: list[Value]) -> list[int]:
    """The indexes of the words that are files."""
    found: list[int] = []
    has_script = any(word.text in {"-e", "-f"} for word in words)
    skip = False
    for number, word in enumerate(words):
        if skip:
            skip = False
        elif word.text in _TAKES_VALUE[name]:
            skip = True
        elif not word.startswith("-"):
            found.append(number)
    if (name == "sed" and not has_script) or name == "setcap":
        # The first operand is the expression.
        found = found[1:]
    return found
