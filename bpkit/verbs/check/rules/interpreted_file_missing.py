"""BPK131: the file that an interpreter is given is not in the image."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding
from bpkit.image import SHELLS, join
from bpkit.languages import NO_FILE, CommandLine, language_of, missing_file
from bpkit.verbs.check.subject import CheckSubject

RULE = NO_FILE
_SHELL = CommandLine(
    programs=SHELLS,
    flags=frozenset(["-e", "-x", "-u", "-ex", "-eu", "-eux", "-euxo", "-l", "-i"]),
    values=frozenset({"-o"}),
)


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The file that stands after the options of the interpreter that is started last."""
    links, image = subject.links, subject.image
    # After a shebang line, the file is the script that brought the interpreter here.
    if not links or links[-1].node is None or any(link.how == "shebang" for link in links):
        return
    link = links[-1]
    language = language_of(link)
    reading = _SHELL if _SHELL.starts(link.name) else language.command if language else None
    words = reading.read(link.argv).rest if reading else None
    if not reading or not reading.runs_file or not words or words[0] in {"", *reading.subcommands}:
        return
    path = join(image.config.workdir, words[0]) if words[0][0] != "/" else words[0]
    if any(image.rootfs.resolve(path + ending) for ending in reading.endings):
        return
    if reading is _SHELL and "/" not in words[0]:
        # Some shells go on to look in PATH.
        return
    yield missing_file(image, link, words[0], path)
