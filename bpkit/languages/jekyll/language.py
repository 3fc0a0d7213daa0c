"""The Jekyll plug-in: its names, and the modules that answer for it."""

from __future__ import annotations

from bpkit.languages.language import Language, ProjectReader


class Jekyll(Language):
    name = "jekyll"
    title = "Jekyll"
    made = ("_site", ".jekyll-cache", ".bundle", "vendor/bundle")
    weight = 3

    @property
    def project(self) -> ProjectReader:
        from bpkit.languages.jekyll import detect

        return detect
