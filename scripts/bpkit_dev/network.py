"""A bridge of an engine's own, and the three rules by which its containers reach the network.

Docker would keep rules itself, but two daemons on one machine flush each other's. With
``--iptables=false`` and rules for one bridge only, an engine that is already there is not altered.
"""

from __future__ import annotations

import ipaddress
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from bpkit.errors import EngineError, NoEngineError
from scripts.bpkit_dev import shell
from scripts.bpkit_dev.flavours import Flavour, Paths


def tool_environment(root: Path, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment in which programs unpacked below ``root`` find each other and their parts.

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

    nftables where the kernel has it, as Debian does, else the older tables.
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


def make_bridge(flavour: Flavour, paths: Paths) -> None:
    """Make the flavour's bridge and rules, where they are not there yet."""
    if not _exists(flavour.bridge):
        _refuse_taken_subnet(flavour, paths)
        _ip(paths, "link", "add", flavour.bridge, "type", "bridge")
    _ip(paths, "addr", "replace", flavour.address, "dev", flavour.bridge)
    _ip(paths, "link", "set", flavour.bridge, "up")
    for rule in _rules(flavour):
        if not _iptables(paths, "-C", rule):
            _iptables(paths, "-I", rule, must=True)


def remove_bridge(flavour: Flavour, paths: Paths) -> None:
    """Remove the flavour's bridge and rules, as far as they are there."""
    for rule in _rules(flavour):
        while _iptables(paths, "-C", rule):
            _iptables(paths, "-D", rule, must=True)
    if _exists(flavour.bridge):
        _ip(paths, "link", "del", flavour.bridge)


def _rules(flavour: Flavour) -> Iterator[tuple[str, ...]]:
    subnet = str(ipaddress.ip_interface(flavour.address).network)
    yield ("nat", "POSTROUTING", "-s", subnet, "!", "-o", flavour.bridge, "-j", "MASQUERADE")
    # Another Docker on the machine sets the policy of FORWARD to DROP.
    yield ("filter", "FORWARD", "-i", flavour.bridge, "-j", "ACCEPT")
    yield ("filter", "FORWARD", "-o", flavour.bridge, "-j", "ACCEPT")


def _exists(bridge: str) -> bool:
    return Path("/sys/class/net", bridge).exists()


def _refuse_taken_subnet(flavour: Flavour, paths: Paths) -> None:
    subnet = ipaddress.ip_interface(flavour.address).network
    for line in _ip(paths, "-4", "route").splitlines():
        destination = line.split()[0]
        if "/" in destination and ipaddress.ip_network(destination).overlaps(subnet):
            raise NoEngineError(
                f"the network {subnet}, meant for {flavour.bridge}, is in use: {line.strip()}"
            )


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
