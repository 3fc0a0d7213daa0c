"""Proves a small image by running it beside the old one, and learns from what differs."""

from __future__ import annotations

import shlex
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from bpkit.core import Engine, ImageInfo
from bpkit.errors import EngineError, InputError
from bpkit.verbs.shrink.agreement import compared, missing_files, never_ran
from bpkit.verbs.shrink.learned import Learned
from bpkit.verbs.shrink.result import Probed, Probes
from bpkit.verbs.shrink.tracing import NoTracingError, Tracing, tracing, watched
from bpkit.verbs.trial import HttpStep, Probe, Trial, trial_bench

#: Seconds that a command, and a service until its first answer, are given.
PATIENCE = 60.0
#: What the start without any words of the user's is called.
OWN_COMMAND = "the image's own command"


@dataclass
class Proof:
    """What was seen of the old image; ``learned`` is None where no run of it was watched.

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

    def compare(self, new: str) -> tuple[Probed, ...]:
        """How the small image does beside the old one. Raises EngineError."""
        found = []
        with trial_bench(self.engine, self.project) as bench:
            for number, probe in enumerate(self.probes):
                old = self.trials[number]
                trial = bench.observe(new, probe)
                one = compared(old, trial, probe, title(probe))
                if not one.same:
                    # Perhaps the old image is never twice the same.
                    again = bench.observe(self.old.id, probe)
                    one = compared(old, trial, probe, title(probe), again)
                found.append(one)
        return tuple(found)

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
    steps = tuple(_step(text) for text in probes.paths)
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


def _step(path: str) -> HttpStep:
    port, slash, rest = path.partition("/")
    if (port and not port.isdecimal()) or not slash:
        raise InputError(
            f"--probe-http '{path}' is not a path",
            hint="write /health, or 8080/health with a port",
        )
    return HttpStep(f"/{rest}", port=int(port) if port else None)


def title(probe: Probe) -> str:
    """What the probe is called in a report."""
    paths = [step.path for step in probe.steps if isinstance(step, HttpStep)]
    name = probe.name or " ".join(probe.arguments) or OWN_COMMAND
    return f"{name}, {' '.join(paths)}" if paths else name


def proof_of(
    engine: Engine,
    old: ImageInfo,
    project: str,
    base: str,
    probes: tuple[Probe, ...],
    *,
    trace: bool,
) -> Proof:
    """Run the old image as the probes say, once as it is and once under strace.

    Raises InputError for a probe that the old image can't be asked either, EngineError.
    """
    proof = Proof(engine, project, old, probes)
    seen: list[Trial] = []
    with ExitStack() as stack:
        plain = stack.enter_context(trial_bench(engine, project))
        under = stack.enter_context(trial_bench(engine, project))
        worker = _Worker(lambda: seen.extend(plain.observe(old.id, p) for p in proof.probes))
        worker.start()
        if trace:
            _watch(proof, under, base)
        worker.finish()
    proof.trials = tuple(seen)
    _check(proof)
    return proof


def _watch(proof: Proof, bench: object, base: str) -> None:
    from bpkit.verbs.trial import TrialBench

    assert isinstance(bench, TrialBench)
    made = tracing(proof.engine, proof.old, proof.project, base)
    try:
        proof.tracing = proof.stack.enter_context(made)
        proof.learned, proof.again = watched(proof.tracing, bench, proof.old, proof.probes)
    except (NoTracingError, EngineError) as error:
        proof.untraced = str(error)
        return
    if not proof.learned.touched:
        said = [trial.engine_said or trial.stderr.text for trial in proof.again]
        proof.untraced = (next((one for one in said if one), "strace saw nothing")).strip()
        proof.learned = None


class _Worker(threading.Thread):
    """Runs something beside the main thread, and hands its error over."""

    def __init__(self, work: object) -> None:
        super().__init__(daemon=True)
        self._work = work
        self._error: BaseException | None = None

    def run(self) -> None:
        try:
            self._work()  # type: ignore[operator]
        except BaseException as error:  # noqa: BLE001 (raised again by ``finish``)
            self._error = error

    def finish(self) -> None:
        """Wait for the end. Raises what the work raised."""
        self.join()
        if self._error:
            raise self._error


def _check(proof: Proof) -> None:
    for probe, trial in zip(proof.probes, proof.trials, strict=True):
        if probe.arguments and never_ran(trial):
            raise InputError(
                f"--probe '{probe.name}' never ran: the image as it is ends with status "
                f"{trial.status} ({_reason(trial)})",
                hint="write what stands after 'docker run IMAGE'; without an ENTRYPOINT that is "
                "the program with its arguments",
            )
        if probe.arguments and trial.state == "running":
            raise InputError(
                f"--probe '{probe.name}' does not end: the image as it is still ran after "
                f"{PATIENCE:.0f} s",
                hint="ask a service by --probe-http",
            )
        for reply in trial.replies:
            if reply.status is None:
                path = getattr(reply.step, "path", "")
                raise InputError(
                    f"--probe-http {path}: the image as it is does not answer ({reply.failure})",
                    hint="name the port: --probe-http 8080/path",
                )


def _reason(trial: Trial) -> str:
    lines = (trial.engine_said or trial.stderr.text).strip().splitlines()
    return lines[-1].strip() if lines else "it said nothing"
