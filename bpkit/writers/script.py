"""Prints a plan as a POSIX shell script that needs neither Python nor bpkit.

The frame (frame.sh) is the same for every plan: options, signals, clean-up, exit statuses. Text
from the plan replaces the marks ``#@name`` in the frame. The script does what
runner.py does, in the same order; a test compares the two. It uses only features that dash,
busybox ash and bash 3.2 all support.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources

from bpkit.core import (
    RUN_ID,
    STAGING,
    EndIf,
    Lit,
    Param,
    Plan,
    Run,
    Step,
    TempDir,
    WriteFile,
    as_shell,
    quote,
    shell_line,
    words,
)

_MARK = re.compile(r"#@([a-z-]+)")
_LONG = 96


def write_script(plan: Plan, *, title: str) -> str:
    """The script that carries out ``plan``.

    ``title`` says what the script makes; it is in the script's head and its ``--help``.
    """
    frame = resources.files("bpkit.writers").joinpath("frame.sh").read_text(encoding="utf-8")
    engine = shell_line(plan.engine)
    whole_lines = {
        "head": _head(title),
        "usage": _usage(plan, title),
        "params": _params(plan),
        "owed": _owed(plan),
        "clean-up": _clean_up(plan),
        "sweep": _sweep(plan),
        "steps": _steps(plan),
    }
    within_lines = {"engine": engine, "engine-program": as_shell(plan.engine[0])}
    return _fill(frame, whole_lines, within_lines)


def _fill(frame: str, whole: Mapping[str, str], within: Mapping[str, str]) -> str:
    lines = []
    for line in frame.splitlines():
        mark = _MARK.fullmatch(line)
        if mark:
            lines += [whole[mark[1]]] if whole[mark[1]] else []
        else:
            lines.append(_MARK.sub(lambda m: within[m[1]], line))
    return "\n".join(lines) + "\n"


def _head(title: str) -> str:
    return "\n".join(f"# {line}".rstrip() for line in _flat([title]))


def _flat(texts: Sequence[str]) -> Iterator[str]:
    """The texts' lines, without characters that could end a comment early."""
    for text in texts:
        yield from (re.sub(r"[\x00-\x1f\x7f]", "?", line) for line in text.split("\n"))


def _usage(plan: Plan, title: str) -> str:
    settings = [f"  {p.name:<12}  default: {quote(p.default)}" for p in plan.params]
    for given in plan.givens:
        default = f"default: {quote(given.value or '')}" if given.public else "must be set"
        settings.append(f"  {given.name:<12}  a build argument, {default}")
    text = [
        *_flat([title]),
        "",
        "usage: setup_builder_pattern.sh [-q] [-h] [-- FLAG-FOR-THE-ENGINE'S-BUILD...]",
        "",
        "  -q, --quiet do not print the headings",
        "  -h, --help print this help",
        "",
        "environment:",
        *(line for s in settings for line in _flat([s])),
        f"  {'TMPDIR':<12}  where artifacts are staged, default: /tmp",
        "",
        "exit status: 0 done; 2 bad arguments; 3 no engine; 4 a step failed; 128+n signal n",
    ]
    return "\n".join(text).replace("\nUSAGE\n", "\nUSAGE.\n")


def _params(plan: Plan) -> str:
    lines = [f'[ -n "${{{p.name}:-}}" ] || {p.name}={quote(p.default)}' for p in plan.params]
    return "\n".join([*lines, *_givens(plan)])


def _givens(plan: Plan) -> Iterator[str]:
    """Build arguments get their values from the environment; an empty value counts as set."""
    for given in plan.givens:
        name = given.name
        if given.public and given.value is not None:
            yield f"{given.variable}={quote(given.value)}"
            yield f'[ -z "${{{name}+set}}" ] || {given.variable}=${name}'
        else:
            ask = f"set it in the environment: the value of --build-arg {name}"
            yield f'[ -n "${{{name}+set}}" ] || lacks {quote(name)} {quote(ask)}'
            yield f"{given.variable}=${name}"


def _owing(plan: Plan) -> list[int]:
    """The numbers of the steps with a clean-up."""
    return [n for n, s in enumerate(plan.steps, 1) if isinstance(s, Run) and s.undo]


def _owed_name(number: int) -> str:
    return f"owed_{number}"


def _owed(plan: Plan) -> str:
    names = " ".join(f"{_owed_name(n)}=''" for n in _owing(plan))
    return f"{names} # begun or made: this step's clean-up is due" if names else ""


def _clean_up(plan: Plan) -> str:
    return "\n".join(_undo_lines(plan))


def _undo_lines(plan: Plan) -> Iterator[str]:
    for number in reversed(_owing(plan)):
        step = plan.steps[number - 1]
        assert isinstance(step, Run)
        assert step.undo
        name = _owed_name(number)
        command = shell_line(step.undo.argv)
        yield f'    [ -z "${name}" ] || undo "${name}" {quote(step.undo.why)} {command}'


def _sweep(plan: Plan) -> str:
    """Lines that remove a killed run's containers: only those with its labels."""
    remove = shell_line([*plan.engine, *words("rm", "-f", "-v")])
    return (
        f"        left=$({shell_line(plan.asks_left_over)} 2>/dev/null) || left=''\n"
        "        # shellcheck disable=SC2086 # ids, one per word\n"
        f'        [ -z "$left" ] || run {remove} $left >/dev/null 2>&1 || :'
    )


def _steps(plan: Plan) -> str:
    total = len(plan.steps)
    used = plan.used_after
    return "\n\n".join(
        f"begin {number}/{total} {quote(step.why)}\n"
        + "\n".join(_step_lines(plan, number, step, used[number]))
        for number, step in enumerate(plan.steps, 1)
    )


def _step_lines(plan: Plan, number: int, step: Step, used: frozenset[str]) -> Iterator[str]:
    match step:
        case TempDir(project=project):
            # read needs no process; elsewhere than on Linux there is no such file.
            yield "IFS= read -r host 2>/dev/null </proc/sys/kernel/hostname || host=$(uname -n)"
            yield f"mine=${{TMPDIR:-/tmp}}/{quote(f'bpkit.{project}.')}$host."
            yield 'sweep "$mine"'
            yield f'{STAGING.name}=$(mktemp -d "$mine$$.XXXXXXXX") || failed local "$?"'
            yield f'{RUN_ID.name}=${{{STAGING.name}#"$mine$$."}}'
        case Run(early=True):
            yield _broken("early", step)
            yield f"{_owed_name(_owed_by(plan, step))}=$!"
        case Run(names=(value, _)) if number > len(plan.steps) - len(_last_names(plan)):
            yield f"is_named {as_shell(value)} ||"
            yield f"    {_broken('must engine', step)}"
        case Run():
            names = _last_names(plan)
            if names and number == len(plan.steps) - len(names):
                yield f"ask_names {' '.join(as_shell(name) for name in names)}"
            yield from _run_lines(number, step, used)
        case EndIf(value=value, known=known):
            yield f"[ {as_shell(value)} != {quote(known)} ] || exit 0"
        case WriteFile(path=path, text=text):
            yield f'printf %s {quote(text)} >{as_shell(path)} || failed local "$?"'


def _last_names(plan: Plan) -> list[Lit | Param]:
    """The names that the last steps of the plan give, in their order."""
    names: list[Lit | Param] = []
    for step in reversed(plan.steps):
        if not isinstance(step, Run) or step.names is None:
            break
        names.insert(0, step.names[1])
    return names


def _owed_by(plan: Plan, early: Run) -> int:
    """The number of the step whose clean-up ``early`` is."""
    steps = enumerate(plan.steps, 1)
    return next(n for n, s in steps if isinstance(s, Run) and s.undo and s.undo.argv == early.argv)


def _run_lines(number: int, step: Run, used: frozenset[str]) -> Iterator[str]:
    if step.undo:
        yield f"{_owed_name(number)}=begun"
    if _is_test(step):
        yield f"{shell_line(step.argv)} || failed local 1"
    else:
        yield _broken(f"must {_who(step)}", step)
    if step.undo:
        yield f"{_owed_name(number)}=made"
    if step.binds and step.binds.name in used:
        file = as_shell(step.binds.file)
        name = step.binds.name
        # read needs no process, and fails if the line has no newline at its end.
        yield f"{name}=''"
        yield f'IFS= read -r {name} <{file} || [ -n "${name}" ] || failed local "$?"'


def _who(step: Run) -> str:
    return "engine" if step.engine else "local"


def _is_test(step: Run) -> bool:
    """Whether the command is ``test``, which is part of each shell and changes nothing."""
    return step.argv[:1] == words("test")


def _broken(start: str, step: Run) -> str:
    """The command on one line, or on several with one flag and its value per line."""
    line = f"{start} {shell_line(step.argv)}"
    if len(line) <= _LONG:
        return line
    groups: list[list[str]] = [[]]
    for word in step.argv:
        is_flag = isinstance(word, Lit) and word.text.startswith("-")
        after_value = len(groups[-1]) >= 2 and groups[-1][0].startswith("-")
        if is_flag or (after_value and len(groups) > 1):
            groups.append([])
        groups[-1].append(as_shell(word))
    return " \\\n    ".join([start + " " + " ".join(groups[0])] + [" ".join(g) for g in groups[1:]])
