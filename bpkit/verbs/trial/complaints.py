"""A program's messages about what it couldn't open, find, write, load or reach.

Each ``Complaint`` keeps the line that it was read from, since only the program knows how serious
the message is. A program that keeps running may not need what it complains about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "missing file",
    "missing directory",
    "denied",
    "read-only",
    "missing program",
    "missing library",
    "missing module",
    "missing variable",
    "missing user",
    "unknown host",
    "unreachable",
    "port taken",
    "port denied",
    "wrong machine",
]


@dataclass(frozen=True)
class Complaint:
    """One thing that the program complains about. ``subject`` is the path, name or address."""

    kind: Kind
    subject: str
    line: str


# The subject of each pattern is its group ``x``.
_PATH = r"(?P<x>/[^\s\"'`:,;()\[\]]+)"
_QUOTED = r"[\"'`‘“]?(?P<x>[^\s\"'`’”,;()]+)"
_PROGRAM = r"(?P<x>[\w./+-]+)"
_LIBRARY = r"(?P<x>lib[\w.+-]+\.so[\w.]*)"
_VARIABLE = r"(?P<x>[A-Z][A-Z0-9]*_[A-Z0-9_]+)"
_HOST = r"(?P<x>[\w.-]+)"
_UNSET = (
    r"not set|unset|unbound|required|parameter not set|not specified|undefined|missing"
    r"|not provided|empty|set\b"
)

#: The patterns, in the order in which they are tried; the first that matches a line counts.
_PATTERNS: tuple[tuple[Kind, str], ...] = (
    ("missing library", rf"error while loading shared libraries: {_QUOTED}: cannot open"),
    ("missing library", rf"Error loading shared library {_LIBRARY}"),
    ("missing library", rf"UnsatisfiedLinkError: .*?{_LIBRARY}"),
    ("missing library", rf"{_LIBRARY}: cannot open shared object"),
    ("missing module", rf"No module named {_QUOTED}['\"]?(?:;|\s*$)"),
    ("missing module", rf"Cannot find (?:module|package) {_QUOTED}"),
    ("missing module", r"Can't locate (?P<x>\S+\.p[ml]) in @INC"),
    ("missing module", rf"cannot load such file -- {_QUOTED}"),
    ("missing module", rf"module {_QUOTED}['’] not found:"),
    ("missing module", r"(?:find or load main class|ClassNotFoundException:) (?P<x>\S+)"),
    ("missing module", r"NoClassDefFoundError: (?P<x>\S+)"),
    ("wrong machine", rf"{_PATH}:? (?:cannot execute binary file: )?[Ee]xec format error"),
    ("missing program", rf"(?:^|: )(?:line )?\d+: (?:exec: )?{_PROGRAM}: not found"),
    ("missing program", rf"^(?:\S*/)?(?:sh|ash|dash|bash): {_PROGRAM}: not found$"),
    ("missing program", rf"(?:^|: ){_PROGRAM}: command not found"),
    ("missing program", rf"exec: (?:line \d+: )?{_PROGRAM}: not found"),
    ("missing program", r"exec: \"(?P<x>[^\"]+)\": executable file not found"),
    ("missing program", r"env: (?:can't execute )?[‘'\"]?(?P<x>[^\s’'\":]+)[’'\"]?: No such file"),
    ("missing program", r"spawn (?P<x>\S+) ENOENT"),
    ("port taken", r"(?:EADDRINUSE|[Aa]ddress already in use)\D*(?P<x>[\d.:]*\d)"),
    ("port taken", r"(?P<x>[\d.]*:\d+).*[Aa]ddress already in use"),
    ("port taken", r"(?P<x>)[Aa]ddress already in use"),
    ("port denied", r"listen EACCES: permission denied (?P<x>\S+)"),
    ("port denied", r"bind\D*(?P<x>[\d.:]*\d)\b.*[Pp]ermission denied"),
    ("denied", rf"[Pp]ermission denied:? (?:\(os error 13\))?(?:, \w+ )?[\"'`\[(]*{_PATH}"),
    ("denied", rf"EACCES: permission denied, \w+ [\"']{_PATH}"),
    ("denied", rf"{_PATH}.{{0,60}}[Pp]ermission denied"),
    ("denied", rf"AccessDeniedException: {_PATH}"),
    ("read-only", rf"{_PATH}.{{0,60}}[Rr]ead-only file system"),
    ("read-only", rf"[Rr]ead-only file system:? [\"'`]*{_PATH}"),
    ("missing file", r"ENOENT: no such file or directory, \w+ [\"'](?P<x>[^\"']+)"),
    ("missing directory", rf"[Mm]issing (?:[\w-]+ ){{0,3}}directory:? [\"'`]*{_PATH}"),
    ("missing directory", rf"[Dd]irectory [\"'`]*{_PATH}[\"'`]* (?:does not|doesn't) exist"),
    ("missing directory", rf"cannot bind UNIX socket \(No such file or directory\) \[{_PATH}"),
    ("missing file", rf"[Nn]o such file or directory:?\)? [\"'`\[(]*{_PATH}"),
    ("missing file", r"No such file or directory:? ['\"](?P<x>[^'\"]+)['\"]"),
    ("missing file", rf"{_PATH}[\"'`’”)\]]*.{{0,40}}[Nn]o such file or directory"),
    (
        "missing file",
        r"(?:open|stat|read)[: ]+[\"'`]?(?P<x>[\w./-]+)[\"'`]?:?.{0,10}"
        r"[Nn]o such file or directory",
    ),
    ("missing file", r"(?:FileNotFoundException|NoSuchFileException): (?P<x>\S+)"),
    ("missing file", r"Unable to access jarfile (?P<x>\S+)"),
    (
        "missing file",
        r"(?:[Cc]an(?:'t|not)|[Cc]ould not) open (?:\w+ ){0,2}[\"'`]?(?P<x>/?[\w./-]+\.\w+)",
    ),
    ("missing user", r"(?:unknown|no such|invalid|find) (?:user|group):? [\"'`]?(?P<x>[\w.-]+)"),
    ("unknown host", rf"getaddrinfo \w+ {_HOST}"),
    ("unknown host", rf"lookup {_HOST}(?: on \S+)?: "),
    ("unknown host", rf"could not translate host name [\"']{_HOST}"),
    ("unknown host", rf"UnknownHostException: {_HOST}"),
    ("unknown host", rf"host not found in upstream [\"']{_HOST}"),
    ("unknown host", rf"{_HOST}: (?:Name|Temporary failure|bad address)"),
    ("unknown host", r"(?P<x>)(?:Name or service not known|Name does not resolve)"),
    ("unknown host", r"(?P<x>)Temporary failure in name resolution"),
    ("unreachable", r"ECONNREFUSED (?P<x>\S+)"),
    ("unreachable", r"dial tcp (?P<x>\S+?): .*(?:refused|unreachable|timeout)"),
    (
        "unreachable",
        r"(?P<x>[\w.-]+:\d+).{0,80}(?:[Cc]onnection refused|[Nn]etwork is unreachable)",
    ),
    ("unreachable", r"(?P<x>)(?:[Cc]onnection refused|[Nn]etwork is unreachable)"),
    ("missing variable", r"KeyError: ['\"](?P<x>[A-Z][A-Z0-9_]{2,})['\"]"),
    (
        "missing variable",
        rf"(?:^|[\s\"'$`{{]){_VARIABLE}[\"'`}}]*:? (?:environment variable )?"
        rf"(?:is |was |must be |has to be )?(?:{_UNSET})",
    ),
    (
        "missing variable",
        r"(?:must|need to|have to|please) (?:specify|set|provide|define) (?:the )?"
        rf"(?:environment variable )?[\"'`$]*{_VARIABLE}",
    ),
)
_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in _PATTERNS)
# A line longer than this is data, and patterns with gaps are slow on it.
_LONGEST = 2_000
_MOST = 40


def complaints(text: str) -> tuple[Complaint, ...]:
    """The complaints in a program's output, each subject once, in order."""
    found: dict[tuple[str, str], Complaint] = {}
    for one in _complaints(text):
        found.setdefault((one.kind, one.subject), one)
        if len(found) == _MOST:
            break
    return tuple(found.values())


def _complaints(text: str) -> Iterator[Complaint]:
    for line in text.splitlines():
        if len(line) > _LONGEST:
            continue
        for kind, pattern in _COMPILED:
            match = pattern.search(line)
            if match:
                yield Complaint(kind, (match["x"] or "").rstrip(".:"), line.strip())
                break
