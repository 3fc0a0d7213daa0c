"""BPK220: a flag that needs a newer builder."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule, TextEdit
from bpkit.formats.dockerfile import Dockerfile, Instruction, mounts_of
from bpkit.light import regex
from bpkit.verbs.lint.subject import LintSubject

RULE = Rule(
    "BPK220",
    "warning",
    "a flag that needs a newer builder",
    "The flag (or the form of a value) is new in the Dockerfile syntax, and an older builder "
    "refuses it. Which syntax a builder knows depends on the version of the engine, unless "
    "the file names one in a `# syntax=` line.",
    fix="Put `# syntax=docker/dockerfile:1` on the first line, so that the builder fetches a "
    "frontend that knows the flag, or do without the flag.",
    failing="FROM alpine:3.22\nCOPY --parents src/a /app\nUSER 65532\n",
    passing="# syntax=docker/dockerfile:1\nFROM alpine:3.22\nCOPY --parents src/a /app\n"
    "USER 65532\n",
)

# The version of docker/dockerfile in which the flag left the labs channel, or None where it
# hasn't (https://docs.docker.com/build/buildkit/dockerfile-release-notes/).
_SINCE: dict[tuple[str, str], tuple[int, int] | None] = {
    ("ADD", "exclude"): (1, 19),
    ("ADD", "unpack"): (1, 17),
    ("COPY", "exclude"): (1, 19),
    ("COPY", "parents"): (1, 20),
    ("RUN", "device"): None,
    ("RUN", "security"): (1, 20),
}
_SYMBOLIC_MODE = (1, 14)
_SECRET_ENV = (1, 10)
_SPACED_HEREDOC = (1, 16)
_SYNTAX = regex(r"(?:docker\.io/)?docker/dockerfile(?:-upstream)?:(?P<tag>[\w.-]+)")
_VERSION = regex(r"(?P<major>\d+)(?:\.(?P<minor>\d+))?(?:\.\d+)?(?P<labs>-labs)?")


def check(subject: LintSubject) -> Iterator[Finding]:
    """Each instruction that needs a newer syntax than the file asks for."""
    for instruction in subject.sound.instructions:
        for what, since in _needs(instruction):
            if not _has(subject.file, since):
                version = "the labs channel of" if since is None else f"version {_text(since)} of"
                yield Finding(
                    RULE,
                    f"{what} needs {version} the Dockerfile syntax; older builders refuse it",
                    subject.file.place(instruction),
                    what,
                    fix=(
                        "# on the first line:",
                        f"# syntax=docker/dockerfile:1{'-labs' if since is None else ''}",
                    ),
                    edits=_edits(subject.file, since),
                )


def _edits(file: Dockerfile, since: tuple[int, int] | None) -> tuple[TextEdit, ...]:
    """The syntax line at the top, if the file has none."""
    if "syntax" in file.directives or file.text.startswith(("#!", "\ufeff")):
        return ()
    line = f"# syntax=docker/dockerfile:1{'-labs' if since is None else ''}\n"
    return (TextEdit(file.name, 1, 0, line),)


def _needs(instruction: Instruction) -> Iterator[tuple[str, tuple[int, int] | None]]:
    for flag in instruction.flags:
        if (instruction.keyword, flag.name) in _SINCE:
            yield f"{instruction.keyword} --{flag.name}", _SINCE[instruction.keyword, flag.name]
    mode = instruction.flag("chmod") or ""
    if instruction.keyword in {"ADD", "COPY"} and mode[:1] in set("ugoa+-="):
        yield f"--chmod={mode} (letters instead of a number)", _SYMBOLIC_MODE
    for mount in mounts_of(instruction):
        if mount.type == "secret" and any(name == "env" for name, _ in mount.options):
            yield "RUN --mount=type=secret,env=", _SECRET_ENV
    if any(heredoc.spaced for heredoc in instruction.heredocs):
        name = instruction.heredocs[0].name
        yield f"a blank between << and {name} (write <<{name})", _SPACED_HEREDOC


def _has(file: Dockerfile, since: tuple[int, int] | None) -> bool:
    """Whether the syntax line of the file asks for a frontend that is new enough, or another."""
    syntax = file.directives.get("syntax")
    if not syntax:
        return False
    found = _SYNTAX.match(syntax)
    version = _VERSION.fullmatch(found["tag"]) if found else None
    if version is None:
        # master, or somebody else's frontend: nothing is known about it.
        return True
    if version["labs"] is None and since is None:
        return False
    if version["minor"] is None:
        return True
    return (
        since is None
        or (int(version["major"]), int(version["minor"])) >= since
        or bool(version["labs"])
    )


def _text(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"
