"""Files belong to whom the package managers' own lists say."""

from __future__ import annotations

import json
import sqlite3
import struct
from collections.abc import Mapping
from pathlib import Path

import pytest

from bpkit.verbs.size.result import ImageSize
from tests.image.saved.images import Files
from tests.verbs.size.made import sized


def owned(image: ImageSize) -> dict[str, str]:
    return {one.path: f"{one.package.manager}:{one.package}" for one in image.files if one.package}


def sizes(image: ImageSize) -> dict[str, int]:
    return {package.name: size for package, size, _ in image.by_package()}


STATUS = """\
Package: tool
Status: install ok installed
Architecture: amd64
Version: 1.2-3
Depends: libtool (>= 1), maker | other
Recommends: extra
Description: a tool
 Package: not-a-field

Package: libtool
Status: install ok installed
Architecture: amd64
Version: 1

Package: extra
Status: install ok installed
Architecture: all
Version: 2
Depends: deeper

Package: deeper
Status: install ok installed
Architecture: all
Version: 3

Package: left
Status: install ok installed
Architecture: all
Version: 4

Package: removed
Status: deinstall ok config-files
Version: 5
"""
EXTENDED = "".join(
    f"Package: {name}\nArchitecture: amd64\nAuto-Installed: 1\n\n"
    for name in ("libtool", "extra", "deeper", "left")
)
DEBIAN: Files = {
    "var/lib/dpkg/status": STATUS.encode(),
    "var/lib/dpkg/info/tool.list": b"/.\n/usr\n/usr/bin\n/usr/bin/tool\n/lib/x.so\n",
    "var/lib/dpkg/info/libtool:amd64.list": b"/lib/libtool.so\n",
    "var/lib/dpkg/info/extra.list": b"/usr/bin/extra\n",
    "var/lib/dpkg/info/deeper.list": b"/usr/bin/deeper\n",
    "var/lib/dpkg/info/left.list": b"/usr/bin/left\n",
    "lib": "usr/lib",
    "usr/lib/x.so": b"12",
    "usr/lib/libtool.so": b"123",
    "usr/bin/tool": b"1",
    "usr/bin/extra": b"4" * 20_000,
    "usr/bin/deeper": b"5" * 10,
    "usr/bin/left": b"6" * 30_000,
    "usr/bin/own": b"7",
}


def test_dpkg_lists_are_followed_through_the_links_of_merged_usr(tmp_path: Path) -> None:
    found = owned(sized(tmp_path, DEBIAN))
    assert found["/usr/lib/x.so"] == found["/usr/bin/tool"] == "dpkg:tool 1.2-3"
    assert found["/usr/lib/libtool.so"] == "dpkg:libtool 1"
    assert "/usr/bin/own" not in found


def test_an_alternative_that_apt_would_not_take_is_in_excess(tmp_path: Path) -> None:
    """Config needs one font of two; a recommended program brought the second."""
    stanza = "Package: {}\nStatus: install ok installed\nVersion: 1\n{}\n"
    status = "".join(
        stanza.format(name, said)
        for name, said in (
            ("program", "Depends: config\nRecommends: printer\n"),
            ("config", "Depends: font-one | font-absent | font-two\n"),
            ("printer", "Depends: font-two\n"),
            ("font-one", ""),
            ("font-two", ""),
        )
    )
    automatic = ("config", "printer", "font-one", "font-two")
    image = sized(
        tmp_path,
        {
            "var/lib/dpkg/status": status.encode(),
            "var/lib/apt/extended_states": "".join(
                f"Package: {name}\nAuto-Installed: 1\n\n" for name in automatic
            ).encode(),
            **{f"var/lib/dpkg/info/{name}.list": f"/{name}\n".encode() for name in automatic},
            **dict.fromkeys(automatic, b"1"),
        },
    )
    excess = {package.name: package.excess for package, _, _ in image.by_package()}
    assert excess == {
        "config": "",
        "font-one": "",
        "printer": "recommended",
        "font-two": "recommended",
    }


def test_only_automatically_installed_packages_can_be_in_excess(tmp_path: Path) -> None:
    image = sized(tmp_path, {**DEBIAN, "var/lib/apt/extended_states": EXTENDED.encode()})
    excess = {package.name: package.excess for package, _, _ in image.by_package()}
    assert excess == {
        "tool": "",
        "libtool": "",
        "extra": "recommended",
        "deeper": "recommended",
        "left": "orphan",
    }
    saved = {one.fix.split()[0]: one.saves for one in image.reasons}
    assert saved["apt-get"] == 20_010
    assert saved["install,"] == 30_000
    unknown = sized(tmp_path, DEBIAN)
    assert {package.excess for package, _, _ in unknown.by_package()} == {""}


def test_a_removed_package_has_no_files(tmp_path: Path) -> None:
    gone = STATUS.replace("Package: left\nStatus: install", "Package: left\nStatus: deinstall")
    gone = gone.replace("deinstall ok installed", "deinstall ok not-installed")
    image = sized(tmp_path, DEBIAN, {"var/lib/dpkg/status": gone.encode()})
    assert "left" not in sizes(image)


def test_a_diverted_file_is_found_where_it_was_moved(tmp_path: Path) -> None:
    moved = "/usr/bin/tool\n/usr/bin/tool.distrib\nextra\n"
    image = sized(
        tmp_path,
        {
            **DEBIAN,
            "var/lib/dpkg/diversions": moved.encode(),
            "var/lib/dpkg/info/extra.list": b"/usr/bin/extra\n/usr/bin/tool\n",
            "usr/bin/tool.distrib": b"12345",
        },
    )
    found = owned(image)
    assert found["/usr/bin/tool"] == "dpkg:extra 2"
    assert found["/usr/bin/tool.distrib"] == "dpkg:tool 1.2-3"


def test_an_image_without_dpkg_has_a_file_a_package(tmp_path: Path) -> None:
    image = sized(
        tmp_path,
        {
            "var/lib/dpkg/status.d/tzdata": b"Package: tzdata\nVersion: 2024a\n",
            "var/lib/dpkg/status.d/tzdata.md5sums": b"d41d8cd9  usr/share/zoneinfo/UTC\n",
            "usr/share/zoneinfo/UTC": b"TZif",
        },
    )
    assert owned(image) == {"/usr/share/zoneinfo/UTC": "dpkg:tzdata 2024a"}


@pytest.mark.parametrize("place", ["lib", "usr/lib"])
def test_apk(tmp_path: Path, place: str) -> None:
    text = "P:musl\nV:1.2.4-r2\nF:lib\nR:ld-musl.so\nZ:Q1\n\nP:base\nV:3\nF:\nR:top\n"
    image = sized(
        tmp_path, {f"{place}/apk/db/installed": text.encode(), "lib/ld-musl.so": b"1", "top": b"2"}
    )
    assert owned(image) == {"/lib/ld-musl.so": "apk:musl 1.2.4-r2", "/top": "apk:base 3"}


SITE = "usr/lib/python3/site-packages"


def test_pip(tmp_path: Path) -> None:
    record = '"web/a,b.py",sha256=x,3\n../../../bin/web,,\nweb-2.0.dist-info/RECORD,,\n'
    image = sized(
        tmp_path,
        {
            f"{SITE}/web-2.0.dist-info/RECORD": record.encode(),
            f"{SITE}/web/a,b.py": b"abc",
            "usr/bin/web": b"#!",
            f"{SITE}/old-1.0.egg-info/top_level.txt": b"old_mod\n../../etc\n",
            f"{SITE}/old_mod/x.py": b"x",
        },
    )
    found = owned(image)
    assert found[f"/{SITE}/web/a,b.py"] == "pip:web 2.0"
    assert found["/usr/bin/web"] == "pip:web 2.0"
    assert found[f"/{SITE}/old_mod/x.py"] == "pip:old 1.0"


def test_an_npm_package_ends_where_a_nested_one_begins(tmp_path: Path) -> None:
    lock = {"packages": {"node_modules/dev": {"dev": True}, "node_modules/web": {}}}
    image = sized(
        tmp_path,
        {
            "srv/node_modules/.package-lock.json": json.dumps(lock).encode(),
            "srv/node_modules/web/package.json": b'{"x":{"version":"9"}, "version": "4.1.0"}',
            "srv/node_modules/web/lib/a.js": b"12345",
            "srv/node_modules/web/lib/package.json": b'{"type": "module"}',
            "srv/node_modules/web/node_modules/@in/side/package.json": b'{"version":"1.0.0"}',
            "srv/node_modules/web/node_modules/@in/side/b.js": b"1234567",
            "srv/node_modules/dev/package.json": b"{}",
            "srv/node_modules/dev/c.js": b"x" * 50_000,
        },
    )
    found = owned(image)
    assert found["/srv/node_modules/web/lib/a.js"] == "npm:web 4.1.0"
    assert found["/srv/node_modules/web/lib/package.json"] == "npm:web 4.1.0"
    assert found["/srv/node_modules/web/node_modules/@in/side/b.js"] == "npm:@in/side 1.0.0"
    (reason,) = (one for one in image.reasons if "npm ci" in one.fix)
    assert reason.saves == 50_002


def test_gems_conda_and_jars(tmp_path: Path) -> None:
    conda = {"name": "zlib", "version": "1.3", "files": ["lib/libz.so"]}
    image = sized(
        tmp_path,
        {
            "usr/local/bundle/specifications/rack-3.0.1.gemspec": b"spec",
            "usr/local/bundle/gems/rack-3.0.1/lib/rack.rb": b"rb",
            "opt/conda/conda-meta/zlib-1.3-0.json": json.dumps(conda).encode(),
            "opt/conda/lib/libz.so": b"so",
            "app/lib/guava-33.0-jre.jar": b"PK",
        },
    )
    found = owned(image)
    assert found["/usr/local/bundle/gems/rack-3.0.1/lib/rack.rb"] == "gem:rack 3.0.1"
    assert found["/opt/conda/lib/libz.so"] == "conda:zlib 1.3"
    assert found["/app/lib/guava-33.0-jre.jar"] == "jar:guava 33.0-jre"


def rpm_header(tags: Mapping[int, tuple[int, list[object]]]) -> bytes:
    """A header as rpm keeps it: entries, then data."""
    entries, data = b"", b""
    for tag, (kind, values) in tags.items():
        entries += struct.pack(">IIII", tag, kind, len(data), len(values))
        for value in values:
            data += struct.pack(">I", value) if isinstance(value, int) else f"{value}\0".encode()
    return struct.pack(">II", len(tags), len(data)) + entries + data


def rpm_database(path: Path, script: str, header: bytes = b"") -> bytes:
    """A database as rpm makes it: with a log of changes beside it, which is empty at the end."""
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.executescript(script)
        if header:
            database.execute("INSERT INTO Packages VALUES (1, ?)", (header,))
    database.close()
    return path.read_bytes()


TABLE = "CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB);"
BASH: dict[int, tuple[int, list[object]]] = {
    1000: (6, ["bash"]),
    1001: (6, ["5.2"]),
    1002: (6, ["3.fc40"]),
    1116: (4, [1, 0]),
    1117: (8, ["bash", "readme"]),
    1118: (8, ["/usr/share/doc/", "/usr/bin/"]),
}
BASH_FILES: Files = {"usr/bin/bash": b"1", "usr/share/doc/readme": b"2"}
RPM = "usr/lib/sysimage/rpm/rpmdb.sqlite"


@pytest.mark.parametrize(
    ("more", "version"), [({}, "5.2-3.fc40"), ({1003: (4, [2])}, "2:5.2-3.fc40")]
)
def test_rpm(tmp_path: Path, more: dict[int, tuple[int, list[object]]], version: str) -> None:
    header = rpm_header(BASH | more)
    image = sized(
        tmp_path,
        {**BASH_FILES, RPM: rpm_database(tmp_path / "db", TABLE, header), f"{RPM}-wal": b""},
    )
    assert owned(image) == dict.fromkeys(
        ("/usr/bin/bash", "/usr/share/doc/readme"), f"rpm:bash {version}"
    )
    assert image.unread == ()


def test_a_log_beside_rpms_database_is_reported_as_not_read(tmp_path: Path) -> None:
    database = rpm_database(tmp_path / "db", TABLE, rpm_header(BASH))
    image = sized(tmp_path, {**BASH_FILES, RPM: database, f"{RPM}-wal": b"x"})
    assert len(owned(image)) == 2
    assert image.unread == (f"/{RPM}-wal: changes that are not in the database itself",)


ENDLESS = """
CREATE VIEW Packages AS
  WITH RECURSIVE more(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM more) SELECT n AS blob FROM more;
"""


def test_a_database_that_would_be_read_for_ever_is_not(tmp_path: Path) -> None:
    image = sized(tmp_path, {**BASH_FILES, RPM: rpm_database(tmp_path / "db", ENDLESS)})
    assert image.unread == (f"/{RPM}: it has no table of packages",)


def test_a_list_at_many_paths_is_not_read_for_each(tmp_path: Path) -> None:
    record = b"".join(b"a/" + b"0" * 50_000 + b",,\n" for _ in range(100))
    again = {f"{number}-1.dist-info/RECORD=": "0-1.dist-info/RECORD" for number in range(1, 2000)}
    image = sized(tmp_path, {"0-1.dist-info/RECORD": record, **again})
    assert len(image.unread) == 1999 - 6


@pytest.mark.parametrize("data", [b"no database", b"SQLite format 3\0" + b"\xff" * 4000])
def test_a_database_that_cannot_be_read_is_named(tmp_path: Path, data: bytes) -> None:
    image = sized(tmp_path, {"var/lib/rpm/rpmdb.sqlite": data, "var/lib/rpm/Packages": b"bdb"})
    assert any("rpmdb.sqlite" in one for one in image.unread)
    assert "/var/lib/rpm/Packages" in image.unread


def test_an_invalid_record_file_is_reported(tmp_path: Path) -> None:
    record = b"a/x,,\na/" + b"0" * 200_000
    image = sized(tmp_path, {"x-1.dist-info/RECORD": record, "a/x": b"1"})
    assert owned(image) == {"/a/x": "pip:x 1"}
    assert len(image.unread) == 1
    assert image.unread[0].startswith("/x-1.dist-info/RECORD: ")


@pytest.mark.parametrize("text", ["[" * 50_000, "{", "[]", '{"packages": 3}', '{"files": {}}'])
def test_a_list_with_another_shape_owns_nothing(tmp_path: Path, text: str) -> None:
    image = sized(
        tmp_path,
        {
            "node_modules/.package-lock.json": text.encode(),
            "opt/conda-meta/x.json": text.encode(),
            "x-1.dist-info/RECORD": text.encode(),
        },
    )
    assert not owned(image)
