"""``bpkit lint``: its switches."""

from __future__ import annotations

import sys
from typing import Any

from bpkit.cli.verb import EngineVerb, Verb, cli, pairs


class Lint(EngineVerb):
    """Look at Dockerfiles without building them: those of each DIR, or each FILE.

    The findings of hadolint and of docker build --check are added, where they are installed.
    """

    USAGE = "bpkit lint [SWITCH...] [DIR...] [FILE...]\n"
    EXAMPLES = (
        ("bpkit lint Dockerfile.build Dockerfile.runtime", "look at two files together"),
        ("bpkit lint --format sarif > lint.sarif", "write a report for CI"),
    )
    STATUSES = (*Verb.STATUSES, (1, "something at least as severe as --severity was found"))
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
        help="exit with status 1 for findings at least as severe; default: warning",
    )
    without: Any = cli.SwitchAttr(
        ["--without"],
        cli.Set("hadolint", "docker"),
        list=True,
        help="leave this linter out, even if it is there",
    )
    recursive: Any = cli.Flag(
        ["-r", "--recursive"], help="look at the Dockerfiles in the directories below, too"
    )
    build_args: Any = cli.SwitchAttr(
        ["--build-arg"], str, list=True, argname="NAME[=VALUE]", help="a build argument"
    )

    def main(self, *words: str) -> int:
        from bpkit.report import coloured, findings_text
        from bpkit.verbs.lint import LintRequest, lint, lint_json, lint_sarif, split_words

        directories, files = split_words(words)
        choices = LintRequest(
            directories, files, pairs(self.build_args, "--build-arg"), bool(self.recursive)
        )
        result = lint(self.engine(), choices, frozenset(self.without))
        found = result.at_least(self.severity) if self.quiet else result.findings
        console = self.console(json=self.format == "json")
        if not self.quiet:
            for note in result.notes:
                console.note(note)
        if self.format == "sarif":
            text = lint_sarif(found, result.rules)
        else:
            text = findings_text(found, colour=coloured(sys.stdout))
        console.result(text, lint_json(found, result.notes))
        return result.status(self.severity)
