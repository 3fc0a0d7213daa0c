"""The completion of a command line as a script for bash, zsh and fish.

What can change (images, contexts, stages) is asked of docker and of the Dockerfile when TAB is
pressed; everything else is in the script, so that no Python is started for it.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["none", "words", "file", "directory", "image", "context", "stage", "program"]


@dataclass(frozen=True)
class Switch:
    """A switch by its names, short ones first; ``words`` are the values of the kind ``words``."""

    names: tuple[str, ...]
    help: str
    takes_value: bool
    kind: Kind = "none"
    words: tuple[str, ...] = ()
    repeats: bool = False


@dataclass(frozen=True)
class Completed:
    """A verb: its switches, and what may follow them."""

    name: str
    summary: str
    switches: tuple[Switch, ...]
    kind: Kind = "none"
    words: tuple[str, ...] = ()


#: Commands that list what the engine and the project have, one per line.
_LISTED: dict[Kind, str] = {
    "image": (
        "\"${DOCKER:-docker}\" images --format '{{.Repository}}:{{.Tag}}' 2>/dev/null"
        " | grep -v '<none>'"
    ),
    "context": "\"${DOCKER:-docker}\" context ls --format '{{.Name}}' 2>/dev/null",
    "stage": (
        "sed -n 's/^[Ff][Rr][Oo][Mm] .* [Aa][Ss]  *\\([^ ]*\\) *$/\\1/p' Dockerfile 2>/dev/null"
    ),
}

_BASH = r"""# The completion of bpkit for bash, written by 'bpkit completion bash'.
_bpkit() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev='' verb='' kind=none words=''
    COMPREPLY=()
    ((COMP_CWORD == 0)) || prev=${COMP_WORDS[COMP_CWORD - 1]}
    # bash takes --to=VALUE apart at the =.
    if [[ $cur == = ]]; then
        cur=''
    elif [[ $prev == = ]] && ((COMP_CWORD > 2)); then
        prev=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    ((COMP_CWORD == 1)) || verb=${COMP_WORDS[1]}
    case $verb:$prev in
@values@
    *)
        case $verb:$cur in
@switches@
@operands@
        esac
        ;;
    esac
    case $kind in
    words) ;;
    image) words=$(@image@) ;;
    context) words=$(@context@) ;;
    stage) words=$(@stage@) ;;
    esac
    case $kind in
    none) ;;
    file) mapfile -t COMPREPLY < <(compgen -f -- "$cur") && compopt -o filenames 2>/dev/null ;;
    directory) mapfile -t COMPREPLY < <(compgen -d -- "$cur") && compopt -o filenames 2>/dev/null ;;
    program) mapfile -t COMPREPLY < <(compgen -c -- "$cur") ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur") ;;
    esac
    [[ $kind != image ]] || ! declare -F __ltrim_colon_completions >/dev/null ||
        __ltrim_colon_completions "$cur"
    return 0
}
complete -F _bpkit bpkit
"""


def bash(verbs: Iterable[Completed]) -> str:
    """The script for bash 4 or later."""
    verbs = tuple(verbs)
    values, switches, operands = [], [], []
    for verb in verbs:
        for switch in verb.switches:
            if switch.takes_value:
                patterns = "|".join(f"{verb.name}:{name}" for name in switch.names)
                values.append(f"    {patterns}) {_bash_kind(switch.kind, switch.words)} ;;")
        names = [name for switch in verb.switches for name in switch.names if len(name) > 2]
        switches.append(f"        {verb.name}:-*) {_bash_kind('words', names)} ;;")
        operands.append(f"        {verb.name}:*) {_bash_kind(verb.kind, verb.words)} ;;")
    names = [verb.name for verb in verbs]
    switches.append("        :-*) kind='words' words='--help --version' ;;")
    operands.append(f"        :*) {_bash_kind('words', [*names, 'help'])} ;;")
    operands.insert(0, f"        help:*) {_bash_kind('words', names)} ;;")
    text = _BASH.replace("@values@", "\n".join(values))
    text = text.replace("@switches@", "\n".join(switches)).replace(
        "@operands@", "\n".join(operands)
    )
    for kind, command in _LISTED.items():
        text = text.replace(f"@{kind}@", command)
    return text


def _bash_kind(kind: Kind, words: Iterable[str]) -> str:
    listed = " ".join(words)
    return f"kind='{kind}' words={shlex.quote(listed)}" if listed else f"kind='{kind}'"


def zsh(verbs: Iterable[Completed]) -> str:
    """The script for zsh: sourced after compinit, or saved as ``_bpkit`` in a directory of
    $fpath."""
    verbs = tuple(verbs)
    lines = [
        "#compdef bpkit",
        "# The completion of bpkit for zsh, written by 'bpkit completion zsh'.",
    ]
    for kind, command in _LISTED.items():
        lines += [
            f"_bpkit_{kind}() {{",
            f'    local -a found=("${{(@f)$({command})}}")',
            "    compadd -a found",
            "}",
        ]
    lines += ["_bpkit() {", "    local curcontext=$curcontext", "    if ((CURRENT == 2)); then"]
    lines += ["        local -a verbs=("]
    lines += [f"            {shlex.quote(f'{v.name}:{v.summary}')}" for v in verbs]
    lines += ["        )", "        _describe verb verbs", "        return", "    fi"]
    lines += [
        "    local verb=$words[2]",
        "    shift words",
        "    ((CURRENT--))",
        "    case $verb in",
    ]
    for verb in verbs:
        lines.append(f"    {verb.name})")
        specs = [spec for switch in verb.switches for spec in _zsh_specs(switch)]
        if operand := _zsh_action(verb.kind, verb.words):
            specs.append(f"*:operand:{operand}")
        lines.append("        _arguments -s \\")
        lines += [f"            {shlex.quote(spec)} \\" for spec in specs]
        lines += ["            && return", "        ;;"]
    lines += ["    help) _bpkit_verbs ;;", "    esac", "}"]
    names = " ".join(verb.name for verb in verbs)
    lines += [f"_bpkit_verbs() {{ compadd {names} }}"]
    # When sourced, it registers itself; from $fpath it is called by its name.
    lines += [
        'if [[ $funcstack[1] = _bpkit ]]; then _bpkit "$@"; else compdef _bpkit bpkit; fi',
        "",
    ]
    return "\n".join(lines)


def _zsh_specs(switch: Switch) -> Iterator[str]:
    told = switch.help.replace("\\", "\\\\")
    for special in "[]:":
        told = told.replace(special, f"\\{special}")
    excluded = "*" if switch.repeats else f"({' '.join(switch.names)})"
    action = f":value:{_zsh_action(switch.kind, switch.words)}" if switch.takes_value else ""
    for name in switch.names:
        yield f"{excluded}{name}[{told}]{action}"


def _zsh_action(kind: Kind, words: Iterable[str]) -> str:
    """The ``_arguments`` action that completes a value; a blank offers nothing."""
    actions: dict[Kind, str] = {
        "none": " ",
        "words": f"({' '.join(words)})",
        "file": "_files",
        "directory": "_files -/",
        "program": "_command_names -e",
    }
    return actions.get(kind, f"_bpkit_{kind}")


def fish(verbs: Iterable[Completed]) -> str:
    """The script for fish 3 or later."""
    verbs = tuple(verbs)
    names = " ".join(verb.name for verb in verbs)
    lines = [
        "# The completion of bpkit for fish, written by 'bpkit completion fish'.",
        "complete -c bpkit -f",
        f"complete -c bpkit -n '__fish_seen_subcommand_from help' -a '{names}'",
    ]
    for verb in verbs:
        lines.append(
            f"complete -c bpkit -n __fish_use_subcommand -a {verb.name}"
            f" -d {_fish_quoted(verb.summary)}"
        )
        seen = f"complete -c bpkit -n '__fish_seen_subcommand_from {verb.name}'"
        for switch in verb.switches:
            flags = "".join(
                f" -l {name[2:]}" if name.startswith("--") else f" -s {name[1:]}"
                for name in switch.names
            )
            value = f" -x{_fish_action(switch.kind, switch.words)}" if switch.takes_value else ""
            lines.append(f"{seen}{flags}{value} -d {_fish_quoted(switch.help)}")
        if action := _fish_action(verb.kind, verb.words):
            lines.append(f"{seen}{action}")
    return "\n".join([*lines, ""])


def _fish_action(kind: Kind, words: Iterable[str]) -> str:
    if kind in _LISTED:
        return f" -a {_fish_quoted(f'(sh -c {shlex.quote(_LISTED[kind])})')}"
    actions: dict[Kind, str] = {
        "words": f" -a {_fish_quoted(' '.join(words))}",
        "file": " -a '(__fish_complete_path)'",
        "directory": " -a '(__fish_complete_directories)'",
        "program": " -a '(__fish_complete_command)'",
    }
    return actions.get(kind, "")


def _fish_quoted(text: str) -> str:
    """In single quotes, in which fish knows two escapes."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
