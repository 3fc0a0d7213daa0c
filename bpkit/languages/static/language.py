"""The plug-in for static web sites: its names, and the modules that answer for it."""

from __future__ import annotations

from bpkit.languages.language import Language, ProjectReader


class StaticSite(Language):
    name = "static"
    title = "static web site"
    known_by = "an index.html, at the top or in a directory such as public, site or www"
    sources = (".html",)
    weight = 0

    @property
    def project(self) -> ProjectReader:
        from bpkit.languages.static import detect

        return detect
