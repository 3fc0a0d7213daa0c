"""The engine's information about an image, and its messages about a program it couldn't start."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bpkit.core import ImageInfo


def exposed_ports(info: ImageInfo) -> Iterator[int]:
    """The TCP ports that the image EXPOSEs."""
    return (port for port, protocol in _exposed(info) if protocol == "tcp")


def exposed_udp_ports(info: ImageInfo) -> Iterator[int]:
    """The UDP ports that the image EXPOSEs."""
    return (port for port, protocol in _exposed(info) if protocol == "udp")


def _exposed(info: ImageInfo) -> Iterator[tuple[int, str]]:
    for text in info.config.get("ExposedPorts") or {}:
        port, _, protocol = str(text).partition("/")
        if port.isdecimal():
            yield int(port), protocol.lower() or "tcp"


def engine_message(text: str) -> str:
    """The engine's message in one line, without advice and the names of the engine's components."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    lines = [line for line in lines if not line.startswith(("See '", "time=", "Run '"))] or lines
    if not lines:
        return ""
    message = re.sub(r"^(docker: )?Error( response from daemon)?: ", "", lines[-1])
    # "failed to create task for container: … unable to start container process: exec: …: unknown"
    inner = re.search(
        r"(?:starting container process caused|unable to start container process): (.*)", message
    )
    return re.sub(r": unknown\.?$", "", inner[1] if inner else message)


def run_status(said: str, status: int) -> int:
    """The exit status of ``docker run`` for a program that couldn't be started."""
    if status in {126, 127}:
        return status
    lowered = said.lower()
    if "permission denied" in lowered or "exec format error" in lowered:
        return 126
    return 127 if "no such file" in lowered or "not found" in lowered else 125
