"""A stage that holds artifacts under the names that they had in the build context.

It is used if the meaning of a COPY depends on the old name or place: from a ``FROM scratch`` stage
with each artifact at its old path, COPY does exactly what it did from the context.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bpkit.conversion.stage_names import StageNames
from bpkit.conversion.supplies import Supply


@dataclass
class Aliases:
    """One Dockerfile's artifacts that are needed under their old names."""

    names: StageNames
    used: dict[Supply, None] = field(default_factory=dict)
    _name: str = ""

    def name_of(self, _supply: Supply) -> str:
        """The stage's name, if it is needed."""
        if not self._name:
            self._name = self.names.fresh("context")
        return self._name

    def use(self, supply: Supply) -> None:
        """Note that the artifact is needed under its old name."""
        self.used[supply] = None

    def text(self, end: str) -> str:
        """The stage as source, empty if nothing needs it; ``end`` is the line end."""
        if not self.used:
            return ""
        lines = [
            "# The artifacts under the names that they had in the build context.",
            f"FROM scratch AS {self._name}",
            *(_copy(supply) for supply in self.used),
        ]
        return "".join(line + end for line in lines)


def _copy(supply: Supply) -> str:
    chown = " --chown=0:0" if supply.foreign else ""
    place = "/" if supply.destination == "." else f"/{supply.destination}"
    return f"COPY --from={supply.stage}{chown} {supply.source} {place}"
