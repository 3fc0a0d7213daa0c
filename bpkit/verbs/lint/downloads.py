"""The downloads of a RUN, and whether it verifies them."""

from __future__ import annotations

from bpkit.formats.dockerfile import Command, Instruction
from bpkit.light import regex

_CHECKS = regex(
    r"\b(?:sha(?:1|224|256|384|512)(?:sum)?|shasum|md5sum|b2sum|gpgv|gpg2?\b[^;&|]*--(?:verify|decrypt)"
    r"|cosign|minisign|openssl\s+dgst"
    r"|rpm\s+(?:-K|--checksig)|signify)\b"
)
_URL = regex(r"^[\"']?(https?)://([^/:\s\"'?#]+)")
_NEXT_IS_NO_URL = frozenset({"-x", "--proxy", "-H", "--header", "-e", "--referer", "-A", "-d"})
_NEAR = frozenset({"localhost", "127.0.0.1", "0.0.0.0", "host.docker.internal", "::1", "[::1]"})


def checks_downloads(run: Instruction) -> bool:
    """Whether the RUN compares a checksum or a signature."""
    return _CHECKS.search(run.text) is not None


def urls_of(command: Command) -> list[tuple[str, str, str]]:
    """The URLs that curl or wget fetches: scheme, host and the whole word."""
    if command.program not in {"curl", "wget"}:
        return []
    found = []
    for before, word in zip(command.words, command.words[1:], strict=False):
        match = _URL.match(word)
        if match and before not in _NEXT_IS_NO_URL:
            found.append((match[1], match[2].lower(), word))
    return found


def is_near(host: str) -> bool:
    """Whether a host is the machine itself, or on a private network."""
    return host in _NEAR or "." not in host or host.endswith((".local", ".internal", ".lan"))
