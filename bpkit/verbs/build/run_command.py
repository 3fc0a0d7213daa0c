"""The command line that starts an image."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bpkit.core import quote


def run_command(engine: Sequence[str], image: str, config: Mapping[str, Any]) -> str:
    """``docker run --rm -p 8080:8080 IMAGE``; empty for an image without a command.

    Only ports in EXPOSE are published, each under the same number.
    """
    if not (config.get("Entrypoint") or config.get("Cmd")):
        return ""
    return " ".join(map(quote, [*engine, "run", "--rm", *_published(config), image]))


def _published(config: Mapping[str, Any]) -> Iterator[str]:
    for port in sorted(config.get("ExposedPorts") or {}, key=_order):
        number, _, protocol = port.partition("/")
        suffix = f"/{protocol}" if protocol not in {"", "tcp"} else ""
        yield from ("-p", f"{number}:{number}{suffix}")


def _order(port: str) -> tuple[int, str]:
    number = port.partition("/")[0]
    return (int(number) if number.isdecimal() else 0, port)
