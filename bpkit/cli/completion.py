"""``bpkit completion``: what a shell offers on TAB, generated from the verbs' switches."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bpkit.cli.shells import Completed, Kind, Switch, bash, fish, zsh
from bpkit.cli.verb import Verb, cli
from bpkit.cli.verbs import VERBS
from bpkit.errors import InputError

#: What writes each shell's script.
SHELLS = {"bash": bash, "zsh": zsh, "fish": fish}

#: Switches whose kind of value follows from their names.
_NAMED: Mapping[str, Kind] = {"--engine": "program", "--context": "context"}
#: The kind of a value by its placeholder in the help; nothing is offered for others.
_KINDS: Mapping[str, Kind] = {
    "DIR": "directory",
    "FILE": "file",
    "FILE|DIR": "file",
    "TEMPLATES": "directory",
    "IMAGE": "image",
    "STAGE": "stage",
}
#: The placeholders of a usage line for what follows the switches; the first match counts.
_OPERANDS: tuple[tuple[str, Kind], ...] = (
    ("IMAGE", "image"),
    ("FILE", "file"),
    ("DIR", "directory"),
)


class Completion(Verb):
    """Write the completion of bpkit for a shell to standard output.

    Save it where the shell looks for completions, in a directory that exists; zsh looks in those
    of $fpath. Or source it from the shell's start-up file, in zsh after compinit.
    """

    USAGE = "bpkit completion [SWITCH...] bash|zsh|fish\n"
    EXAMPLES = (
        (
            "bpkit completion bash > ~/.local/share/bash-completion/completions/bpkit",
            "complete in every new bash",
        ),
        ("bpkit completion zsh > ~/.zfunc/_bpkit", "complete in zsh, where ~/.zfunc is in $fpath"),
        ("bpkit completion fish > ~/.config/fish/completions/bpkit.fish", "complete in fish"),
    )

    def main(self, shell: str) -> int:
        text = script(shell)
        self.console().result(text, {"shell": shell, "script": text})
        return 0


def script(shell: str) -> str:
    """The completion for ``shell``, to be sourced by it. Raises InputError for another shell."""
    if shell not in SHELLS:
        raise InputError(
            f"'{shell}' is not a supported shell", hint=f"pass one of {', '.join(SHELLS)}"
        )
    return SHELLS[shell](tuple(_completed()))


def _completed() -> Iterator[Completed]:
    from bpkit.cli.top_level import Bpkit

    subcommands = Bpkit("bpkit")._subcommands

    for name, _, summary in VERBS:
        verb = subcommands[name].get()(f"bpkit {name}")
        usage = str(verb.USAGE or "")
        yield Completed(name, summary, tuple(_switches(name, verb)), *_operand(name, usage))


def _operand(name: str, usage: str) -> tuple[Kind, tuple[str, ...]]:
    """What follows the switches: its kind, or the words to choose from."""
    if name == "completion":
        return "words", tuple(SHELLS)
    if name == "explain":
        return "words", _rules(name)
    operands = re.sub(r"--[\w-]+[ =]\S+", "", usage)
    for word, kind in _OPERANDS:
        if re.search(rf"\b{word}\b", operands):
            return kind, ()
    return "none", ()


def _rules(verb: str) -> tuple[str, ...]:
    """The ids of the rules that a verb takes: lint its own, explain all."""
    from bpkit.verbs.explain import every_rule
    from bpkit.verbs.lint import RULES

    return tuple(rule.id for rule in RULES) if verb == "lint" else tuple(every_rule())


def _switches(name: str, verb: Any) -> Iterator[Switch]:
    # plumbum has no public list of an application's switches; among those by function are some
    # that a subclass has replaced.
    for info in dict.fromkeys(verb._switches_by_name.values()):
        names = tuple(f"--{n}" if len(n) > 1 else f"-{n}" for n in sorted(info.names, key=len))
        if names[-1] in {"--completions", "--help-all", "--version"}:
            continue
        words: tuple[str, ...] = ()
        kind: Kind = "none"
        if isinstance(info.argtype, cli.Set):
            kind, words = "words", tuple(str(value) for value in info.argtype.values)
        elif info.argname == "RULE":
            kind, words = "words", _rules(name)
        elif info.argtype is not None:
            kind = _NAMED.get(names[-1]) or _KINDS.get(info.argname, "none")
        takes_value = info.argtype is not None
        yield Switch(names, info.help or "", takes_value, kind, words, repeats=bool(info.list))
