"""``bpkit lint``: its switches."""

from __future__ import annotations

import sys
from typing import Any

from bpkit.cli.verb import EngineVerb, Verb, cli, in_directory, pairs


class Lint(EngineVerb):
    """Look at Dockerfiles without building them: those of each DIR, or each FILE.

    The findings of hadolint and of docker build --check are added, where they are installed.
    """

    USAGE = "bpkit lint [SWITCH...] [DIR...] [FILE...]\n"
    EXAMPLES = (
        ("bpkit lint Dockerfile.build Dockerfile.runtime", "lint two Dockerfiles together"),
        ("bpkit lint --format sarif > lint.sarif", "write a report for CI"),
    )
    STATUSES = (
        *Verb.STATUSES,
        (1, "a finding is at least as severe as --severity"),
        (3, "--image: no engine answers"),
    )
    format: Any = cli.SwitchAttr(
        ["--format"],
        cli.Set("text", "json", "sarif", "github", "gitlab", "junit"),
        default="text",
        help="what to write to standard output",
    )
    severity: Any = cli.SwitchAttr(
        ["--severity"],
        cli.Set("error", "warning", "note"),
        default="warning",
        help="exit with status 1 for findings at least this severe; default: warning",
    )
    without: Any = cli.SwitchAttr(
        ["--without"],
        cli.Set("hadolint", "docker"),
        list=True,
        help="do not run this linter, even if it is installed",
    )
    strict: Any = cli.Flag(["--strict"], help="exit with status 1 for any finding, notes too")
    only: Any = cli.SwitchAttr(
        ["--only"],
        str,
        list=True,
        argname="RULE",
        help="check only this rule",
    )
    exclude: Any = cli.SwitchAttr(
        ["--except"], str, list=True, argname="RULE", help="skip this rule"
    )
    fix: Any = cli.Flag(["--fix"], help="show fixes for the findings, as a diff")
    write: Any = cli.Flag(["--write"], requires=["--fix"], help="write the fixes to the files")
    baseline: Any = cli.SwitchAttr(
        ["--baseline"], str, argname="FILE", help="report only findings that are not in this file"
    )
    write_baseline: Any = cli.SwitchAttr(
        ["--write-baseline"], str, argname="FILE", help="write the findings to this file"
    )
    recursive: Any = cli.Flag(
        ["-r", "--recursive"], help="also lint the Dockerfiles in subdirectories"
    )
    image: Any = cli.SwitchAttr(
        ["--image"],
        str,
        argname="IMAGE|FILE.tar|OCI-DIR",
        help="an image that was built from one of the Dockerfiles: show the bytes that findings "
        "cost in it",
    )
    build_args: Any = cli.SwitchAttr(
        ["--build-arg"], str, list=True, argname="NAME[=VALUE]", help="a build argument"
    )

    @in_directory
    def main(self, *words: str) -> int:
        from bpkit.report import coloured
        from bpkit.verbs.lint import LintRequest, lint, lint_json, lint_text, split_words

        directories, files = split_words(words)
        choices = LintRequest(
            directories,
            files,
            pairs(self.build_args, "--build-arg"),
            bool(self.recursive),
            tuple(self.only),
            tuple(self.exclude),
            self.baseline or "",
            self.image or "",
        )
        result = lint(self.engine(), choices, frozenset(self.without))
        if self.fix or self.write_baseline:
            return self._written(result)
        found = result.at_least(self.severity) if self.quiet else result.findings
        console = self.console(json=self.format == "json")
        if not self.quiet:
            for note in result.notes:
                console.note(note)
        text = lint_text(result, found, self.format, colour=coloured(sys.stdout))
        console.result(text, lint_json(found, result.notes))
        return result.status("note" if self.strict else self.severity)

    def _written(self, result: Any) -> int:
        """Write the baseline, or show (with --write: write) the fixes."""
        from bpkit.verbs.lint import (
            fixed_files,
            fixes_json,
            with_checksums,
            write_baseline,
            write_fixed,
        )

        console = self.console()
        if self.write_baseline:
            write_baseline(self.write_baseline, result.findings)
            count = len(result.findings)
            said = f"wrote {self.write_baseline}: {count} known finding{'s' * (count != 1)}\n"
            data = {"baseline": self.write_baseline, "findings": count}
            console.result(said, data, schema="bpkit/lint-baseline/1")
            return 0
        checked = with_checksums(result.findings)
        for note in checked.notes:
            console.note(note)
        files = fixed_files(checked.findings)
        if self.write:
            write_fixed(files)
            text = "".join(f"fixed {f.path}: {', '.join(f.rules)}\n" for f in files)
        else:
            text = "".join(file.diff for file in files)
        nothing = "no finding can be fixed by an edit\n"
        console.result(text or nothing, fixes_json(files), schema="bpkit/lint-fix/1")
        return 0
