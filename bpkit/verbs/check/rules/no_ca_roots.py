"""BPK141: a program that makes TLS connections, without CA certificates."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.verbs.check.examples import CProgram
from bpkit.verbs.check.fixes import install
from bpkit.verbs.check.subject import CheckSubject
from bpkit.verbs.check.wanted import clues_of, last_program

_PROGRAM = CProgram("#include <stdio.h>", 'return puts("/etc/ssl/certs/ca-certificates.crt") < 0;')
RULE = Rule(
    id="BPK141",
    severity="warning",
    title="TLS certificates: the program will need CA roots, and the image has none",
    why="Each connection by HTTPS will fail with “certificate signed by unknown authority” or a "
    "similar error. Evidence: the program is linked with a TLS library, or contains the paths "
    "where CA certificates are looked for.",
    failing=_PROGRAM.image(),
    passing=_PROGRAM.image(
        "RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates\n"
    ),
)
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
_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE")
_TLS_LIBRARIES = ("libssl.so", "libgnutls.so", "libcurl.so", "libcurl-gnutls.so", "libnss3.so")


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The last program that is started."""
    node = last_program(subject)
    if node is None or _has_roots(subject):
        return
    libraries = subject.closure(node).libraries
    linked = next((x.name for x in libraries if x.name.startswith(_TLS_LIBRARIES)), None)
    if not (clues_of(node).tls_roots or linked):
        return
    evidence = f"is linked with {linked}" if linked else "contains the code to look for CA roots"
    installed = tuple(install(subject.rootfs, "ca-certificates"))
    stage = subject.image.places.stage_of(node.path)
    copy = f"COPY --from={stage or 'STAGE'} {_ROOTS[0]} {_ROOTS[0]}"
    yield Finding(
        RULE,
        f"{node.path} {evidence}, and the image has no CA certificates",
        subject.image.places.of_path(node.path),
        _ROOTS[0],
        "Docker says nothing; the program's own message mentions an unknown authority.",
        (
            *installed,
            f"# {'or ' if installed else ''}from a stage that has ca-certificates: {copy}",
        ),
    )


def _has_roots(subject: CheckSubject) -> bool:
    rootfs = subject.rootfs
    if any(name in subject.image.config.env for name in _VARIABLES):
        return True
    if any(path.endswith("/cacert.pem") for path in rootfs.nodes):
        return True
    return any(rootfs.file(path) or next(rootfs.below(path), None) for path in _ROOTS)
