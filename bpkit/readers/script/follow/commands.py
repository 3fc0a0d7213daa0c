"""Follow a simple command, whatever it calls, and record what becomes of its line."""

from __future__ import annotations

import re
from dataclasses import replace

from bpkit.formats.shell import parse
from bpkit.readers.script.follow.builtins import builtin, run_file
from bpkit.readers.script.follow.call import content_of, print_out
from bpkit.readers.script.follow.output import printer
from bpkit.readers.script.follow.templates import template
from bpkit.readers.script.model.reading import Fate
from bpkit.readers.script.model.state import Call, Outcome, ShellState
from bpkit.readers.script.model.streams import FromFile, ToCommand, ToFile
from bpkit.readers.script.model.values import Default, Origin, Symbol, Value, identifier
from bpkit.readers.script.programs import compose
from bpkit.readers.script.programs.buildah import buildah, names_mount
from bpkit.readers.script.programs.buildctl import buildctl
from bpkit.readers.script.programs.docker import PROGRAMS, docker
from bpkit.readers.script.programs.file_tools import file_tool
from bpkit.readers.script.programs.host import clone, host_command
from bpkit.readers.script.programs.tar import PROGRAMS as TAR_PROGRAMS
from bpkit.readers.script.programs.tar import tar

# Commands that run the rest of their words as a command, with those of their flags that take a
# value.
_WRAPPERS: dict[str, str] = {
    "sudo": "ugChpR",
    "env": "uC",
    "exec": "a",
    "command": "",
    "builtin": "",
    "nohup": "",
    "time": "fo",
    "nice": "n",
    "ionice": "cn",
    "winpty": "",
    "stdbuf": "ioe",
    "travis_retry": "",
    "travis_wait": "",
    "doas": "u",
    "timeout": "ks",
}
_SHELLS = frozenset({"sh", "bash", "dash", "ash", "zsh"})


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


_ASKS_STATUS = _set(
    "grep egrep fgrep awk sed cut tr head tail sort uniq wc jq ls find stat du df file expr ps"
    " diff cmp tee which type hash id pgrep lsof nc ping rev column yq"
    " sha256sum md5sum sha1sum shasum"
)
_ASKS = _set("date uname whoami hostname nproc getconf seq arch env printenv tty")
_GIT_ASKS = _set(
    "rev-parse describe log status show config branch symbolic-ref diff ls-files tag rev-list"
    " remote name-rev ls-remote ls-tree"
)
_INTERPRETERS = _set("node python python3 ruby perl php")
_ALWAYS_THERE = frozenset(
    {*PROGRAMS, *compose.PROGRAMS, "git", "make", "tar", "sudo", "bash", "sh", "cp", "sed"}
)


def perform(call: Call, state: ShellState) -> Outcome:
    """Follow the call; its status is known if the script alone decides it."""
    if not call.argv:
        # $(< file) is the file's content.
        content = content_of(call.stdin, state) if isinstance(call.stdin, FromFile) else Value()
        return print_out(call, content, state, "does nothing")
    call = _named(call, state)
    name = call.argv[0].text
    if name is None:
        state.fate(call.span, Fate.LEFT, f"which command {call.argv[0]} stands for is not known")
        return Outcome(output=None)
    if name == "make" and (made := state.follower.make(call, state)) is not None:
        return made
    if name in {"type", "hash", "which"}:
        return _is_there(call, call.argv[1:], state)
    if name == "command" and len(call.argv) > 1 and call.argv[1].text in {"-v", "-V"}:
        return _is_there(call, call.argv[2:], state)
    if name == "exec" and len(call.argv) == 1:
        return print_out(call, Value(), state, "only redirects output")
    if name in _WRAPPERS and len(call.argv) > 1:
        inner = _unwrapped(name, call)
        return perform(inner, state) if inner.argv else _left(call, state)
    if name == "buildah" and (outcome := buildah(call, state)) is not None:
        return outcome
    if name in PROGRAMS:
        return docker(call, state)
    if name in compose.PROGRAMS:
        return compose.compose(call, state)
    if name == "buildctl":
        return buildctl(call, state)
    if name in TAR_PROGRAMS:
        return tar(call, state)
    followed = (
        builtin(call, state)
        or printer(call, state)
        or template(call, state)
        or host_command(call, state)
        or file_tool(call, state)
        or clone(call, state)
    )
    return followed or _other(name, call, state)


def _named(call: Call, state: ShellState) -> Call:
    """The call with the program's bare name in place of its directory and variables."""
    first = call.argv[0]
    symbol = first.symbol
    if symbol is not None and symbol.origin is Origin.ENVIRONMENT:
        upper = symbol.name.upper()
        if "COMPOSE" in upper:
            state.assume(call.span.line, f"{symbol} is docker-compose")
            return replace(call, argv=(Value(("docker-compose",)), *call.argv[1:]))
        if re.search(r"DOCKER|PODMAN|CONTAINER_(?:CMD|TOOL|ENGINE|RUNTIME)", upper):
            state.assume(call.span.line, f"{symbol} is docker")
            return replace(call, argv=(Value(("docker",)), *call.argv[1:]))
        if len(call.argv) > 1 and call.argv[1].text in {*PROGRAMS, *_WRAPPERS}:
            state.assume(call.span.line, f"{symbol} is empty")
            return call.shifted(1)
    found = re.fullmatch(r"(?:/usr)?(?:/local)?/s?bin/(\w[\w.-]*)", first.text or "")
    if found:
        return replace(call, argv=(Value((found.group(1),)), *call.argv[1:]))
    return call


def _unwrapped(name: str, call: Call) -> Call:
    """The command that a wrapper such as ``sudo`` runs."""
    words = list(call.argv[1:])
    while words:
        text = words[0].text or ""
        if name in {"env", "sudo"} and re.match(r"[A-Za-z_]\w*=", str(words[0])):
            words.pop(0)
        elif text.startswith("-") and len(text) > 1:
            words.pop(0)
            if text != "--" and text[-1] in _WRAPPERS[name] and not text.startswith("--") and words:
                words.pop(0)
        else:
            break
    if name == "timeout" or (name == "travis_wait" and words and (words[0].text or "").isdigit()):
        words = words[1:]
    return replace(call, argv=tuple(words))


def _is_there(call: Call, names: tuple[Value, ...], state: ShellState) -> Outcome:
    """``command -v``: docker and the standard programs exist, others aren't known."""
    texts = [name.text for name in names if not name.startswith("-")]
    known = all(text in _ALWAYS_THERE or text in state.functions for text in texts)
    print_out(call, None, state, "only asks whether a program is installed")
    return Outcome(True if known else None, None)


def _other(name: str, call: Call, state: ShellState) -> Outcome:
    if name in _SHELLS or name == "su":
        return _shell(call, state)
    if name == "xargs":
        return _xargs(call, state)
    edits = name == "sed" and any(re.match(r"-\w*i", str(w)) for w in call.argv[1:])
    deletes = name == "find" and {"-delete", "-exec"} & {w.text for w in call.argv}
    is_git = name == "git" and any(word.text in _GIT_ASKS for word in call.argv[1:3])
    if name in _INTERPRETERS and isinstance(call.stdout, ToCommand):
        # $(node -p …): only its output matters.
        print_out(call, None, state, "only asks for something")
        return Outcome(True, None)
    if (name in _ASKS_STATUS and not edits and not deletes) or name in _ASKS or is_git:
        print_out(call, None, state, "only asks for something")
        return Outcome(None if name in _ASKS_STATUS else True, None)
    if "/" in name and (followed := run_file(call, state, call.argv[0], call.argv[1:])):
        return followed
    return _left(call, state)


def _left(call: Call, state: ShellState) -> Outcome:
    if names_mount(call.argv):
        state.refuse(
            call.span,
            "this works on files of a container through its mount",
            "use buildah run, or buildah copy",
        )
        return Outcome(output=None)
    if isinstance(call.stdout, ToFile):
        return print_out(call, None, state, "")
    name = call.argv[0] if call.argv else call.span.text
    state.fate(call.span, Fate.LEFT, f"{name} runs on the host")
    return Outcome(output=None)


def _shell(call: Call, state: ShellState) -> Outcome:
    """``bash -c 'text'``, ``bash file``, and ``su -c 'text'``."""
    words = list(call.argv[1:])
    flags = ""
    if call.argv[0].text == "su":
        at = next((n for n, w in enumerate(words) if w.text in {"-c", "--command"}), len(words))
        words, flags = words[at + 1 : at + 2], "c"
    while words and words[0].startswith("-"):
        flags += words.pop(0).text or ""
    if not words:
        return _left(call, state)
    if "c" in flags:
        inner = state.subshell()
        inner.frame = replace(inner.frame, arguments=tuple(words[2:]), in_function=True)
        text = _as_text(words[0], inner)
        return inner.follow(parse(text, state.frame.file, call.span.line))
    return run_file(call, state, words[0], tuple(words[1:])) or _left(call, state)


def _as_text(found: Value, state: ShellState) -> str:
    """The text of commands; what isn't plain text in it is kept in variables."""
    text = ""
    for part in found.parts:
        if not isinstance(part, Symbol | Default):
            text += part
            continue
        name = identifier(part)
        while state.variables.get(name, Value((part,))) != Value((part,)):
            name += "_"
        state.variables[name] = Value((part,))
        text += f"${{{name}}}"
    return text


def _xargs(call: Call, state: ShellState) -> Outcome:
    """``docker ps -aq | xargs docker rm`` cleans up; so does ``xargs docker rm < cidfile``."""
    texts = [word.text or "" for word in call.argv[1:]]
    program = next((i for i, text in enumerate(texts) if text in PROGRAMS), None)
    clears = {"rm", "rmi", "stop", "kill", "container", "image"}
    if program is not None and clears & set(texts[program + 1 : program + 2]):
        if isinstance(call.stdin, FromFile) and str(call.stdin.path) in state.files:
            argv = (*call.argv[program + 1 :], state.files[str(call.stdin.path)])
            return docker(replace(call, argv=argv), state)
        state.fate(call.span, Fate.NOT_NEEDED, "removes what a multi-stage build doesn't create")
        return Outcome(None, None)
    return _left(call, state)
