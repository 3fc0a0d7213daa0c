"""Which language a project is taken to be in, and what is said where that can't be told."""

from __future__ import annotations

import pytest

from bpkit.errors import InputError
from bpkit.languages.detected import ProjectWishes
from bpkit.languages.detection import candidates, detect
from bpkit.languages.table import LANGUAGES
from tests.languages.listings import detected, listing

GO = {"go.mod": "module m\n\ngo 1.22\n", "main.go": "package main\n"}
NODE = {"package.json": '{"main": "index.js"}', "index.js": ""}


def test_two_languages_are_an_error_that_lists_both_with_their_files() -> None:
    with pytest.raises(InputError) as raised:
        detect(listing({**GO, **NODE}), ProjectWishes())
    assert "go (go.mod), node (package.json)" in str(raised.value)
    assert "--lang go" in str(raised.value)
    assert raised.value.status == 2


def test_no_language_is_an_error_that_lists_all() -> None:
    with pytest.raises(InputError) as raised:
        detect(listing({"notes.txt": ""}), ProjectWishes())
    assert all(one.name in str(raised.value) for one in LANGUAGES if one.project)


def test_the_language_that_is_named_is_taken() -> None:
    assert detect(listing({**GO, **NODE}), ProjectWishes(), "node").language == "Node.js"


@pytest.mark.parametrize("name", ["cobol", "rust"])
def test_a_language_that_the_project_shows_no_sign_of_is_refused(name: str) -> None:
    with pytest.raises(InputError, match=name):
        detect(listing(GO), ProjectWishes(), name)


def test_a_page_and_a_makefile_beside_a_go_module_leave_it_a_go_module() -> None:
    beside = {"index.html": "", "Makefile": "all:\n", "helper.c": ""}
    assert [one.language for one in candidates(listing({**GO, **beside}))] == ["go"]


def test_c_and_cpp_together_are_linked_as_cpp() -> None:
    files = {"Makefile": "PROG = x\n", "a.c": "", "b.cpp": ""}
    assert [one.language for one in candidates(listing(files))] == ["cpp"]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"hello.c": "int main() {}"}, "C is known by a Makefile"),
        ({"Main.java": "class Main {}"}, "Java is known by a pom.xml"),
        ({"run.sh": "echo 1"}, "write the Dockerfile by hand"),
    ],
)
def test_what_is_lacking_is_named_and_no_switch_that_could_not_work(
    files: dict[str, str], said: str
) -> None:
    with pytest.raises(InputError, match="shows no language") as refused:
        detect(listing(files), ProjectWishes())
    assert said in refused.value.hint
    assert "--lang" not in refused.value.hint
    with pytest.raises(InputError, match="which needs a Makefile"):
        detect(listing(files), ProjectWishes(), "c")


def test_tools_beside_a_web_site_name_the_switch_for_the_site_and_it_works() -> None:
    files = {
        "package.json": '{"devDependencies": {"prettier": "3.0.0"}}',
        "public/index.html": "<p>hello</p>",
    }
    with pytest.raises(InputError, match="no program") as refused:
        detect(listing(files), ProjectWishes())
    assert "--lang static for public/index.html" in refused.value.hint
    assert detect(listing(files), ProjectWishes(), "static").values["site"] == "public"


def test_a_folder_as_a_project_has_its_own_files_and_no_neighbours() -> None:
    files = {"shop/a.py": "1", "shop/b/c.py": "", "shop-old/a.py": "2", "shop.py": "", "z": ""}
    below = listing(files).below("shop")
    assert (below.name, below.files) == ("shop", ("a.py", "b/c.py"))
    assert below.read("a.py") == "1"


def test_a_language_without_a_template_is_not_called_unknown() -> None:
    with pytest.raises(InputError, match="there is no template for Lua"):
        detect(listing({"main.lua": ""}), ProjectWishes(), "lua")
    with pytest.raises(InputError, match="'cobol' is not a language that bpkit knows"):
        detect(listing({"main.cob": ""}), ProjectWishes(), "cobol")


MAKEFILE = "shopd: shopd.c\n\t$(CC) -o $@ shopd.c\n"


def test_a_theme_for_a_programs_readme_makes_it_no_site() -> None:
    files = {"_config.yml": "theme: jekyll-theme-slate\n", "README.md": "# Shop\n"}
    assert detected(files).language == "Jekyll"
    assert detected({**files, "Makefile": MAKEFILE, "shopd.c": ""}).language == "C"


def test_an_example_in_another_language_is_no_sign_of_it() -> None:
    csproj = '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup/></Project>'
    files = {"go.mod": "module shop\n\ngo 1.22\n", "main.go": "package main\nfunc main() {}\n"}
    assert detected({**files, "examples/cs/Count.csproj": csproj}).language == "Go"
    with pytest.raises(InputError, match="shows no language"):
        detected({"examples/cs/Count.csproj": csproj, "shop.erl": ""})


def test_a_script_of_a_page_in_a_folder_is_no_project_of_its_own() -> None:
    with pytest.raises(InputError, match="shows no language that"):
        detected({"shop.pl": "", "resources/menu.js": "document.title = 'shop';\n"})


def test_what_the_tools_of_a_build_need_makes_it_no_python_project() -> None:
    tool = "import sys\nif __name__ == '__main__':\n    print(sys.argv)\n"
    files = {"requirements.txt": "pyyaml\n", "gen/one.py": tool, "gen/two.py": tool}
    with pytest.raises(InputError):
        detected(files)
    found = detected({**files, "Makefile": MAKEFILE, "shopd.c": ""})
    assert found.language == "C"
    assert any("pass --lang python" in note for note in found.notes)
