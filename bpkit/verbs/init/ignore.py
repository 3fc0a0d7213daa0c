"""Files in a project that no build needs, though its template copies the whole project.

``bpkit.verbs.ignore.derivation`` says what the Dockerfile takes. Where that is everything, these
lines are added to it: what package managers and compilers of the language make, and what is
private.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from bpkit.languages import LANGUAGES, Listing

# Histories and tools' own folders, in a project of any language.
_OF_TOOLS = (
    *("node_modules", ".git", ".hg", ".svn", ".idea", ".vscode", ".DS_Store", "*.bak", "*.log"),
)
# What people keep beside their source and would send to nobody; bpkit.verbs.ignore.secrets knows
# more, and names what is there, but a file that comes tomorrow is only kept out by a line of today.
_MOST_SOURCES = 200
_PRIVATE = (".env", ".env.*", "*.pem", "*.key", "*.p12", "id_rsa*", "id_ed25519*", ".netrc")
# What says how the images are built, at the top of a context of several.
OF_IMAGES = ("Dockerfile*", "compose.yaml")
# Never walked into when a project is looked at, whatever its language.
FOLDERS_MADE = frozenset(
    {".git", ".hg", ".svn", "node_modules", "__pycache__", ".venv", "venv", ".tox", ".gradle"}
    | {"target", "zig-out", "zig-cache", ".zig-cache", ".next", "obj"}
)


def kept_out_notes(listing: Listing, sent: tuple[str, ...]) -> Iterator[str]:
    """A sentence for each private file that a source names, since .dockerignore excludes it."""
    private = {
        file: file.rpartition("/")[2]
        for file in listing.files
        if file not in sent
        and any(fnmatchcase(file.rpartition("/")[2], one) for one in _PRIVATE)
        and not file.rpartition("/")[2].startswith(".env")
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
                f"{source} names {file}, which .dockerignore keeps out as private: mount it when"
                f" the image runs, or let it in with the line '!{file}'"
            )


def unwanted_patterns(languages: tuple[str, ...], sent: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The lines of a .dockerignore for a project in these languages, with their headings.

    What is on the way to one of the paths in ``sent`` isn't kept out; a file among them that
    another pattern would keep out is let in by its name.
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
