"""BPK13x: interpreters of languages, and the file, module or jar that they are given.

What is looked for beyond the file that a command line names, the languages say themselves.
"""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.image import SHELLS, Link, Subject, chain, join
from bpkit.languages import LANGUAGES, NO_FILE, CommandLine, language_of, missing_file

_SHELL = CommandLine(
    programs=SHELLS,
    flags=frozenset(["-e", "-x", "-u", "-ex", "-eu", "-eux", "-euxo", "-l", "-i"]),
    values=frozenset({"-o"}),
)
_OF_LANGUAGES = (rule for one in LANGUAGES if one.rules for rule in one.rules.RULES)
RULES: tuple[Rule, ...] = (NO_FILE, *sorted(_OF_LANGUAGES, key=lambda rule: rule.id))


def findings(subject: Subject) -> Iterator[Finding]:
    """What the interpreter that is started last will not find."""
    links = chain(subject)
    if not links or links[-1].node is None:
        return
    for one in LANGUAGES:
        if one.rules:
            yield from one.rules.findings(subject, links)
    # After a shebang line, the file is the script that brought the interpreter here.
    if not any(link.how == "shebang" for link in links):
        yield from _of_file(subject, links[-1])


def _of_file(subject: Subject, link: Link) -> Iterator[Finding]:
    """The file that stands after the interpreter's options."""
    language = language_of(link)
    reading = _SHELL if _SHELL.starts(link.name) else language.command if language else None
    words = reading.read(link.argv).rest if reading else None
    if not reading or not reading.runs_file or not words or words[0] in {"", *reading.subcommands}:
        return
    path = join(subject.config.workdir, words[0]) if words[0][0] != "/" else words[0]
    if any(subject.rootfs.resolve(path + ending) for ending in reading.endings):
        return
    if reading is _SHELL and "/" not in words[0]:
        # Some shells go on to look in PATH.
        return
    yield missing_file(subject, link, words[0], path)
