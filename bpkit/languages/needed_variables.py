"""Environment variables that a program can't start without, according to its source."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bpkit.languages.listing import Listing
from bpkit.languages.source_suffixes import GO, JAVASCRIPT, PYTHON
from bpkit.languages.source_text import without_comments

#: By suffix: a read that fails if the variable isn't set. In Python, only what runs on import:
#: lines without indentation; in settings, the body of a class too.
_NEEDED = (
    (PYTHON, re.compile(r"(?m)^(?! )[^\n]*?\benviron\[['\"](\w+)['\"]\](?!\s*=[^=])")),
    (
        JAVASCRIPT,
        re.compile(
            r"\bif\s*\(\s*!\s*process\.env\.(\w+)\s*\)\s*\{?\s*"
            r"(?:console\.\w+\([^\n]*\n\s*)?(?:throw\b|process\.exit\(\s*[1-9])"
        ),
    ),
    (
        GO,
        re.compile(
            r"(\w+)\s*:?=\s*os\.Getenv\(\"(\w+)\"\)\s*\n\s*if\s+\1\s*==\s*\"\"\s*\{\s*\n\s*"
            r"(?:log\.Fatal|panic\(|slog\.Error\([^\n]*\n\s*os\.Exit\([1-9])"
        ),
    ),
)
_OF_SETTINGS = re.compile(
    r"(?m)^ {0,4}\w+\s*(?::[^=\n]+)?=[^\n]*?\benviron\[['\"](\w+)['\"]\](?!\s*=[^=])"
)
_SETTINGS = re.compile(r"(?i)(?:^|/)(?:settings|config|configuration)(?:/|\w*\.py$)")
#: A variable that the program sets itself or tests for isn't needed.
_HANDLED = (
    r"environ\.setdefault\(\s*['\"]{0}|environ\[['\"]{0}['\"]\]\s*=[^=]"
    r"|['\"]{0}['\"] (?:not )?in os\.environ"
)
_OF_TOOLS = frozenset({"DJANGO_SETTINGS_MODULE", "NODE_ENV", "HOME", "PATH", "USER"})
_MOST_SOURCES, _MOST_NAMED = 200, 6


def needed_variables(
    listing: Listing, of_language: tuple[str, ...], known: tuple[str, ...]
) -> Iterator[str]:
    """A note on the variables without which the program fails; ``known`` are already set.

    ``of_language`` are the suffixes of sources in the program's language.
    """
    found: dict[str, str] = {}
    texts = []
    for suffixes, shape in _NEEDED:
        if not set(suffixes) & set(of_language):
            continue
        for file in listing.sources(*suffixes)[:_MOST_SOURCES]:
            text = listing.read(file)
            if "environ[" not in text and "process.env" not in text and "os.Getenv" not in text:
                continue
            text = without_comments(text, file)
            texts.append(text)
            is_settings = suffixes is PYTHON and _SETTINGS.search(file)
            for one in (_OF_SETTINGS if is_settings else shape).finditer(text):
                found.setdefault(one[one.lastindex or 1], file)
    whole = "\n".join(texts)
    names = [
        name
        for name in found
        if name not in known
        and name not in _OF_TOOLS
        and not re.search(_HANDLED.format(re.escape(name)), whole)
    ]
    if names:
        more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
        yield (
            f"{found[names[0]]} fails if {', '.join(names[:_MOST_NAMED])}{more} isn't set:"
            f" pass it to the container, as in 'docker run -e {names[0]}=…'"
        )
