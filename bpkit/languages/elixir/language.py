"""The Elixir plug-in: its names, and the modules that answer for it."""

from __future__ import annotations

from bpkit.languages.language import Language, ProjectReader


class Elixir(Language):
    name = "elixir"
    title = "Elixir"
    made = ("_build", "deps", ".elixir_ls", "cover", "erl_crash.dump")
    weight = 3

    @property
    def project(self) -> ProjectReader:
        from bpkit.languages.elixir import detect

        return detect
