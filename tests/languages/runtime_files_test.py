"""Files that a program opens, and places that it writes to, as its source names them."""

from __future__ import annotations

import pytest

from bpkit.languages.naming import image_name, program_name
from bpkit.languages.runtime_files import opened_files, written_places
from tests.languages.listings import listing


def folders(file: str, text: str) -> list[str]:
    places = written_places(listing({file: text}), [file])
    return [folder for folder, _ in places.folders]


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("m.py", 'D = Path("data")\nD.mkdir()\n', ["data"]),
        ("m.py", 'with open("out/x.txt", "w") as f: pass', ["out"]),
        ("m.py", 'sqlite3.connect("app.db")', ["."]),
        ("m.js", 'fs.mkdirSync(path.join(__dirname, "uploads"))', ["uploads"]),
        ("m.go", 'os.MkdirAll("data/cache", 0o755)', ["data/cache"]),
        ("bin/m.js", 'fs.writeFileSync(path.join(__dirname, "./c.json"), x)', ["bin"]),
        (
            "bin/m.js",
            'const p = path.resolve(o.c ?? path.join(__dirname, "./c.json"));\nwriteFileSync(p, x)',
            ["bin"],
        ),
        ("bin/m.js", 'fs.mkdirSync(path.join(__dirname, "..", "up"))', ["up"]),
        ("a/b/m.py", 'sqlite3.connect(Path(__file__).parent.parent / "x.db")', ["a"]),
        ("m.py", 'open("x.txt").read()', []),
        ("m.py", 'open("/tmp/x", "w")', []),
        ("m.py", '# open("x/y", "w")', []),
    ],
)
def test_a_directory_that_is_written_to_is_found(file: str, text: str, expected: list[str]) -> None:
    assert folders(file, text) == expected


def test_a_write_to_an_unknown_path_is_recorded() -> None:
    assert written_places(listing({"m.py": 'open(path, "w")'}), ["m.py"]).anywhere == "m.py"


def test_opened_files_ship_and_embedded_ones_do_not() -> None:
    go = (
        "//go:embed static/*\nvar files embed.FS\n"
        'template.ParseGlob("web/templates/*.html")\nos.ReadFile("config.yaml")\n'
    )
    files = {"m.go": go, "static/a.css": "", "web/templates/a.html": "", "config.yaml": ""}
    assert opened_files(listing(files), ["m.go"]) == (
        ("config.yaml", "m.go"),
        ("web/templates", "m.go"),
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("@acme/till", "@corp/till"),
        ("кафе", "кофе"),
        ("café", "cafe"),
        ("web_shop", "web-shop"),
        ("Shop", "shop"),
        ("Shop", "SHOP"),
        ("my shop", "my-shop"),
        ("acme/till", "acme-till"),
        ("@acme/till", "acme-till"),
        ("acme/till", "acme__till"),
        ("till--x", "till-x"),
    ],
)
def test_different_project_names_give_different_image_names(first: str, second: str) -> None:
    assert image_name(first) != image_name(second)


def test_a_common_program_name_gets_the_projects_name() -> None:
    assert program_name("server", "till") == "till-server"
    assert program_name("till", "till") == "till"
