"""What a manifest names outside the project is refused, with what to type."""

from __future__ import annotations

import pytest

from bpkit.errors import InputError
from tests.languages.listings import detected

GO = "package main\n\nfunc main() {}\n"
MODULE = "module example.com/till\n\ngo 1.22\n\nreplace example.com/scale => {}\n"
CRATE = '[package]\nname = "till"\nversion = "1.0.0"\n\n[dependencies]\nscale = {{ path = "{}" }}\n'


@pytest.mark.parametrize(
    ("files", "outside"),
    [
        ({"go.mod": MODULE.format("../scale"), "main.go": GO}, "../scale"),
        (
            {
                "package.json": '{"main": "a.js", "dependencies": {"scale": "file:../scale"}}',
                "a.js": "",
            },
            "../scale",
        ),
        ({"requirements.txt": "-e ../scale\n", "a.py": ""}, "../scale"),
        ({"Cargo.toml": CRATE.format("../scale"), "src/main.rs": "fn main() {}"}, "../scale"),
        (
            {
                "Cargo.toml": '[workspace]\nmembers = ["till"]\n',
                "till/Cargo.toml": CRATE.format("../../scale"),
                "till/src/main.rs": "fn main() {}",
            },
            "../scale",
        ),
        (
            {
                "pyproject.toml": '[project]\nname = "till"\ndependencies = ["scale"]\n'
                '[tool.uv.sources]\nscale = { path = "../scale" }\n',
                "main.py": "",
            },
            "../scale",
        ),
    ],
)
def test_a_path_outside_is_refused(files: dict[str, str], outside: str) -> None:
    with pytest.raises(InputError, match="outside the project") as refused:
        detected(files)
    assert outside in str(refused.value)
    assert "the directory that holds both" in str(refused.value.hint)


def test_a_path_that_leads_back_into_the_project_is_accepted() -> None:
    work = "go 1.22\n\nuse (\n\t./till\n\t./scale\n)\n"
    files = {
        "go.work": work,
        "till/go.mod": MODULE.format("../scale"),
        "till/main.go": GO,
        "scale/go.mod": "module example.com/scale\n\ngo 1.22\n",
        "scale/scale.go": "package scale\n",
    }
    assert detected(files).language == "Go"


def test_a_file_outside_that_a_source_opens_gets_a_note() -> None:
    files = {
        "requirements.txt": "flask\n",
        "app.py": 'import flask\napp = flask.Flask(__name__, static_folder="../pages/dist")\n',
        "shop/more.py": 'PAGES = "../pages"\n',
    }
    told = [note for note in detected(files).notes if "outside" in note]
    assert len(told) == 1
    assert told[0].startswith("app.py names ../pages/dist")


def test_a_generators_line_markers_are_ignored() -> None:
    files = {"Makefile": "till: till.c\n\t$(CC) -o $@ till.c\n", "till.c": '#line 3 "../a/t.y"\n'}
    assert not any("t.y" in note for note in detected(files).notes)
    opened = {**files, "till.c": 'int main(void) { fopen("../a/till.conf", "r"); }\n'}
    assert any("../a/till.conf" in note for note in detected(opened).notes)
