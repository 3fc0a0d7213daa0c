"""BPK14x: what a program shows that it will want of the image later, once it runs.

None of this keeps it from starting, so nothing here is an error; each finding says what the
evidence is: a library it is linked with, a function that it imports, a text in it.
"""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding
from bpkit.formats.elf import Clues
from bpkit.image import Closure, Node, Rootfs, Subject, chain, closure
from bpkit.verbs.check.wants_rules import (
    MAY_OPEN,
    NO_ACCOUNTS,
    NO_NSS_MODULES,
    NO_NSSWITCH,
    NO_ROOTS,
    NO_TMP,
    NO_ZONES,
    RULES,
)

__all__ = ["RULES", "findings"]

#: Where CA certificates are looked for (Go's crypto/x509/root_linux.go, OpenSSL, GnuTLS).
_ROOTS = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/cacert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
    "/usr/lib/ssl/cert.pem",
    "/etc/ssl/certs",
)
_ROOT_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE")
_TLS_LIBRARIES = ("libssl.so", "libgnutls.so", "libcurl.so", "libcurl-gnutls.so", "libnss3.so")


def findings(subject: Subject) -> Iterator[Finding]:
    """What the programs that are started will miss."""
    links = [link for link in chain(subject) if link.node and link.node.elf]
    if not links:
        return
    node = links[-1].node
    assert node is not None
    found = closure(subject.rootfs, node.path, subject.config.process_env, who=subject.who)
    if not found.complete:
        # It will not come so far.
        return
    clues = node.clues or Clues()
    yield from _of_roots(subject, node, clues, found)
    yield from _of_zones(subject, node, clues)
    yield from _of_accounts(subject, node, clues)
    yield from _of_resolver(subject, node, clues, found)
    yield from _of_tmp(subject, node, clues)
    yield from _of_opened(subject, node, clues, found)


def _of_roots(subject: Subject, node: Node, clues: Clues, found: Closure) -> Iterator[Finding]:
    linked = next((x.name for x in found.libraries if x.name.startswith(_TLS_LIBRARIES)), None)
    if not (clues.tls_roots or linked) or _has_roots(subject):
        return
    evidence = f"is linked with {linked}" if linked else "carries the code to look for CA roots"
    yield Finding(
        NO_ROOTS,
        f"{node.path} {evidence}, and there are no CA certificates in the image",
        subject.places.of_path(node.path),
        _ROOTS[0],
        "Docker says nothing; the program's own message speaks of an unknown authority.",
        (
            f"COPY --from=build {_ROOTS[0]} {_ROOTS[0]}",
            *_installed(subject.rootfs, "ca-certificates"),
        ),
    )


def _has_roots(subject: Subject) -> bool:
    rootfs = subject.rootfs
    if any(name in subject.config.env for name in _ROOT_VARIABLES):
        return True
    if any(path.endswith("/cacert.pem") for path in rootfs.nodes):
        return True
    return any(rootfs.file(path) or next(rootfs.below(path), None) for path in _ROOTS)


def _of_zones(subject: Subject, node: Node, clues: Clues) -> Iterator[Finding]:
    zone = subject.config.env.get("TZ", "")
    by_name = "/" in zone and not zone.startswith(("/", ":/"))
    if not (clues.zoneinfo and clues.go) and not by_name:
        return
    rootfs = subject.rootfs
    if rootfs.is_directory("/usr/share/zoneinfo") or "ZONEINFO" in subject.config.env:
        return
    if not clues.go and not clues.zoneinfo and _is_interpreted(node):
        return
    evidence = f"TZ is {zone}" if by_name else f"{node.path} can load time zones by name"
    yield Finding(
        NO_ZONES,
        f"{evidence}, and there is no /usr/share/zoneinfo in the image",
        subject.places.of("ENV") if by_name else subject.places.of_path(node.path),
        "/usr/share/zoneinfo",
        "Docker says nothing; the program says “unknown time zone”, or takes UTC.",
        (
            "COPY --from=build /usr/share/zoneinfo /usr/share/zoneinfo",
            *(('# or, in Go: import _ "time/tzdata"',) if clues.go else ()),
            *_installed(rootfs, "tzdata"),
        ),
    )


def _is_interpreted(node: Node) -> bool:
    """Java and Node bring time zones of their own."""
    return node.path.rpartition("/")[2].startswith(("java", "node"))


def _of_accounts(subject: Subject, node: Node, clues: Clues) -> Iterator[Finding]:
    if clues.accounts and subject.rootfs.file("/etc/passwd") is None:
        yield Finding(
            NO_ACCOUNTS,
            f"{node.path} can look users up, and there is no /etc/passwd in the image",
            subject.places.of_path(node.path),
            "/etc/passwd",
            "Docker says nothing; the program finds its user unknown.",
            ("COPY --from=build /etc/passwd /etc/group /etc/",),
        )


def _of_resolver(subject: Subject, node: Node, clues: Clues, found: Closure) -> Iterator[Finding]:
    rootfs = subject.rootfs
    if not clues.resolver:
        return
    if clues.go and found.kind == "static" and rootfs.file("/etc/nsswitch.conf") is None:
        yield Finding(
            NO_NSSWITCH,
            f"{node.path} will ask DNS before /etc/hosts: there is no /etc/nsswitch.conf",
            subject.places.of_path(node.path),
            "/etc/nsswitch.conf",
            "Docker says nothing; names from --add-host may lead elsewhere.",
            ("COPY --from=build /etc/nsswitch.conf /etc/nsswitch.conf",),
        )
    if found.kind != "glibc" or _has_builtin_resolver(rootfs, found):
        return
    modules = [p for p in rootfs.nodes if p.rpartition("/")[2] == "libnss_dns.so.2"]
    if not modules:
        yield Finding(
            NO_NSS_MODULES,
            f"{node.path} looks names of hosts up, and there is no libnss_dns.so.2 in the image",
            subject.places.of_path(node.path),
            "libnss_dns.so.2",
            "Docker says nothing; each look-up fails with “Name or service not known”.",
            ("COPY --from=build /lib/x86_64-linux-gnu/libnss_*.so.2 /lib/x86_64-linux-gnu/",),
        )


def _has_builtin_resolver(rootfs: Rootfs, found: Closure) -> bool:
    """From glibc 2.34 on, libc has nss_files and nss_dns in itself."""
    libc = next((x for x in found.libraries if x.name == "libc.so.6"), None)
    node = rootfs.file(libc.real) if libc else None
    return bool(node and node.elf and "GLIBC_2.34" in node.elf.version_definitions)


def _of_tmp(subject: Subject, node: Node, clues: Clues) -> Iterator[Finding]:
    tmp = subject.rootfs.resolve("/tmp")
    usable = tmp and tmp.kind == "directory" and subject.rootfs.allowed(tmp, subject.who, 3)
    if clues.temporary_files and not usable and "TMPDIR" not in subject.config.env:
        yield Finding(
            NO_TMP,
            f"{node.path} makes temporary files, and "
            + ("its user may not write to /tmp" if tmp else "there is no /tmp in the image"),
            subject.places.of_path(node.path),
            "/tmp",
            "Docker says nothing; the program fails when it first needs such a file.",
            (
                "# a directory that is empty in the build stage, open to all:",
                "COPY --from=build --chmod=1777 /tmp /tmp",
            ),
        )


def _of_opened(subject: Subject, node: Node, clues: Clues, found: Closure) -> Iterator[Finding]:
    names = {path.rpartition("/")[2] for path in subject.rootfs.nodes}
    loaded = {library.name for library in found.libraries}
    absent = [name for name in clues.opens if name not in names | loaded]
    if absent:
        yield Finding(
            MAY_OPEN,
            f"{node.path} may open {', '.join(absent[:5])} by itself, going by its texts; "
            "not in the image",
            subject.places.of_path(node.path),
            node.path,
            "Docker says nothing; whether the program can do without, its authors know.",
            ("# if it is wanted: COPY --from=build …",),
        )


def _installed(rootfs: Rootfs, package: str) -> Iterator[str]:
    if rootfs.file("/usr/bin/apt-get"):
        yield (
            f"# or: RUN apt-get update && apt-get install -y --no-install-recommends {package}"
            " && rm -rf /var/lib/apt/lists/*"
        )
    elif rootfs.file("/sbin/apk"):
        yield f"# or: RUN apk add --no-cache {package}"
