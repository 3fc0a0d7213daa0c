"""The bridges of engines in several homes do not meet."""

from __future__ import annotations

import ipaddress
from pathlib import Path

import pytest

from bpkit.errors import NoEngineError
from scripts.bpkit_dev.network import ROOM, Bridge, bridge_name, choose_address

# What a network interface's name may have: IFNAMSIZ of netdevice(7), less the NUL.
LONGEST_NAME = 15
STATES = [Path(f"/home{n}/{flavour}") for n in range(20) for flavour in ("classic", "modern")]


def test_every_engine_has_a_bridge_of_its_own() -> None:
    names = {bridge_name(state) for state in STATES}
    assert len(names) == len(STATES)
    assert max(map(len, names)) <= LONGEST_NAME


def test_engines_that_start_one_after_the_other_share_no_subnet() -> None:
    routed: list[str] = ["10.0.0.0/8", "172.17.0.0/16"]
    for state in STATES:
        routed.append(Bridge("b", choose_address(state, routed)).subnet)
    networks = [ipaddress.ip_network(route) for route in routed]
    assert not any(a.overlaps(b) for a in networks for b in networks if a is not b)


def test_an_engine_comes_back_to_the_same_subnet_if_it_is_free() -> None:
    assert choose_address(STATES[0], []) == choose_address(STATES[0], ["172.17.0.0/16"])


def test_a_subnet_in_use_is_skipped() -> None:
    wanted = Bridge("b", choose_address(STATES[0], [])).subnet
    other = Bridge("b", choose_address(STATES[0], [wanted]))
    assert other.subnet != wanted
    assert ipaddress.IPv4Network(other.subnet).subnet_of(ROOM)
    assert other.gateway == str(ipaddress.IPv4Network(other.subnet)[1])


def test_no_free_subnet_is_an_error_not_a_traceback() -> None:
    with pytest.raises(NoEngineError, match="ip route"):
        choose_address(STATES[0], [str(ROOM)])
