"""Whether a builder accepts the value of a flag or an argument: ports, durations, names.

Sources: github.com/distribution/reference (names of images), github.com/docker/go-connections/nat
(ports), Go's time.ParseDuration, github.com/moby/sys/signal, github.com/containerd/platforms,
BuildKit's dockerfile2llb/convert.go (modes, checksums). Each function takes a literal value; the
caller expands variables first.
"""

from __future__ import annotations

import re

from bpkit.light import regex

_PORTS = regex(r"(?:(?P<ip>.*):)?(?P<host>[^:]*):(?P<inner>[^:]*)|(?P<only>[^:]*)", re.DOTALL)
_NUMBER = regex(r"\+?[0-9]+")
_PROTOCOLS = frozenset({"tcp", "udp", "sctp"})
_MOST_PORTS = 65535

_DURATION = regex(r"([-+]?)(?:0|(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+)")
_PART = regex(r"([0-9.]+)(ns|us|µs|μs|ms|s|m|h)")
_SECONDS = {
    "ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0,
}  # fmt: skip

_SIGNAL_NAMES = """
    ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT
    STOP SYS TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ RTMIN RTMAX
"""
#: The names of signals without their SIG.
SIGNALS = frozenset(_SIGNAL_NAMES.split())
_REAL_TIME = regex(r"RTMIN\+(?:[1-9]|1[0-5])|RTMAX-(?:[1-9]|1[0-4])")
_INTEGER = regex(r"[-+]?[0-9]+")

_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_PATH = regex(rf"{_COMPONENT}(?:/{_COMPONENT})*")
_LABEL = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_DOMAIN = regex(rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?")
_TAG = regex(r"\w[\w.-]{0,127}", re.ASCII)
_DIGEST = regex(r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}")
_DIGEST_SIZES = {"sha256": 64, "sha384": 96, "sha512": 128}
_BARE_ID = regex(r"[a-f0-9]{64}")

_PLATFORM_PART = regex(r"[A-Za-z0-9_.-]+(?:\([A-Za-z0-9_.+-]*\))?")
_SYSTEMS = """
    aix android darwin dragonfly freebsd hurd illumos ios js linux macos nacl netbsd openbsd plan9
    solaris wasip1 windows zos
"""
SYSTEMS = frozenset(_SYSTEMS.split())
_MACHINES = """
    386 aarch64 amd64 amd64p32 arm arm64 arm64be armbe armel armhf i386 loong64 mips mips64 mips64le
    mips64p32 mips64p32le mipsle ppc ppc64 ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm
    x86-64 x86_64
"""
MACHINES = frozenset(_MACHINES.split())

_OCTAL = regex(r"[0-7]+")
_SYMBOLIC = regex(r"(?:[ugoa]*(?:[-+=][rwxXstugo]*)+)(?:,[ugoa]*(?:[-+=][rwxXstugo]*)+)*")
_MOST_MODE = 0o7777
_GIT_COMMIT = regex(r"[0-9a-fA-F]{1,40}|[0-9a-fA-F]{64}")
_GIT_SOURCE = regex(r"git://|ssh://|git@|[^/]+@[^/]+:|https?://.*\.git(?:[#?]|$)")
_WEB_SOURCE = regex(r"https?://")


def port_fault(spec: str) -> str:
    """Why ``spec`` (an EXPOSE's word) is refused; empty if it isn't."""
    found = _PORTS.fullmatch(spec)
    inner = (found["only"] if found["only"] is not None else found["inner"]) if found else ""
    port, _, protocol = inner.partition("/")
    if not port:
        return f"'{spec}' has no port"
    first, dash, last = port.partition("-")
    numbers = (first, last) if dash else (first,)
    if not all(_NUMBER.fullmatch(n) and int(n) <= _MOST_PORTS for n in numbers):
        return f"'{port}' is not a valid port: a number up to 65535, or a range of two"
    if dash and int(last) < int(first):
        return f"the range '{port}' ends before it starts"
    if protocol and protocol.lower() not in _PROTOCOLS:
        return f"'{protocol}' is not a valid protocol: tcp, udp or sctp"
    return ""


def is_duration(value: str) -> bool:
    """Whether HEALTHCHECK accepts this time: Go's form, zero or at least a millisecond."""
    if not value:
        return True
    found = _DURATION.fullmatch(value)
    if found is None:
        return False
    seconds = sum(float(n) * _SECONDS[unit] for n, unit in _PART.findall(value) if n != ".")
    return seconds == 0 or (found[1] != "-" and seconds >= 0.001)


def is_signal(value: str) -> bool:
    """Whether STOPSIGNAL accepts this name or number."""
    if _INTEGER.fullmatch(value):
        return int(value) != 0
    name = value.upper().removeprefix("SIG")
    return name in SIGNALS or _REAL_TIME.fullmatch(name) is not None


def reference_fault(reference: str) -> str:
    """Why ``reference`` can't be the name of an image; empty if it can."""
    rest, at, digest = reference.partition("@")
    if at and not _is_digest(digest):
        return f"'{digest}' is not a valid digest"
    head, slash, tail = rest.partition("/")
    is_domain = slash and (
        "." in head or ":" in head or head == "localhost" or head != head.lower()
    )
    path, colon, tag = (tail if is_domain else rest).partition(":")
    if is_domain and not _DOMAIN.fullmatch(head):
        return f"'{head}' is not a valid registry"
    if path != path.lower():
        return f"the name of an image must be in lower case: '{path}'"
    if _BARE_ID.fullmatch(rest):
        return "an image is named by its ID only as sha256:ID"
    if not _PATH.fullmatch(path):
        return f"'{reference}' is not a valid image name"
    if colon and not _TAG.fullmatch(tag):
        return f"'{tag}' is not a valid tag"
    return ""


def _is_digest(digest: str) -> bool:
    algorithm, _, value = digest.partition(":")
    size = _DIGEST_SIZES.get(algorithm)
    return _DIGEST.fullmatch(digest) is not None and (size is None or len(value) == size)


def is_platform(value: str) -> bool:
    """Whether ``--platform`` accepts this value."""
    parts = value.split("/")
    if len(parts) > 3 or not all(_PLATFORM_PART.fullmatch(part) for part in parts):
        return False
    name = parts[0].partition("(")[0].lower()
    return len(parts) > 1 or name in SYSTEMS | MACHINES


def is_mode(value: str) -> bool:
    """Whether ``--chmod`` accepts this value, including the symbolic form of newer builders."""
    if value[:1].isdigit():
        return _OCTAL.fullmatch(value) is not None and int(value, 8) <= _MOST_MODE
    return _SYMBOLIC.fullmatch(value) is not None


def checksum_fault(checksum: str, sources: tuple[str, ...]) -> str:
    """Why ``--checksum`` is refused for these sources; empty if it isn't."""
    for source in sources:
        if _GIT_SOURCE.match(source):
            if not _GIT_COMMIT.fullmatch(checksum) and not _is_digest(checksum):
                return f"'{checksum}' is not a valid checksum of a commit"
        elif not _WEB_SOURCE.match(source):
            return f"--checksum is for http(s) and Git sources, and '{source}' is neither"
        elif not _is_digest(checksum):
            return f"'{checksum}' is not a valid checksum: sha256: and 64 hexadecimal digits"
    return ""
