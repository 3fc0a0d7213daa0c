"""Which programs only listen if they are given a subcommand or an argument, and what is said."""

from __future__ import annotations

import json

import pytest

from bpkit.errors import InputError
from bpkit.languages.detected import Detected
from tests.languages.listings import detected

BIN = {"package.json": json.dumps({"name": "till", "bin": "cli.js"})}
SERVER = {"server.js": "exports.run = () => require('http').createServer().listen(4100);\n"}
PYPROJECT = (
    "[build-system]\nrequires = []\n[project]\nname = 'till'\n"
    "[project.scripts]\ntill = 'till.cli:main'\n"
)
PACKAGE = {
    "pyproject.toml": PYPROJECT,
    "till/__init__.py": "",
    "till/serving.py": "def run():\n    HTTPServer(('', 4100), H).serve_forever()\n",
}


def of_node(text: str, **wishes: str) -> Detected:
    return detected({**BIN, **SERVER, "cli.js": text}, **wishes)


def of_python(text: str, **wishes: str) -> Detected:
    return detected({**PACKAGE, "till/cli.py": text}, **wishes)


def said(found: Detected) -> tuple[str, bool, str]:
    """The port, whether it is a guess, and the health check."""
    guesses = [one.is_guess for one in found.facts if one.what == "port"]
    return found.port, any(guesses), str(found.values["healthcheck"])


COMMANDER = "const { program } = require('commander');\nconst s = require('./server');\n"


@pytest.mark.parametrize(
    "found",
    [
        of_node(COMMANDER + "program.command('serve').action(s.run);\nprogram.parse();\n"),
        of_node("const name = process.argv[2];\nrequire('./' + name).run();\n"),
        of_python(
            "import argparse\nfrom till import serving\n\ndef main():\n"
            "    p = argparse.ArgumentParser()\n    p.add_subparsers(dest='what')\n"
        ),
        of_python(
            "import argparse\n\ndef main():\n    args = argparse.ArgumentParser().parse_args()\n"
            "    if args.serve:\n        from till import serving\n        serving.run()\n"
        ),
    ],
)
def test_a_listener_behind_a_subcommand_is_neither_exposed_nor_checked(found: Detected) -> None:
    assert said(found) == ("", False, "")
    assert any("no EXPOSE and no HEALTHCHECK" in note and "4100" in note for note in found.notes)


@pytest.mark.parametrize(
    "found",
    [
        of_node(COMMANDER + "program.argument('<file>', 'x').action(s.run);\nprogram.parse();\n"),
        of_node("require('./server');\nif (argv._.length === 0) help();\n"),
        of_python(
            "import argparse\nfrom till import serving\n\ndef main():\n"
            "    p = argparse.ArgumentParser()\n    p.add_argument('folder', help='what')\n"
        ),
    ],
)
def test_the_port_of_a_program_that_needs_an_argument_is_a_guess(found: Detected) -> None:
    port, is_guess, _ = said(found)
    assert (port, is_guess) == ("4100", True)
    assert any("needs an argument" in note and "--cmd" in note for note in found.notes)


@pytest.mark.parametrize(
    "found",
    [
        of_node(COMMANDER + "program.command('serve', { isDefault: true }).action(s.run);\n"),
        of_node(COMMANDER + "program.option('-q').argument('[file]').action(s.run);\n"),
        of_node("require('./server').run();\n"),
        of_python(
            "import argparse\nfrom till.serving import run\n\ndef main():\n"
            "    p = argparse.ArgumentParser()\n    p.add_argument('folder', nargs='?')\n"
        ),
        of_node(COMMANDER + "program.command('serve').action(s.run);\n", cmd="node cli.js serve"),
    ],
)
def test_a_program_that_serves_as_it_is_started_keeps_its_port(found: Detected) -> None:
    port, _, healthcheck = said(found)
    assert (port, "4100" in healthcheck) == ("4100", True)
    assert not any("argument" in note or "subcommand" in note for note in found.notes)


def test_a_start_script_says_that_no_argument_is_needed() -> None:
    package = {"name": "till", "bin": "cli.js", "scripts": {"start": "node cli.js"}}
    text = COMMANDER + "program.command('serve').action(s.run);\n"
    found = detected({"package.json": json.dumps(package), **SERVER, "cli.js": text})
    assert found.port == "4100"


def test_the_users_port_is_exposed_whatever_the_source_shows() -> None:
    found = of_node(COMMANDER + "program.command('serve').action(s.run);\n", port="4200")
    assert found.port == "4200"


@pytest.mark.parametrize(
    "found",
    [
        detected({**BIN, "cli.js": "const a = require('express')();\na.listen(() => done());\n"}),
        detected(
            {
                "pyproject.toml": PYPROJECT,
                "till/__init__.py": "",
                "till/cli.py": "def main():\n    server().serve_forever()\n",
            }
        ),
    ],
)
def test_a_server_whose_port_is_unknown_gets_a_note(found: Detected) -> None:
    assert found.port == ""
    assert any("no port was found" in note and "--port" in note for note in found.notes)


def test_a_program_that_serves_nothing_gets_no_note_on_ports() -> None:
    found = of_python("def main():\n    print(events.listen(print))\n")
    assert not any("port" in note for note in found.notes)


def test_a_plug_in_that_uses_its_hosts_object_is_refused() -> None:
    package = {"package.json": json.dumps({"name": "press-till", "main": "index"})}
    text = "press.extend.console.register('till', {}, require('./server'));\n"
    with pytest.raises(InputError, match="uses press, which only another program defines"):
        detected({**package, **SERVER, "index.js": text})
    own = "const press = require('press');\n" + text
    assert detected({**package, **SERVER, "index.js": own}).port == "4100"


@pytest.mark.parametrize(
    ("text", "is_guess"),
    [
        ("exports.open = (at) => http.createServer().listen(at);\n", True),
        (
            "const open = (at) => http.createServer().listen(at);\nmodule.exports = { open };\n",
            True,
        ),
        ("module.exports = function (at) {\n  app.listen(at);\n};\n", True),
        ("const server = app.listen(4100);\nmodule.exports = server;\n", False),
        ("http.createServer(app).listen(4100);\nmodule.exports = app;\n", False),
    ],
)
def test_an_index_js_that_is_only_loaded_is_a_guess(text: str, is_guess: bool) -> None:
    package = {"package.json": json.dumps({"name": "till"})}
    found = detected({**package, "index.js": "const http = require('http');\n" + text})
    (entry,) = (one for one in found.facts if one.what == "entry point")
    assert entry.is_guess == is_guess
    assert any("is a guess: it is the main" in note for note in found.notes) == is_guess
