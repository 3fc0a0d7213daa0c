"""static web site: what is known of it, and where."""

from __future__ import annotations

from bpkit.languages.language import Language, ProjectReader


class StaticSite(Language):
    name = "static"
    title = "static web site"
    known_by = "an index.html, at the top or in public, site, www or the like"
    sources = (".html",)
    weight = 0

    @property
    def project(self) -> ProjectReader:
        from bpkit.languages.static import detect

        return detect
