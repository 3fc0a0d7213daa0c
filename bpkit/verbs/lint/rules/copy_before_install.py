"""BPK225: all of the source is copied before the dependencies are installed."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule, TextEdit
from bpkit.formats.dockerfile import Command, Instruction, copy_of, mounts_of, run_commands
from bpkit.verbs.lint.commands import commands_of
from bpkit.verbs.lint.subject import LintSubject, Step, steps

RULE = Rule(
    "BPK225",
    "note",
    "all of the source is copied before the dependencies are installed",
    "The builder's cache ends at the first instruction whose files have changed. With `COPY . "
    ".` above the installation, a change in any file installs all dependencies again.",
    fix="Copy the files that name the dependencies (`package.json` and the lock file, "
    "`requirements.txt`, `go.mod` and `go.sum`) first, install, then copy the rest.",
    failing="FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nRUN pip install --no-cache-dir -r "
    'requirements.txt\nUSER 65532\nCMD ["python", "main.py"]\n',
    passing="FROM python:3.13-slim\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install "
    '--no-cache-dir -r requirements.txt\nCOPY src src\nUSER 65532\nCMD ["python", "src/main.py"]\n',
)

# Each installer: how it is called to install what files name, and those files.
_INSTALLERS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("npm", ("ci", "install", "i"), ("package.json", "package-lock.json", "npm-shrinkwrap.json")),
    ("yarn", ("install", ""), ("package.json", "yarn.lock")),
    ("pnpm", ("install", "i"), ("package.json", "pnpm-lock.yaml")),
    ("pip", ("install",), ("requirements.txt",)),
    ("pip3", ("install",), ("requirements.txt",)),
    ("bundle", ("install",), ("Gemfile", "Gemfile.lock")),
    ("go", ("mod",), ("go.mod", "go.sum")),
)
# Commands beside an installation that don't need the source.
_WITHOUT_SOURCE = frozenset(
    {"cd", "rm", "mkdir", "set", "export", "true", "apt-get", "apk", "find"}
)


def check(subject: LintSubject) -> Iterator[Finding]:
    """The first installation after a COPY of everything, in each stage that is used."""
    for copied, installed, program, files in installations(subject):
        yield _finding(subject, copied, installed, program, files)


def installations(subject: LintSubject) -> Iterator[tuple[Step, Step, str, tuple[str, ...]]]:
    """The COPY, the installation after it, its program, and the files that list the packages."""
    for stage in subject.used:
        copied: Step | None = None
        for step in steps(stage):
            if _takes_all(step.instruction):
                copied = copied or step
            elif found := _installs(step.instruction):
                program, files = found
                if copied is not None:
                    yield copied, step, program, files
                break


def _takes_all(instruction: Instruction) -> bool:
    if instruction.keyword not in {"COPY", "ADD"} or len(instruction.args) != 2:
        return False
    copy = copy_of(instruction)
    is_all = copy.from_ is None and not copy.exclude
    return (is_all and copy.sources and copy.sources[0] in {".", "./", "/", "*", "./*"}) or False


def _installs(instruction: Instruction) -> tuple[str, tuple[str, ...]] | None:
    """The installer that the RUN calls, and the files that say what it installs."""
    if any(mount.type == "cache" for mount in mounts_of(instruction)):
        return None
    for command in commands_of(instruction):
        for program, verbs, files in _INSTALLERS:
            if command.program == program and _is_of_files(command, verbs):
                return program, files
    return None


def _is_of_files(command: Command, verbs: tuple[str, ...]) -> bool:
    plain = command.plain
    if (plain[0] if plain else "") not in verbs:
        return False
    if command.program in {"pip", "pip3"}:
        return "requirements.txt" in command.words and not {".", "-e", "--editable"} & set(plain)
    if command.program == "go":
        return plain[:2] == ("mod", "download")
    return len(plain) <= 1


def _finding(
    subject: LintSubject, copied: Step, installed: Step, program: str, files: tuple[str, ...]
) -> Finding:
    named = [name for name in files if name in subject.context.names] or list(files[:1])
    place = copied.stage.place(copied.instruction)
    what = (
        f"a change in any file runs {program} in line {installed.instruction.line} again; copy "
        f"{' and '.join(named)} first"
    )
    if any(_may_need_source(one, program) for one in commands_of(installed.instruction)):
        # Its other commands may need the source: a build script does.
        rest = "install from them in a separate RUN, and leave the other commands of line"
        where = f"{installed.instruction.line} below the COPY of everything"
        return Finding(RULE, f"{what}, {rest} {where}", place, named[0])
    return Finding(
        RULE,
        what,
        place,
        named[0],
        fix=(f"COPY {' '.join(named)} ./", installed.instruction.text.rstrip(), "COPY . ."),
        edits=_edits(subject, copied, installed, files),
    )


def _may_need_source(command: Command, program: str) -> bool:
    """Whether a command beside the installation may work on more than its files."""
    if command.program in _WITHOUT_SOURCE:
        return False
    verbs = next(verbs for name, verbs, _ in _INSTALLERS if name == program)
    verb = command.plain[0] if command.plain else ""
    return command.program != program or verb not in (*verbs, "cache", "config", "set")


def _edits(
    subject: LintSubject, copied: Step, installed: Step, files: tuple[str, ...]
) -> tuple[TextEdit, ...]:
    """The two instructions in reverse order, if that is sure to do the same."""
    named = [name for name in files if name in subject.context.names]
    first, second = copied.instruction, installed.instruction
    follows = second.line == first.end_line + 1
    is_plain = first.args[-1] in {".", "./"} and not first.flags and not second.heredocs
    alone = len(run_commands(second)) == 1
    if not named or not follows or not is_plain or not alone or "workspaces" in named:
        return ()
    text = f"COPY {' '.join(named)} ./\n{second.text.rstrip()}\n{first.text.rstrip()}\n"
    return (TextEdit(copied.stage.file, first.line, second.end_line, text),)
