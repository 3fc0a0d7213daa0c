"""What a workspace's build inspects in each image: budgets, and with switches much more."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bpkit.core import Engine, ImageInfo
from bpkit.errors import BpkitError
from bpkit.report import findings_text
from bpkit.verbs.build import Prepared
from bpkit.verbs.workspace.result import MemberOutcome


@dataclass(frozen=True)
class Inspection:
    """The inspections of each image that is built or up to date.

    Its budget is always checked. ``checks`` looks for what keeps it from starting, ``tries``
    starts it.
    """

    checks: bool = False
    tries: bool = False

    def of(
        self, outcome: MemberOutcome, prepared: Prepared, info: ImageInfo, engine: Engine
    ) -> MemberOutcome:
        """The outcome with the problems found in the image; an error if it can't be inspected."""
        try:
            found = (
                *self._over_budget(outcome, prepared, engine),
                *self._findings(prepared, info, engine),
                *self._faults(prepared, engine),
            )
        except BpkitError as error:
            return replace(outcome, state="failed", error=error)
        return replace(outcome, wrong=found)

    def _over_budget(
        self, outcome: MemberOutcome, prepared: Prepared, engine: Engine
    ) -> tuple[str, ...]:
        if prepared.project.settings.budget is None:
            return ()
        from bpkit.verbs.size import budget_text, over_budget

        found, _ = over_budget(prepared.project, outcome.tag, outcome.size, lambda: engine)
        return (budget_text(found).rstrip("\n"),) if found else ()

    def _findings(self, prepared: Prepared, info: ImageInfo, engine: Engine) -> tuple[str, ...]:
        if not self.checks:
            return ()
        from bpkit.verbs.check import check_project

        checked = check_project(engine, prepared.project, prepared.recipe, info)
        told = tuple(finding for finding in checked.findings if finding.severity != "note")
        return (findings_text(told).rstrip("\n"),) if told else ()

    def _faults(self, prepared: Prepared, engine: Engine) -> tuple[str, ...]:
        if not self.tries:
            return ()
        from bpkit.verbs.trial import try_built, verdict_text

        verdicts = try_built(engine, prepared.project, prepared.recipe.final.tag)
        return tuple(verdict_text(v).rstrip("\n") for v in verdicts if not v.runs)
