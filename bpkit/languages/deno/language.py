"""The Deno plug-in: its names, and the modules that answer for it."""

from __future__ import annotations

from bpkit.languages.language import Language, ProjectReader


class Deno(Language):
    name = "deno"
    title = "Deno"
    made = ("node_modules", "_fresh", "coverage")
    weight = 3

    @property
    def project(self) -> ProjectReader:
        from bpkit.languages.deno import detect

        return detect
