"""``bpkit lint``: its switches."""

from __future__ import annotations

import sys
from typing import Any

from bpkit.cli.verb import EngineVerb, cli, pairs


class Lint(EngineVerb):
    """Look at Dockerfiles without building them: those of DIR, or each FILE.

    Ends with status 1 if something as bad as --severity was found. What is there of hadolint and
    docker build --check is asked too.
    """

    USAGE = "bpkit lint [SWITCH...] [DIR] [FILE...]\n"
    format: Any = cli.SwitchAttr(
        ["--format"],
        cli.Set("text", "json", "sarif"),
        default="text",
        help="what to write to standard output",
    )
    severity: Any = cli.SwitchAttr(
        ["--severity"],
        cli.Set("error", "warning", "note"),
        default="warning",
        help="what ends with status 1: this, and what is worse",
    )
    without: Any = cli.SwitchAttr(
        ["--without"],
        cli.Set("hadolint", "docker"),
        list=True,
        help="leave this linter out, even if it is there",
    )
    build_args: Any = cli.SwitchAttr(
        ["--build-arg"], str, list=True, argname="NAME[=VALUE]", help="a build argument"
    )

    def main(self, *words: str) -> int:
        from bpkit.report import Console, coloured, findings_text
        from bpkit.verbs.lint import LintRequest, lint, lint_json, lint_sarif, split_words

        directory, files = split_words(words)
        choices = LintRequest(directory, files, pairs(self.build_args, "--build-arg"))
        result = lint(self.engine(), choices, frozenset(self.without))
        found = result.at_least(self.severity) if self.quiet else result.findings
        console = Console(bool(self.quiet), bool(self.json) or self.format == "json")
        if not self.quiet:
            for note in result.notes:
                console.note(note)
        if self.format == "sarif":
            text = lint_sarif(found, result.rules)
        else:
            text = findings_text(found, colour=coloured(sys.stdout))
        console.result(text, lint_json(found, result.notes))
        return result.status(self.severity)
