"""The health check that asks a program whether it still answers, by connecting to its port.

A connection proves less than a request would, but it is never wrong about a service that has
nothing at ``/``. The client depends on the base: an interpreter, bash, busybox, or none, in
which case busybox is shipped beside the program.
"""

from __future__ import annotations

import re

from bpkit.languages.dockerfile_words import argv

# https://hub.docker.com/_/busybox: the static build on musl is the smallest.
BUSYBOX_VERSION = "1.37-musl"
_SECONDS = "3"
WITHOUT_PROBE = {"healthcheck": "", "probe": "", "probe_image": "", "busybox_version": ""}


def shell_check(port: str, base: str) -> str:
    """The health check for a base whose shell can connect; empty if it has none."""
    if not port or port.endswith("/udp"):
        # UDP has no connection that could be answered.
        return ""
    if re.match(r"(.*/)?(debian|ubuntu|buildpack-deps|gcc|eclipse-temurin)\b", base):
        return argv("bash", "-c", f"exec 3<>/dev/tcp/127.0.0.1/{port}")
    if re.match(r"(.*/)?(alpine|busybox)\b|.*-alpine", base):
        return argv("nc", "-w", _SECONDS, "127.0.0.1", port, "-e", "true")
    return ""


def compiled_program(port: str, base: str) -> dict[str, str]:
    """The health check's placeholders in a compiled program's template.

    ``probe_image`` is the image that busybox is copied from, ``probe`` its path. If busybox isn't
    needed, all but ``healthcheck`` are empty, and their instructions are left out.
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
