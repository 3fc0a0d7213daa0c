"""Faults that several linters report: each is shown once, under the first linter's id.

bpkit's own finding comes first, since it knows what ships; then docker's, whose builder has the
last word; then hadolint's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bpkit.errors import Place
from bpkit.findings import Finding
from bpkit.formats.dockerfile import Dockerfile, Instruction
from bpkit.light import dataclass

# Each group is one fault under the names that bpkit, docker and hadolint have for it.
_GROUPS: tuple[frozenset[str], ...] = (
    frozenset({"BPK206", "DL3002"}),
    frozenset({"BPK207", "DL3066"}),
    frozenset({"BPK208", "DL3006", "DL3007"}),
    frozenset({"BPK209", "BPK210", "DL3022", "DL3023"}),
    frozenset({"BPK213", "DL3009", "DL3019", "DL3032", "DL3040", "DL3042", "DL3060"}),
    frozenset({"BPK215", "SecretsUsedInArgOrEnv", "DL3064"}),
    frozenset({"BPK216", "JSONArgsRecommended", "DL3025"}),
    frozenset({"BPK218", "DL1000"}),
    frozenset({"DuplicateStageName", "DL3024"}),
    frozenset({"MaintainerDeprecated", "DL4000"}),
    frozenset({"WorkdirRelativePath", "DL3000"}),
    frozenset({"FromPlatformFlagConstDisallowed", "DL3029"}),
    frozenset({"MultipleInstructionsDisallowed", "DL3012", "DL4003", "DL4004"}),
)


# hadolint looks only at a name; bpkit's rule knows the value, the final user, and
# the file's purpose. If it finds nothing, there is nothing.
_DECIDED = frozenset({"DL3064", "DL3066"})


@dataclass(frozen=True)
class Report:
    """A finding, and the ids under which other linters reported the same."""

    finding: Finding
    also: tuple[str, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        return (self.finding.rule.id, *self.also)

    @property
    def shown(self) -> Finding:
        """The finding with the other ids in its message."""
        if not self.also:
            return self.finding
        message = f"{self.finding.message} (also {', '.join(self.also)})"
        return replace(self.finding, message=message)


def merged(sources: Iterable[Sequence[Finding]], files: Iterable[Dockerfile]) -> tuple[Report, ...]:
    """The findings of several linters, best first, each fault once.

    Findings are the same if a group has them and they are at one instruction: linters differ in
    which of its lines they name.
    """
    starts = {(f.name, line): i.line for f in files for i in f.instructions for line in _lines(i)}
    reports: dict[object, Report] = {}
    for source in sources:
        taken = dict(reports)
        for number, finding in enumerate(source):
            key = _key(finding, starts)
            known = taken.get(key)
            if known is None:
                reports[(key, number) if key in reports else key] = Report(finding)
            elif finding.rule.id not in reports[key].ids:
                reports[key] = replace(known, also=(*reports[key].also, finding.rule.id))
    return tuple(one for one in reports.values() if one.finding.rule.id not in _DECIDED)


def _lines(instruction: Instruction) -> range:
    return range(instruction.line, instruction.end_line + 1)


def _key(finding: Finding, starts: dict[tuple[str, int], int]) -> object:
    place = finding.place or Place("")
    start = starts.get((place.file, place.line or 0), place.line)
    group = next((g for g in _GROUPS if finding.rule.id in g), finding.rule.id)
    return place.file, start, group
