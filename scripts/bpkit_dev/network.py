"""An engine's own bridge, and the three rules that let its containers reach the network.

Docker would keep rules itself, but two daemons on one machine flush each other's. With
``--iptables=false`` and rules for one bridge only, an existing engine is not changed. The bridge's
name comes from the engine's directory, so that two checkouts with engines of their own don't share
one.
"""

from __future__ import annotations

import hashlib
import ipaddress
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bpkit.errors import EngineError, NoEngineError
from scripts.bpkit_dev import shell
from scripts.bpkit_dev.flavours import Paths

# For tests of network equipment (RFC 2544), so not in real use: 512 bridges of 254 hosts.
ROOM = ipaddress.IPv4Network("198.18.0.0/15")
PREFIX = 24


@dataclass(frozen=True)
class Bridge:
    """A bridge's name, and its own address with prefix."""

    name: str
    address: str

    @property
    def subnet(self) -> str:
        return str(ipaddress.ip_interface(self.address).network)

    @property
    def gateway(self) -> str:
        return str(ipaddress.ip_interface(self.address).ip)


def tool_environment(root: Path, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """An environment in which programs unpacked below ``root`` find each other and their files.

    The machine's own programs come first on PATH: its iptables knows which tables are in use.
    """
    libraries = [str(d) for d in sorted((root / "usr/lib").glob("*-linux-*"))]
    libraries += [str(d) for d in sorted((root / "lib").glob("*-linux-*"))]
    path = [environ.get("PATH", ""), "/usr/sbin", "/sbin"]
    own = [str(root / d) for d in ("usr/sbin", "usr/bin", "sbin", "bin")]
    found = shutil.which("iptables", path=os.pathsep.join(path))
    plugins = {} if found else {"XTABLES_LIBDIR": f"{libraries[0]}/xtables"} if libraries else {}
    return {
        "PATH": os.pathsep.join([*path, *own]),
        "LD_LIBRARY_PATH": os.pathsep.join(libraries),
        **plugins,
    }


def link_iptables(root: Path) -> None:
    """Give the unpacked iptables the name that Debian's alternatives would give it.

    nftables if the kernel has it, as Debian does, otherwise the older tables.
    """
    sbin = root / "usr/sbin"
    if not (sbin / "xtables-nft-multi").exists():
        return
    env = tool_environment(root)
    nft = shell.succeeds([sbin / "iptables-nft", "-t", "nat", "-S"], env=env)
    target = "xtables-nft-multi" if nft else "xtables-legacy-multi"
    for name in ("iptables", "ip6tables"):
        link = sbin / name
        link.unlink(missing_ok=True)
        link.symlink_to(target)


def bridge_name(state: Path) -> str:
    """The name of the bridge for the engine in the directory ``state``.

    13 bytes, of the 15 that a network interface's name may have.
    """
    return f"bpkit{_digest(state)[:8]}"


def choose_address(state: Path, routed: Iterable[str]) -> str:
    """The bridge's address, in the first subnet that overlaps none of ``routed``.

    Each directory starts its search at a different place, so that engines seldom collide.
    Raises NoEngineError if all are taken.
    """
    taken = [ipaddress.IPv4Network(route) for route in routed]
    subnets = list(ROOM.subnets(new_prefix=PREFIX))
    start = int(_digest(state), 16) % len(subnets)
    for subnet in subnets[start:] + subnets[:start]:
        if not any(subnet.overlaps(other) for other in taken):
            return f"{subnet[1]}/{PREFIX}"
    raise NoEngineError(
        f"every subnet of {ROOM} is in use on this machine", hint="run 'ip route' to see them"
    )


def free_bridge(paths: Paths) -> Bridge:
    """A bridge that this engine can make, on a currently free network."""
    return Bridge(bridge_name(paths.state), choose_address(paths.state, _routed(paths)))


def make_bridge(paths: Paths) -> Bridge:
    """The engine's bridge with its rules, made if it doesn't exist yet."""
    bridge = _existing(paths)
    if not bridge:
        bridge = free_bridge(paths)
        if not _exists(bridge.name):
            _ip(paths, "link", "add", bridge.name, "type", "bridge")
    _ip(paths, "addr", "replace", bridge.address, "dev", bridge.name)
    _ip(paths, "link", "set", bridge.name, "up")
    for rule in _rules(bridge):
        if not _iptables(paths, "-C", rule):
            _iptables(paths, "-I", rule, must=True)
    return bridge


def remove_bridge(paths: Paths) -> None:
    """Remove the engine's bridge and its rules, if it exists."""
    if bridge := _existing(paths):
        for rule in _rules(bridge):
            while _iptables(paths, "-C", rule):
                _iptables(paths, "-D", rule, must=True)
    if _exists(name := bridge_name(paths.state)):
        _ip(paths, "link", "del", name)


def _digest(state: Path) -> str:
    return hashlib.sha256(os.fsencode(state)).hexdigest()


def _rules(bridge: Bridge) -> Iterator[tuple[str, ...]]:
    yield ("nat", "POSTROUTING", "-s", bridge.subnet, "!", "-o", bridge.name, "-j", "MASQUERADE")
    # Another Docker on the machine sets the policy of FORWARD to DROP.
    yield ("filter", "FORWARD", "-i", bridge.name, "-j", "ACCEPT")
    yield ("filter", "FORWARD", "-o", bridge.name, "-j", "ACCEPT")


def _exists(name: str) -> bool:
    return Path("/sys/class/net", name).exists()


def _existing(paths: Paths) -> Bridge | None:
    """The engine's bridge with its address, if it exists and has one."""
    name = bridge_name(paths.state)
    if not _exists(name):
        return None
    shown = _ip(paths, "-4", "-o", "addr", "show", "dev", name)
    found = re.search(r"\binet (\S+)", shown)
    return Bridge(name, found[1]) if found else None


def _routed(paths: Paths) -> list[str]:
    """The networks in the machine's routing table."""
    words = (line.split()[0] for line in _ip(paths, "-4", "route").splitlines())
    return [word for word in words if "/" in word]


def _ip(paths: Paths, *arguments: str) -> str:
    return shell.output(
        ["env", "ip", *arguments], env=tool_environment(paths.root), error=NoEngineError
    )


def _iptables(paths: Paths, verb: str, rule: tuple[str, ...], *, must: bool = False) -> bool:
    table, *rest = rule
    argv = ["env", "iptables", "-w", "-t", table, verb, *rest]
    try:
        shell.output(argv, env=tool_environment(paths.root))
    except EngineError as failure:
        if must:
            raise NoEngineError(failure.message, hint=failure.hint) from None
        return False
    return True
