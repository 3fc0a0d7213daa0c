"""Go through a Makefile once, as make does: expand variables as of each line, decide conditions,
and collect rules.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bpkit.formats.makefile import (
    Assign,
    Directive,
    ExportLine,
    Line,
    RecipeLine,
    RuleLine,
    makefile_lines,
)
from bpkit.formats.shell import Span
from bpkit.readers.makefile.expand import Expander, split_arguments
from bpkit.readers.script import Fate

_INCLUDES = frozenset({"include", "-include", "sinclude"})
_MOST_INCLUDES = 20


@dataclass(frozen=True)
class MakeRule:
    """A target with its prerequisites and its recipe; ``settings`` are its own variables."""

    target: str
    prerequisites: tuple[str, ...] = ()
    recipe: tuple[RecipeLine, ...] = ()
    settings: tuple[Assign, ...] = ()
    file: str = ""
    line: int = 0


@dataclass
class Rules:
    """The rules collected so far, by target, in the order of the file."""

    expander: Expander
    rules: dict[str, MakeRule] = field(default_factory=dict)
    phony: set[str] = field(default_factory=set)
    one_shell: bool = False
    includes: int = 0

    def default_goal(self) -> str | None:
        """The target that ``make`` without arguments makes."""
        chosen = self.expander.variables.get(".DEFAULT_GOAL")
        if chosen is not None:
            return self.expander.expand(chosen.text).strip() or None
        return next((t for t in self.rules if _can_be_goal(t)), None)

    def rule_for(self, target: str) -> tuple[MakeRule, str] | None:
        """The rule that makes ``target`` and the stem of a pattern rule."""
        rule = self.rules.get(target)
        if rule is not None and (rule.recipe or target in self.phony):
            return rule, ""
        for pattern, candidate in self.rules.items():
            before, percent, after = pattern.partition("%")
            fits = target.startswith(before) and target.endswith(after)
            if percent and fits and len(target) > len(before) + len(after):
                stem = target[len(before) : len(target) - len(after)]
                needs = [n.replace("%", stem) for n in candidate.prerequisites]
                own = rule.prerequisites if rule else ()
                return replace(candidate, prerequisites=(*needs, *own)), stem
        return (rule, "") if rule is not None else None


def _can_be_goal(target: str) -> bool:
    return "%" not in target and not (target.startswith(".") and "/" not in target)


def collect(text: str, name: str, expander: Expander) -> Rules:
    """All rules in the Makefile, with the expander's state at its end."""
    rules = Rules(expander)
    _collect(text, name, rules)
    return rules


def _collect(text: str, name: str, rules: Rules) -> None:
    current: tuple[str, ...] = ()
    taken: list[bool | None] = []
    for line in makefile_lines(text):
        rules.expander.line = line.line
        if isinstance(line, Directive) and line.word not in _INCLUDES:
            _condition(line, taken, rules)
            _say(line, name, rules, "a condition, which is followed here")
            continue
        if not all(taken):
            _say(line, name, rules, "is not reached: the condition is false")
            continue
        match line:
            case RecipeLine():
                for target in current:
                    rule = rules.rules[target]
                    rules.rules[target] = replace(rule, recipe=(*rule.recipe, line))
            case RuleLine():
                current = _rule(line, name, rules)
                _say(line, name, rules, "a target: followed where it is needed")
            case Assign():
                rules.expander.assign(line.name, line.operator, line.text)
                _say(line, name, rules, "a variable: its value is followed")
            case Directive():
                _include(line, name, rules)
            case ExportLine():
                _say(line, name, rules, "passes variables to commands")


def _say(line: Line, name: str, rules: Rules, why: str) -> None:
    state = rules.expander.state
    outer, state.frame = state.frame, replace(state.frame, file=name)
    match line:
        case Assign():
            text = f"{line.name} {line.operator} {line.text}"
        case RuleLine() | RecipeLine():
            text = line.text
        case Directive():
            text = f"{line.word} {line.rest}"
        case ExportLine():
            text = "export"
    state.fate(Span(line.line, line.end_line, text), Fate.NOT_NEEDED, why)
    state.frame = outer


def _include(line: Directive, name: str, rules: Rules) -> None:
    state = rules.expander.state
    rules.includes += 1
    for path in rules.expander.settled(rules.expander.expand(line.rest)).split():
        text = state.file_text(path)
        if text is None or rules.includes > _MOST_INCLUDES:
            state.assume(line.line, f"what {path} sets is not known")
        else:
            _collect(text, path, rules)
    _say(line, name, rules, "another Makefile")


def _rule(line: RuleLine, name: str, rules: Rules) -> tuple[str, ...]:
    """Note the rule of the line; returns the targets whose recipe follows."""
    head, semicolon, first = line.text.partition(";")
    assigned = re.match(r"([^:=]+):\s*(?:export\s+)?([^\s:#=?+!]+)\s*(:?=|[?+]=)\s*(.*)", line.text)
    targets, _, needs = rules.expander.settled(rules.expander.expand(head)).partition(":")
    names = tuple(targets.split())
    if assigned and (settings := _setting(assigned, line)):
        names = tuple(rules.expander.settled(rules.expander.expand(assigned.group(1))).split())
        for target in names:
            rule = rules.rules.get(target, MakeRule(target, file=name, line=line.line))
            rules.rules[target] = replace(rule, settings=(*rule.settings, settings))
        return ()
    needed = tuple(need for need in needs.lstrip(":").split() if need != "|")
    if ":" in needs.lstrip(":"):
        # A static pattern rule: "objects: %.o: %.c".
        _, _, rest = needs.lstrip(":").partition(":")
        needed = tuple(rest.split())
    if names == (".PHONY",):
        rules.phony |= set(needed)
        return ()
    rules.one_shell = rules.one_shell or names == (".ONESHELL",)
    recipe = (RecipeLine(line.line, line.end_line, first.strip()),) if semicolon else ()
    for target in names:
        rule = rules.rules.get(target, MakeRule(target, file=name, line=line.line))
        rules.rules[target] = replace(
            rule,
            prerequisites=(*rule.prerequisites, *needed),
            recipe=(*rule.recipe, *recipe),
            file=name,
        )
    return names


def _setting(assigned: re.Match[str], line: RuleLine) -> Assign:
    _, name, operator, text = assigned.groups()
    return Assign(line.line, line.end_line, name, operator, text)


def _condition(line: Directive, taken: list[bool | None], rules: Rules) -> None:
    """Keep ``taken`` as a stack: whether each open condition's current branch is followed.

    None marks a branch after the one that was followed.
    """
    match line.word:
        case "endif":
            if taken:
                taken.pop()
        case "else":
            if not taken:
                return
            if taken[-1] is not False:
                taken[-1] = None
                return
            word, _, rest = line.rest.partition(" ")
            taken[-1] = _holds(word, rest, rules) if word else True
        case "define" | "vpath":
            return
        case _:
            taken.append(_holds(line.word, line.rest, rules) if all(taken) else None)


def _holds(word: str, rest: str, rules: Rules) -> bool:
    expander = rules.expander
    if word in {"ifdef", "ifndef"}:
        name = expander.expand(rest).strip()
        environment: Mapping[str, str] = expander.state.surroundings.environment
        is_set = (
            bool(expander.variables[name].text)
            if name in expander.variables
            else (name in environment)
        )
        return is_set == (word == "ifdef")
    expanded = [expander.expand(side).strip() for side in _sides(rest)]
    if not all(map(expander.known, expanded)):
        message = f"{word} {rest} is decided as if nothing were set from outside"
        expander.state.assume(expander.line, message, is_choice=True)
    sides = [expander.assumed(side) for side in expanded]
    return (sides[0] == sides[-1]) == (word == "ifeq")


def _sides(rest: str) -> Sequence[str]:
    """The two sides of ``(a,b)`` or ``"a" "b"``."""
    rest = rest.strip()
    if rest.startswith("("):
        return split_arguments(rest[1:].removesuffix(")"), 2)
    return [a or b for a, b in re.findall(r"\"([^\"]*)\"|'([^']*)'", rest)] or ["", ""]
