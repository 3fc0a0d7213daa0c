"""The Hugo plug-in: its names, and the modules that answer for it."""

from __future__ import annotations

from bpkit.languages.language import Language, ProjectReader


class Hugo(Language):
    name = "hugo"
    title = "Hugo"
    made = ("public", "resources/_gen", ".hugo_build.lock")
    weight = 3

    @property
    def project(self) -> ProjectReader:
        from bpkit.languages.hugo import detect

        return detect
