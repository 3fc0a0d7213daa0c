"""The only output to the terminal: text, tables, JSON and SARIF."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.report.ci import findings_github, findings_gitlab, findings_junit
    from bpkit.report.console import Console, coloured
    from bpkit.report.errors import error_json, error_text
    from bpkit.report.escaping import safe, safe_json, shown
    from bpkit.report.findings import findings_json, findings_text
    from bpkit.report.invocation import as_started
    from bpkit.report.live import LiveLines, live_terminal
    from bpkit.report.pages import rule_json, rule_page
    from bpkit.report.reading_meter import meter
    from bpkit.report.sarif import findings_sarif
    from bpkit.report.sizes import Reduction, bar, human, table

__all__ = [
    # Headings and notes on standard error.
    "Console",
    # Draws the result of ``lines`` until the block ends, then removes it.
    "LiveLines",
    # From ``before`` to ``after``, in bytes.
    "Reduction",
    # ``text`` with each ``bpkit VERB`` and ``pip install`` command as it is typed here.
    "as_started",
    # ``part`` of ``whole`` as a bar; a part that isn't zero always has at least one cell.
    "bar",
    # Whether ``stream`` is a terminal that shows colours (https://no-color.org).
    "coloured",
    # The error as one JSON object; ``file`` and ``line`` are null if there is none.
    "error_json",
    # ``bpkit: file:line: message``, and the hint below it; each is one line, whatever it
    # contains.
    "error_text",
    # A workflow command for each finding, which GitHub shows at its line.
    "findings_github",
    # A Code Quality report.
    "findings_gitlab",
    # The findings as data for ``json.dumps``; ``file`` and ``line`` are null if unknown.
    "findings_json",
    # A JUnit report: a suite per file, a failure per finding; a file without findings passes.
    "findings_junit",
    # A SARIF log of one run for ``json.dumps``.
    "findings_sarif",
    # A paragraph for each finding, ``file:line: severity RULE: message`` first, then a count.
    "findings_text",
    # ``size`` bytes in decimal units and three digits: ``9.69MB`` (docker's go-units).
    "human",
    # The terminal to draw on; None without one, on a dumb one, and with --quiet.
    "live_terminal",
    # The meter of this run; None if there is no terminal, or with --quiet.
    "meter",
    # The rule as data for ``json.dumps``.
    "rule_json",
    # The page of one rule, as Markdown, with ``closing`` at its end.
    "rule_page",
    # ``text`` with line ends and tabs, with ``colour`` also bpkit's own; the rest as
    # ``shown``.
    "safe",
    # Equivalent JSON without characters that control a terminal.
    "safe_json",
    # ``text`` as part of one line: invisible characters are written as ``\x1b``.
    "shown",
    # The rows in columns, below the first as the header; those in ``right`` are right-
    # aligned.
    "table",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "ci": "findings_github findings_gitlab findings_junit",
        "console": "Console coloured",
        "errors": "error_json error_text",
        "escaping": "safe safe_json shown",
        "findings": "findings_json findings_text",
        "invocation": "as_started",
        "live": "LiveLines live_terminal",
        "pages": "rule_json rule_page",
        "reading_meter": "meter",
        "sarif": "findings_sarif",
        "sizes": "Reduction bar human table",
    },
)
