"""Test a new image by running it beside the old one, and learn from the differences."""

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

#: The time limit in seconds for a command, and for a service's first answer.
PATIENCE = 60.0
#: The name of a start without arguments.
OWN_COMMAND = "the image's own command"


@dataclass
class Proof:
    """The observations of the old image; ``learned`` is None if none of its runs was traced.

    ``untraced`` is the reason why not.
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
        """Run the work beside the main thread."""
        self.workers.append(_Worker(work))
        self.workers[-1].start()

    def finish(self) -> None:
        """Wait for the runs of the old image.

        Raises InputError for a probe that fails on the old image too, and EngineError.
        """
        while self.workers:
            self.workers.pop(0).finish()
        _check(self)

    def abandon(self) -> None:
        """Wait for the runs that haven't ended, and ignore their results."""
        for worker in self.workers:
            worker.wait()

    def observe_plain(self, bench: TrialBench) -> None:
        """Run the old image. Raises EngineError."""
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
        """Compare the new image with the old one while the block runs.

        The block gets a function that waits for the results. Raises NoEngineError; the function
        raises EngineError.
        """
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
                # Perhaps the old image differs from run to run.
                again = bench.observe(self.old.id, probe)
                one = compared(old, trial, probe, title(probe), again)
            yield one

    def missed(self, new: ImageInfo, probed: Sequence[Probed]) -> tuple[str, ...]:
        """Paths that the new image requests and doesn't have, according to its output and to a
        traced run of it. Raises EngineError."""
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
    """The probe's name in a report."""
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
    """Run the old image with the probes, once plainly and once under strace, while the block runs.

    The proof's ``finish`` waits for these runs. Whatever they create is removed at the end of the
    block. Raises NoEngineError.
    """
    proof = Proof(engine, project, old, probes)
    with ExitStack() as stack:
        # Last, when no bench creates anything any more.
        stack.callback(proof.stack.close)
        stack.callback(proof.abandon)
        plain = stack.enter_context(trial_bench(engine, project))
        proof.begin(lambda: proof.observe_plain(plain))
        if trace:
            under = stack.enter_context(trial_bench(engine, project))
            proof.begin(lambda: proof.observe_traced(under, base))
        yield proof


class _Worker(threading.Thread):
    """Runs something beside the main thread, and passes on its error."""

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
        """Wait for the work to end, if it was started."""
        if self.ident is not None:
            self.join()

    def finish(self) -> None:
        """Wait for the work to end. Raises any exception of the work."""
        self.join()
        if self._error:
            raise self._error


def _check(proof: Proof) -> None:
    for probe, trial in zip(proof.probes, proof.trials, strict=True):
        if probe.arguments and never_ran(trial):
            raise InputError(
                f"the probe '{probe.name}' never ran: the old image ends with status "
                f"{trial.status} ({_reason(trial)})",
                hint="pass what follows 'docker run IMAGE'; without an "
                "ENTRYPOINT, that is the program with its arguments",
            )
        if probe.until_end and trial.state == "running":
            raise InputError(
                f"the probe '{probe.name}' doesn't end: the old image was still running after "
                f"{probe.patience:.0f} s",
                hint="probe a service with --probe-http, or with the steps of a [[probe]] table",
            )
        for reply in trial.replies:
            if reply.status is None:
                asked = _asked(reply.step)
                if trial.state != "running":
                    raise InputError(
                        f"{asked}: the old image ends with status {trial.status} "
                        f"({_reason(trial)})",
                        hint="run 'bpkit try' to see why",
                    )
                raise InputError(
                    f"{asked}: the old image doesn't answer ({reply.failure})",
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
    # A line of brackets alone only closes what the lines before it report.
    said = [line.strip() for line in lines if any(letter.isalnum() for letter in line)]
    return said[-1] if said else "no output"
