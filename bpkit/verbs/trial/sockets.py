"""Read the kernel's tables of sockets (proc(5), ``/proc/net/tcp``), as the sidecar lists them."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from bpkit.verbs.trial.result import ListeningSocket

_LISTEN = "0A"
# A UDP socket that is bound and not connected (TCP_CLOSE).
_UNCONNECTED = "07"


def listening_sockets(tables: str) -> tuple[ListeningSocket, ...]:
    """The listening sockets, in the order of protocol and port.

    ``tables`` are the concatenated tables, each preceded by a line with its path.
    """
    return tuple(
        sorted(set(_sockets(tables)), key=lambda one: (one.protocol, one.port, one.address))
    )


def _sockets(tables: str) -> Iterator[ListeningSocket]:
    protocol = ""
    for line in tables.splitlines():
        if line.startswith("/proc/net/"):
            protocol = line.removeprefix("/proc/net/")[:3]
            continue
        fields = line.split()
        if len(fields) < 4 or not fields[0].endswith(":"):
            continue
        local, remote, state = fields[1:4]
        if protocol == "tcp" and state == _LISTEN:
            yield ListeningSocket("tcp", *_address(local))
        elif protocol == "udp" and state == _UNCONNECTED and remote.endswith(":0000"):
            yield ListeningSocket("udp", *_address(local))


def _address(text: str) -> tuple[str, int]:
    """An address in the kernel's notation: words of 32 bits in the machine's byte order.

    All machines that have a sidecar are little-endian.
    """
    digits, _, port = text.partition(":")
    raw = bytes.fromhex(digits)
    turned = b"".join(raw[i : i + 4][::-1] for i in range(0, len(raw), 4))
    address = ipaddress.ip_address(turned)
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address), int(port, 16)
