"""Variables that a program doesn't start without are told by init, and no others."""

from __future__ import annotations

import pytest

from tests.languages.listings import detected

FLASK = "import os\nfrom flask import Flask\n\napp = Flask(__name__)\n"
NODE = {"package.json": '{"name": "till", "scripts": {"start": "node till.js"}}'}
GO = {"go.mod": "module example.com/till\n\ngo 1.24\n"}
MAIN = 'package main\n\nfunc main() {\n\tdsn := os.Getenv("TILL_DSN")\n'
LACKS = "isn't set"


@pytest.mark.parametrize(
    "files",
    [
        {"requirements.txt": "flask", "app.py": FLASK + "DSN = os.environ['TILL_DSN']\n"},
        {
            "requirements.txt": "flask",
            "app.py": FLASK,
            "settings.py": "class Live:\n    DSN = os.environ['TILL_DSN']\n",
        },
        {**NODE, "till.js": "if (!process.env.TILL_DSN) {\n  throw new Error('no DSN');\n}"},
        {**GO, "main.go": MAIN + '\tif dsn == "" {\n\t\tlog.Fatal("no DSN")\n\t}\n}\n'},
    ],
)
def test_a_required_variable_gets_a_note(files: dict[str, str]) -> None:
    (note,) = (one for one in detected(files).notes if LACKS in one)
    assert "TILL_DSN" in note
    assert "docker run -e TILL_DSN=" in note


@pytest.mark.parametrize(
    "files",
    [
        {"requirements.txt": "flask", "app.py": FLASK + "DSN = os.environ.get('TILL_DSN', '')\n"},
        {"requirements.txt": "flask", "app.py": FLASK + "os.environ['TILL_DSN'] = 'x'\n"},
        {
            "requirements.txt": "flask",
            "app.py": FLASK + "def tool():\n    return os.environ['TILL_DSN']\n",
        },
        {
            "requirements.txt": "flask",
            "app.py": FLASK + "if 'TILL_DSN' in os.environ: x = os.environ['TILL_DSN']\n",
        },
        {**NODE, "till.js": "if (!process.env.TILL_DSN) {\n  console.warn('no DSN');\n}"},
        {**GO, "main.go": MAIN + '\tif dsn == "" {\n\t\tdsn = "till.db"\n\t}\n}\n'},
    ],
)
def test_an_optional_variable_gets_no_note(files: dict[str, str]) -> None:
    assert not [one for one in detected(files).notes if LACKS in one]
