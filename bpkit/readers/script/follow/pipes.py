"""Follow a pipeline: artifacts in ``docker run … | tar x`` and ``docker build -``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bpkit.formats.shell import BraceGroup, Command, Pipeline, Simple, Span
from bpkit.readers.script.follow.call import prepare
from bpkit.readers.script.follow.commands import perform
from bpkit.readers.script.follow.expand import expand_text
from bpkit.readers.script.model.docker_actions import (
    BuildImage,
    CopyOut,
    Create,
    Exec,
    ExportContainer,
    FromAction,
    Input,
    RunContainer,
    Save,
)
from bpkit.readers.script.model.host_actions import PackTar
from bpkit.readers.script.model.reading import Fate
from bpkit.readers.script.model.state import Call, Outcome, ShellState, Streams
from bpkit.readers.script.model.streams import (
    FromCommand,
    FromFile,
    FromText,
    Output,
    ToBuild,
    ToCommand,
    ToFile,
    ToTerminal,
    ToUntar,
)
from bpkit.readers.script.model.values import Default, Value, host_path
from bpkit.readers.script.programs.docker import PROGRAMS
from bpkit.readers.script.programs.tar import unpacks_stdin

_DECOMPRESS = frozenset({"gunzip", "zcat", "gzip", "pigz", "unpigz", "bunzip2", "xzcat", "pv"})
_COMPRESS = frozenset({"gzip", "pigz", "bzip2", "xz", "zstd"})
_FILTERS = frozenset({"tail", "head", "awk", "sed", "cut", "grep", "egrep", "tr", "tee", "cat"})

RunCommand = Callable[[Command, ShellState], Outcome]
Stage = Call | Command


def run_pipeline(pipeline: Pipeline, state: ShellState, run: RunCommand) -> Outcome:
    """Follow commands joined by pipes; ``run`` follows a compound one."""
    inner = state.subshell()
    stages = _prepared(pipeline.commands, inner)
    made = len(state.log.actions)
    at = 0
    stdin: Input | None = state.streams.stdin
    outcome = Outcome()
    while at < len(stages):
        taken, consumer = _consumer(stages[at + 1 :], inner, state.streams.stdout)
        before = len(state.log.actions)
        outcome = _run_stage(stages[at], stdin, consumer, inner, run)
        stdin = _passed_on(stages[at], outcome, state, before)
        is_log = any(isinstance(a, BuildImage) for a in state.log.actions[before:])
        for eaten in stages[at + 1 : at + 1 + taken]:
            _eaten(eaten, stdin, state, is_log=is_log)
        at += 1 + taken
    built = [a for a in state.log.actions[made:] if isinstance(a, BuildImage)]
    if built and built[-1].image and _only_filters(stages):
        # $(docker build … | tail -1 | awk …): the image's id, whatever extracts it.
        return Outcome(output=built[-1].image + "\n")
    return _answer_of_engine(stages, pipeline.span, state) or outcome


def _answer_of_engine(stages: Sequence[Stage], span: Span, state: ShellState) -> Outcome | None:
    """``docker images | grep app``, ``docker ps -q | wc -l``: does something exist already?

    None if the pipe asks for something else.
    """
    first, last = _words(stages[0]), _words(stages[-1])
    lists = {"images", "ps", "ls", "list"} & set(first[1:3])
    if not lists or first[0] not in PROGRAMS or not _only_filters(stages[:-1]):
        return None
    text = last[-1].strip("^$ ") if len(last) > 1 else ""
    made = any(
        text and text in name
        for action in state.log.actions
        if isinstance(action, BuildImage | Create | RunContainer)
        for name in _names(action)
    )
    if last[0] in {"grep", "egrep", "fgrep"}:
        if not made:
            state.assume(span.line, f"what '{span.text}' looks for doesn't exist yet")
        return Outcome(made, None, assumed=True)
    if last[0] == "wc":
        state.assume(span.line, f"what '{span.text}' counts doesn't exist yet")
        return Outcome(True, Value((Default("0", span.text),)))
    return None


def _names(action: BuildImage | Create | RunContainer) -> list[str]:
    return list(map(str, action.tags if isinstance(action, BuildImage) else (action.container,)))


def _prepared(commands: Sequence[Command], state: ShellState) -> list[Stage]:
    """The commands, the simple ones with their words expanded."""
    stages: list[Stage] = []
    for command in commands:
        name = command.words[0].bare if isinstance(command, Simple) and command.words else None
        if isinstance(command, Simple) and name not in state.functions:
            for assignment in command.assignments:
                state.variables[assignment.name] = expand_text(assignment.word, state)
            stages.append(prepare(command, state))
        else:
            stages.append(command)
    return stages


def _words(stage: Stage) -> tuple[str, ...]:
    if not isinstance(stage, Call):
        return ()
    words = tuple(word.text or "" for word in stage.argv)
    while words and (words[0] == "sudo" or (words[0].startswith("-") and len(words) > 1)):
        words = words[1:]
    return words


def _consumer(rest: Sequence[Stage], state: ShellState, last: Output) -> tuple[int, Output]:
    """Where a stage's output goes, and how many of the following stages that covers."""
    if not rest:
        return 0, last
    for number, stage in enumerate(rest, 1):
        if (into := _unpacking(stage, state)) is not None:
            compressed = into.compressed or number > 1
            return number, replace(into, compressed=compressed)
        if not set(_words(stage)[:1]) & _DECOMPRESS:
            break
    first = rest[0]
    words = _words(first)
    packed = isinstance(first, Call) and set(words[:1]) & _COMPRESS and not {"-d"} & set(words)
    if packed and isinstance(first, Call) and isinstance(first.stdout, ToFile) and len(rest) == 1:
        return 1, replace(first.stdout, compressed=True)
    squeezed = 0
    while squeezed < len(rest) - 1 and set(_words(rest[squeezed])[:1]) & (_COMPRESS | {"pv"}):
        squeezed += 1
    if _builds_from_stdin(_words(rest[squeezed])):
        return squeezed, ToBuild()
    if isinstance(first, Call) and words[:1] == ("tee",) and len(words) == 2:
        return 1, ToFile(host_path(first.argv[-1], state.directory))
    if isinstance(first, Call) and words == ("cat",) and isinstance(first.stdout, ToFile):
        return 1, first.stdout
    return 0, ToCommand(" | ".join(stage.span.text for stage in rest))


def _builds_from_stdin(words: tuple[str, ...]) -> bool:
    takes_tar = bool({"build", "bud", "import"} & set(words)) and _reads_stdin(words)
    return words[:1] != () and words[0] in PROGRAMS and takes_tar


def _reads_stdin(words: tuple[str, ...]) -> bool:
    return "-" in words or bool({"-f-", "--file=-", "-f=-"} & set(words))


def _unpacking(stage: Stage, state: ShellState) -> ToUntar | None:
    """The directory that ``tar x`` or ``(cd DIR && tar x)`` unpacks its input into."""
    if isinstance(stage, Call):
        call = stage
        while call.argv and call.argv[0].text == "sudo":
            call = call.shifted(1)
        return unpacks_stdin(call, state) if call.argv else None
    if not isinstance(stage, BraceGroup):
        return None
    commands = [
        command
        for chain in stage.body.chains
        for pipeline in (chain.first, *(p for _, p in chain.rest))
        for command in pipeline.commands
    ]
    inner = state.subshell()
    *steps, last = commands
    for step in steps:
        first = step.words[0].bare if isinstance(step, Simple) and step.words else None
        if first not in {"cd", "mkdir"} or not isinstance(step, Simple):
            return None
        if first == "cd":
            _enter(step, inner)
    if not isinstance(last, Simple) or not last.words:
        return None
    return unpacks_stdin(prepare(last, inner), inner)


def _enter(step: Simple, state: ShellState) -> None:
    trial = state.trial()
    perform(prepare(step, trial), trial)
    state.directory = trial.directory


def _run_stage(
    stage: Stage, stdin: Input | None, stdout: Output, state: ShellState, run: RunCommand
) -> Outcome:
    if isinstance(stage, Call):
        own_input = stage.stdin if stage.stdin is not None else stdin
        is_redirected = isinstance(stage.stdout, ToFile) or _is_quiet(stage, state)
        own_output = stage.stdout if is_redirected else stdout
        return perform(replace(stage, stdin=own_input, stdout=own_output), state)
    inner = state.subshell()
    inner.streams = Streams(stdin, stdout)
    return run(stage, inner)


def _is_quiet(stage: Call, state: ShellState) -> bool:
    return isinstance(stage.stdout, ToTerminal) and not isinstance(state.streams.stdout, ToTerminal)


def _passed_on(stage: Stage, outcome: Outcome, state: ShellState, before: int) -> Input:
    """The input of the next stage."""
    for action in reversed(state.log.actions[before:]):
        if isinstance(action, RunContainer | CopyOut | ExportContainer | PackTar):
            return FromAction(action)
        if isinstance(action, Exec | Save):
            return FromCommand(action.source.text)
    if isinstance(stage, Call):
        words = _words(stage)
        if words[:1] == ("cat",) and len(words) == 2 and words[1] != "-":
            return FromFile(host_path(stage.argv[-1], state.directory))
    if outcome.output is not None:
        return FromText(outcome.output)
    return FromCommand(stage.span.text)


def _eaten(stage: Stage, stdin: Input, state: ShellState, *, is_log: bool) -> None:
    """Record what becomes of a stage that consumes another's output."""
    if is_log:
        state.fate(stage.span, Fate.NOT_NEEDED, "only keeps a build's log")
    elif isinstance(stdin, FromAction):
        state.fate(stage.span, Fate.CARRIED, "reads the output of the command before it")
    else:
        state.fate(stage.span, Fate.LEFT, "reads input that bpkit doesn't know")


def _only_filters(stages: Sequence[Stage]) -> bool:
    return all(set(_words(stage)[:1]) <= _FILTERS for stage in stages[1:])
