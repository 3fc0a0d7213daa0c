"""A page of the documentation as a session at a terminal: what it tells to type is typed.

Of a page in Markdown these blocks count:

- ``sh`` and ``console`` are typed into one bash, in their order. Lines of ``console`` without ``$``
  or ``>`` are what is to be seen: digits, blanks and ids may differ, ``…`` stands for any text, and
  alone on a line for any lines.
- A block of another language with a ``title="FILE"`` is written to that file.
- ``<!-- not run: reason -->`` before a block leaves it out; the reason is for who edits the page.

A command has to end with status 0, unless ``# status 1`` stands behind it, or the next one is
``echo $?``.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(
    r"(?:^\ *<!--\ (?P<mark>[^\n]*?)\ -->\n+)?"
    r"^(?P<indent>\ *)```(?P<language>[\w-]+)(?:\ +title=\"(?P<title>[^\"]+)\")?[^\n]*\n"
    r"(?P<text>.*?)^(?P=indent)```\ *$",
    re.MULTILINE | re.DOTALL | re.VERBOSE,
)
_STATUS = re.compile(r"#.*\bstatus (\d+)")
_BEGIN, _END = "\x02BEGIN", "\x03END"


@dataclass(frozen=True)
class PageBlock:
    """A fenced block: ``not_run`` is the reason why it is left out, empty where it counts."""

    language: str
    title: str
    text: str
    line: int
    not_run: str = ""


@dataclass(frozen=True)
class Typed:
    """A command, what is to be seen after it (None: anything), and its status if it is told."""

    command: str
    shown: str | None
    status: int | None
    line: int
    #: Whether the next command is ``echo $?``.
    asked: bool = False


def blocks_of(page: str) -> Iterator[PageBlock]:
    """The blocks of a page, in their order."""
    for found in _FENCE.finditer(page):
        mark = found["mark"] or ""
        indent = found["indent"]
        text = re.sub(rf"^{indent}", "", found["text"], flags=re.MULTILINE)
        line = page.count("\n", 0, found.start("text"))
        reason = mark.removeprefix("not run: ") if mark.startswith("not run: ") else ""
        yield PageBlock(found["language"], found["title"] or "", text, line, reason)


def typed_in(block: PageBlock) -> Iterator[Typed]:
    """The commands of a block of ``sh`` or ``console``."""
    if block.language != "console":
        yield Typed(block.text, None, _told_status(block.text), block.line)
        return
    lines = block.text.splitlines()
    starts = [at for at, line in enumerate(lines) if line.startswith("$ ")]
    for at, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        first_shown = at + 1
        while first_shown < end and lines[first_shown].startswith("> "):
            first_shown += 1
        command = "\n".join(line[2:] for line in lines[at:first_shown])
        shown = "\n".join(lines[first_shown:end])
        asked = end < len(lines) and lines[end] == "$ echo $?"
        yield Typed(command, shown, _told_status(command), block.line + at, asked)


def _told_status(command: str) -> int | None:
    found = _STATUS.search(command)
    return int(found[1]) if found else None


def run_page(
    page: str,
    directory: Path,
    env: Mapping[str, str],
    *,
    from_the_top: bool = False,
    may_end: frozenset[int] = frozenset({0}),
) -> list[str]:
    """What is not as the page says, a text for each; empty where all is.

    ``from_the_top`` starts each block in ``directory``, whatever was entered before. ``may_end``
    are the statuses of commands of which the page tells none.
    """
    typed: list[Typed] = []
    script = [f"cd {directory}\n"]
    for block in blocks_of(page):
        if block.not_run:
            continue
        if block.title:
            end = "PAGE_FILE_ENDS"
            script.append(
                f"mkdir -p \"$(dirname '{block.title}')\"\n"
                f"cat > '{block.title}' <<'{end}'\n{block.text}{end}\n"
            )
        elif block.language in {"sh", "console"}:
            script.append(f"cd {directory}\n" if from_the_top else "")
            for one in typed_in(block):
                script.append(_framed(one.command, len(typed)))
                typed.append(one)
    program = directory.parent / f"{directory.name}.session"
    program.write_text("".join(script))
    done = subprocess.run(
        ["bash", str(program)],
        cwd=directory,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return list(_differences(typed, done.stdout.decode(errors="replace"), may_end))


def _framed(command: str, number: int) -> str:
    """The command between marks; the status of the one before it is ``$?`` in it."""
    return (
        f"printf '%s %d\\n' '{_BEGIN}' {number}\n(exit ${{last-0}})\n{command}\nlast=$?\n"
        f"printf '%s %d %d\\n' '{_END}' {number} $last\n"
    )


def _differences(typed: list[Typed], said: str, may_end: frozenset[int]) -> Iterator[str]:
    for number, one in enumerate(typed):
        found = re.search(rf"{_BEGIN} {number}\n(.*?){_END} {number} (\d+)\n", said, re.DOTALL)
        where = f"line {one.line}: $ {one.command.strip()}"
        if not found:
            yield f"{where}\n  was not reached, or ended the shell:\n{said[-2000:]}"
            return
        shown, status = found[1], int(found[2])
        wanted = may_end if one.status is None else {one.status}
        if not one.asked and status not in wanted:
            yield f"{where}\n  status {status}:\n{shown}"
        elif one.shown and not _matches(one.shown, shown):
            yield f"{where}\n  shows:\n{shown}\n  and the page:\n{one.shown}"


def _matches(wanted: str, shown: str) -> bool:
    """Whether what was shown is what the page has, but for digits, ids, blanks and ``…``."""
    parts = []
    for line in wanted.strip().splitlines():
        if line.strip() == "…":
            parts.append(r"(?:.*\n)*?")
        else:
            parts.append(re.escape(_plain(line)).replace("…", ".*?") + "\n")
    text = "".join(f"{_plain(line)}\n" for line in shown.strip().splitlines())
    return re.fullmatch("".join(parts), text) is not None


def _plain(line: str) -> str:
    """A line without what differs from run to run and from machine to machine."""
    line = re.sub(r"\b(?=[0-9a-f]*\d)[0-9a-f]{12,64}\b", "0", line)
    line = re.sub(r"[█▌▎·]+", "█", line)
    # Whatever the number: 5.25MB, 12,3 s, 7 minutes; its unit may be another one too.
    line = re.sub(r"\d[\d.,]*\s?(?:[kKMG]?B|ms|s)\b", "0", line)
    line = re.sub(r"\b\d+ (?:second|minute|hour)s? ago\b", "0 ago", line)
    return re.sub(r"\s+", " ", re.sub(r"\d[\d.,]*", "0", line)).strip()
