"""``bpkit ignore``: the .dockerignore that the Dockerfiles imply."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.verbs.ignore.builder import builder_of
    from bpkit.verbs.ignore.derivation import allow_list
    from bpkit.verbs.ignore.findings import RULES
    from bpkit.verbs.ignore.listing import SentFile, listing_json, listing_text, prerequisites_text
    from bpkit.verbs.ignore.report import derivation_json, notes, saving_text
    from bpkit.verbs.ignore.run import IgnoreFile, IgnoreRequest, check, derive, listed, write
    from bpkit.verbs.ignore.text import Derivation, derived_text, with_own

__all__ = [
    "RULES",
    # A derived file of the name ``name`` in ``context``, and what it changes.
    "Derivation",
    # A derived file: bpkit's own if its derived part is, whatever stands below it.
    "IgnoreFile",
    # What the command line says; ``output`` is the file's name in the context.
    "IgnoreRequest",
    # One file or link: ``source`` is what takes it, ``line`` the ``!`` line that lets it in.
    "SentFile",
    # The lines that let in ``needs``; with a ``tree`` also what links in it lead to.
    "allow_list",
    # How the builder of this engine reads a ``.dockerignore``; as BuildKit if none answers.
    "builder_of",
    # What is wrong with what is there now: drift, needed files left out, secrets sent.
    "check",
    # The derivation as data for ``json.dumps``; sizes in bytes.
    "derivation_json",
    # The file that follows from the Dockerfiles of a directory
    "derive",
    # The derived part, up to and with the line below which the user's own lines stand.
    "derived_text",
    # What the builder in use gets of the context now, file by file.
    "listed",
    # The files as data for ``json.dumps``; what isn't known is null.
    "listing_json",
    # A line a file: its size and its path; with ``why`` also what takes it.
    "listing_text",
    # What a person should know of the derivation, each in a line.
    "notes",
    # The paths as prerequisites in a Makefile, one a line.
    "prerequisites_text",
    # One line: how much is not excluded now, and by the derived file.
    "saving_text",
    # The whole file.
    "with_own",
    # Write the file
    "write",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "builder": "builder_of",
        "derivation": "allow_list",
        "findings": "RULES",
        "listing": "SentFile listing_json listing_text prerequisites_text",
        "report": "derivation_json notes saving_text",
        "run": "IgnoreFile IgnoreRequest check derive listed write",
        "text": "Derivation derived_text with_own",
    },
)
