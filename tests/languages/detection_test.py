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


def test_two_languages_are_an_error_with_both_files() -> None:
    with pytest.raises(InputError) as raised:
        detect(listing({**GO, **NODE}), ProjectWishes())
    assert "go (go.mod), node (package.json)" in str(raised.value)
    assert "--lang go" in str(raised.value)
    assert raised.value.status == 2


def test_no_language_is_an_error_with_all_languages() -> None:
    with pytest.raises(InputError) as raised:
        detect(listing({"notes.txt": ""}), ProjectWishes())
    assert all(one.name in str(raised.value) for one in LANGUAGES if one.project)


def test_the_language_named_by_lang_is_used() -> None:
    assert detect(listing({**GO, **NODE}), ProjectWishes(), "node").language == "Node.js"


@pytest.mark.parametrize("name", ["cobol", "rust"])
def test_a_language_without_a_sign_in_the_project_is_refused(name: str) -> None:
    with pytest.raises(InputError, match=name):
        detect(listing(GO), ProjectWishes(), name)


def test_a_go_module_with_a_page_and_a_makefile_is_still_go() -> None:
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
def test_the_error_names_what_is_missing_and_only_useful_switches(
    files: dict[str, str], said: str
) -> None:
    with pytest.raises(InputError, match="shows no language") as refused:
        detect(listing(files), ProjectWishes())
    assert said in refused.value.hint
    assert "--lang" not in refused.value.hint
    with pytest.raises(InputError, match="which needs a Makefile"):
        detect(listing(files), ProjectWishes(), "c")


def test_tools_beside_a_web_site_suggest_a_working_lang_switch() -> None:
    files = {
        "package.json": '{"devDependencies": {"prettier": "3.0.0"}}',
        "public/index.html": "<p>hello</p>",
    }
    with pytest.raises(InputError, match="no program") as refused:
        detect(listing(files), ProjectWishes())
    assert "--lang static for public/index.html" in refused.value.hint
    assert detect(listing(files), ProjectWishes(), "static").values["site"] == "public"


def test_a_directory_as_a_project_has_only_its_own_files() -> None:
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


def test_a_theme_for_a_readme_does_not_make_it_a_site() -> None:
    files = {"_config.yml": "theme: jekyll-theme-slate\n", "README.md": "# Shop\n"}
    assert detected(files).language == "Jekyll"
    assert detected({**files, "Makefile": MAKEFILE, "shopd.c": ""}).language == "C"


def test_an_example_in_another_language_does_not_count() -> None:
    csproj = '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup/></Project>'
    files = {"go.mod": "module shop\n\ngo 1.22\n", "main.go": "package main\nfunc main() {}\n"}
    assert detected({**files, "examples/cs/Count.csproj": csproj}).language == "Go"
    with pytest.raises(InputError, match="shows no language"):
        detected({"examples/cs/Count.csproj": csproj, "shop.erl": ""})


def test_a_pages_script_in_a_directory_is_not_a_project() -> None:
    with pytest.raises(InputError, match="shows no language that"):
        detected({"shop.pl": "", "resources/menu.js": "document.title = 'shop';\n"})


def test_requirements_of_build_tools_do_not_make_it_python() -> None:
    tool = "import sys\nif __name__ == '__main__':\n    print(sys.argv)\n"
    files = {"requirements.txt": "pyyaml\n", "gen/one.py": tool, "gen/two.py": tool}
    with pytest.raises(InputError):
        detected(files)
    found = detected({**files, "Makefile": MAKEFILE, "shopd.c": ""})
    assert found.language == "C"
    assert any("pass --lang python" in note for note in found.notes)
