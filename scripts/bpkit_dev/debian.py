"""Downloads and unpacks packages of a Debian release without installing them.

apt runs with its own lists, cache and sources, so that the machine's aren't changed. The mirror and
apt's settings (proxies, checks) are the machine's: read when needed, and not stored.
"""

from __future__ import annotations

import fcntl
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from bpkit.errors import NoEngineError
from scripts.bpkit_dev import shell

OS_RELEASE = Path("/etc/os-release")
APT = Path("/etc/apt")
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


def require_debian(os_release: Path = OS_RELEASE) -> None:
    """Raise NoEngineError unless this is a Debian machine with apt."""
    text = os_release.read_text() if os_release.is_file() else ""
    if not re.search(r"^ID=\"?debian\"?$", text, re.M) or not shutil.which("apt-get"):
        raise NoEngineError(
            "bringing up an engine from nothing needs a Debian machine",
            hint="start a Docker of your own, set DOCKER_HOST, and run "
            "'scripts/engine up --or-existing classic'",
        )


def fetch(suite: str, names: Sequence[str], apt_home: Path) -> list[Path]:
    """Download these packages of the release ``suite``; returns the .deb files.

    ``apt_home`` holds apt's own lists and cache. Dependencies are not followed. A lock makes
    concurrent callers wait for each other.
    """
    home = apt_home / suite
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _fetch(suite, names, home)


def _fetch(suite: str, names: Sequence[str], home: Path) -> list[Path]:
    debs = home / "debs"
    for made in ("lists/partial", "archives/partial", "parts", "debs"):
        (home / made).mkdir(parents=True, exist_ok=True)
    (home / "status").touch()
    (home / "sources.list").write_text(
        f"deb [signed-by={KEYRING}] {mirror(apt_sources())} {suite} main\n"
    )
    if missing := [name for name in names if not _debs(debs, [name])]:
        apt = ["apt-get", *_private_options(home)]
        # Older lists may name versions that the mirror no longer has.
        shell.output([*apt, "update"], timeout=600, error=NoEngineError)
        shell.output([*apt, "download", *missing], cwd=debs, timeout=600, error=NoEngineError)
    return _debs(debs, names)


def _debs(directory: Path, names: Sequence[str]) -> list[Path]:
    return [deb for name in names for deb in sorted(directory.glob(f"{name}_*.deb"))[-1:]]


def unpack(debs: Sequence[Path], root: Path) -> None:
    """Unpack the packages into ``root`` without running their scripts."""
    root.mkdir(parents=True, exist_ok=True)
    for deb in debs:
        shell.output(["dpkg-deb", "-x", deb, root], error=NoEngineError)


def _private_options(home: Path) -> Iterator[str]:
    settings = {
        "Dir::State": home,
        "Dir::State::lists": home / "lists",
        "Dir::State::status": home / "status",
        "Dir::Cache": home,
        "Dir::Etc::sourcelist": home / "sources.list",
        "Dir::Etc::sourceparts": home / "parts",
        "Dir::Etc::preferences": "/dev/null",
        "Dir::Etc::preferencesparts": home / "parts",
        "Acquire::Languages": "none",
        # The user _apt can't write to this directory; apt would warn and go on as root.
        "APT::Sandbox::User": "root",
    }
    for name, value in settings.items():
        yield from ("-o", f"{name}={value}")


def apt_sources(apt: Path = APT) -> str:
    """The text of the machine's apt sources, all files together."""
    files = [apt / "sources.list", *sorted((apt / "sources.list.d").glob("*"))]
    kept = (f for f in files if f.is_file() and f.suffix in {".list", ".sources"})
    return "\n".join(f.read_text() for f in kept)


def mirror(sources: str) -> str:
    """The first address of a Debian archive among apt sources, of either format.

    The archive proper is the one with a bare release name, not ``…-security``. Raises
    NoEngineError if there is none.
    """
    for uri, suites in _archives(sources):
        if any(re.fullmatch(r"[a-z]+", suite) for suite in suites) and "debian" in uri:
            return uri
    raise NoEngineError(
        "no Debian archive is among this machine's apt sources",
        hint="add one to /etc/apt/sources.list.d, or start a Docker of your own",
    )


def _archives(sources: str) -> Iterator[tuple[str, list[str]]]:
    for line in re.findall(r"^deb\s+(.+)$", sources, re.M):
        words = re.sub(r"\[[^]]*\]", "", line).split()
        if len(words) >= 2:
            yield words[0].rstrip("/"), [words[1]]
    for stanza in re.split(r"\n\s*\n", sources):
        fields = dict(re.findall(r"^([A-Za-z-]+):[ \t]*(.+)$", stanza, re.M))
        for uri in fields.get("URIs", "").split():
            yield uri.rstrip("/"), fields.get("Suites", "").split()


def apt_settings() -> str:
    """The machine's proxies and checks, as text for a file in an image's ``apt.conf.d``."""
    wanted = re.compile(r'^Acquire::(?:https?::Proxy|Check-Valid-Until|Check-Date)\b.*"[^"]+";$')
    dump = shell.output(["apt-config", "dump"], error=NoEngineError)
    return "".join(f"{line}\n" for line in dump.splitlines() if wanted.match(line))
