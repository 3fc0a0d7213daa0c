"""The Rust plug-in: its names, and the modules that answer for it."""

from __future__ import annotations

from bpkit.languages.language import Language, ProjectReader
from bpkit.languages.source_suffixes import RUST


class Rust(Language):
    name = "rust"
    title = "Rust"
    is_compiled = True
    known_by = "a Cargo.toml"
    sources = RUST
    made = ("target",)

    @property
    def project(self) -> ProjectReader:
        from bpkit.languages.rust import detect

        return detect
