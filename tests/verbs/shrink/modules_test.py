"""Modules of servers that load all of theirs when they start."""

from __future__ import annotations

import pytest

from bpkit.image.evidence import Evidence
from bpkit.image.packages import Package, Packages
from bpkit.image.rootfs import Rootfs, with_parents
from bpkit.verbs.shrink.choose import Choice, choose
from bpkit.verbs.shrink.draft import ShrinkWishes
from bpkit.verbs.shrink.learned import Learned, LearnedCommand
from bpkit.verbs.shrink.modules import WHY
from bpkit.verbs.shrink.surroundings import Surroundings
from tests.verbs.check.made import library, program, text
from tests.verbs.shrink.made import LIBRARIES, SYSTEM, fat

MODULES = "/usr/lib/nginx/modules"
SERVER = "/usr/sbin/nginx"
CONFIGURATION = "/etc/nginx/nginx.conf"
ENTRY = "/usr/bin/entry"
NODES = (
    program(SERVER, "libc.so.6"),
    text(CONFIGURATION, b"load_module modules/mail.so;\n", 0o644),
    library(f"{MODULES}/mail.so", "libc.so.6"),
    library(f"{MODULES}/geoip.so", "libgeo.so.1"),
    library(f"{LIBRARIES}/libgeo.so.1", "libc.so.6"),
    text(ENTRY, b'#!/bin/sh\nexec nginx "$@"\n', 0o755),
)
PACKAGES = {
    "nginx": Package("nginx", (SERVER, CONFIGURATION), needs=("nginx-mail", "nginx-geoip")),
    "nginx-mail": Package("nginx-mail", (f"{MODULES}/mail.so",), automatic=True),
    "nginx-geoip": Package("nginx-geoip", (f"{MODULES}/geoip.so",), automatic=True),
}


def shrunk(
    *opened: str,
    traced: bool = True,
    packages: dict[str, Package] = PACKAGES,
    script: str = "",
) -> Choice:
    base = Rootfs(with_parents({node.path: node for node in SYSTEM}))
    # A package that is all in the base shows which were installed since.
    known = {
        **packages,
        "dash": Package("dash", ("/usr/bin/sh",), automatic=True),
        "libgeo1": Package("libgeo1", (f"{LIBRARIES}/libgeo.so.1",), automatic=True),
    }
    around = Surroundings(
        base=base,
        packages=Packages(known),
        learned=Learned(
            touched=frozenset({SERVER, *opened}),
            commands=(LearnedCommand(SERVER, ("nginx",)),),
        ),
        traced=traced,
    )
    evidence = {ENTRY: Evidence(script=script)} if script else {}
    image = fat(*NODES, evidence=evidence, cmd=(ENTRY if script else SERVER,))
    return choose(image, evidence, ShrinkWishes(), around)


def test_a_module_that_the_configuration_does_not_load_is_left_out_with_its_library() -> None:
    choice = shrunk(CONFIGURATION, f"{MODULES}/mail.so")
    assert f"{MODULES}/mail.so" in choice.rootfs.nodes
    assert f"{MODULES}/geoip.so" not in choice.rootfs.nodes
    assert f"{LIBRARIES}/libgeo.so.1" not in choice.rootfs.nodes
    assert [(one.path, one.files) for one in choice.left if one.why == WHY] == [(MODULES, 1)]


@pytest.mark.parametrize(
    "choice",
    [
        pytest.param(
            shrunk(CONFIGURATION, f"{MODULES}/mail.so", traced=False), id="nothing was watched"
        ),
        pytest.param(shrunk(), id="it read no configuration"),
        pytest.param(
            shrunk(
                CONFIGURATION,
                f"{MODULES}/mail.so",
                packages={
                    **PACKAGES,
                    "nginx-geoip": Package("nginx-geoip", (f"{MODULES}/geoip.so",)),
                },
            ),
            id="installed by name",
        ),
        pytest.param(
            shrunk(
                CONFIGURATION,
                f"{MODULES}/mail.so",
                script='#!/bin/sh\necho "load_module $GEO;" > /etc/nginx/nginx.conf\nexec nginx\n',
            ),
            id="a script changes it",
        ),
    ],
)
def test_every_module_stays_if_any_may_be_loaded(choice: Choice) -> None:
    assert f"{MODULES}/geoip.so" in choice.rootfs.nodes
    assert f"{LIBRARIES}/libgeo.so.1" in choice.rootfs.nodes
    assert not any(one.why == WHY for one in choice.left)
