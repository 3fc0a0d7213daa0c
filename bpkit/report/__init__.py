"""The only output to the terminal: text, tables, JSON and SARIF."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.report.ci import findings_github, findings_gitlab, findings_junit
    from bpkit.report.console import Console, coloured
    from bpkit.report.errors import error_json, error_text
    from bpkit.report.escaping import safe, safe_json, shown
    from bpkit.report.findings import findings_json, findings_text
    from bpkit.report.invocation import as_started
    from bpkit.report.pages import rule_json, rule_page
    from bpkit.report.reading_meter import meter
    from bpkit.report.sarif import findings_sarif
    from bpkit.report.sizes import Reduction, bar, human, table

__all__ = [
    # Headings and notes on standard error.
    "Console",
    # From ``before`` to ``after``, in bytes.
    "Reduction",
    # ``text`` with each command ``bpkit VERB`` as it is typed here, and each of pip.
    "as_started",
    # ``part`` of ``whole`` as a bar; a part that isn't zero always has at least one cell.
    "bar",
    # Whether ``stream`` is a terminal that wants colours (https://no-color.org).
    "coloured",
    # The error as one JSON object; ``file`` and ``line`` are null where there is none.
    "error_json",
    # ``bpkit: file:line: message``, and the hint below it; each is one line whatever it
    # holds.
    "error_text",
    # A workflow command for each finding, which GitHub shows at its line.
    "findings_github",
    # A Code Quality report.
    "findings_gitlab",
    # The findings as data for ``json.dumps``; ``file`` and ``line`` are null where unknown.
    "findings_json",
    # A JUnit report: a suite a file, a failure a finding; a file without any has one success.
    "findings_junit",
    # A SARIF log of one run for ``json.dumps``.
    "findings_sarif",
    # A paragraph for each finding, ``file:line: severity RULE: message`` first, then a count.
    "findings_text",
    # ``size`` bytes in decimal units and three digits: ``9.69MB`` (docker's go-units).
    "human",
    # The meter of this run; None if there is no terminal, or with --quiet.
    "meter",
    # The rule as data for ``json.dumps``.
    "rule_json",
    # The page of one rule, as Markdown; ``closing`` is put at its end.
    "rule_page",
    # ``text`` with its line ends and tabs, with ``colour`` its colours too, all else as
    # ``shown``.
    "safe",
    # JSON in which no character acts on a terminal; it says the same.
    "safe_json",
    # ``text`` as part of one line: what can't be seen is written as ``\x1b``.
    "shown",
    # The rows in columns, the first row being the head; columns in ``right`` are set right.
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
        "pages": "rule_json rule_page",
        "reading_meter": "meter",
        "sarif": "findings_sarif",
        "sizes": "Reduction bar human table",
    },
)
