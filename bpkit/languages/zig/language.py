"""The Zig plug-in: its names, and the modules that answer for it."""

from __future__ import annotations

from bpkit.languages.language import Language, ProjectReader


class Zig(Language):
    name = "zig"
    title = "Zig"
    is_compiled = True
    known_by = "a build.zig"
    sources = (".zig",)
    made = ("zig-out", "zig-cache", ".zig-cache")

    @property
    def project(self) -> ProjectReader:
        from bpkit.languages.zig import detect

        return detect
