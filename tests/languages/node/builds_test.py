"""What a script of package.json needs, and a published package leaves out."""

from __future__ import annotations

import json

import pytest

from bpkit.languages.node.builds import lacking
from tests.languages.listings import detected, fact, listing


@pytest.mark.parametrize(
    ("script", "files", "missing"),
    [
        ("tsc", ["dist/a.js", "tsconfig.json"], "source in TypeScript"),
        ("tsc", ["src/a.ts", "tsconfig.json", "dist/a.js"], ""),
        ("tsc", [], ""),
        ("rimraf dist && tsc", ["src/a.ts", "dist/a.js"], "tsconfig.json"),
        ("tsc src/a.ts", ["src/a.ts", "dist/a.js"], ""),
        ("gulp build", ["dist/a.js"], "gulpfile.js"),
        ("npm run a && npm run b", ["dist/x.js"], "tools/b.js"),
        ("npm-run-all part:*", ["dist/x.js"], "tools/part.js"),
        ("NODE_ENV=x V=$(git describe --tags) node tools/c.js", [], "tools/c.js"),
        ("node tools/c.js", ["tools/c.js"], ""),
        ("webpack --config etc/web.js", ["dist/a.js"], "etc/web.js"),
        ("tsup ./source/main.ts", ["dist/a.js"], "source/main.ts"),
        ("rm -rf dist && vite build", ["index.html"], ""),
        ("bash tools/all.sh", [], "tools/all.sh"),
        ("react-scripts build", ["build/index.html"], "src/index.js"),
        ("vite build", ["dist/index.html"], "index.html"),
        ("coffee -o lib/ src/", ["lib/a.js"], "src"),
    ],
)
def test_a_file_that_a_script_needs_and_the_project_lacks_is_found(
    script: str, files: list[str], missing: str
) -> None:
    scripts = {
        "a": "echo",
        "b": "node tools/b.js",
        "part:one": "node ./tools/part.js",
        "me": script,
    }
    assert lacking(listing(dict.fromkeys(files, "")), scripts, script) == missing


def test_scripts_that_run_each_other_in_a_circle_end() -> None:
    scripts = {"a": "npm run b", "b": "npm run a"}
    assert lacking(listing({}), scripts, scripts["a"]) == ""


def package(**data: object) -> str:
    return json.dumps({"name": "shop", **data})


def test_a_build_without_its_sources_is_skipped_with_a_note() -> None:
    data = package(bin="dist/cli.js", scripts={"build": "tsc -p tsconfig.build.json"})
    found = detected({"package.json": data, "dist/cli.js": "", "dist/other.js": ""})
    assert found.values["build"] == ""
    assert any("tsconfig.build.json" in note for note in found.notes)


def test_a_start_script_with_a_missing_data_file_is_skipped() -> None:
    data = package(
        bin={"shop": "bin/shop.js"}, scripts={"start": "node bin/shop.js demo/data.json"}
    )
    files = {"package.json": data, "bin/shop.js": ""}
    assert fact(detected(files), "entry point")[0] == "node bin/shop.js"
    there = detected({**files, "demo/data.json": "{}"})
    assert fact(there, "entry point")[0] == "node bin/shop.js demo/data.json"


def test_a_main_that_only_exports_is_a_guess() -> None:
    data = package(main="index.js")
    found = detected({"package.json": data, "index.js": "module.exports = class {}\n"})
    (entry,) = (one for one in found.facts if one.what == "entry point")
    assert entry.is_guess
    assert any("other packages load" in note for note in found.notes)
    server = "const app = make()\napp.listen(3000)\nmodule.exports = app\n"
    found = detected({"package.json": data, "index.js": server})
    (entry,) = (one for one in found.facts if one.what == "entry point")
    assert not entry.is_guess


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ('ENTRYPOINT ["/sbin/tini", "--", "node", "a.js"]', "node a.js"),
        ('CMD ["dumb-init", "node", "a.js"]', "node a.js"),
        ('CMD ["/opt/base/start"]', "node b.js"),
        ('CMD ["node", "/usr/lib/shop/a.js"]', "node b.js"),
    ],
)
def test_a_program_of_another_base_image_is_skipped(command: str, shown: str) -> None:
    files = {
        "package.json": package(scripts={"start": "node b.js"}),
        "a.js": "",
        "b.js": "",
        "Dockerfile": f"FROM node:22\nWORKDIR /app\n{command}\n",
    }
    assert fact(detected(files), "entry point")[0] == shown


@pytest.mark.parametrize("hook", ["prepare", "prepublish"])
def test_an_install_hook_without_its_source_is_skipped(hook: str) -> None:
    package = {"name": "lamp", "bin": "lib/lamp.js", "scripts": {hook: "coffee -o lib src"}}
    files = {"package.json": json.dumps(package), "lib/lamp.js": "#!/usr/bin/env node\n"}
    found = detected(files)
    assert found.values["install"] == f"npm pkg delete scripts.{hook} && npm install --omit=dev"
    assert any(hook in note and "has no src" in note for note in found.notes)
    whole = detected({**files, "src/lamp.coffee": "x"})
    assert whole.values["install"] == "npm install"


def test_a_plug_in_is_only_a_guess_as_a_program() -> None:
    source = "const host = require.main.require('./host');\nmodule.exports = { start() {} };\n"
    files = {"package.json": json.dumps({"name": "lamp", "main": "lamp.js"}), "lamp.js": source}
    (program,) = (one for one in detected(files).facts if one.what == "entry point")
    assert program.is_guess
