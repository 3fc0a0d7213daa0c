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
    # Directories with unrelated contents: a file in one says nothing about its neighbours.
    "SHARED",
    "WITHOUT_PROBE",
    # The programs that run a language, by base name, and the options that they accept.
    "CommandLine",
    # What was found out about a project, and the values that its template needs.
    "Detected",
    # A fact about the project, and the file that states it (empty: bpkit's own default).
    "Fact",
    # A language
    "Language",
    # A project's files: their names, relative and separated by ``/``, and a reader of text.
    "Listing",
    # A language's files whose imports say what is needed.
    "ModuleFiles",
    # What the user asks for: the image's name, the base that ships, the program to start.
    "ProjectWishes",
    # One of several programs in a directory: its path, language, and a file that shows it.
    "Service",
    # Raised if the user has to choose among several programs, each a value for --entry.
    "SeveralProgramsError",
    # Directories whose modules are read, except those whose path one of the patterns matches.
    "Sources",
    # A template's placeholders; an instruction is repeated for each value of its placeholder.
    "Values",
    # Projects in subdirectories that aren't part of the one at the top, in ``languages``.
    "apart",
    # A program's name without directories and version: ``python`` for
    # ``/usr/bin/python3.11``.
    "bare_name",
    # The languages that the project may be in, in the table's order.
    "candidates",
    # The project, in ``language`` or in the only one that it shows.
    "detect",
    # ``text`` as an image name: lower case, with only the characters that a reference may
    # have.
    "image_name",
    # A module's imports, read in the language that its suffix shows.
    "imports_of",
    # Whether programs in the language with this title need no interpreter.
    "is_compiled",
    # Whether a program with this name is an interpreter whose needs aren't known.
    "is_interpreter_of_unknown_needs",
    # Whether this program starts an interpreter but isn't one (``npm``, ``poetry``).
    "is_launcher",
    # Whether the language is shown by a source file alone, without a manifest.
    "is_lone",
    # The language whose interpreter this program of a command is.
    "language_of",
    # The finding about ``name``, as the command writes it, which means ``path`` in the image.
    "missing_file",
    # The suffixes of files whose imports are read.
    "module_suffixes",
    # The image and version, such as ``node 14``, if it has no tag for bookworm; else empty.
    "old_toolchain",
    # The Dockerfile with images on the previous Debian release.
    "on_old_debian",
    # ``text`` itself, if no shell or Dockerfile changes it
    "plain",
    # The port that a command line names.
    "port_of_command",
    # The image name for a program, with the project's name if the program's is a common one.
    "program_name",
    # The programs in subdirectories of a directory that has none itself.
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
