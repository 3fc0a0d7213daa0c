"""Go: what is known of it, and where."""

from __future__ import annotations

from bpkit.languages.language import Language, ProjectReader


class Go(Language):
    name = "go"
    title = "Go"

    @property
    def project(self) -> ProjectReader:
        from bpkit.languages.go import detect

        return detect
