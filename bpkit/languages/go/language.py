"""The Go plug-in: its names, and the modules that answer for it."""

from __future__ import annotations

from bpkit.languages.language import Language, ProjectReader
from bpkit.languages.listing import Listing, is_aside
from bpkit.languages.source_suffixes import GO


class Go(Language):
    name = "go"
    title = "Go"
    is_compiled = True
    known_by = "a go.mod, a go.work or a .go file"
    sources = GO

    def folders(self, listing: Listing) -> tuple[str, ...]:
        from bpkit.languages.go.packages import held_modules

        return held_modules(listing)

    def only_helps(self, listing: Listing) -> bool:
        from bpkit.languages.go.packages import main_packages

        found = tuple(main_packages(listing))
        return bool(found) and all(is_aside(f"{one.entry}/x.go") for one in found)

    @property
    def project(self) -> ProjectReader:
        from bpkit.languages.go import detect

        return detect
