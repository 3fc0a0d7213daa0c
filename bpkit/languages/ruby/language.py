"""The Ruby plug-in: its names, and the modules that answer for it."""

from __future__ import annotations

from bpkit.languages.command_line import CommandLine
from bpkit.languages.language import InterpreterNeeds, Language, ProjectReader
from bpkit.languages.source_suffixes import RUBY

COMMAND = CommandLine(
    programs=frozenset({"ruby"}),
    flags=frozenset({"-w", "-W", "-v"}),
    values=frozenset({"-I", "-r", "-C"}),
)


class Ruby(Language):
    name = "ruby"
    title = "Ruby"
    known_by = "a Gemfile, a config.ru or a .rb file at the top"
    sources = RUBY
    made = ("vendor/bundle", ".bundle", "tmp")

    @property
    def project(self) -> ProjectReader:
        from bpkit.languages.ruby import detect

        return detect

    @property
    def command(self) -> CommandLine:
        return COMMAND

    @property
    def needs(self) -> InterpreterNeeds:
        from bpkit.languages.ruby.needs import LIBRARY

        return LIBRARY
