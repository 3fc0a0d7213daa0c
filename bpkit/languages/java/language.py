"""The Java plug-in: its names, and the modules that answer for it."""

from __future__ import annotations

from bpkit.languages.command_line import CommandLine
from bpkit.languages.java.command import COMMAND
from bpkit.languages.language import InterpreterNeeds, Language, LanguageRule, ProjectReader
from bpkit.languages.source_suffixes import JVM


class Java(Language):
    name = "java"
    title = "Java"
    also_called = ("Scala",)
    known_by = "a pom.xml, a build.gradle or a settings.gradle"
    sources = JVM
    made = ("target", "build", ".gradle")

    @property
    def project(self) -> ProjectReader:
        from bpkit.languages.java import detect

        return detect

    @property
    def command(self) -> CommandLine:
        return COMMAND

    @property
    def rules(self) -> tuple[LanguageRule, ...]:
        from bpkit.languages.java import no_class_path, no_module

        return (no_class_path, no_module)

    @property
    def needs(self) -> InterpreterNeeds:
        from bpkit.languages.java import needs

        return needs
