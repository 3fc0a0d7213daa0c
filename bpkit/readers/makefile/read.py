"""Read a Makefile whose recipes build images: which target builds them, and how."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import TypeVar

from bpkit.errors import InputError, Place
from bpkit.formats.makefile import RecipeLine
from bpkit.formats.shell import Span, parse
from bpkit.formats.text import Allowance
from bpkit.readers.makefile.expand import Expander
from bpkit.readers.makefile.rules import MakeRule, Rules, collect
from bpkit.readers.script import (
    Action,
    BuildImage,
    Call,
    Fate,
    LineFate,
    Outcome,
    ScriptFollower,
    ScriptReading,
    ScriptSurroundings,
    ShellState,
    StreamSource,
    Symbol,
    initial_state,
    reading,
)

_DEEPEST = 100
# Each run of make within another takes some 15 of the 1,000 frames that Python allows.
_MOST_NESTED = 20
_MOST_STEPS = 600_000
# Commands with which a recipe makes images, and those that may repeat them.
_MAKES_IMAGE = re.compile(
    r"build|\bbud\b|commit|import|\.sh\b|\$[({]\w*(?:DOCKER|PODMAN|CMD)\w*[)}]"
)
_MAY_REPEAT = re.compile(r"\bfor\b|\bwhile\b|xargs|\$[({](?:MAKE|call|foreach|shell)\b|\bmake\b")


def read_makefile(
    text: str,
    name: str,
    environment: Mapping[str, str] | None = None,
    *,
    goals: tuple[str, ...] = (),
    directory: str = ".",
    files: Mapping[str, str] | None = None,
) -> ScriptReading:
    """The actions of ``make GOALS``, if every target is out of date.

    Without ``goals`` the default goal is followed, or another target if that makes more images; the
    reading then records this as an assumption. The other arguments are those of ``read_script``.
    """
    surroundings = ScriptSurroundings(environment or {}, (), directory, files)
    # For all targets together: each is followed as if there were no other.
    allowance = Allowance(steps=_MOST_STEPS)
    if goals:
        return _follow(text, name, surroundings, goals, allowance)
    probe = collect(text, name, Expander(_state(name, surroundings, allowance)))
    default = probe.default_goal()
    best = default or ""
    found = _follow(text, name, surroundings, (best,), allowance) if best else None
    most = {target: _most_images(target, probe) for target in probe.rules}
    for target, rule in sorted(probe.rules.items(), key=lambda item: -most[item[0]]):
        if target == best or "%" in target or target.startswith(".") or not _may_build(rule, probe):
            continue
        if found is not None and most[target] <= _images(found):
            continue
        other = _follow(text, name, surroundings, (target,), allowance)
        if found is None or _images(other) > _images(found):
            best, found = target, other
    if found is None:
        return _follow(text, name, surroundings, (), allowance)
    if best == default:
        return found
    state = initial_state(name, surroundings)
    state.assume(probe.rules[best].line, f"the images are made by 'make {best}'")
    return replace(found, assumptions=(*state.log.assumptions, *found.assumptions))


def targets_by_line(
    text: str, name: str, files: Mapping[str, str] | None = None
) -> dict[int, tuple[str, ...]]:
    """The targets, or patterns of targets, that each line of a recipe is for."""
    surroundings = ScriptSurroundings({}, (), ".", files)
    rules = collect(text, name, Expander(_state(name, surroundings, Allowance(steps=_MOST_STEPS))))
    found: dict[int, tuple[str, ...]] = {}
    for rule in rules.rules.values():
        for line in rule.recipe if rule.file == name else ():
            found[line.line] = (*found.get(line.line, ()), rule.target)
    return found


def _may_build(rule: MakeRule, rules: Rules) -> bool:
    return bool(rule.recipe or rule.prerequisites) and rule.target in rules.rules


def _most_images(target: str, rules: Rules) -> float:
    """The most images that the target can make, going by the text of its recipes."""
    count = 0
    seen: set[str] = set()
    waiting = [target]
    while waiting:
        name = waiting.pop()
        found = rules.rule_for(name) if name not in seen else None
        seen.add(name)
        if found is None:
            continue
        rule, stem = found
        waiting += [need.replace("%", stem) if stem else need for need in rule.prerequisites]
        for line in rule.recipe:
            if _MAY_REPEAT.search(line.text):
                return float("inf")
            count += len(_MAKES_IMAGE.findall(line.text))
    return count


def _images(found: ScriptReading) -> int:
    return sum(isinstance(action, BuildImage) for action in found.actions)


@dataclass
class _Make(ScriptFollower):
    """One run of make: the targets already made, and those being made.

    ``nested`` counts the runs that it is called by.
    """

    rules: Rules
    state: ShellState
    done: set[str] = field(default_factory=set)
    under_way: tuple[str, ...] = ()
    nested: int = 0

    def make(self, call: Call, state: ShellState) -> Outcome | None:
        return _make_again(self, call, state)


def _state(name: str, surroundings: ScriptSurroundings, allowance: Allowance) -> ShellState:
    state = initial_state(name, surroundings)
    state.log.allowance = allowance
    return state


def _follow(
    text: str,
    name: str,
    surroundings: ScriptSurroundings,
    goals: tuple[str, ...],
    allowance: Allowance,
) -> ScriptReading:
    state = _state(name, replace(surroundings, sh_only=True), allowance)
    expander = Expander(state)
    rules = collect(text, name, expander)
    make = _Make(rules, state)
    state.follower = make
    for goal in goals:
        _make_target(make, goal)
    _unneeded(make, goals)
    return _with_own_text(reading(name, state.log), expander)


def _make_target(make: _Make, target: str) -> None:
    """Make the target's prerequisites, then the target, each once."""
    if target in make.done or target in make.under_way:
        return
    if len(make.under_way) > _DEEPEST:
        raise InputError(
            f"prerequisites are nested deeper than {_DEEPEST}",
            place=make.state.place(make.rules.expander.line),
            hint="pass the goal that builds the images with --script-arg",
        )
    found = make.rules.rule_for(target)
    if found is None:
        return
    rule, stem = found
    make.under_way = (*make.under_way, target)
    kept = dict(make.rules.expander.variables)
    for setting in rule.settings:
        make.rules.expander.assign(setting.name, setting.operator, setting.text)
    for needed in rule.prerequisites:
        _make_target(make, needed.replace("%", stem) if stem else needed)
    _run_recipe(make, rule, target, stem)
    make.rules.expander.variables = kept
    make.under_way = make.under_way[:-1]
    make.done.add(target)


def _run_recipe(make: _Make, rule: MakeRule, target: str, stem: str) -> None:
    expander = make.rules.expander
    needs = [need.replace("%", stem) for need in rule.prerequisites]
    automatic = {"@": target, "<": (needs or [""])[0], "^": " ".join(needs), "?": " ".join(needs)}
    automatic |= {"*": stem, "+": automatic["^"]}
    for letter, text in list(automatic.items()):
        words = text.split()
        automatic[f"{letter}D"] = " ".join(w.rpartition("/")[0] or "." for w in words)
        automatic[f"{letter}F"] = " ".join(w.rpartition("/")[2] for w in words)
    for variable, text in automatic.items():
        expander.assign(variable, ":=", text.replace("$", "$$"))
    lines = rule.recipe
    if make.rules.one_shell and lines:
        joined = "\n".join(line.text for line in lines)
        lines = (RecipeLine(lines[0].line, lines[-1].end_line, joined),)
    for line in lines:
        _run_line(make, rule, line)


def _run_line(make: _Make, rule: MakeRule, line: RecipeLine) -> None:
    """Follow a line of a recipe; each runs in a shell of its own."""
    expander = make.rules.expander
    expander.line = line.line
    # make removes the prefixes both before and after it expands the line.
    text = _unprefixed(expander.expand(_unprefixed(line.text)))
    shell = make.state.subshell()
    shell.frame = replace(shell.frame, file=rule.file or shell.frame.file)
    # The line's own quotes and comments are left to the shell.
    try:
        script = parse(text, shell.frame.file, line.line)
    except InputError as error:
        shell.refuse(
            Span(line.line, line.end_line, line.text),
            f"the line can't be read as a command: {error.message}",
            "check its quotes and parentheses",
        )
        return
    if not script.chains:
        shell.fate(Span(line.line, line.end_line, line.text), Fate.NOT_NEEDED, "does nothing")
    shell.follow(script)


def _unprefixed(text: str) -> str:
    return re.sub(r"\A[ \t]*(?:[@+-][ \t]*)*", "", text)


def _make_again(make: _Make, call: Call, state: ShellState) -> Outcome | None:
    """``$(MAKE) target`` in a recipe; None for another directory."""
    texts = [word.text for word in call.argv[1:]]
    if any(t is None or re.match(r"-(?!-no-print-directory|s\Z|-silent)", t) for t in texts):
        return None
    goals = [t for t in texts if t and "=" not in t and not t.startswith("-")]
    settings = [t for t in texts if t and "=" in t and not t.startswith("-")]
    kept = dict(make.rules.expander.variables)
    for setting in settings:
        name, _, text = setting.partition("=")
        make.rules.expander.assign(name, ":=", text.replace("$", "$$"))
    inner = _Make(make.rules, make.state, set(), make.under_way, make.nested + 1)
    if inner.nested > _MOST_NESTED:
        raise InputError(
            f"make is called more than {_MOST_NESTED} deep",
            place=make.state.place(call.span.line),
            hint="pass the goal that builds the images with --script-arg",
        )
    # A recipe of these goals may call make too, and must not begin them again.
    make.state.follower = inner
    for goal in goals or filter(None, [make.rules.default_goal()]):
        _make_target(inner, goal)
    make.state.follower = make
    make.rules.expander.variables = kept
    state.fate(call.span, Fate.NOT_NEEDED, "makes targets, which are followed")
    return Outcome(output=None)


def _unneeded(make: _Make, goals: tuple[str, ...]) -> None:
    """Report the recipes that were not run as not needed."""
    state = make.state
    reached = {fate.place.line for fate in state.log.fates}
    why = f"is not part of 'make {' '.join(goals)}'"
    for rule in make.rules.rules.values():
        for line in rule.recipe:
            if line.line not in reached:
                state.fate(Span(line.line, line.end_line, line.text), Fate.KEPT, why)


def _with_own_text(found: ScriptReading, expander: Expander) -> ScriptReading:
    """The reading with the Makefile's own words in place of the stand-ins."""
    lines = tuple(_line(one, expander) for one in found.lines)
    said = tuple(replace(x, message=expander.as_written(x.message)) for x in found.assumptions)
    actions = tuple(_own(one, expander) for one in found.actions if not _is_mark(one.source.text))
    return replace(found, lines=lines, actions=actions, assumptions=said)


def _line(line: LineFate, expander: Expander) -> LineFate:
    text = expander.as_written(line.text)
    if _is_mark(text) and line.fate is Fate.CARRIED:
        return replace(line, text=text, fate=Fate.KEPT, why="marks the target as made")
    return replace(line, text=text)


def _is_mark(text: str) -> bool:
    """Whether the command only updates a file's time, which make compares."""
    return re.match(r"touch\s", text) is not None


def _own(action: Action, expander: Expander) -> Action:
    source = StreamSource(action.source.place, expander.as_written(action.source.text))
    return replace(_own_value(action, expander), source=source)


Given = TypeVar("Given")


def _own_value(given: Given, expander: Expander) -> Given:
    """The value with the Makefile's own text in the names of its symbols."""
    if isinstance(given, tuple):
        return tuple(_own_value(one, expander) for one in given)  # type: ignore[return-value]
    if isinstance(given, Symbol):
        return replace(given, name=expander.as_written(given.name))
    if not is_dataclass(given) or isinstance(given, type | Place):
        return given
    changed = {}
    for field_ in fields(given):
        before = getattr(given, field_.name)
        after = _own_value(before, expander)
        if after is not before and after != before:
            changed[field_.name] = after
    return replace(given, **changed) if changed else given


def is_makefile(name: str) -> bool:
    """Whether a file of that name is a Makefile."""
    last = name.rpartition("/")[2]
    return last in {"Makefile", "makefile", "GNUmakefile"} or last.endswith((".mk", ".make"))
