"""Programming languages as init, check and shrink see them, one directory per language."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.languages.command_line import CommandLine, bare_name
    from bpkit.languages.debian import old_toolchain, on_old_debian
    from bpkit.languages.detected import Detected, Fact, ProjectWishes, SeveralProgramsError, Values
    from bpkit.languages.detection import Service, apart, candidates, detect, is_lone, services
    from bpkit.languages.dockerfile_words import plain
    from bpkit.languages.health import WITHOUT_PROBE
    from bpkit.languages.language import Language
    from bpkit.languages.listing import Listing
    from bpkit.languages.naming import image_name, program_name
    from bpkit.languages.needs import SHARED, ModuleFiles, Sources
    from bpkit.languages.no_file import NO_FILE, missing_file
    from bpkit.languages.port_numbers import port_of_command
    from bpkit.languages.table import (
        LANGUAGES,
        imports_of,
        is_compiled,
        is_interpreter_of_unknown_needs,
        is_launcher,
        language_of,
        module_suffixes,
    )

__all__ = [
    "LANGUAGES",
    "NO_FILE",
    # Directories that hold more than one thing; a file in one says nothing of its neighbours.
    "SHARED",
    "WITHOUT_PROBE",
    # The programs that run a language, by bare names, and the options that they take.
    "CommandLine",
    # What was found out about a project, and what its template needs.
    "Detected",
    # Something that was found out, and the file that says it (empty: bpkit's own default).
    "Fact",
    # A language
    "Language",
    # The files of a project: their names, relative with ``/`` between, and a reader of text.
    "Listing",
    # The files of a language that say by their imports what is needed.
    "ModuleFiles",
    # What the user decides: the image's name, the base that ships, the program to start.
    "ProjectWishes",
    # A program of a directory with several: its folder, its language, and a file that shows
    # it.
    "Service",
    # Raised if the choice among several programs is the user's; ``entries`` are for --entry.
    "SeveralProgramsError",
    # Directories whose modules are read, but for what has one of the names on its way.
    "Sources",
    # The places of a template; an instruction whose place has several values is repeated.
    "Values",
    # Projects in folders of their own that the one at the top, in ``languages``, doesn't
    # hold.
    "apart",
    # A program's name without directories and version: ``python`` for
    # ``/usr/bin/python3.11``.
    "bare_name",
    # The languages that the project may be in, in the order of the table.
    "candidates",
    # The project, in ``language`` or in the only one that it shows.
    "detect",
    # ``text`` as the name of an image: lower case, and only what a reference may hold.
    "image_name",
    # The imports of a module, by the language that its name shows.
    "imports_of",
    # Whether programs in the language of this title need no interpreter.
    "is_compiled",
    # Whether a program of this name is an interpreter, and nothing tells what it needs.
    "is_interpreter_of_unknown_needs",
    # Whether a program of this name starts an interpreter but isn't one (``npm``,
    # ``poetry``).
    "is_launcher",
    # Whether what shows the language is a source alone, and no manifest.
    "is_lone",
    # The language whose interpreter this program of a command is.
    "language_of",
    # The finding about ``name``, as the command writes it, which is ``path`` in the image.
    "missing_file",
    # How the names of files end whose imports are read.
    "module_suffixes",
    # The image and version, ``node 14``, that has no tag for bookworm; empty if none is such.
    "old_toolchain",
    # The Dockerfile with images of the release before.
    "on_old_debian",
    # ``text`` itself, if it means itself in a shell and in a Dockerfile
    "plain",
    # The port that a command line names.
    "port_of_command",
    # The image's name for a program: with its project's where others call theirs so too.
    "program_name",
    # The programs in folders of their own, of a directory that has none itself.
    "services",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "command_line": "CommandLine bare_name",
        "debian": "old_toolchain on_old_debian",
        "detected": "Detected Fact ProjectWishes SeveralProgramsError Values",
        "detection": "Service apart candidates detect is_lone services",
        "dockerfile_words": "plain",
        "health": "WITHOUT_PROBE",
        "language": "Language",
        "listing": "Listing",
        "naming": "image_name program_name",
        "needs": "ModuleFiles SHARED Sources",
        "no_file": "NO_FILE missing_file",
        "port_numbers": "port_of_command",
        "table": (
            "LANGUAGES imports_of is_compiled is_interpreter_of_unknown_needs is_launcher "
            "language_of module_suffixes"
        ),
    },
)
