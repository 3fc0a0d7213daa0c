"""Which program of a C project is meant, and which packages its build needs."""

from __future__ import annotations

import pytest

from bpkit.errors import InputError
from tests.languages.listings import detected, fact

TOP = "all:\n\t$(MAKE) -C src\n"
MAKE = "shopd: shopd.o\n\t$(CC) -o $@ shopd.o\nprobe: probe.o\n\t$(CC) -o $@ probe.o\n"


def test_a_makefile_that_calls_another_has_its_programs() -> None:
    files = {"Makefile": TOP, "src/Makefile": MAKE, "src/shopd.c": "", "src/probe.c": ""}
    found = detected(files, entry="shopd")
    assert found.values["install_program"] == "install -D -s src/shopd rootfs/usr/local/bin/shopd"
    assert fact(found, "program")[1] in {"src/Makefile", "--entry"}


def test_the_daemon_named_after_the_project_is_guessed() -> None:
    from bpkit.languages.detected import ProjectWishes
    from bpkit.languages.detection import detect
    from tests.languages.listings import listing

    files = {"Makefile": MAKE, "shopd.c": "", "probe.c": ""}
    found = detect(listing(files, "shop-1.4"), ProjectWishes())
    (program,) = (one for one in found.facts if one.what == "program")
    assert (program.value, program.is_guess) == ("shopd", True)


def test_a_file_generated_by_another_tool_is_not_a_program() -> None:
    make = "shopd: shopd.c\n\tcc -o shopd shopd.c\n\topenssl req -x509 -out shopd.pem\n"
    assert detected({"Makefile": make, "shopd.c": ""}).notes == ()


def test_a_librarys_header_needs_its_package_unless_the_project_has_it() -> None:
    source = {"shopd.c": "#include <event2/event.h>\n#include <zlib.h>\n"}
    make = {"Makefile": "shopd: shopd.c\n\tcc -o shopd shopd.c\n"}
    assert "libevent-dev zlib1g-dev" in str(detected({**make, **source}).values["build_packages"])
    own = {"deps/zlib.h": "", **make, **source}
    assert "zlib1g-dev" not in str(detected(own).values["build_packages"])


def test_an_optional_library_of_configure_is_not_reported() -> None:
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


def test_other_targets_of_a_makefile_are_not_programs() -> None:
    make = (
        "OS != uname | tr '[A-Z]' '[a-z]'\nTARGETS = $(shell uname -s | cut -c 3)\n"
        "ifeq ($(OS),x)\nLDLIBS += -lm\nendif\n"
        "sort.pot: sort.c\n\txgettext -o $@ sort.c\nsorter: sort.c\n\t$(CC) -o $@ sort.c\n"
    )
    found = detected({"Makefile": make, "sort.c": ""})
    assert (found.values["binary"], found.notes) == ("sorter", ())


def test_mesons_uninstalled_generators_are_not_programs() -> None:
    meson = (
        "project('player', 'c')\ntables = executable(\n  'mktables',\n  'mk.c',\n)\n"
        "kind = 'player'\nplayer = build_target(\n  kind,\n  'p.c',\n  install: true,\n)\n"
    )
    found = detected({"meson.build": meson, "p.c": "", "mk.c": ""})
    assert (found.values["binary"], found.notes) == ("player", ())


def test_a_function_of_the_project_that_adds_an_executable_is_followed() -> None:
    top = (
        "project(chatd C)\nfunction(chat_program name)\n  add_executable(${name} ${ARGN})\n"
        "endfunction()\nadd_subdirectory(src)\n"
    )
    check = "add_executable(probe main.c)\n"
    files = {
        "CMakeLists.txt": top,
        "src/CMakeLists.txt": "chat_program(chatd main.c)\n",
        "cmake/checks/CMakeLists.txt": check,
        "src/main.c": "",
    }
    found = detected(files)
    assert (found.values["path"], found.notes) == ("src/chatd", ())


def test_a_project_with_only_test_programs_is_refused() -> None:
    cmake = "project(x C)\nadd_executable(x_test t.c)\n"
    with pytest.raises(
        InputError, match="only programs found belong to the build or the tests"
    ) as raised:
        detected({"CMakeLists.txt": cmake, "t.c": ""})
    assert "--entry x_test" in raised.value.hint


MAKEFILE_IN = (
    "PROGRAMS = mailbox@EXEEXT@ mailq@EXEEXT@\nall: $(PROGRAMS)\n"
    "install: all\n\tinstall -D mailbox $(DESTDIR)$(bindir)/mailbox\n"
)


def test_configure_without_automake_uses_its_makefiles_install_target() -> None:
    files = {
        "configure.ac": "AC_INIT([mailbox], [1.0])\n",
        "configure": "#!/bin/sh\n",
        "Makefile.in": MAKEFILE_IN,
        "m.c": "",
    }
    found = detected(files, entry="mailbox")
    assert (found.template, found.values["install"]) == ("c/autotools", "install")
    plain = {**files, "Makefile.in": MAKEFILE_IN.replace("$(DESTDIR)", "")}
    with pytest.raises(InputError, match="DESTDIR"):
        detected(plain)
    automake = {**files, "Makefile.am": "bin_PROGRAMS = mailbox\n"}
    assert detected(automake).values["install"] == "install-strip"


def test_a_programs_manual_is_not_a_web_site() -> None:
    sources = {f"src/a{n}.c": "" for n in range(9)}
    with pytest.raises(InputError, match="no language") as raised:
        detected({**sources, "html/index.html": ""})
    assert "a Makefile" in raised.value.hint
    assert detected({"html/index.html": ""}).template == "static"


def test_a_program_built_in_a_parent_directory_has_its_plain_name() -> None:
    files = {
        "configure.ac": "AC_INIT([lampd], [1.0])\nPKG_CHECK_MODULES([NL], [libnl-route-3.0])\n",
        "src/Makefile.am": "sbin_PROGRAMS = ../lampd\n",
        "src/lampd.c": "int main(void) { return 0; }\n",
    }
    found = detected(files)
    assert fact(found, "program") == ("lampd", "src/Makefile.am")
    assert "libnl-route-3-dev" in fact(found, "system packages")[0]


def test_a_cpp_program_with_go_tools_is_still_cpp() -> None:
    files = {
        "go.mod": "module example.com/lamp\n\ngo 1.22\n",
        "contrib/keys.go": "package main\n\nfunc main() {}\n",
        "CMakeLists.txt": "project(lamp)\nadd_executable(lamp lamp.cc)\n",
        "lamp.cc": "int main() {}\n",
    }
    assert detected(files).language == "C++"
    own = {**files, "cmd/lamp/main.go": "package main\n\nfunc main() {}\n"}
    assert detected(own).language == "Go"


def test_a_makefile_that_compiles_nothing_does_not_make_a_site_c() -> None:
    files = {
        "Makefile": "release:\n\ttar czf lamp.tgz .\n",
        "index.php": "<?php echo 'lamp';\n",
        "plugins/key/helpers/set.c": "int main(void) { return 0; }\n",
    }
    assert detected(files).language == "PHP"
    compiled = {**files, "Makefile": "lamp: plugins/key/helpers/set.c\n\t$(CC) -o $@ $<\n"}
    assert detected(compiled).language == "C"


INSTALL = (
    "prefix ?= /opt\nBINDIR = $(prefix)/bin\nall: out/shopd\n"
    "out/shopd: shopd.c\n\t$(CC) -o $@ shopd.c\n"
    "install: all\n\tinstall -D -m 755 out/shopd $(DESTDIR)$(BINDIR)/shopd\n"
)


def test_data_that_make_installs_ships_with_the_program() -> None:
    data = "\tcp -r menus $(DESTDIR)$(prefix)/share/shop\n"
    found = detected({"Makefile": INSTALL + data, "shopd.c": ""})
    install = str(found.values["install_program"])
    assert install.startswith("make install DESTDIR=/src/rootfs prefix=/usr/local && rm -rf ")
    assert found.values["entrypoint"] == '["/usr/local/bin/shopd"]'
    alone = detected({"Makefile": INSTALL, "shopd.c": ""})
    assert str(alone.values["install_program"]).startswith("install -D -s out/shopd ")


def test_an_installed_script_is_not_a_program() -> None:
    make = INSTALL + "\tinstall shop-report $(DESTDIR)$(BINDIR)\n"
    found = detected({"Makefile": make, "shopd.c": "", "shop-report": "#!/bin/sh\n"})
    assert (fact(found, "program")[0], found.notes) == ("shopd", ())


SCRIPT = (
    "#!/bin/sh\nprefix=/opt\ncase $1 in --prefix=*) prefix=${1#*=};; esac\n"
    "echo P=$prefix >conf.mk\n"
)
MADE = (
    "include conf.mk # by configure\nshopd: shopd.c\n\t$(CC) -o $@ shopd.c\n"
    "install:\n\tcp shopd $(DESTDIR)$(SBINDIR)\n"
)


def test_a_hand_written_configure_script_gets_only_its_own_options() -> None:
    files = {"configure": SCRIPT, "Makefile": MADE, "shopd.c": ""}
    found = detected(files)
    assert found.template == "c/make"
    assert found.values["configure"] == "./configure --prefix=/usr/local"
    assert found.values["entrypoint"] == '["/usr/local/sbin/shopd"]'
    plain = detected({**files, "configure": "#!/bin/sh\necho P=/opt >conf.mk\n"})
    assert plain.values["configure"] == "./configure"


def test_a_makefile_not_made_by_configure_runs_without_it() -> None:
    make = "shopd: shopd.c\n\t$(CC) -o $@ shopd.c\n"
    found = detected({"configure": SCRIPT, "Makefile": make, "shopd.c": ""})
    assert found.values["configure"] == ""


def test_programs_under_an_automake_condition_are_found() -> None:
    files = {
        "configure.ac": "AC_INIT([shop], [1])\n",
        "Makefile.am": "bin_PROGRAMS =\nif SERVER\n  bin_PROGRAMS += shopd\nendif\n",
        "shopd.c": "",
    }
    assert fact(detected(files), "program")[0] == "shopd"


def test_a_property_can_rename_an_executable() -> None:
    files = {
        "CMakeLists.txt": "project(shop)\nadd_executable(shop_exe main.c)\n"
        'set_property (TARGET shop_exe PROPERTY OUTPUT_NAME "shopd")\n',
        "main.c": "",
    }
    assert fact(detected(files), "program")[0] == "shopd"


def test_the_only_program_is_a_guess_if_its_source_is_vendored() -> None:
    make = "mkmenu:\n\t$(CC) -o obj/mkmenu third/mkmenu-1.2/src/mkmenu.c\n"
    found = detected({"Makefile": make, "third/mkmenu-1.2/src/mkmenu.c": "", "shop.c": ""})
    assert any("mkmenu is a guess" in note for note in found.notes)
