"""Tests a small image by running it beside the old one, and learns from the differences."""

from __future__ import annotations

import shlex
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from bpkit.core import Engine, ImageInfo
from bpkit.errors import EngineError, InputError
from bpkit.verbs.shrink.agreement import compared, missing_files, never_ran
from bpkit.verbs.shrink.learned import Learned
from bpkit.verbs.shrink.result import Probed, Probes
from bpkit.verbs.shrink.tracing import NoTracingError, Tracing, tracing, watched
from bpkit.verbs.trial import (
    CommandStep,
    HttpStep,
    Probe,
    ProbeStep,
    TcpStep,
    Trial,
    TrialBench,
    http_step,
    trial_bench,
)

#: Seconds that a command, and a service until its first answer, are given.
PATIENCE = 60.0
#: What the start without any words of the user's is called.
OWN_COMMAND = "the image's own command"


@dataclass
class Proof:
    """The observations of the old image; ``learned`` is None if none of its runs was traced.

    ``untraced`` says why not.
    """

    engine: Engine
    project: str
    old: ImageInfo
    probes: tuple[Probe, ...]
    trials: tuple[Trial, ...] = ()
    again: tuple[Trial, ...] = ()
    learned: Learned | None = None
    untraced: str = ""
    tracing: Tracing | None = None
    stack: ExitStack = field(default_factory=ExitStack)
    workers: list[_Worker] = field(default_factory=list)

    def begin(self, work: Callable[[], None]) -> None:
        """Have the work done beside the main thread."""
        self.workers.append(_Worker(work))
        self.workers[-1].start()

    def finish(self) -> None:
        """Wait for the runs of the old image.

        Raises InputError for a probe that the old image can't be asked either, EngineError.
        """
        while self.workers:
            self.workers.pop(0).finish()
        _check(self)

    def abandon(self) -> None:
        """Wait for the runs that are still going, and ignore their outcome."""
        for worker in self.workers:
            worker.wait()

    def observe_plain(self, bench: TrialBench) -> None:
        """Run the old image as it is. Raises EngineError."""
        self.trials = tuple(bench.observe(self.old.id, probe) for probe in self.probes)

    def observe_traced(self, bench: TrialBench, base: str) -> None:
        """Run the old image under strace, if that is possible."""
        made = tracing(self.engine, self.old, self.project, base)
        try:
            self.tracing = self.stack.enter_context(made)
            self.learned, self.again = watched(self.tracing, bench, self.old, self.probes)
        except (NoTracingError, EngineError) as error:
            self.untraced = str(error)
            return
        if not self.learned.touched:
            said = [trial.engine_said or trial.stderr.text for trial in self.again]
            self.untraced = (next((one for one in said if one), "strace saw nothing")).strip()
            self.learned = None

    @contextmanager
    def comparing(self, new: str) -> Iterator[Callable[[], tuple[Probed, ...]]]:
        """How the small image does beside the old one: it is asked beside the block, and what the
        block gets waits for the answer. Raises NoEngineError, and what it gets EngineError."""
        found: list[Probed] = []
        with ExitStack() as stack:
            worker = _Worker(lambda: found.extend(self._compared(bench, new)))
            stack.callback(worker.wait)
            bench = stack.enter_context(trial_bench(self.engine, self.project))
            worker.start()

            def answer() -> tuple[Probed, ...]:
                worker.finish()
                return tuple(found)

            yield answer

    def _compared(self, bench: TrialBench, new: str) -> Iterator[Probed]:
        for number, probe in enumerate(self.probes):
            old = self.trials[number]
            trial = bench.observe(new, probe)
            one = compared(old, trial, probe, title(probe))
            if not one.same:
                # Perhaps the old image is never twice the same.
                again = bench.observe(self.old.id, probe)
                one = compared(old, trial, probe, title(probe), again)
            yield one

    def missed(self, new: ImageInfo, probed: Sequence[Probed]) -> tuple[str, ...]:
        """Paths that the small image asks for and has not: what it says, and what a watched run
        of it shows. Raises EngineError."""
        texts = [
            text for one in probed if not one.same for text in (one.new.output, one.new.errors)
        ]
        found = dict.fromkeys(missing_files(texts))
        if self.tracing is not None:
            failing = [p for p, one in zip(self.probes, probed, strict=True) if not one.same]
            with trial_bench(self.engine, self.project) as bench:
                learned, _ = watched(self.tracing, bench, new, failing)
            found |= dict.fromkeys(sorted(learned.missing))
        return tuple(found)


def probes_of(probes: Probes) -> tuple[Probe, ...]:
    """The start with the image's own command, with all requests, and one for each command line.

    Raises InputError for one that can't be read.
    """
    steps = tuple(http_step(text, "--probe-http") for text in probes.paths)
    own = Probe(name=OWN_COMMAND, steps=steps, patience=PATIENCE if steps else 20.0)
    return (own, *(_command(text) for text in probes.commands))


def _command(text: str) -> Probe:
    try:
        words = tuple(shlex.split(text))
    except ValueError as error:
        raise InputError(
            f"--probe '{text}' is not a command line: {error}", hint="close the quotes"
        ) from None
    return Probe(name=text, arguments=words, until_end=True, patience=PATIENCE)


def title(probe: Probe) -> str:
    """What the probe is called in a report."""
    paths = [step.path for step in probe.steps if isinstance(step, HttpStep)]
    name = probe.name or " ".join(probe.arguments) or OWN_COMMAND
    return f"{name}, {' '.join(paths)}" if paths else name


@contextmanager
def proving(
    engine: Engine,
    old: ImageInfo,
    project: str,
    base: str,
    probes: tuple[Probe, ...],
    *,
    trace: bool,
) -> Iterator[Proof]:
    """Runs of the old image as the probes say, once as it is and once under strace, which go on
    beside the block until ``finish`` of the proof waits for them.

    What they make is removed at the end of the block. Raises NoEngineError.
    """
    proof = Proof(engine, project, old, probes)
    with ExitStack() as stack:
        # Last, when no bench makes anything any more.
        stack.callback(proof.stack.close)
        stack.callback(proof.abandon)
        plain = stack.enter_context(trial_bench(engine, project))
        proof.begin(lambda: proof.observe_plain(plain))
        if trace:
            under = stack.enter_context(trial_bench(engine, project))
            proof.begin(lambda: proof.observe_traced(under, base))
        yield proof


class _Worker(threading.Thread):
    """Runs something beside the main thread, and hands its error over."""

    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__(daemon=True)
        self._work = work
        self._error: BaseException | None = None

    def run(self) -> None:
        try:
            self._work()
        except BaseException as error:  # noqa: BLE001 (raised again by ``finish``)
            self._error = error

    def wait(self) -> None:
        """Wait for the end of the work, if it was begun."""
        if self.ident is not None:
            self.join()

    def finish(self) -> None:
        """Wait for the end of the work. Raises what the work raised."""
        self.join()
        if self._error:
            raise self._error


def _check(proof: Proof) -> None:
    for probe, trial in zip(proof.probes, proof.trials, strict=True):
        if probe.arguments and never_ran(trial):
            raise InputError(
                f"the probe '{probe.name}' never ran: the image as it is ends with status "
                f"{trial.status} ({_reason(trial)})",
                hint="write what follows 'docker run IMAGE'; without an "
                "ENTRYPOINT that is the program with its arguments",
            )
        if probe.until_end and trial.state == "running":
            raise InputError(
                f"the probe '{probe.name}' does not end: the image as it is still ran after "
                f"{probe.patience:.0f} s",
                hint="probe a service with --probe-http, or with the steps of a [[probe]] table",
            )
        for reply in trial.replies:
            if reply.status is None:
                asked = _asked(reply.step)
                if trial.state != "running":
                    raise InputError(
                        f"{asked}: the image as it is ends with status {trial.status} "
                        f"({_reason(trial)})",
                        hint="run 'bpkit try' to see why",
                    )
                raise InputError(
                    f"{asked}: the image as it is does not answer ({reply.failure})",
                    hint="add the port: --probe-http 8080/path",
                )


def _asked(step: ProbeStep) -> str:
    match step:
        case HttpStep():
            return f"--probe-http {step.path}"
        case CommandStep():
            return f"the probe's step '{shlex.join(step.words)}'"
        case TcpStep():
            return f"the probe's step at port {step.port}"


def _reason(trial: Trial) -> str:
    lines = (trial.engine_said or trial.stderr.text).splitlines()
    # A line of nothing but brackets ends what the lines before it say.
    said = [line.strip() for line in lines if any(letter.isalnum() for letter in line)]
    return said[-1] if said else "no output"
