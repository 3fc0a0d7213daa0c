"""``bpkit doctor``: its switches."""

from __future__ import annotations

from bpkit.cli.verb import EngineVerb, Verb
from bpkit.errors import NoEngineError


class Doctor(EngineVerb):
    """Say what engine, builder and storage there is, and what is missing."""

    USAGE = "bpkit doctor [SWITCH...]\n"
    EXAMPLES = (
        ("bpkit doctor", "examine the engine that docker reaches"),
        ("bpkit doctor --engine podman", "examine Podman"),
    )
    STATUSES = (*Verb.STATUSES, (3, "no engine that bpkit can use answers"))

    def main(self) -> int:
        from bpkit.verbs.doctor import diagnose, diagnosis_json, diagnosis_text

        diagnosis = diagnose(self.engine())
        self.console().result(diagnosis_text(diagnosis), diagnosis_json(diagnosis))
        return 0 if diagnosis.usable else NoEngineError.status
