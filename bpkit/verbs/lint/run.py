"""``bpkit lint``: bpkit's own rules, hadolint and ``docker build --check`` in one report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from bpkit.core import Engine
from bpkit.findings import SEVERITIES, Finding, Rule, Severity, in_order
from bpkit.light import dataclass
from bpkit.verbs.lint.baseline import known_findings, without_known
from bpkit.verbs.lint.files import LintRequest, lint_files
from bpkit.verbs.lint.ignores import ignores_of, without_ignored
from bpkit.verbs.lint.linters import DOCKER, HADOLINT, Linted, docker_findings, hadolint_findings
from bpkit.verbs.lint.same_fault import merged
from bpkit.verbs.lint.selection import selection_of
from bpkit.verbs.lint.table import RULES, findings

# How a message names the linters; hadolint is named as it is chosen.
BPKIT, BUILD_CHECK = "bpkit", "docker build --check"


@dataclass(frozen=True)
class LintResult:
    """The findings of all linters, the worst first.

    ``notes`` name those that did not run, and why. ``rules`` are all of bpkit's, and those that
    other linters reported; ``files`` are the linted files; ``seen_by`` are the linters that have
    read all of them to the end; ``known`` is how many findings the baseline has left out.
    """

    findings: tuple[Finding, ...]
    rules: tuple[Rule, ...]
    notes: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    seen_by: tuple[str, ...] = (BPKIT,)
    known: int = 0

    def status(self, threshold: Severity) -> int:
        """1 if something at least as severe as ``threshold`` was found, else 0."""
        return int(bool(self.at_least(threshold)))

    def at_least(self, threshold: Severity) -> tuple[Finding, ...]:
        """The findings at least as severe as ``threshold``."""
        most = SEVERITIES.index(threshold)
        return tuple(f for f in self.findings if SEVERITIES.index(f.severity) <= most)


def lint(engine: Engine, choices: LintRequest, without: frozenset[str] = frozenset()) -> LintResult:
    """Lint the Dockerfiles in ``choices``; ``without`` names linters to leave out.

    A file that can't be read is a finding. Raises InputError if there is no Dockerfile, or
    the image in ``choices`` doesn't exist, EngineError if hadolint fails.
    """
    found = lint_files(choices)
    files = found.files
    own = (*found.unread, *findings(file.subject for file in files))
    skipped = Linted(ran=False)
    docker = skipped if DOCKER in without else docker_findings(engine, files)
    hadolint = skipped if HADOLINT in without else hadolint_findings(files)
    dockerfiles = [file.subject.file for file in files]
    reports = merged((own, docker.findings, hadolint.findings), dockerfiles)
    ignores = [ignore for dockerfile in dockerfiles for ignore in ignores_of(dockerfile)]
    ran = {DOCKER: docker.ran, HADOLINT: hadolint.ran}
    kept = without_ignored(reports, ignores, ran)
    settings = found.settings
    off = (*choices.unasked, *settings.off)
    asked = selection_of(choices.only, off, settings.severity, (rule.id for rule in RULES))
    chosen = (asked.graded(report.shown) for report in kept if asked.takes(report.ids))
    baseline = choices.baseline or settings.baseline
    known = known_findings(baseline) if baseline else Counter[str]()
    all_chosen = in_order(chosen)
    shown, notes = without_known(all_chosen, known), (*docker.notes, *hadolint.notes)
    others = {HADOLINT: hadolint, BUILD_CHECK: docker}
    seen_by = (BPKIT, *(name for name, linter in others.items() if linter.saw_all))
    left_out = len(all_chosen) - len(shown)
    if choices.image:
        # Imported late: only ``--image`` needs these modules.
        from bpkit.verbs.lint.measured import with_sizes

        shown, unmeasured = with_sizes(shown, files, choices.image, engine)
        notes += unmeasured
    names = (*(file.name for file in dockerfiles), *_places(found.unread))
    return LintResult(shown, _rules(shown), notes, names, seen_by, left_out)


def _places(found: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(finding.place.file for finding in found if finding.place)


def _rules(found: Iterable[Finding]) -> tuple[Rule, ...]:
    """All rules of bpkit, and each rule of the others once."""
    rules = {rule.id: rule for rule in RULES}
    for finding in found:
        rules.setdefault(finding.rule.id, finding.rule)
    return tuple(rules.values())
