"""Rust: what is known of it, and where."""

from __future__ import annotations

from bpkit.languages.language import Language, ProjectReader


class Rust(Language):
    name = "rust"
    title = "Rust"
    is_compiled = True
    known_by = "a Cargo.toml"
    sources = (".rs",)
    made = ("target",)

    @property
    def project(self) -> ProjectReader:
        from bpkit.languages.rust import detect

        return detect
