"""Files that no build needs, even though the template copies the whole project.

``bpkit.verbs.ignore.derivation`` finds out what the Dockerfile copies. If that is everything, these
patterns are added: build output of the language's tools, and private files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase, translate

from bpkit.languages import LANGUAGES, Listing

# Version control and directories of tools, in a project in any language.
_OF_TOOLS = (
    *("node_modules", ".git", ".hg", ".svn", ".idea", ".vscode", ".DS_Store", "*.bak", "*.log"),
)
# Private files that people keep beside their source. bpkit.verbs.ignore.secrets knows more, and
# names those that exist now, but only a pattern keeps out one that is added later.
_MOST_SOURCES = 200
_PRIVATE = (".env", ".env.*", "*.pem", "*.key", "*.p12", "id_rsa*", "id_ed25519*", ".netrc")
# Files that say how images are built, at the top of a context with several programs.
OF_IMAGES = ("Dockerfile*", "compose.yaml")
# Directories that are never entered, whatever the project's language.
FOLDERS_MADE = frozenset(
    {".git", ".hg", ".svn", "node_modules", "__pycache__", ".venv", "venv", ".tox", ".gradle"}
    | {"target", "zig-out", "zig-cache", ".zig-cache", ".next", "obj"}
)


def kept_out_notes(listing: Listing, sent: tuple[str, ...]) -> Iterator[str]:
    """A note for each private file that a source opens, since .dockerignore excludes it."""
    is_private = re.compile("|".join(translate(one) for one in _PRIVATE)).match
    private = {
        file: name
        for file in listing.files
        if is_private(name := file.rpartition("/")[2])
        and file not in sent
        and not name.startswith(".env")
    }
    if not private:
        return
    suffixes = tuple(suffix for one in LANGUAGES for suffix in one.sources)
    for source in listing.sources(*suffixes)[:_MOST_SOURCES]:
        text = listing.read(source)
        for file in [
            file for file, name in private.items() if f'{name}"' in text or f"{name}'" in text
        ]:
            del private[file]
            yield (
                f"{source} names {file}, which .dockerignore excludes as private: mount it when"
                f" you run the image, or include it with the line '!{file}'"
            )


def unwanted_patterns(languages: tuple[str, ...], sent: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The lines of a .dockerignore for a project in these languages, with headings.

    Directories on the way to a path in ``sent`` aren't excluded; a file in ``sent`` that another
    pattern would exclude gets an exception.
    """
    parts = {part for path in sent for part in path.split("/")}
    made = [p for one in LANGUAGES if any(map(one.is_called, languages)) for p in one.made]
    others = [*(p for p in made if p.partition("/")[0] not in parts), *_OF_TOOLS, *_PRIVATE]
    files = [p for p in sent if any(fnmatchcase(p.rpartition("/")[2], one) for one in others)]
    return (
        "# Build output, files of tools, and private files.",
        *dict.fromkeys(f"**/{pattern}" for pattern in others),
        *(["# Exceptions: what the build reads."] if files else []),
        *("!" + re.sub(r"([\[\]*?\\])", r"\\\1", path) for path in files),
    )
