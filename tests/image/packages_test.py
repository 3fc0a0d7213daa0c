"""Packages and their files, from the databases of dpkg and apk."""

from __future__ import annotations

from bpkit.image.packages import APK_DATABASE, APT_STATES, DPKG_STATUS, packages_of
from tests.verbs.check.made import link, rootfs, text

STATUS = b"""\
Package: till
Status: install ok installed
Priority: optional
Depends: libtill1 (>= 2), paper | screen
Provides: cash-desk (= 1)

Package: libtill1
Status: install ok installed
Priority: optional

Package: bash
Essential: yes
Status: install ok installed

Package: gone
Status: deinstall ok config-files

Package: screen
Status: install ok installed
Priority: important
"""
DEBIAN = rootfs(
    text(DPKG_STATUS, STATUS, 0o644),
    text("/var/lib/dpkg/info/till.list", b"/.\n/usr\n/usr/bin\n/usr/bin/till\n/lib\n", 0o644),
    text("/var/lib/dpkg/info/libtill1:amd64.list", b"/lib/libtill.so.1\n/nowhere\n", 0o644),
    text(APT_STATES, b"Package: libtill1\nArchitecture: amd64\nAuto-Installed: 1\n", 0o644),
    link("/lib", "usr/lib"),
    text("/usr/lib/libtill.so.1", b"x", 0o644),
    text("/usr/bin/till", b"x"),
)


def test_a_file_is_found_by_its_real_path_although_the_package_lists_it_through_a_link() -> None:
    packages = packages_of(DEBIAN)
    assert [p.name for p in (packages.owner("/usr/lib/libtill.so.1"),) if p] == ["libtill1"]
    assert packages.owner("/lib") is None
    assert packages.owner("/nowhere") is None


def test_installed_dependencies_of_a_package_are_found() -> None:
    packages = packages_of(DEBIAN)
    needed = packages.needed_by(packages.by_name["till"])
    assert [one.name for one in needed] == ["libtill1", "screen"]
    assert packages.provided["cash-desk"] == "till"
    assert "gone" not in packages.by_name


def test_system_packages_and_automatic_ones_are_recognized() -> None:
    found = packages_of(DEBIAN).by_name
    assert [n for n in found if found[n].system] == ["bash", "screen"]
    assert [n for n in found if found[n].automatic] == ["libtill1"]


def test_a_package_of_alpine_has_its_files_below_its_directories() -> None:
    database = (
        b"P:musl\nF:lib\nR:ld-musl-x86_64.so.1\n\n"
        b"P:till\nD:musl so:libz.so.1>=1 !other\np:cmd:till=1\n"
        b"F:usr/bin\nR:till\nF:etc\nR:till.conf\n"
    )
    image = rootfs(
        text(APK_DATABASE, database, 0o644),
        text("/usr/bin/till", b"x"),
        text("/etc/till.conf", b"x", 0o644),
        text("/lib/ld-musl-x86_64.so.1", b"x"),
    )
    packages = packages_of(image)
    assert packages.by_name["till"].paths == ("/usr/bin", "/usr/bin/till", "/etc", "/etc/till.conf")
    assert packages.by_name["till"].needs == ("musl", "so:libz.so.1")
    assert packages.by_name["musl"].system
    assert packages.provided["cmd:till"] == "till"


def test_an_image_without_a_database_has_no_packages() -> None:
    assert packages_of(rootfs(text("/app", b"x"))).by_name == {}
