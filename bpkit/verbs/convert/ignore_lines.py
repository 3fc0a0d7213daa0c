"""The ``.dockerignore`` of one context that replaces several."""

from __future__ import annotations

from collections.abc import Iterator, Mapping


def joined_ignore(whole: str, parts: Mapping[str, str]) -> str:
    """The text for the common context; ``parts`` has those of the old contexts by their paths.

    Below each path everything is included first, because its own context wasn't subject to the file
    above.
    """
    lines = [whole.rstrip("\n")] if whole.strip() else []
    for prefix, text in parts.items():
        lines.append(f"# From {prefix}/.dockerignore:")
        lines.append(f"!{prefix}")
        lines += _moved(prefix, text)
    return "\n".join(lines) + "\n"


def _moved(prefix: str, text: str) -> Iterator[str]:
    for line in text.removeprefix("\ufeff").splitlines():
        plain = line.strip()
        if not plain or plain.startswith("#"):
            continue
        negated = "!" if plain.startswith("!") else ""
        pattern = plain.removeprefix("!").strip().lstrip("/")
        yield f"{negated}{prefix}/{pattern}"
