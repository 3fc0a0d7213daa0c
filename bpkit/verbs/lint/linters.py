"""Other linters, if installed: hadolint, and ``docker build --check``."""

from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Iterator, Sequence

from bpkit.core import Completed, Engine, failure, output
from bpkit.errors import EngineError, NoEngineError
from bpkit.findings import Finding
from bpkit.formats.dockerfile import DockerfileError
from bpkit.light import dataclass
from bpkit.project import program_here
from bpkit.verbs.lint import build_check, hadolint
from bpkit.verbs.lint.base_images import root_image
from bpkit.verbs.lint.files import LintFile
from bpkit.verbs.lint.subject import Step, steps

#: The linters that ``--without`` accepts.
HADOLINT, DOCKER = "hadolint", "docker"


@dataclass(frozen=True)
class Linted:
    """One linter's findings; ``notes`` are on what it didn't check, ``ran`` is whether it ran."""

    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    ran: bool = True

    @property
    def saw_all(self) -> bool:
        """Whether it has read every file to its end."""
        return self.ran and not self.notes


def hadolint_findings(files: Sequence[LintFile]) -> Linted:
    """The findings of hadolint in these files.

    Its own settings (``.hadolint.yaml``) are read from the current directory. Raises EngineError
    if it fails.
    """
    if not files:
        return Linted(ran=False)
    program = program_here(hadolint.PROGRAM)
    if program is None:
        return Linted(
            notes=("hadolint is not installed: pip install 'docker-bpkit[lint]'",), ran=False
        )
    deep = [file for file in files if is_too_deep(file.subject.file.text)]
    files = [file for file in files if file not in deep]
    notes = tuple(
        f"hadolint did not run on {file.name}: it needs gigabytes for code nested deeper than "
        f"{_DEEPEST} levels"
        for file in deep
    )
    if not files:
        return Linted(notes=notes, ran=False)
    seconds = _SECONDS + len(files)
    limit = ("sh", "-c", f'ulimit -t {seconds}; exec "$0" "$@"') if os.name == "posix" else ()
    done = output((*limit, program, *hadolint.arguments([file.name for file in files])))
    if done.status in _OVER_LIMIT:
        said = f"hadolint was ended after {seconds} s of CPU time; its rules were not checked"
        return Linted(notes=(*notes, said), ran=False)
    if done.status != 0:
        said = done.stderr.strip() or done.stdout.strip()
        raise EngineError(f"hadolint: {said or f'ended with status {done.status}'}")
    answer = hadolint.read_findings(done.stdout, _without_shell(files))
    sound = {file.name for file in files if not file.subject.refusals}
    stopped = [f"{file}:{line}" for file, line in answer.unread.items() if file in sound]
    return Linted(answer.findings, (*notes, *_unread(stopped)))


def is_too_deep(text: str) -> bool:
    """Whether brackets and compound commands may nest too deeply for hadolint.

    They are counted without regard to quotes: 800 nested ``if`` took it 3.5 s and 800 MB.
    """
    depth = 0
    for found in _NESTING.finditer(text):
        depth = depth + 1 if found["opens"] else max(0, depth - 1)
        if depth > _DEEPEST:
            return True
    return False


_DEEPEST = 200
_NESTING = re.compile(r"(?P<opens>[({]|\b(?:if|for|while|until|case)\b)|[)}]|\b(?:fi|done|esac)\b")
# What it may take in CPU time, besides a second a file (1,000 RUN take it 2 to 5 s); with how a
# shell's limit ends a program: SIGXCPU or, where the hard limit is the same, SIGKILL. Windows has
# neither.
_SECONDS = 2
_OVER_LIMIT = frozenset(
    -getattr(signal, name) for name in ("SIGKILL", "SIGXCPU") if hasattr(signal, name)
)
# More files than this are counted: the note is one line.
_MOST_NAMED = 3


def _unread(places: Sequence[str]) -> tuple[str, ...]:
    """The note on files that only builders can parse, where hadolint's rules didn't run."""
    if not places:
        return ()
    if len(places) == 1:
        said = f"at {places[0]}, which it can't read; bpkit has read the whole file"
    else:
        more = ", …" if len(places) > _MOST_NAMED else ""
        where = f"{', '.join(places[:_MOST_NAMED])}{more}"
        said = f"in {len(places)} files that it can't read ({where}); bpkit has read them whole"
    return (f"hadolint stopped {said}",)


def _without_shell(files: Sequence[LintFile]) -> frozenset[tuple[str, int]]:
    """The lines that no Unix shell reads: those in Windows stages, and below SHELL powershell."""
    return frozenset(
        (file.name, line)
        for file in files
        for step in _steps(file)
        if root_image(step.stage).system == "windows" or _is_windows_shell(step.state.shell)
        for line in range(step.instruction.line, step.instruction.end_line + 1)
    )


def _steps(file: LintFile) -> Iterator[Step]:
    try:
        for stage in file.subject.stages:
            yield from steps(stage)
    except DockerfileError:
        # A finding reports this; hadolint's findings are shown as they are.
        return


def _is_windows_shell(shell: tuple[str, ...]) -> bool:
    program = re.split(r"[\\/]", shell[0].lower())[-1] if shell else ""
    return program.removesuffix(".exe") in {"powershell", "pwsh", "cmd"}


def docker_findings(engine: Engine, files: Sequence[LintFile]) -> Linted:
    """The engine's builder's findings in these files; if it can't check, a note, not an error."""
    findings: list[Finding] = []
    notes: list[str] = []
    for file in files:
        try:
            given = file.subject.build_args
            done = engine.attempt(*build_check.arguments(file.name, file.context, given))
        except NoEngineError as error:
            return Linted(notes=(f"docker build --check did not run: {error.message}",), ran=False)
        if build_check.is_too_old(done.stderr):
            note = "docker build --check did not run: it needs Docker 27, or buildx 0.15"
            return Linted(notes=(note,), ran=False)
        if not _is_json(done):
            reason = failure(done).message
            notes.append(f"docker build --check did not run for {file.name}: {reason}")
            continue
        checked = build_check.read_answer(done.stdout, file.name)
        findings += checked.findings
        if checked.stopped:
            notes.append(f"docker build --check stopped in {file.name}: {checked.stopped}")
    return Linted(tuple(findings), tuple(notes), ran=not notes)


def _is_json(done: Completed) -> bool:
    # Its status is 1 for warnings and for failures alike.
    try:
        return isinstance(json.loads(done.stdout), dict)
    except ValueError:
        return False
