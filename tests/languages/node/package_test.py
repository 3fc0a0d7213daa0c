"""What package.json is taken at its word for, and what not."""

from __future__ import annotations

import json

import pytest

from bpkit.errors import InputError
from bpkit.verbs.init.template_files import find_template
from bpkit.verbs.init.templates import render
from tests.languages.listings import detected, fact


def package(**fields: object) -> dict[str, str]:
    return {"package.json": json.dumps(fields)}


def test_a_published_packages_build_script_is_skipped() -> None:
    files = package(scripts={"build": "tsup ./source/main.ts"}, bin="build/main.js")
    found = detected({**files, "build/main.js": "#!/usr/bin/env node\n"})
    assert found.values["build"] == ""


def test_a_watcher_is_replaced_by_the_program_that_it_runs() -> None:
    files = package(scripts={"start": "tsx watch src/index.ts"}, devDependencies={"tsx": "4"})
    found = detected({**files, "src/index.ts": "app.listen(4000)\n"})
    assert fact(found, "entry point")[0] == "tsx src/index.ts"


def test_a_next_export_is_a_static_site() -> None:
    files = package(
        scripts={"build": "next build", "start": "next start"}, dependencies={"next": "15"}
    )
    found = detected({**files, "next.config.js": "module.exports = { output: 'export' }\n"})
    assert (found.template, found.values["site"]) == ("node/static", "out")


def test_a_trailing_comma_in_package_json_is_refused_with_its_line() -> None:
    with pytest.raises(InputError, match=r"package\.json:2"):
        detected({"package.json": '{"main": "a.js",\n}', "a.js": ""})


def test_next_standalone_output_keeps_its_paths() -> None:
    files = package(scripts={"build": "next build"}, dependencies={"next": "15"})
    found = detected({**files, "next.config.js": "module.exports = { output: 'standalone' }\n"})
    text = render(
        find_template("node/next", None, {"HOME": "/nowhere"}),
        {"name": found.name, "base": found.base, "port": found.port, **found.values},
    )
    assert "cp -a ./.next/static /srv/out/./.next/" in text
    assert "if [ -d ./public ]; then cp -a ./public /srv/out/./; fi" in text


def test_bun_is_recognized_without_its_lock_file() -> None:
    scripts = {"dev": "bun run --hot src/index.ts"}
    package = {"name": "kiosk", "scripts": scripts, "devDependencies": {"@types/bun": "latest"}}
    source = "export default { port: 4321, fetch: () => new Response('kiosk') };\n"
    found = detected({"package.json": json.dumps(package), "src/index.ts": source})
    assert (found.template, found.port) == ("node/bun", "4321")
    assert fact(found, "Bun version")[0] == "1"
    assert fact(found, "entry point") == ("bun src/index.ts", "src/index.ts")
    assert not any("out of support" in note for note in found.notes)
    pinned = json.dumps({**package, "packageManager": "bun@1.2.4"})
    assert (
        fact(detected({"package.json": pinned, "src/index.ts": source}), "Bun version")[0] == "1.2"
    )


def test_the_port_of_a_configuration_file_that_the_command_names_is_the_programs() -> None:
    files = package(scripts={"start": "node shop.js -c conf/shop.json"})
    source = "const DEFAULTS = { port: '4300' };\napp.listen(options.port)\n"
    found = detected({**files, "shop.js": source, "conf/shop.json": '{"port": 4310}'})
    assert fact(found, "port") == ("4310", "conf/shop.json")
    other = detected({**files, "shop.js": source, "conf/shop.json": '{"redis": {"port": 4310}}'})
    assert fact(other, "port")[0] == "4300"


def test_the_option_of_yargs_that_opens_a_server_is_added_beside_its_commands() -> None:
    source = (
        "const args = require('yargs')\n  .command('add <name>', 'adds one')\n"
        "  .option('host', { default: '127.0.0.1' }).argv\nserver.listen(4320, args.host)\n"
    )
    files = package(bin="shop.js")
    found = detected({**files, "shop.js": source})
    assert fact(found, "entry point")[0] == "node shop.js --host 0.0.0.0"
    of_commander = source.replace("yargs", "commander").replace("'host'", "'--host <h>'")
    assert fact(detected({**files, "shop.js": of_commander}), "entry point")[0] == "node shop.js"
