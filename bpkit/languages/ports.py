"""The port on which a program listens, as its source shows it.

Only what is written down counts: a literal in the call that listens, a default beside ``$PORT``,
or a flag in the command that starts it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bpkit.languages.listing import Fact, Listing

_PORT = r"(?P<port>[1-9]\d{1,4})\b"
_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        # Go, Rust, Zig, C: an address in quotes, as ":8080", "0.0.0.0:8080" or "[::]:8080".
        rf'"(?:0\.0\.0\.0|\[::\]|localhost|127\.0\.0\.1)?:{_PORT}"',
        rf"\blisten\(\s*{_PORT}",
        rf"\bprocess\.env\.PORT\s*(?:\|\||\?\?)\s*['\"]?{_PORT}",
        rf"\b(?:environ\.get|getenv|ENV\.fetch|env\.get|os\.environ\.get)\(\s*['\"]PORT['\"]\s*,"
        rf"\s*['\"]?{_PORT}",
        rf"\bhtons\(\s*{_PORT}",
        rf"(?i)\bport\s*[:=]\s*(?:int\()?['\"]?{_PORT}",
        rf"(?:--port|--bind|-b|-p|-l)[ =](?:\d+\.\d+\.\d+\.\d+:|:)?{_PORT}",
        rf"\b(?:HTTPServer|TCPServer|ServerSocket|InetSocketAddress)\(\s*\(?\s*(?:['\"][^'\"]*['\"]"
        rf"\s*,\s*)?{_PORT}",
        rf"^\s*server\.port\s*[=:]\s*{_PORT}",
        rf"\b0\.0\.0\.0:{_PORT}",
    )
)


# Ports of services that programs connect to: databases, queues, mail, TLS.
_OF_OTHERS = frozenset(
    {"25", "443", "465", "587", "1433", "1521", "2181", "3306", "4317", "5432", "5672"}
    | {"6379", "6650", "9042", "9092", "9200", "11211", "15672", "27017"}
)


def port_in(text: str) -> str:
    """The first port that the source names as one it listens on; empty if none."""
    for shape in _SHAPES:
        for match in shape.finditer(text):
            if match["port"] not in _OF_OTHERS and int(match["port"]) < 65536:
                return match["port"]
    return ""


def port_of(listing: Listing, files: Iterable[str]) -> Fact | None:
    """The port that the first of these files to name one names."""
    for file in files:
        if file in listing and (port := port_in(listing.read(file))):
            return Fact("port", port, file)
    return None
