"""Which program of a C project is meant, and which packages its build needs."""

from __future__ import annotations

from tests.languages.listings import detected, fact

TOP = "all:\n\t$(MAKE) -C src\n"
MAKE = "shopd: shopd.o\n\t$(CC) -o $@ shopd.o\nprobe: probe.o\n\t$(CC) -o $@ probe.o\n"


def test_a_makefile_that_only_calls_another_has_that_ones_programs() -> None:
    files = {"Makefile": TOP, "src/Makefile": MAKE, "src/shopd.c": "", "src/probe.c": ""}
    found = detected(files, entry="shopd")
    assert found.values["path"] == "src/shopd"
    assert fact(found, "program")[1] in {"src/Makefile", "--entry"}


def test_the_daemon_of_the_projects_name_is_guessed() -> None:
    from bpkit.languages.detected import ProjectWishes
    from bpkit.languages.detection import detect
    from tests.languages.listings import listing

    files = {"Makefile": MAKE, "shopd.c": "", "probe.c": ""}
    found = detect(listing(files, "shop-1.4"), ProjectWishes())
    (program,) = (one for one in found.facts if one.what == "program")
    assert (program.value, program.is_guess) == ("shopd", True)


def test_a_file_that_another_tool_writes_is_no_program() -> None:
    make = "shopd: shopd.c\n\tcc -o shopd shopd.c\n\topenssl req -x509 -out shopd.pem\n"
    assert detected({"Makefile": make, "shopd.c": ""}).notes == ()


def test_a_header_of_a_library_is_its_package_unless_the_project_has_it() -> None:
    source = {"shopd.c": "#include <event2/event.h>\n#include <zlib.h>\n"}
    make = {"Makefile": "shopd: shopd.c\n\tcc -o shopd shopd.c\n"}
    assert "libevent-dev zlib1g-dev" in str(detected({**make, **source}).values["build_packages"])
    own = {"deps/zlib.h": "", **make, **source}
    assert "zlib1g-dev" not in str(detected(own).values["build_packages"])


def test_a_test_of_configure_that_fails_is_no_package_that_is_missed() -> None:
    tests = "AC_CHECK_LIB(odd, f)\nAC_SEARCH_LIBS(dlopen, dl)\n"
    configure = f"AC_INIT\n{tests}PKG_CHECK_MODULES([R], [rare])\n"
    files = {"configure.ac": configure, "Makefile.am": "bin_PROGRAMS = shop\n", "shop.c": ""}
    notes = " ".join(detected(files).notes)
    assert "rare" in notes
    assert "odd" not in notes
    assert "dlopen" not in notes


def test_the_projects_own_shared_library_ships_with_the_program() -> None:
    cmake = "add_library(till SHARED till.c)\nadd_executable(shop shop.c)\n"
    found = detected({"CMakeLists.txt": cmake, "shop.c": "", "till.c": ""})
    assert found.values["linked"] == "rootfs/usr/local/bin/shop"
    assert detected({"CMakeLists.txt": cmake, "shop.c": ""}, base="scratch").values["linked"] == ""
