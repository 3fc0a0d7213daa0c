"""The instructions that carry an image's configuration into a stage that starts from ``scratch``.

They carry over the configuration in ``image inspect``, which includes the base image's settings,
except those that only the base's own tools read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from bpkit.errors import InputError
from bpkit.image import DEFAULT_PATH, ImageConfig

_OWN_LABELS = "io.bpkit."
#: Variables of toolchains, which a compiled program doesn't read.
_OF_TOOLS = re.compile(
    r"GO(?:PATH|TOOLCHAIN|LANG_VERSION|PROXY|FLAGS|ROOT|OS|ARCH)|CGO_ENABLED"
    r"|CARGO_\w+|RUSTUP_\w+|RUSTFLAGS|RUST_VERSION|GCC_VERSION|CFLAGS|CXXFLAGS|LDFLAGS|CC|CXX"
    r"|DEBIAN_FRONTEND|GPG_KEYS?|PYTHON_(?:PIP|SETUPTOOLS|GET_PIP|SHA256)\w*|PIP_\w+|NPM_CONFIG_\w+"
    r"|YARN_VERSION"
)
_PLAIN = re.compile(r"[A-Za-z0-9_@%+=:,./-]+")


def instructions(
    config: ImageConfig,
    raw: Mapping[str, Any],
    *,
    base: Mapping[str, Any] | None = None,
    escape: str = "\\",
) -> Iterator[str]:
    """The lines of a stage, without line ends, from ENV to CMD.

    ``raw`` is the old image's configuration from ``image inspect``, ``base`` that of its base
    image, whose labels describe only itself. ``config`` is how the new image is started. Raises
    InputError for a value that a Dockerfile can't contain.
    """
    base = base or {}
    env = [(name, value) for name, value in config.env.items() if not _is_needless(name, value)]
    yield from _pairs("ENV", env, escape)
    foreign = base.get("Labels") or {}
    labels = [
        (name, value)
        for name, value in sorted((raw.get("Labels") or {}).items())
        if not name.startswith(_OWN_LABELS) and foreign.get(name) != value
    ]
    yield from _pairs("LABEL", labels, escape)
    if config.workdir not in {"", "/"}:
        yield f"WORKDIR {_path(config.workdir, escape)}"
    ports = sorted(raw.get("ExposedPorts") or {})
    if ports:
        yield f"EXPOSE {' '.join(port.removesuffix('/tcp') for port in ports)}"
    if volumes := sorted(raw.get("Volumes") or {}):
        yield f"VOLUME {json.dumps(volumes)}"
    if signal := raw.get("StopSignal"):
        yield f"STOPSIGNAL {signal}"
    if check := _healthcheck(raw.get("Healthcheck") or {}):
        yield check
    if config.user:
        yield f"USER {config.user}"
    if config.entrypoint:
        yield f"ENTRYPOINT {json.dumps(list(config.entrypoint), ensure_ascii=False)}"
    if config.cmd:
        yield f"CMD {json.dumps(list(config.cmd), ensure_ascii=False)}"


def _is_needless(name: str, value: str) -> bool:
    return (name == "PATH" and value == DEFAULT_PATH) or _OF_TOOLS.fullmatch(name) is not None


def _pairs(keyword: str, pairs: list[tuple[str, str]], escape: str) -> Iterator[str]:
    if pairs:
        gap = f" {escape}\n{' ' * (len(keyword) + 1)}"
        yield f"{keyword} {gap.join(f'{_word(n, escape)}={_word(v, escape)}' for n, v in pairs)}"


def _word(text: str, escape: str) -> str:
    """``text`` quoted for ENV and LABEL; a dollar sign stays literal."""
    if "\n" in text or "\r" in text:
        raise InputError(
            f"a Dockerfile can't contain a value of several lines: {text.splitlines()[0]} …",
            hint="set it when the container is started",
        )
    if _PLAIN.fullmatch(text):
        return text
    special = {escape, '"', "$"}
    return '"' + "".join(f"{escape}{c}" if c in special else c for c in text) + '"'


def _path(path: str, escape: str) -> str:
    return path.replace(escape, escape * 2).replace("$", f"{escape}$")


def _healthcheck(said: Mapping[str, Any]) -> str:
    test = list(said.get("Test") or ())
    if not test or test == ["NONE"]:
        return ""
    times = (("interval", "Interval"), ("timeout", "Timeout"), ("start-period", "StartPeriod"))
    flags = [f"--{flag}={_seconds(said[key])}" for flag, key in times if said.get(key)]
    if said.get("Retries"):
        flags.append(f"--retries={said['Retries']}")
    if test[0] == "CMD-SHELL":
        command = " ".join(test[1:])
        if "\n" in command:
            command = json.dumps(["/bin/sh", "-c", command], ensure_ascii=False)
    else:
        command = json.dumps(test[1:], ensure_ascii=False)
    return " ".join(["HEALTHCHECK", *flags, "CMD", command])


def _seconds(nanoseconds: int) -> str:
    """A duration in Go's notation, in whole seconds if possible."""
    whole, rest = divmod(int(nanoseconds), 1_000_000_000)
    return f"{whole}s" if not rest else f"{nanoseconds // 1_000_000}ms"
