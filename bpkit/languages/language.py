"""A language plug-in: the one Protocol behind init, check and shrink, every answer optional.

A language is a directory with a ``language.py``, whose class names the modules that answer, and a
line in ``bpkit.languages.table``. A module is imported only when it has to answer: check doesn't
need to read projects, nor init to know what an interpreter needs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Protocol

from bpkit.findings import Finding, Rule
from bpkit.image import Evidence, Link, Subject
from bpkit.languages.command_line import CommandLine
from bpkit.languages.detected import Detected, ProjectWishes
from bpkit.languages.listing import Listing
from bpkit.languages.needs import LanguageParts, ModuleFiles, Sources


class ProjectReader(Protocol):
    """How a project in the language is recognized and read. Implemented by a module."""

    def sign(self, listing: Listing) -> str | None:
        """The file that shows that the project is in this language, if there is one."""

    def read(self, listing: Listing, wishes: ProjectWishes) -> Detected:
        """What the files state. Raises InputError if a choice is the user's to make."""


class AssetBuilder(Protocol):
    """How the language builds what another language's program serves. Implemented by a module."""

    def only_builds(self, listing: Listing) -> bool:
        """Whether its manifest only builds for another language's program and starts nothing."""

    def builds_assets(self, listing: Listing) -> bool:
        """Whether it builds something that the program serves."""

    def with_assets(self, listing: Listing, detected: Detected) -> Detected:
        """The program, with a stage that builds its assets, or a note that nothing does."""


class LanguageRule(Protocol):
    """A rule about what the language needs when a command starts it. Implemented by a module."""

    @property
    def RULE(self) -> Rule:  # noqa: N802 (a module fulfils this, with a constant)
        """The rule: its title, reason and examples."""

    def check(self, subject: Subject, links: Sequence[Link]) -> Iterator[Finding]:
        """What will not be found, run on every image; ``links`` is its command's chain."""


class InterpreterNeeds(Protocol):
    """What an interpreter needs besides itself to run a program. Implemented by a module."""

    @property
    def MODULES(self) -> ModuleFiles | None:  # noqa: N802 (a module fulfils this, with a constant)
        """The files whose imports say what is needed; None if imports don't decide it."""

    def sources(self, subject: Subject, link: Link) -> Sources:
        """The files that must be read before ``parts`` can answer; usually none."""

    def parts(
        self, subject: Subject, link: Link, evidence: Mapping[str, Evidence]
    ) -> LanguageParts:
        """The files that it needs to run the program."""


class Language(Protocol):
    """A language. Subclass it, and override the answers that it has."""

    #: Its name for ``--lang``.
    name: ClassVar[str]
    #: Its name for people.
    title: ClassVar[str]
    #: Other languages whose projects it reads, by the names that people use.
    also_called: ClassVar[tuple[str, ...]] = ()
    #: The files that identify a project in it, for a project without them; its sources' suffixes.
    known_by: ClassVar[str] = ""
    sources: ClassVar[tuple[str, ...]] = ()
    #: Whether its programs run on a base without an interpreter.
    is_compiled: ClassVar[bool] = False
    #: What its tools leave in a project and no build needs: patterns for a .dockerignore.
    made: ClassVar[tuple[str, ...]] = ()
    #: Of the languages found in a project, only those with the greatest weight count: a page or a
    #: helper in C says little beside a Go module.
    weight: ClassVar[int] = 2

    def is_called(self, title: str) -> bool:
        """Whether ``Detected`` calls a project that this language reads by ``title``."""
        return title in (self.title, *self.also_called)

    def folders(self, listing: Listing) -> tuple[str, ...] | None:
        """For ``init``: the directories with their own manifest that the top project contains.

        None if every directory in this language is part of the project.
        """
        return None

    def only_helps(self, listing: Listing) -> bool:
        """For ``init``: whether its programs are only tools and examples of another language's."""
        return False

    @property
    def project(self) -> ProjectReader | None:
        """For ``init``: how its projects are recognized and read."""
        return None

    @property
    def assets(self) -> AssetBuilder | None:
        """For ``init``: how it builds the web pages of another language's program."""
        return None

    @property
    def command(self) -> CommandLine | None:
        """For ``check`` and ``shrink``: the programs that run it, and their options."""
        return None

    @property
    def rules(self) -> tuple[LanguageRule, ...]:
        """For ``check``: rules beyond the file that its command line names."""
        return ()

    @property
    def needs(self) -> InterpreterNeeds | None:
        """For ``shrink``: what its interpreter needs."""
        return None
