"""What a build tool's files say about a Java project, and the choice of module and main class."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bpkit.languages.detected import Candidate, Fact, ProjectWishes, choose
from bpkit.languages.dockerfile_words import plain
from bpkit.languages.java.projects import GRADLE_FILES, classes_with_main
from bpkit.languages.listing import Listing


@dataclass(frozen=True)
class JavaBuild:
    """What a build tool's files say. The version is the first of ``facts``."""

    template: str
    name: str
    command: tuple[str, ...]
    values: Mapping[str, str | tuple[str, ...]]
    facts: Sequence[Fact]
    text: str
    file: str
    folder: str = ""
    notes: tuple[str, ...] = ()


def chosen_module(
    listing: Listing, wishes: ProjectWishes, folders: tuple[str, ...], file: str
) -> tuple[str, tuple[str, ...]]:
    """The module with the program, ``""`` for the top level, and notes about the others."""
    if not folders:
        return "", ()
    candidates = [Candidate(one, f"{one}/{file}", _of_module(listing, one)) for one in folders]
    candidates = [one for one in candidates if one.likelihood > 0]
    if any(True for _ in classes_with_main(listing)) and listing.has_folder("src/main"):
        candidates.append(Candidate(".", file, 30))
    if wishes.entry and not any(one.entry == wishes.entry for one in candidates):
        # Otherwise it is a class name: find the module that has it.
        of_class = [
            one
            for one in candidates
            if any(
                main.entry == wishes.entry
                for main in classes_with_main(listing, one.entry.strip("."))
            )
        ]
        candidates = of_class or candidates
        wishes = ProjectWishes()
    chosen = choose(
        candidates, wishes, "module", missing="no module has a class with a main method"
    )
    folder = chosen.candidate.entry
    return ("" if folder == "." else folder), chosen.notes


def _of_module(listing: Listing, folder: str) -> int:
    text = listing.text(f"{folder}/pom.xml", *(f"{folder}/{one}" for one in GRADLE_FILES))
    mains = list(classes_with_main(listing, folder))
    found = 20 if mains else 0
    if re.search(
        r"spring-boot-maven-plugin|org\.springframework\.boot|\bapplication\b|quarkus-maven-plugin|mainClass",
        text,
    ):
        found += 20 if mains or "mainClass" in text else 0
    found += max((one.likelihood for one in mains), default=0) // 10
    if re.search(r"(?i)test|example|sample|demo|bench", folder):
        found -= 25
    return found


def main_class(listing: Listing, text: str, wishes: ProjectWishes, file: str, folder: str) -> Fact:
    said = re.search(
        r"<mainClass>\s*([\w.$]+)|<exec\.mainClass>\s*([\w.$]+)|mainClass(?:Name)?\s*(?:\.set\(|=)\s*['\"]([\w.$]+)",
        text,
    )
    found = tuple(classes_with_main(listing, folder))
    if said and not wishes.entry:
        return Fact("main class", said[1] or said[2] or said[3], file)
    if wishes.entry in {folder, "."}:
        wishes = ProjectWishes()
    chosen = choose(found, wishes, "main class", missing="name it with --entry CLASS")
    source = wishes.source_of("entry") if wishes.entry else chosen.candidate.file
    return Fact("main class", plain(chosen.candidate.entry, "main class"), source, chosen.is_guess)


def guess_notes(listing: Listing, main: Fact, wishes: ProjectWishes, folder: str) -> Iterator[str]:
    if main.is_guess:
        others = [
            one.entry for one in classes_with_main(listing, folder) if one.entry != main.value
        ]
        yield (
            f"the main class {main.value} is a guess; there is also {', '.join(others[:6])}:"
            f" name one with --entry {others[0]}"
        )
