"""What belongs to a file that is used."""

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


def test_a_program_brings_configuration_data_plugins_and_empty_directories() -> None:
    found = Rounding(FAT, PACKAGES).of_used(["/usr/bin/till"])
    assert set(found["till"]) == {
        "/etc/till/conf.d/made.conf",
        "/etc/till/till.conf",
        "/usr/lib/till/plugins/red.so",
        "/usr/share/till/words",
        "/var/lib/till",
    }


def test_a_name_that_update_alternatives_gives_to_what_belongs_to_it_comes_too() -> None:
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


def test_data_that_the_package_depends_on_come_too_and_programs_do_not() -> None:
    found = Rounding(FAT, PACKAGES).of_used(["/usr/bin/till"])
    assert found["till-words"] == ("/usr/share/till-words/de",)
    assert "/usr/share/other/x" not in found["other"]


def test_a_package_that_is_installed_by_name_and_only_has_plugins_comes() -> None:
    rounding = Rounding(FAT, PACKAGES, in_base=frozenset({"base"}))
    assert rounding.of_used(["/usr/bin/till"])["till-blue"] == ("/usr/lib/till/plugins/blue.so",)


def test_a_package_that_is_installed_by_name_and_not_called_is_told() -> None:
    rounding = Rounding(FAT, PACKAGES, in_base=frozenset({"base"}))
    assert [one.name for one, _ in rounding.unused(["/usr/bin/till"])] == ["other"]
    assert [one.name for one, _ in rounding.unused(["/usr/bin/other"])] == ["till"]


def test_rounding_to_files_adds_nothing() -> None:
    assert Rounding(FAT, PACKAGES, files_only=True).of_used(["/usr/bin/till"]) == {}


def test_what_a_language_chooses_from_is_left_to_it() -> None:
    found = Rounding(FAT, PACKAGES, covered=("/usr/lib/till",)).of_used(["/usr/bin/till"])
    assert "/usr/lib/till/plugins/red.so" not in found["till"]


def test_a_needed_package_brings_the_empty_directories_that_it_made_to_be_written_to() -> None:
    found = Rounding(FAT, PACKAGES).of_used(["/usr/bin/till"])
    assert found["other"] == ("/var/lib/other/sessions",)


def test_programs_that_are_not_used_are_told_of_a_family_that_was_asked_for() -> None:
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


def test_a_package_of_the_same_family_that_is_needed_counts_and_a_strange_one_does_not() -> None:
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


def test_modules_for_linking_a_runtime_come_with_what_links_it_only() -> None:
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


def test_hooks_of_certificates_are_for_the_program_that_calls_them() -> None:
    hook = "/etc/ca-certificates/update.d/jks-keystore"
    image = rootfs(static("/usr/bin/till"), text(hook, b"#!/bin/sh\n"))
    packages = Packages({"till": package("till", "/usr/bin/till", hook)})
    assert Rounding(image, packages).of_used(["/usr/bin/till"]) == {}


def test_a_jdk_that_is_installed_by_name_is_no_package_of_data() -> None:
    home = "/usr/lib/jvm/java-17"
    image = rootfs(static(f"{home}/bin/java"), static(f"{home}/bin/javac"))
    packages = Packages(
        {"jre": package("jre", f"{home}/bin/java"), "jdk": package("jdk", f"{home}/bin/javac")}
    )
    rounding = Rounding(image, packages, in_base=frozenset({"base"}))
    assert rounding.of_used([f"{home}/bin/java"]) == {}
    assert [one.name for one, _ in rounding.unused([f"{home}/bin/java"])] == ["jdk"]


def test_a_link_to_the_directory_of_a_needed_package_comes_and_to_one_of_many_does_not() -> None:
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
