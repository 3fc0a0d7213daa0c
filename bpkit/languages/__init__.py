"""What init, check and shrink know of each programming language, one folder a language."""

from typing import TYPE_CHECKING

from bpkit.faces import face

if TYPE_CHECKING:
    from bpkit.languages.detection import candidates, detect
    from bpkit.languages.health import WITHOUT_PROBE
    from bpkit.languages.listing import Detected, Fact, Listing, ProjectWishes, image_name, plain
    from bpkit.languages.needs import SHARED, Language, Sources, bare_name
    from bpkit.languages.python.imports import read_imports
    from bpkit.languages.python.needs import NOT_READ
    from bpkit.languages.table import LANGUAGES

__all__ = [
    # Each answers for its own interpreter; to add a language is to add a line.
    "LANGUAGES",
    # What is left out whatever it imports, and packages of others inside of installers.
    "NOT_READ",
    # Directories that hold more than one thing; a file in one says nothing of its neighbours.
    "SHARED",
    "WITHOUT_PROBE",
    # What was found out about a project, and what its template needs.
    "Detected",
    # Something that was found out, and the file that says it (empty: bpkit's own default).
    "Fact",
    # A module of this package for one language.
    "Language",
    # The files of a project: their names, relative with ``/`` between, and a reader of text.
    "Listing",
    # What the user decides: the image's name, the base that ships, the program to start.
    "ProjectWishes",
    # Directories whose modules are read, but for what has one of the names on its way.
    "Sources",
    # A program's name without directories and version: ``python`` for
    # ``/usr/bin/python3.11``.
    "bare_name",
    # The languages that the project may be in, in the order of the table.
    "candidates",
    # The project, in ``language`` or in the only one that it shows.
    "detect",
    # ``text`` as the name of an image: lower case, and only what a reference may hold.
    "image_name",
    # ``text`` itself, if it means itself in a shell and in a Dockerfile
    "plain",
    # The imports of a source, or of an extension module by the names in its bytes.
    "read_imports",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "detection": "candidates detect",
        "health": "WITHOUT_PROBE",
        "listing": "Detected Fact Listing ProjectWishes image_name plain",
        "needs": "Language SHARED Sources bare_name",
        "python.imports": "read_imports",
        "python.needs": "NOT_READ",
        "table": "LANGUAGES",
    },
)
