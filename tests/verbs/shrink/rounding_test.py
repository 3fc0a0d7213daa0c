"""The files that belong to a used file."""

from __future__ import annotations

from bpkit.image.packages import Package, Packages
from bpkit.verbs.shrink.rounding import Rounding
from tests.verbs.check.made import directory, link, rootfs, static, text

FAT = rootfs(
    static("/usr/bin/till"),
    static("/usr/bin/tilladmin"),
    text("/etc/till/till.conf", b"x", 0o644),
    text("/usr/lib/till/plugins/red.so", b"x", 0o644),
    text("/usr/share/till/words", b"x", 0o644),
    text("/usr/share/doc/till/README", b"x", 0o644),
    directory("/var/lib/till"),
    directory("/var/lib/other/sessions"),
    text("/etc/till/conf.d/made.conf", b"x", 0o644),
    text("/usr/share/till-words/de", b"x", 0o644),
    static("/usr/bin/other"),
    text("/usr/share/other/x", b"x", 0o644),
    text("/usr/lib/till/plugins/blue.so", b"x", 0o644),
)


def package(name: str, *paths: str, **options: object) -> Package:
    return Package(name, paths, **options)  # type: ignore[arg-type]


PACKAGES = Packages(
    {
        "till": package(
            "till",
            *("/usr/bin/till", "/usr/bin/tilladmin", "/etc/till", "/etc/till/till.conf"),
            *("/usr/lib/till/plugins/red.so", "/usr/share/till/words", "/var/lib/till"),
            "/usr/share/doc/till/README",
            needs=("till-words", "other"),
        ),
        "till-words": package("till-words", "/usr/share/till-words/de", automatic=True),
        "other": package(
            "other", "/usr/bin/other", "/usr/share/other/x", "/var/lib/other/sessions"
        ),
        "till-blue": package("till-blue", "/usr/lib/till/plugins/blue.so"),
    }
)


def test_a_program_keeps_its_packages_configuration_data_plugins_and_empty_directories() -> None:
    found = Rounding(FAT, PACKAGES).of_used(["/usr/bin/till"])
    assert set(found["till"]) == {
        "/etc/till/conf.d/made.conf",
        "/etc/till/till.conf",
        "/usr/lib/till/plugins/red.so",
        "/usr/share/till/words",
        "/var/lib/till",
    }


def test_links_of_update_alternatives_to_its_files_are_kept_too() -> None:
    by_choice = rootfs(
        *FAT.nodes.values(),
        link("/usr/share/till/words.txt", "/etc/alternatives/words"),
        link("/etc/alternatives/words", "/usr/share/till/words"),
        link("/usr/share/man/words", "/etc/alternatives/words"),
        link("/usr/bin/admin", "/etc/alternatives/admin"),
        link("/etc/alternatives/admin", "/usr/bin/tilladmin"),
    )
    found = Rounding(by_choice, PACKAGES).of_used(["/usr/bin/till"])["till"]
    assert "/usr/share/till/words.txt" in found
    assert not {"/usr/share/man/words", "/usr/bin/admin"} & set(found)


def test_data_of_dependencies_is_kept_but_not_their_programs() -> None:
    found = Rounding(FAT, PACKAGES).of_used(["/usr/bin/till"])
    assert found["till-words"] == ("/usr/share/till-words/de",)
    assert "/usr/share/other/x" not in found["other"]


def test_a_package_of_plugins_that_is_installed_by_name_is_kept() -> None:
    rounding = Rounding(FAT, PACKAGES, in_base=frozenset({"base"}))
    assert rounding.of_used(["/usr/bin/till"])["till-blue"] == ("/usr/lib/till/plugins/blue.so",)


def test_an_unused_package_that_is_installed_by_name_is_reported() -> None:
    rounding = Rounding(FAT, PACKAGES, in_base=frozenset({"base"}))
    assert [one.name for one, _ in rounding.unused(["/usr/bin/till"])] == ["other"]
    assert [one.name for one, _ in rounding.unused(["/usr/bin/other"])] == ["till"]


def test_rounding_to_files_adds_nothing() -> None:
    assert Rounding(FAT, PACKAGES, files_only=True).of_used(["/usr/bin/till"]) == {}


def test_a_languages_own_directories_are_left_to_the_language() -> None:
    found = Rounding(FAT, PACKAGES, covered=("/usr/lib/till",)).of_used(["/usr/bin/till"])
    assert "/usr/lib/till/plugins/red.so" not in found["till"]


def test_writable_empty_directories_of_a_needed_package_are_kept() -> None:
    found = Rounding(FAT, PACKAGES).of_used(["/usr/bin/till"])
    assert found["other"] == ("/var/lib/other/sessions",)


def test_unused_programs_of_an_installed_family_are_reported() -> None:
    packages = Packages(
        {
            "till": package("till", "/usr/bin/till", "/usr/bin/tilladmin", needs=("till-words",)),
            "till-words": package("till-words", "/usr/share/till-words/de", automatic=True),
            "other": package("other", "/usr/bin/other", automatic=True),
        }
    )
    rounding = Rounding(FAT, packages, in_base=frozenset({"base"}))
    found = {one.name: paths for one, paths in rounding.unused_programs(["/usr/bin/till"])}
    assert found == {"till": ("/usr/bin/tilladmin",)}
    # Of a package of which nothing is used, ``unused`` tells.
    assert not list(rounding.unused_programs([]))


def test_only_needed_packages_of_the_same_family_count() -> None:
    packages = Packages(
        {
            "till": package("till", "/usr/bin/till", needs=("till-tools", "other")),
            "till-tools": package("till-tools", "/usr/bin/tilladmin", automatic=True),
            "other": package("other", "/usr/bin/other", automatic=True),
        }
    )
    rounding = Rounding(FAT, packages, in_base=frozenset({"base"}))
    found = {one.name: paths for one, paths in rounding.unused_programs(["/usr/bin/till"])}
    assert found == {"till-tools": ("/usr/bin/tilladmin",)}


def test_java_modules_are_kept_only_with_the_program_that_links_them() -> None:
    home = "/usr/lib/jvm/java-17"
    image = rootfs(
        static(f"{home}/bin/jlink"),
        static(f"{home}/bin/javac"),
        text(f"{home}/jmods/java.sql.jmod", b"x", 0o644),
        text(f"{home}/lib/tools.cfg", b"x", 0o644),
    )
    packages = Packages({"jdk": package("jdk", *image.nodes)})
    rounding = Rounding(image, packages)
    assert f"{home}/jmods/java.sql.jmod" not in rounding.of_used([f"{home}/bin/javac"])["jdk"]
    assert f"{home}/lib/tools.cfg" in rounding.of_used([f"{home}/bin/javac"])["jdk"]
    assert f"{home}/jmods/java.sql.jmod" in rounding.of_used([f"{home}/bin/jlink"])["jdk"]


def test_certificate_hooks_are_kept_only_with_the_program_that_calls_them() -> None:
    hook = "/etc/ca-certificates/update.d/jks-keystore"
    image = rootfs(static("/usr/bin/till"), text(hook, b"#!/bin/sh\n"))
    packages = Packages({"till": package("till", "/usr/bin/till", hook)})
    assert Rounding(image, packages).of_used(["/usr/bin/till"]) == {}


def test_a_jdk_that_is_installed_by_name_is_not_a_data_package() -> None:
    home = "/usr/lib/jvm/java-17"
    image = rootfs(static(f"{home}/bin/java"), static(f"{home}/bin/javac"))
    packages = Packages(
        {"jre": package("jre", f"{home}/bin/java"), "jdk": package("jdk", f"{home}/bin/javac")}
    )
    rounding = Rounding(image, packages, in_base=frozenset({"base"}))
    assert rounding.of_used([f"{home}/bin/java"]) == {}
    assert [one.name for one, _ in rounding.unused([f"{home}/bin/java"])] == ["jdk"]


def test_a_link_to_a_needed_packages_directory_is_kept_but_not_to_a_shared_one() -> None:
    image = rootfs(
        static("/usr/bin/till"),
        text("/usr/share/color/till/grey.icc", b"x", 0o644),
        text("/usr/share/many/a", b"x", 0o644),
        link("/usr/share/till/profiles", "../color/till"),
        link("/usr/share/till/many", "../many"),
    )
    colours = ("/usr/share/color/till", "/usr/share/color/till/grey.icc")
    packages = Packages(
        {
            "till": package(
                *("till", "/usr/bin/till", "/usr/share/till/profiles", "/usr/share/till/many"),
                needs=("till-colours",),
            ),
            "till-colours": package("till-colours", *colours, automatic=True),
            "a": package("a", "/usr/share/many", "/usr/share/many/a"),
            "b": package("b", "/usr/share/many"),
        }
    )
    found = Rounding(image, packages).of_used(["/usr/bin/till"])
    assert found["till"] == ("/usr/share/till/profiles",)
    assert found["till-colours"] == ("/usr/share/color/till/grey.icc",)
