"""The application's files, and those of them that are left out."""

from __future__ import annotations

from bpkit.image.packages import Package, Packages
from bpkit.verbs.shrink.application import application_of, brought, sources_of
from tests.verbs.check.made import directory, rootfs, static, text

BASE = rootfs(static("/usr/bin/sh"), text("/usr/local/lib/own.rb", b"x", 0o644))
FAT = rootfs(
    *BASE.nodes.values(),
    static("/usr/bin/till"),
    text("/etc/till/till.conf", b"x", 0o644),
    text("/etc/till/made-by-postinst", b"x", 0o644),
    text("/srv/shop/page.html", b"x", 0o644),
    text("/srv/shop/deep/goods.csv", b"xyz", 0o644),
    text("/src/main.c", b"xx", 0o644),
    text("/src/Makefile", b"x", 0o644),
    text("/src/words.txt", b"x", 0o644),
    text("/root/.cache/go-build/x", b"x", 0o644),
    text("/srv/shop/.git/HEAD", b"x", 0o644),
    directory("/var/shop"),
)
PACKAGES = Packages(
    {"till": Package("till", ("/usr/bin/till", "/etc/till", "/etc/till/till.conf"))}
)


def files(**options: object) -> frozenset[str]:
    values = {"base": BASE, "packages": PACKAGES, "copies": (), **options}
    return brought(FAT, **values)  # type: ignore[arg-type]


def test_files_of_neither_the_base_nor_a_package_are_the_applications() -> None:
    assert files() == {
        "/srv/shop/page.html",
        "/srv/shop/deep/goods.csv",
        "/src/main.c",
        "/src/Makefile",
        "/src/words.txt",
        "/var/shop",
    }


def test_what_run_puts_into_a_cache_of_no_tool_and_into_crontabs_is_the_applications() -> None:
    own = (
        text("/root/.cache/huggingface/model.bin", b"x", 0o644),
        text("/srv/shop/.cache/puppeteer/chrome", b"x"),
        text("/root/.config/till/settings", b"x", 0o644),
        text("/var/spool/cron/crontabs/root", b"x", 0o600),
        text("/etc/cron.d/till", b"x", 0o644),
    )
    others = (
        text("/root/.cache/pip/x", b"x", 0o644),
        text("/srv/shop/node_modules/.cache/terser/x", b"x", 0o644),
    )
    image = rootfs(*FAT.nodes.values(), *own, *others)
    cron = Package("cron", ("/usr/sbin/cron", "/var/spool/cron"))
    found = brought(image, BASE, Packages({**PACKAGES.by_name, "cron": cron}), ())
    assert {node.path for node in own} <= found
    assert not {node.path for node in others} & found


def test_a_packages_file_is_the_applications_if_copy_names_it() -> None:
    assert "/etc/till/till.conf" in files(copies=("/etc/till/till.conf",))
    assert "/etc/till/made-by-postinst" not in files(copies=("/etc/till",))


def test_without_a_known_base_files_in_usr_local_may_be_the_bases() -> None:
    assert "/usr/local/lib/own.rb" not in files(base=None)
    assert "/srv/shop/page.html" in files(base=None)


def test_without_base_and_packages_only_copied_files_are_the_applications() -> None:
    nothing = {"base": None, "packages": Packages()}
    assert files(**nothing) == frozenset()
    assert files(**nothing, copies=("/srv/shop",)) == {
        "/srv/shop/page.html",
        "/srv/shop/deep/goods.csv",
    }


def test_sources_of_a_compiled_program_are_left_out_and_reported() -> None:
    taken, left = application_of(FAT, files(), compiled=True)
    assert "/src/words.txt" in taken
    assert "/src/main.c" not in taken
    assert [(one.path, one.files, one.size) for one in left] == [("/src", 2, 3)]


def test_sources_are_worth_reading_although_they_are_left_out() -> None:
    assert sources_of(files()) == ("/src/main.c",)


def test_all_files_of_an_interpreted_program_are_kept() -> None:
    taken, left = application_of(FAT, files(), compiled=False)
    assert "/src" in taken
    assert left == ()


def test_a_directory_that_is_not_kept_whole_is_listed_by_its_files() -> None:
    taken, _ = application_of(FAT, files(), compiled=False)
    assert "/srv/shop/deep" in taken
    assert "/srv/shop" not in taken


def test_a_languages_own_directories_are_left_to_the_language() -> None:
    taken, _ = application_of(FAT, files(), compiled=False, covered=("/srv/shop",))
    assert not [path for path in taken if path.startswith("/srv/shop")]
