"""Everything that the image is known to start: its command, its probe, what its scripts call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from bpkit.image import (
    SHELLS,
    Evidence,
    ImageConfig,
    Link,
    Subject,
    follow,
    shell_text,
    simple_command,
)

# What a shell does by itself, though there are programs of the name too.
_BUILTINS = """
    [ cd do echo exec exit export false kill printf pwd set test then true
"""
#: What may stand in a shell form that can be written as a list of words.
_NOT_PLAIN = frozenset("$`*?[]{}~<>\\#!|&;()\n'\"=")


@dataclass(frozen=True)
class Starts:
    """The programs, each once, in the order in which they are started."""

    links: tuple[Link, ...]

    def of_files(self) -> Iterator[str]:
        """The paths by which they are started."""
        for link in self.links:
            if link.node:
                yield link.lookup.path


def starts(subject: Subject, evidence: Mapping[str, Evidence]) -> Starts:
    """What is started. ``evidence`` is by the real path of a program; a shell script's words count
    as what it may call."""
    found: dict[str, Link] = {}
    config = subject.config
    waiting = [config.argv, config.healthcheck]
    seen: set[tuple[str, ...]] = set()
    while waiting:
        argv = waiting.pop(0)
        if argv in seen or not argv:
            continue
        seen.add(argv)
        links = follow(subject, argv)
        for link in links:
            found.setdefault(f"{link.lookup.path}\0{link.argv}", link)
        waiting += _called(subject, links, evidence)
        if config.entrypoint and argv == config.argv and links and links[0].line is not None:
            # What such a script ends with is most often exec "$@".
            waiting.append(config.cmd)
    return Starts(tuple(found.values()))


def _called(
    subject: Subject, links: tuple[Link, ...], evidence: Mapping[str, Evidence]
) -> Iterator[tuple[str, ...]]:
    """Commands that a script, or a shell's text, may call."""
    for link in links:
        text = shell_text(link.argv)
        if text is not None and set(text) & _NOT_PLAIN:
            yield from _in_text(subject, text)
        if link.node and _is_of_shell(link) and link.node.path in evidence:
            for word in sorted(evidence[link.node.path].texts):
                if word not in _BUILTINS.split() and follow(subject, (word,))[0].node:
                    yield (word,)


def _in_text(subject: Subject, text: str) -> Iterator[tuple[str, ...]]:
    """Each simple command of a list, and every other word that is a program."""
    for part in text.replace("||", "&&").replace(";", "&&").replace("|", "&&").split("&&"):
        words = simple_command(part.strip())
        if words:
            yield words
        for word in part.split():
            plain = word.strip("'\"(){}")
            if plain and plain not in _BUILTINS.split() and follow(subject, (plain,))[0].node:
                yield (plain,)


def _is_of_shell(link: Link) -> bool:
    if link.line is None:
        return False
    return any(word.rpartition("/")[2] in SHELLS for word in link.line.split()[:2])


def without_shell(config: ImageConfig) -> ImageConfig:
    """The configuration with a shell form that is nothing but words as the list of these words.

    The program then is process 1 itself and gets the signals; with the shell gone from the command
    the image can do without one.
    """
    if config.entrypoint:
        words = _plain_words(config.entrypoint)
        # A shell form has no use for what CMD says.
        return config if words is None else _with(config, words, ())
    words = _plain_words(config.cmd)
    return config if words is None else _with(config, (), words)


def _plain_words(argv: tuple[str, ...]) -> tuple[str, ...] | None:
    text = shell_text(argv) if len(argv) == 3 else None
    if text is None or set(text) & _NOT_PLAIN:
        return None
    return simple_command(text) or None


def _with(config: ImageConfig, entrypoint: tuple[str, ...], cmd: tuple[str, ...]) -> ImageConfig:
    return replace(config, entrypoint=entrypoint, cmd=cmd)
