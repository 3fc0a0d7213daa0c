"""The MkDocs plug-in: its names, and the modules that answer for it."""

from __future__ import annotations

from bpkit.languages.language import Language, ProjectReader


class MkDocs(Language):
    name = "mkdocs"
    title = "MkDocs"
    made = ("site", ".cache")
    weight = 3

    @property
    def project(self) -> ProjectReader:
        from bpkit.languages.mkdocs import detect

        return detect
