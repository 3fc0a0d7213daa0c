"""What a language answers, every answer optional: the one Protocol behind init, check and shrink.

A language is a folder with a ``language.py``, whose class names the modules that answer, and a
line in ``bpkit.languages.table``. A module is imported when its answer is asked for, since check
has no use for the reading of projects, nor init for what an interpreter needs.
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
    """How a project in the language is known and read. Fulfilled by a module."""

    def sign(self, listing: Listing) -> str | None:
        """The file that shows that the project is in this language, if one does."""

    def read(self, listing: Listing, wishes: ProjectWishes) -> Detected:
        """What the files say. Raises InputError if a choice is the user's to make."""


class AssetBuilder(Protocol):
    """How the language builds what a program in another one serves. Fulfilled by a module."""

    def only_builds(self, listing: Listing) -> bool:
        """Whether its manifest is there for another language's program, and starts none itself."""

    def builds_assets(self, listing: Listing) -> bool:
        """Whether it builds something that the program serves."""

    def with_assets(self, listing: Listing, detected: Detected) -> Detected:
        """The program, with a stage that builds its assets, or a note that nothing does."""


class LanguageRule(Protocol):
    """A rule of what the language needs when a command starts it. Fulfilled by a module."""

    @property
    def RULE(self) -> Rule:  # noqa: N802 (a module fulfils this, with a constant)
        """What can be wrong."""

    def check(self, subject: Subject, links: Sequence[Link]) -> Iterator[Finding]:
        """What will not be found, asked of every image; ``links`` is the chain of its command."""


class InterpreterNeeds(Protocol):
    """What an interpreter needs besides itself to run what it is given. Fulfilled by a module."""

    @property
    def MODULES(self) -> ModuleFiles | None:  # noqa: N802 (a module fulfils this, with a constant)
        """The files whose imports tell what is needed; None if nothing is left out by them."""

    def sources(self, subject: Subject, link: Link) -> Sources:
        """What must be read before ``parts`` can tell; mostly nothing."""

    def parts(
        self, subject: Subject, link: Link, evidence: Mapping[str, Evidence]
    ) -> LanguageParts:
        """What it needs to run what it is given."""


class Language(Protocol):
    """A language. Subclass it, and answer what is known."""

    #: What ``--lang`` calls it.
    name: ClassVar[str]
    #: What people call it.
    title: ClassVar[str]
    #: Other languages whose projects it reads, as people call them.
    also_called: ClassVar[tuple[str, ...]] = ()
    #: What shows a project in it, for projects that have none of that; and how its sources end.
    known_by: ClassVar[str] = ""
    sources: ClassVar[tuple[str, ...]] = ()
    #: Whether its programs need no interpreter, so that they run on a base that has none.
    is_compiled: ClassVar[bool] = False
    #: What its tools leave in a project, which no build wants: patterns of a .dockerignore.
    made: ClassVar[tuple[str, ...]] = ()
    #: Of the languages that a project shows, those of the greatest weight are taken: a page or a
    #: helper in C says little beside a module of Go.
    weight: ClassVar[int] = 2

    def is_called(self, title: str) -> bool:
        """Whether ``title`` is what ``Detected`` calls a project that this language reads."""
        return title in (self.title, *self.also_called)

    def folders(self, listing: Listing) -> tuple[str, ...] | None:
        """For ``init``: the folders with manifests of their own that the project at the top holds.

        None if each one that is in the language is a part of it.
        """
        return None

    def only_helps(self, listing: Listing) -> bool:
        """For ``init``: whether all its programs are tools and examples of another language's."""
        return False

    @property
    def project(self) -> ProjectReader | None:
        """For ``init``: how its projects are known and read."""
        return None

    @property
    def assets(self) -> AssetBuilder | None:
        """For ``init``: how it builds the web pages of a program in another language."""
        return None

    @property
    def command(self) -> CommandLine | None:
        """For ``check`` and ``shrink``: the programs that start it, how their words read."""
        return None

    @property
    def rules(self) -> tuple[LanguageRule, ...]:
        """For ``check``: what it looks for, beyond the file that its command line names."""
        return ()

    @property
    def needs(self) -> InterpreterNeeds | None:
        """For ``shrink``: what its interpreter needs."""
        return None
