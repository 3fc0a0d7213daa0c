"""The PHP plug-in: its names, and the modules that answer for it."""

from __future__ import annotations

from bpkit.languages.command_line import CommandLine
from bpkit.languages.language import InterpreterNeeds, Language, ProjectReader
from bpkit.languages.source_suffixes import PHP

COMMAND = CommandLine(
    programs=frozenset({"php", "php-cgi", "php-fpm"}),
    flags=frozenset({"-n", "-q"}),
    values=frozenset({"-d", "-c"}),
)


class Php(Language):
    name = "php"
    title = "PHP"
    known_by = "a composer.json, an index.php or a .php file at the top"
    sources = PHP
    made = ("vendor",)

    @property
    def project(self) -> ProjectReader:
        from bpkit.languages.php import detect

        return detect

    @property
    def command(self) -> CommandLine:
        return COMMAND

    @property
    def needs(self) -> InterpreterNeeds:
        from bpkit.languages.php.needs import LIBRARY

        return LIBRARY
