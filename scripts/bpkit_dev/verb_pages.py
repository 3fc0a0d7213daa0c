"""The page of a verb as Markdown and as a manual page, from the same value as its ``--help``."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterator
from typing import Any

from bpkit import __version__
from bpkit.cli.help import VerbHelp, verb_help
from bpkit.cli.verbs import SUMMARY, VERBS

_MADE = "made from bpkit/cli/; `make golden` renews it"


def application(verb: str) -> Any:
    """The verb's application, as the command line makes it."""
    classes = {name: path for name, path, _ in VERBS}
    module, _, name = classes[verb].rpartition(".")
    return pkgutil.resolve_name(f"{module}:{name}")(f"bpkit {verb}")


def page_of(verb: str) -> VerbHelp:
    """The help of the verb with this name, as a value."""
    return verb_help(verb, application(verb))


def markdown(page: VerbHelp) -> str:
    """The verb's page in the documentation."""
    lines = [f"<!-- {_MADE} -->", "", f"# bpkit {page.verb}", "", "```text", page.usage, "```", ""]
    for paragraph in (page.summary, *page.more):
        lines += [_as_code(paragraph), ""]
    for group, switches in page.groups.items():
        lines += [f"## {group.capitalize()}", "", "| switch | |", "| --- | --- |"]
        for switch in switches:
            spelling = switch.spelling.replace("|", r"\|")
            lines.append(f"| `{spelling}` | {_as_code(switch.says)} |".replace("  ", " "))
        lines.append("")
    lines += ["## Examples", "", "```sh"]
    for command, says in page.examples:
        lines += [f"# {says}", command]
    lines += ["```", "", "## Exit status", "", "| status | |", "| --- | --- |"]
    lines += [f"| {status} | {_as_code(says)} |" for status, says in page.statuses]
    return "\n".join(lines) + "\n"


def _as_code(text: str) -> str:
    """The text with code in backquotes for Markdown; on a terminal it is in single quotes."""
    return re.sub(r"(?<!\w)'([^']+)'(?!\w)", r"`\1`", text).replace("|", r"\|")


def overview() -> str:
    """The page that links to the verbs' pages."""
    lines = [f"<!-- {_MADE} -->", "", "# The verbs", "", SUMMARY, "", "| verb | |", "| --- | --- |"]
    lines += [f"| [`bpkit {name}`]({name}.md) | {says} |" for name, _, says in VERBS]
    return "\n".join(lines) + "\n"


def manual(page: VerbHelp) -> str:
    """The verb's manual page, in man(7) macros."""
    named = f"bpkit-{page.verb}"
    summary = next(says for name, _, says in VERBS if name == page.verb)
    lines = [*_head(named, summary), ".SH SYNOPSIS", f".B {_roff(page.usage)}", ".SH DESCRIPTION"]
    lines += _paragraphs((page.summary, *page.more))
    lines.append(".SH OPTIONS")
    for group, switches in page.groups.items():
        lines.append(f'.SS "{_roff(group.capitalize())}"')
        for switch in switches:
            lines += [".TP", f".B {_roff(switch.spelling)}", _roff(switch.says)]
    lines.append(".SH EXAMPLES")
    for command, says in page.examples:
        lines += [".PP", f"{_roff(says)}:", ".PP", ".RS 4", ".nf", _roff(command), ".fi", ".RE"]
    lines.append(".SH EXIT STATUS")
    for status, says in page.statuses:
        lines += [".TP", f".B {_roff(status)}", _roff(says)]
    return "\n".join([*lines, ".SH SEE ALSO", ".BR bpkit (1)", ""])


def manual_overview() -> str:
    """The manual page of ``bpkit`` itself."""
    lines = [*_head("bpkit", SUMMARY.rstrip(".")), ".SH SYNOPSIS"]
    lines += [".B bpkit VERB [SWITCH...] [DIR]", ".SH DESCRIPTION", _roff(SUMMARY), ".SH VERBS"]
    for name, _, says in VERBS:
        lines += [".TP", f".BR bpkit\\-{_roff(name)} (1)", _roff(says)]
    return "\n".join([*lines, ""])


def _head(named: str, summary: str) -> Iterator[str]:
    yield f'.\\" {_MADE}'
    yield f'.TH {_roff(named.upper())} 1 "" "bpkit {__version__}" "bpkit"'
    yield ".SH NAME"
    yield f"{_roff(named)} \\- {_roff(summary[:1].lower() + summary[1:])}"


def _paragraphs(texts: tuple[str, ...]) -> Iterator[str]:
    for text in texts:
        yield from (".PP", _roff(text))


def _roff(text: str) -> str:
    r"""Text escaped for man(7): ``-`` as a minus, no line that begins with a control character."""
    shown = text.replace("\\", r"\e").replace("-", r"\-").replace("'", r"\(aq")
    return rf"\&{shown}" if shown.startswith((".", "'")) else shown
