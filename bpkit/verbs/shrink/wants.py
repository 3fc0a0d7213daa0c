"""Files that programs need besides their libraries, if the old image has them: kept only if the
check would report them missing, or if a function that the programs import reads them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from bpkit.findings import Rule
from bpkit.image import ImageConfig, MadeFile, Rootfs, Selection, Subject, on_the_way, taken
from bpkit.verbs.check import (
    NO_ACCOUNTS,
    NO_NSS_MODULES,
    NO_NSSWITCH,
    NO_ROOTS,
    NO_TMP,
    NO_ZONES,
    check_image,
)

_TMP = MadeFile("/tmp", 0o1777)
_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
_OPENSSL_SETTINGS = "/usr/lib/ssl/openssl.cnf"
#: By default OpenSSL looks up each certificate in a file of its own; bundles consist of these.
_OPENSSL_BUNDLE = "SSL_CERT_FILE"


@dataclass(frozen=True)
class _Want:
    why: str
    paths: tuple[str, ...]
    #: Whether the first that exists is enough.
    one: bool = False


_WANTS: dict[Rule, _Want] = {
    NO_ROOTS: _Want("CA certificates", _BUNDLES, one=True),
    NO_ZONES: _Want("time zones", ("/usr/share/zoneinfo",)),
    NO_ACCOUNTS: _Want("the names of users and groups", ("/etc/passwd", "/etc/group")),
    NO_NSSWITCH: _Want("the order of lookups", ("/etc/nsswitch.conf",)),
    NO_NSS_MODULES: _Want("glibc's modules for lookups", ("libnss_dns.so.2", "libnss_files.so.2")),
}


def with_wants(
    fat: Subject, selection: Selection, config: ImageConfig
) -> tuple[Selection, tuple[str, ...]]:
    """The selection with the files that its programs need, and those that the old image lacks."""
    absent: list[str] = []
    done: set[str] = set()
    while True:
        small = Subject(taken(fat.rootfs, selection), config)
        rules = {finding.rule for finding in check_image(small) if finding.rule.id not in done}
        wanted = [rule for rule in (*_WANTS, NO_TMP) if rule in rules]
        if not wanted:
            return selection, tuple(absent)
        for rule in wanted:
            done.add(rule.id)
            if rule is NO_TMP:
                selection = with_tmp(selection)
                continue
            want = _WANTS[rule]
            found = tuple(_there(fat.rootfs, want))
            if not found:
                absent.append(f"{want.why} ({rule.id}): the image doesn't have them")
            selection = selection.with_group(want.why, found)


def _there(rootfs: Rootfs, want: _Want) -> Iterator[str]:
    for name in want.paths:
        paths = [name] if name[0] == "/" else [p for p in rootfs.nodes if p.endswith(f"/{name}")]
        for path in paths:
            if rootfs.resolve(path):
                yield from on_the_way(rootfs, path)
                if want.one:
                    return


def with_tmp(selection: Selection) -> Selection:
    """The selection with an empty /tmp that everyone can write to."""
    if _TMP in selection.made or "/tmp" in selection.paths:
        return selection
    return replace(selection, made=(*selection.made, _TMP))


def with_openssl(
    fat: Subject, selection: Selection, libraries: Iterable[str]
) -> tuple[Selection, Mapping[str, str]]:
    """The selection with the files that OpenSSL reads, if a kept file is linked with it; and the
    environment in which OpenSSL finds them."""
    env = fat.config.env
    if not any(path.rpartition("/")[2].startswith("libssl.so") for path in libraries):
        return selection, env
    bundle = next((path for path in _BUNDLES if fat.rootfs.file(path)), None)
    there = list(on_the_way(fat.rootfs, _OPENSSL_SETTINGS))
    if bundle:
        there += on_the_way(fat.rootfs, bundle)
        env = {_OPENSSL_BUNDLE: bundle, **env}
    return selection.with_group("OpenSSL's settings and CA certificates", there), env
