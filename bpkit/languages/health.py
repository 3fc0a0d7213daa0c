"""How an image asks its own program whether it still answers: by connecting to its port.

A connection asks less than a request would, and is never wrong about a service that has nothing
to say at ``/``. What can connect depends on what the base has: an interpreter, bash, busybox, or
nothing, and then a busybox is shipped beside the program.
"""

from __future__ import annotations

import re

from bpkit.languages.dockerfile_words import argv

# https://hub.docker.com/_/busybox: the static build on musl is the smallest.
BUSYBOX_VERSION = "1.37-musl"
_SECONDS = "3"
WITHOUT_PROBE = {"healthcheck": "", "probe": "", "probe_image": "", "busybox_version": ""}


def shell_check(port: str, base: str) -> str:
    """The health check for a base that has a shell that can connect; empty if it has none."""
    if not port or port.endswith("/udp"):
        # Nothing answers a connection there.
        return ""
    if re.match(r"(.*/)?(debian|ubuntu|buildpack-deps|gcc|eclipse-temurin)\b", base):
        return argv("bash", "-c", f"exec 3<>/dev/tcp/127.0.0.1/{port}")
    if re.match(r"(.*/)?(alpine|busybox)\b|.*-alpine", base):
        return argv("nc", "-w", _SECONDS, "127.0.0.1", port, "-e", "true")
    return ""


def compiled_program(port: str, base: str) -> dict[str, str]:
    """The places of the health check in the template of a compiled program.

    ``probe_image`` is what busybox is copied from, ``probe`` its path. Without a use for it all
    but ``healthcheck`` are empty, and their instructions are left out.
    """
    own = shell_check(port, base)
    if own or not port or port.endswith("/udp"):
        return {**WITHOUT_PROBE, "healthcheck": own}
    probe = "/bin/busybox"
    return {
        "healthcheck": argv(probe, "nc", "-w", _SECONDS, "127.0.0.1", port, "-e", probe, "true"),
        "probe": probe,
        "probe_image": "busybox:${BUSYBOX_VERSION}",
        "busybox_version": BUSYBOX_VERSION,
    }
