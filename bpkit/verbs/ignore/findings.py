"""The problems of what a build is sent: secrets, a stale ``.dockerignore``, a missing file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bpkit.errors import Place
from bpkit.findings import Finding, Rule
from bpkit.formats.context import ContextSource, Needed, Tree
from bpkit.formats.dockerignore import BUILDKIT, CLASSIC, Dialect, Ignore, IgnoreVerdict, Pattern
from bpkit.formats.text import parents
from bpkit.verbs.ignore.derivation import excluding, literal
from bpkit.verbs.ignore.secrets import SecretKind

SECRET = Rule(
    "BPK301",
    "error",
    "a secret is sent to the builder",
    "A copied file stays in a layer of the image, where anyone who has the image can find it, "
    "even if a later instruction removes it. The classic builder sends the engine even a file that "
    "no instruction copies. Exclude it in `.dockerignore`, and pass it to a RUN with "
    "`--mount=type=secret`.",
)
DRIFT = Rule(
    "BPK302",
    "error",
    "the .dockerignore doesn't match the Dockerfiles",
    "The derived part was made from other instructions: files that are needed are "
    "missing, or files are sent that nothing needs. Update it with `bpkit ignore --write`.",
)
NEEDED = Rule(
    "BPK303",
    "error",
    "a file that is needed is excluded",
    "A line of `.dockerignore` excludes what an instruction copies, so the build fails "
    "there, or copies less than intended.",
)
BUILDERS = Rule(
    "BPK304",
    "warning",
    "builders read a line differently",
    "BuildKit looks into every directory where a `!` line has a wildcard; the classic builder "
    "enters an excluded directory only if a `!` line begins with its path, letter by letter. So "
    "one file sends different files to the two, and the images differ. For an engine that builds "
    "with BuildKit it is a note.",
    fix="Write the directories out: `!src` instead of `!**/*.py`, or let `bpkit ignore --write` "
    "derive lines that all builders read the same way.",
)
RULES = (SECRET, DRIFT, NEEDED, BUILDERS)
_NOTE = replace(BUILDERS, severity="note")


@dataclass(frozen=True)
class Reading:
    """What one Dockerfile needs from a context, and an ignore file that a builder reads for it.

    ``sent_whole``: the classic builder is sent all that is not excluded; BuildKit fetches only
    what the instructions copy.
    """

    dockerfile: str
    needed: Needed
    ignore: Ignore
    sent_whole: bool = False


def secrets_sent(
    reading: Reading, tree: Tree, secrets: Iterable[tuple[str, SecretKind]]
) -> Iterator[Finding]:
    """A finding for each secret that is sent, at the instruction that copies it.

    If none does, the finding is about the Dockerfile as a whole.
    """
    for path, kind in secrets:
        if not _is_sent(reading.ignore, path, tree, directory=kind.directory):
            continue
        source = _taken_by(reading.needed, path, kind)
        if source is not None:
            how = f"{source.keyword} {source.text} copies it"
            yield _secret(path, kind, source.place, how)
        elif reading.sent_whole:
            how = "no instruction copies it, but the classic builder gets it"
            yield _secret(path, kind, Place(reading.dockerfile), how)


def at_their_lines(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings; for a secret, those at instructions that copy it, or failing that, one."""
    by_subject: dict[str, list[Finding]] = {}
    for finding in findings:
        by_subject.setdefault(finding.subject, []).append(finding)
    for same in by_subject.values():
        placed = [one for one in same if one.place is not None and one.place.line is not None]
        yield from placed or same[:1]


def _secret(path: str, kind: SecretKind, place: Place, how: str) -> Finding:
    line = excluding("/".join(literal(part) for part in path.split("/")))
    message = f"{path} holds {kind.what}: {how}"
    return Finding(SECRET, message, place, path, fix=("# in .dockerignore", line))


def _is_sent(ignore: Ignore, path: str, tree: Tree, *, directory: bool) -> bool:
    """Whether ``path``, or something in it if it is a directory, is not excluded."""
    if not directory:
        return not ignore.excludes(path)
    inside = (one for one in tree.paths if one.startswith(f"{path}/"))
    return any(not ignore.excludes(one) for one in inside if tree.entries[one].kind == "file")


def _taken_by(needed: Needed, path: str, kind: SecretKind) -> ContextSource | None:
    """The source that copies it, or something in it if it is a directory."""
    source = needed.source_of(path)
    if source is not None or not kind.directory:
        return source
    inside = (one for one in needed.paths if path in parents(one))
    return next((needed.wanted_by[one] for one in inside), None)


def needed_but_excluded(reading: Reading, tree: Tree, builder: Dialect) -> Iterator[Finding]:
    """A finding for each path that a source names and a line excludes with all that is in it.

    It is a note if the builder isn't the one in use.
    """
    for path, source in {**reading.needed.wanted_by, **reading.needed.named}.items():
        if path not in tree.entries:
            continue
        verdict = reading.ignore.verdict(path)
        if verdict.excluded and not _lets_in_below(reading.ignore, path, tree):
            found = _excluded(path, verdict, source)
            if reading.ignore.dialect is builder:
                yield found
            else:
                message = f"with {reading.ignore.dialect.name}, {found.message}"
                yield replace(found, rule=_NOTE, message=message)


def _lets_in_below(ignore: Ignore, path: str, tree: Tree) -> bool:
    return _is_sent(ignore, path, tree, directory=tree.entries[path].kind == "directory")


def _excluded(path: str, verdict: IgnoreVerdict, source: ContextSource) -> Finding:
    line = verdict.by
    which = f"{line.place}: {line}" if line else "a line"
    message = f"{path} is excluded by {which}, but {source.keyword} {source.text} copies it"
    return Finding(NEEDED, message, source.place, path)


def read_differently(text: str, needed: Needed, tree: Tree, builder: Dialect) -> Iterator[Finding]:
    """A finding for each line that includes copied files for BuildKit alone."""
    classic = CLASSIC if builder is BUILDKIT else builder
    new, old = Ignore.parse(text), Ignore.parse(text, dialect=classic)
    by_line: dict[Pattern, list[str]] = {}
    for path, entry in tree.entries.items():
        if entry.kind == "directory" or path in needed.paths or not needed.takes(path):
            continue
        verdict = new.verdict(path)
        if not verdict.excluded and verdict.by is not None and old.excludes(path):
            by_line.setdefault(verdict.by, []).append(path)
    for line, paths in by_line.items():
        more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
        yield Finding(
            _NOTE if builder is BUILDKIT else BUILDERS,
            f"'{line}' includes {paths[0]}{more} for BuildKit, but not for {classic.name}",
            line.place,
            str(line),
        )


def drift(there: str | None, derived: str, name: str, *, ours: bool) -> Iterator[Finding]:
    """A finding for each line that is missing in the derived part, or isn't derived now.

    ``there`` is the derived part on disk, None if there is no file. A file that bpkit did not write
    (``ours``) can't drift.
    """
    if there is None:
        yield Finding(DRIFT, f"{name} doesn't exist", Place(name), fix=("bpkit ignore --write",))
        return
    if not ours:
        return
    old, new = _lines(there), _lines(derived)
    gone = [line for line in old if line not in new]
    for number, line in enumerate(there.splitlines(), 1):
        if line in gone:
            message = f"the line {line!r} isn't among those derived now"
            yield Finding(DRIFT, message, Place(name, number), line)
    for line in new:
        if line not in old:
            yield Finding(DRIFT, f"the line {line!r} is missing", Place(name), line)
    if sorted(old) == sorted(new) and old != new:
        yield Finding(DRIFT, "the lines are in a different order", Place(name))


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line and not line.startswith("#")]
