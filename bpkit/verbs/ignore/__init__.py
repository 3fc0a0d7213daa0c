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
    # A derived file called ``name`` in ``context``, and what it changes.
    "Derivation",
    # A derived file: bpkit's own if its derived part is, whatever is below it.
    "IgnoreFile",
    # The choices of the command line; ``output`` is the file's name in the context.
    "IgnoreRequest",
    # One file or link: ``source`` is what copies it, ``line`` the ``!`` line that includes
    # it.
    "SentFile",
    # The lines that include ``needs``; with a ``tree`` also the targets of links in it.
    "allow_list",
    # How this engine's builder reads a ``.dockerignore``; BuildKit's way if no engine
    # answers.
    "builder_of",
    # The problems of the present file: drift, needed files excluded, secrets sent.
    "check",
    # The derivation as data for ``json.dumps``; sizes in bytes.
    "derivation_json",
    # The file that follows from the Dockerfiles of a directory
    "derive",
    # The derived part, including the line that the user's own lines follow.
    "derived_text",
    # The files in the context that the builder in use gets now.
    "listed",
    # The files as data for ``json.dumps``; unknown values are null.
    "listing_json",
    # One line per file: its size and its path; with ``why`` also what copies it.
    "listing_text",
    # The notes on the derivation, one per line.
    "notes",
    # The paths as prerequisites in a Makefile, one per line.
    "prerequisites_text",
    # One line: how much is not excluded now, and how much with the derived file.
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
