"""A Makefile whose recipe builds the single Dockerfile, all else unchanged byte for byte.

The command that builds the image that ships keeps its own words, with make's variables in
them; lines that only carried artifacts are removed. If a line does more than one thing,
or builds several images, nothing is changed, and the line is reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from bpkit.core import quote
from bpkit.errors import InputError
from bpkit.formats.makefile import RecipeLine, RuleLine, makefile_lines
from bpkit.formats.shell import Simple, parse
from bpkit.readers.script import Fate, LineFate

#: Automatic variables, which make sets for each target: $@, $*, $(@F), $(<D).
AUTOMATIC = re.compile(r"\$(?:[@*<^?+%]|[({][@*<^?+%][DF]?[)}])")
_PREFIX = re.compile(r"[ \t]*[@+-]*[ \t]*")


@dataclass(frozen=True)
class RecipeChange:
    """The changes to the recipes of a Makefile, by line.

    ``builds`` are the lines of the builds that ship, with what the new command has for ``-f``,
    ``--target`` and the context; ``makers`` those of the other builds, whose arguments are
    kept. ``carried`` are the lines of all commands that the new form makes unnecessary, ``tidying``
    those of them that only clean up: they stay if a rule has no others. ``has_arguments``: the new
    form has build arguments that no recipe passes.
    """

    builds: Mapping[int, tuple[str, ...]]
    makers: Sequence[int]
    carried: frozenset[int]
    tidying: frozenset[int] = frozenset()
    has_arguments: bool = False


class NotRewrittenError(Exception):
    """The Makefile stays unchanged: the line that prevents a change, and why."""

    def __init__(self, line: int | None, why: str) -> None:
        super().__init__(why)
        self.line = line
        self.why = why


def rewritten(text: str, change: RecipeChange, fates: Sequence[LineFate]) -> str:
    """The Makefile's text with the changed recipes. Raises NotRewrittenError."""
    if change.has_arguments:
        raise NotRewrittenError(min(change.builds), "a RUN takes its values from the script")
    recipes = [line for line in makefile_lines(text) if isinstance(line, RecipeLine)]
    rules = _rules(text)
    only_tidy = set(_only_tidy(text, change))
    lines = text.splitlines(keepends=True)
    arguments = [(at, one) for at in change.makers for one in _build_args(_containing(recipes, at))]
    for recipe in reversed(recipes):
        inside = range(recipe.line, recipe.end_line + 1)
        builds = [change.builds[at] for at in inside if at in change.builds]
        if not builds and (recipe.line in only_tidy or not change.carried & set(inside)):
            continue
        here = [fate.fate for fate in fates if fate.place.line in inside]
        if Fate.LEFT in here or Fate.REFUSED in here:
            raise NotRewrittenError(recipe.line, "part of this line is left to you")
        if len(builds) > 1:
            raise NotRewrittenError(recipe.line, "this line builds several images")
        new: list[str] = []
        if builds:
            given = [_moved(one, at, recipe.line, rules) for at, one in arguments]
            new = [_command(recipe, builds[0], given, lines)]
        lines[recipe.line - 1 : recipe.end_line] = new or [""] * len(inside)
    return "".join(_with_empty_recipes(lines, rules))


@dataclass(frozen=True)
class _RuleLines:
    """A rule's head, and the line numbers of its recipe."""

    head: str
    numbers: frozenset[int] = frozenset()

    @property
    def is_pattern(self) -> bool:
        return "%" in self.head.partition(":")[0]


def _rules(text: str) -> list[_RuleLines]:
    found: list[_RuleLines] = []
    for one in makefile_lines(text):
        if isinstance(one, RuleLine):
            found.append(_RuleLines(one.text))
        elif isinstance(one, RecipeLine) and found:
            more = range(one.line, one.end_line + 1)
            found[-1] = replace(found[-1], numbers=found[-1].numbers | set(more))
    return found


def _moved(argument: str, origin: int, line: int, rules: Sequence[_RuleLines]) -> str:
    """The argument of the build on line ``origin``, for the build on ``line``.

    Raises NotRewrittenError if it would mean another target's name there.
    """
    together = any({origin, line} <= one.numbers for one in rules)
    found = None if together else AUTOMATIC.search(argument)
    if found:
        raise NotRewrittenError(
            origin,
            f"{argument} contains {found.group()}, which the rule in line {line} doesn't have",
        )
    return argument


def _with_empty_recipes(lines: list[str], rules: Sequence[_RuleLines]) -> list[str]:
    """The lines, if every pattern rule still has a recipe: without one make cancels the rule."""
    for one in rules:
        if one.is_pattern and one.numbers and not any(lines[at - 1] for at in one.numbers):
            lines[min(one.numbers) - 1] = "\t@:\n"
    return lines


def _only_tidy(text: str, change: RecipeChange) -> Iterator[int]:
    """The recipe lines of rules that carry nothing and only clean up."""
    for is_recipe, lines in groupby(makefile_lines(text), lambda one: isinstance(one, RecipeLine)):
        group = list(lines)
        at = {n for one in group for n in range(one.line, one.end_line + 1)}
        if is_recipe and not at & (change.carried - change.tidying):
            yield from (one.line for one in group)


def _containing(recipes: Sequence[RecipeLine], at: int) -> RecipeLine:
    for recipe in recipes:
        if recipe.line <= at <= recipe.end_line:
            return recipe
    raise NotRewrittenError(at, "this is not a line of a recipe")


def _commands(recipe: RecipeLine) -> list[list[str]]:
    """The words of the commands in a recipe line, a sequence or a pipe.

    Raises NotRewrittenError if the line is more than that.
    """
    body = recipe.text[len((_PREFIX.match(recipe.text) or [""])[0]) :]
    try:
        chains = parse(body, "Makefile").chains
    except InputError:
        chains = ()
    found = []
    for chain in chains:
        pipelines = [chain.first, *(after for operator, after in chain.rest if operator == "&&")]
        if chain.background or len(pipelines) <= len(chain.rest):
            raise NotRewrittenError(recipe.line, "this line is more than plain commands")
        for one in (command for pipeline in pipelines for command in pipeline.commands):
            if not isinstance(one, Simple) or one.redirects or one.assignments:
                raise NotRewrittenError(recipe.line, "this line is more than plain commands")
            found.append([word.text for word in one.words])
    return found


def _is_build(words: Sequence[str]) -> bool:
    return any(word in {"build", "bud"} for word in words[1:4])


def _command(
    recipe: RecipeLine, new: tuple[str, ...], arguments: Sequence[str], lines: Sequence[str]
) -> str:
    """The recipe's line with the command that builds the single Dockerfile."""
    commands = _commands(recipe)
    written = next((words for words in reversed(commands) if _is_build(words)), [])
    if any("compose" in word for word in written[:2]):
        raise NotRewrittenError(recipe.line, "the Compose file says how this is built")
    if any(words[:1] == ["cd"] for words in commands):
        raise NotRewrittenError(recipe.line, "this line changes the directory")
    verb = next((n for n, word in enumerate(written) if word in {"build", "bud"}), None)
    if verb is None:
        raise NotRewrittenError(recipe.line, "the build command is not understood")
    kept = written[: verb + 1]
    rest = written[verb + 1 :]
    flags: list[str] = []
    context = ""
    while rest:
        word = rest.pop(0)
        if word in {"-f", "--file"}:
            rest[:1] = []
        elif re.match(r"--file=|-f.", word):
            continue
        elif word in _TAKES_VALUE and rest:
            flags += [word, rest.pop(0)]
        elif word.startswith("-") and word != "-":
            flags.append(word)
        elif context and re.fullmatch(r"\$[({]\w+[)}]", context):
            # A variable that holds flags, or nothing.
            flags.append(context)
            context = word
        elif context and re.fullmatch(r"\$[({]\w+[)}]", word):
            flags.append(word)
        elif context:
            raise NotRewrittenError(recipe.line, "the build command has two contexts")
        else:
            context = word
    more = [one for one in arguments if one not in " ".join(flags)]
    *options, directory = new
    plain = context if context.strip("./") == directory.strip("./") else quote(directory)
    prefix = (_PREFIX.match(recipe.text) or [""])[0]
    first = lines[recipe.line - 1]
    start = first[: len(first) - len(first.lstrip())]
    end = "\r\n" if lines[recipe.end_line - 1].endswith("\r\n") else "\n"
    words = [*kept, *flags, *more, *options, plain]
    return f"{start}{prefix.strip()}{' '.join(words)}{end}"


def _build_args(recipe: RecipeLine) -> list[str]:
    found: list[str] = []
    for words in filter(_is_build, _commands(recipe)):
        for number, word in enumerate(words):
            if word == "--build-arg" and number + 1 < len(words):
                found.append(f"--build-arg {words[number + 1]}")
            elif word.startswith("--build-arg="):
                found.append(word)
    return found


_TAKES_VALUE = frozenset(
    {
        "-t",
        "--tag",
        "--build-arg",
        "--label",
        "--target",
        "--platform",
        "--cache-from",
        "--cache-to",
    }
    | {"--network", "--add-host", "--secret", "--ssh", "--progress", "-o", "--output", "--ulimit"}
    | {"--memory", "-m", "--iidfile", "--shm-size", "--builder", "--isolation", "--cgroup-parent"}
)
