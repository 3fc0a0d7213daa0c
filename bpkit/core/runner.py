"""Carries out a plan: each step in order, and the clean-up that is due at every exit.

The generated script (writers/script.py) does the same in the same order. A test runs both
against a stand-in engine, with a failure and with every signal at every call, and compares
the calls, the exit status and the leftovers. A change here needs the same change there.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from bpkit.core.arguments import Word, concealed, resolve, shell_line, words
from bpkit.core.engine import no_such_program
from bpkit.core.process import ProgramMissingError, Stream, start
from bpkit.core.signals import KILL, InterruptedRunError, listening
from bpkit.core.staging import Staging, left_over, make_staging, remove_tree
from bpkit.core.steps import (
    RUN_ID,
    STAGING,
    EndIf,
    Plan,
    Run,
    Step,
    TempDir,
    Undo,
    WriteFile,
)
from bpkit.errors import BpkitError, EngineError, NoEngineError

#: Seconds before a clean-up's second try: an engine whose client was killed may
#: still be finishing what the client had asked for.
SETTLE = 1.0
# A shell's status for a command that is not on PATH.
_NOT_FOUND = 127
_SILENT = (subprocess.DEVNULL, subprocess.DEVNULL)


class StepError(EngineError):
    """A step of a plan failed; the command's own message has been shown already."""

    def __init__(self, message: str, step: Step, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.step = step


class Progress(Protocol):
    """Where a run reports its steps, and where its commands write."""

    def begin(self, number: int, total: int, why: str) -> None:
        """Step ``number`` of ``total`` begins; number 0: a clean-up."""

    def note(self, text: str) -> None:
        """Something worth knowing that isn't a failure."""

    def streams(self) -> tuple[Stream, Stream]:
        """Standard output and standard error for the next command."""

    def command_failed(self) -> None:
        """The last command failed: show its output if it was held back."""


@dataclass(frozen=True)
class Orders:
    """The user's choices for a plan: values of its ``Param``, flags to pass on, where to run.

    ``meanwhile`` is called while a command that binds something
    runs, so that its work costs no time; ``bound`` after it, with everything bound so far.
    """

    directory: Path = Path()
    settings: Mapping[str, str] = field(default_factory=dict)
    rest: tuple[str, ...] = ()
    meanwhile: Callable[[], None] | None = None
    bound: Callable[[Mapping[str, str]], None] | None = None


def carry_out(plan: Plan, progress: Progress, orders: Orders | None = None) -> dict[str, str]:
    """Carry out the steps of ``plan``, and return what they have bound.

    Raises NoEngineError, StepError or InterruptedRunError, in each case after the clean-up.
    """
    orders = orders or Orders()
    engine = resolve(plan.engine, {}, orders.settings)[0]
    if shutil.which(engine) is None:
        raise no_such_program(engine)
    signals = _Signals()
    with listening(signals.note):
        session = _Session(plan, progress, orders, signals)
        try:
            for number, step in enumerate(plan.steps, 1):
                if session.take(number, step):
                    break
            session.stop_if_caught()
        finally:
            session.clean_up()
    return session.bound


def clear_up_after_killed(plan: Plan, progress: Progress, orders: Orders | None = None) -> None:
    """Remove what killed runs of the plan's project left on this host."""
    if not any(left_over(plan.project)):
        return
    signals = _Signals()
    with listening(signals.note):
        session = _Session(plan, progress, orders or Orders(), signals)
        session.sweep(plan.project)
        session.stop_if_caught()


@dataclass
class _Signals:
    """The signals that end a run.

    The first is passed to the running command as SIGTERM, later ones as
    SIGKILL, so that a second Ctrl-C helps.
    """

    caught: int = 0
    arrived: int = 0
    _children: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def pass_on(self, child: subprocess.Popen[bytes], arrived: int) -> None:
        """From now on, pass signals on to the child.

        ``arrived`` is what ``self.arrived`` was before the child began.
        """
        self._children.append(child)
        if self.arrived > arrived:
            self._end(signal.SIGTERM)

    def wait(self, child: subprocess.Popen[bytes]) -> int:
        """The status, as a shell reports it, of a child that signals are passed on to."""
        try:
            status = child.wait()
        finally:
            self._children.remove(child)
        return status if status >= 0 else 128 - status

    def note(self, number: int) -> None:
        """A signal has come."""
        self._end(KILL if self.arrived else signal.SIGTERM)
        self.caught = self.caught or number
        self.arrived += 1

    def _end(self, number: int) -> None:
        for child in self._children:
            if child.returncode is None:
                child.send_signal(number)


@dataclass
class _Owed:
    """A clean-up that is due at the exit; ``made`` once the step that owes it has succeeded.

    ``early`` is the clean-up's process if it was begun before the exit.
    """

    undo: Undo
    made: bool = False
    early: subprocess.Popen[bytes] | None = None


@dataclass
class _Session:
    """A plan being carried out: what is bound and which clean-up is due."""

    plan: Plan
    progress: Progress
    orders: Orders
    signals: _Signals
    bound: dict[str, str] = field(default_factory=dict)
    owed: list[_Owed] = field(default_factory=list)
    staging: Path | None = None

    def take(self, number: int, step: Step) -> bool:
        """Carry out one step, and return whether it ends the plan.

        Raises what ``carry_out`` raises, before any clean-up.
        """
        self.stop_if_caught()
        self.progress.begin(number, len(self.plan.steps), step.why)
        try:
            return self._take(step)
        except OSError as error:
            reason = f"{error.filename or ''}: {error.strerror or error}".removeprefix(": ")
            raise StepError(f"{step.why}: {reason}", step) from error

    def _take(self, step: Step) -> bool:
        match step:
            case TempDir(project=project):
                self.sweep(project)
                staging = make_staging(project)
                self.staging = staging.path
                self.bound |= _names(staging)
            case Run():
                self._run(step)
            case WriteFile(path=path, text=text):
                target = Path(self.orders.directory, self._resolve([path])[0])
                target.write_text(text, encoding="utf-8", errors="surrogateescape", newline="")
            case EndIf(value=value, known=known):
                return self.bound[value.name] == known
        return False

    def stop_if_caught(self) -> None:
        """Raise InterruptedRunError if a signal has come."""
        if self.signals.caught:
            raise InterruptedRunError(self.signals.caught, cleaned=True)

    def _run(self, step: Run) -> None:
        argv = self._resolve(step.argv)
        if step.early:
            self._begin_early(step, argv)
            return
        owed = _Owed(step.undo) if step.undo else None
        if owed:
            self.owed.append(owed)
        meanwhile = self.orders.meanwhile if step.binds else None
        status = self._call(argv, self.progress.streams(), meanwhile)
        self.stop_if_caught()
        self._judge(step, status)
        if owed:
            owed.made = True
        if step.binds:
            text = Path(self._resolve([step.binds.file])[0]).read_text(encoding="utf-8")
            self.bound[step.binds.name] = text.partition("\n")[0]
            if self.orders.bound:
                self.orders.bound(self.bound)

    def _begin_early(self, step: Run, argv: Sequence[str]) -> None:
        """Begin a clean-up that is due; signals don't reach it, as it would be repeated."""
        owed = next(one for one in self.owed if one.undo.argv == step.argv)
        owed.early = self._start(argv, _SILENT)

    def _judge(self, step: Run, status: int) -> None:
        """Raise the error for a command that failed."""
        if status != 0:
            self.progress.command_failed()
            raise self._failure(step, status)

    def _failure(self, step: Run, status: int) -> BpkitError:
        """The error for a command that failed, perhaps because the engine has stopped."""
        if step.engine and not self._engine_answers():
            self.stop_if_caught()
            engine = " ".join(resolve(self.plan.engine, {}, self.orders.settings))
            return NoEngineError(
                f"the engine does not respond: '{engine} version' fails",
                hint="run 'bpkit doctor' to see what is missing",
            )
        return StepError(
            f"{step.why}: failed with status {status}",
            step,
            hint=f"the command was: {self._show(step)}",
        )

    def _engine_answers(self) -> bool:
        argv = self._resolve([*self.plan.engine, *words("version")])
        return self._call(argv, _SILENT) == 0

    def _show(self, step: Run) -> str:
        return shell_line(words(*self._resolve(concealed(step.argv))))

    def _resolve(self, items: Sequence[Word]) -> list[str]:
        return resolve(items, self.bound, self.orders.settings, self.orders.rest)

    def _call(
        self,
        argv: Sequence[str],
        streams: tuple[Stream, Stream],
        meanwhile: Callable[[], None] | None = None,
    ) -> int:
        """Run a command to its end, and return its status as a shell does (127: not found)."""
        arrived = self.signals.arrived
        child = self._start(argv, streams)
        if child is None:
            return _NOT_FOUND
        self.signals.pass_on(child, arrived)
        if meanwhile:
            meanwhile()
        return self.signals.wait(child)

    def _start(
        self, argv: Sequence[str], streams: tuple[Stream, Stream]
    ) -> subprocess.Popen[bytes] | None:
        """The running command; None, with a note, if there is no such program."""
        try:
            cwd = str(self.orders.directory)
            return start(argv, cwd=cwd, stdout=streams[0], stderr=streams[1])
        except ProgramMissingError as error:
            self.progress.note(f"'{error.program}' is not on PATH")
            return None

    def clean_up(self) -> None:
        """Do the clean-up that is due, last first; a failure in here doesn't change how the run
        ends."""
        if self.staging is None:
            return
        interrupted = bool(self.signals.caught)
        for owed in reversed(self.owed):
            self._pay(owed, interrupted)
        self._remove_staging(self.staging)

    def _pay(self, owed: _Owed, interrupted: bool) -> None:
        if owed.early and self._is_done(owed.early):
            return
        self.progress.begin(0, 0, owed.undo.why)
        status = self._undo(owed.undo)
        if not owed.made and interrupted:
            # The client has ended, but the engine may not be done.
            time.sleep(SETTLE)
            self._undo(owed.undo)
        elif owed.made and status != 0:
            command = shell_line(words(*self._resolve(owed.undo.argv)))
            self.progress.note(f"could not {owed.undo.why}: {command}")

    def _is_done(self, early: subprocess.Popen[bytes]) -> bool:
        """Whether a clean-up that was begun early has succeeded; waits for its end."""
        self.signals.pass_on(early, self.signals.arrived)
        return self.signals.wait(early) == 0

    def _undo(self, undo: Undo) -> int:
        return self._call(self._resolve(undo.argv), _SILENT)

    def sweep(self, project: str) -> None:
        """Remove what a killed run of this project left on this host."""
        for staging in left_over(project):
            self.progress.note(f"removing leftovers of run {staging.run_id}, which was killed")
            self.bound |= _names(staging)
            self._remove_left_over()
            self._remove_staging(staging.path)
        self.bound.clear()

    def _remove_left_over(self) -> None:
        """Remove the bound run's containers: only those with its labels."""
        with tempfile.TemporaryFile() as answer:
            self._call(self._resolve(self.plan.asks_left_over), (answer, _SILENT[1]))
            answer.seek(0)
            ids = answer.read().decode("utf-8", "replace").split()
        if ids:
            argv = self._resolve([*self.plan.engine, *words("rm", "-f", "-v", *ids)])
            self._call(argv, _SILENT)

    def _remove_staging(self, path: Path) -> None:
        try:
            remove_tree(path)
        except OSError as error:
            self.progress.note(f"could not remove {path}: {error.strerror}")


def _names(staging: Staging) -> dict[str, str]:
    return {STAGING.name: str(staging.path), RUN_ID.name: staging.run_id}
