"""The JSON Schema of ``bpkit.toml`` says what the readers of it say."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from bpkit.errors import InputError
from bpkit.project import PROBE_KEYS, STEP_KEYS, Settings, find_workspace
from bpkit.project.reading import load_settings
from bpkit.project.settings import parsed_toml, read_settings
from scripts.bpkit_dev.settings_page import settings_page
from tests.places import ROOT

SCHEMA: dict[str, Any] = json.loads((ROOT / "bpkit/project/bpkit.schema.json").read_text())

GOOD = [
    "",
    'name = "a"\nimage = "a:1"\nartifacts = ["/x:y"]\nbuild-args = { A = "1" }\n',
    'style = "builder"\nbuild_dockerfile = "b"\nruntime_dockerfile = "r"\nkeep = ["/a"]\n',
    'budget = "12 MB"\n',
    "budget = 1000\n",
    '[budget]\ntotal = "1.5 GiB"\ngrowth = "5 %"\npaths = { "/usr" = "1 MB" }\n',
    '[lint]\noff = ["BPK206"]\nprofiles = { "ci/*" = "test" }\n',
    '[[probe]]\nready = 8080\nuntil_end = true\n[[probe.step]]\nhttp = "/"\n',
    '[[probe]]\ncommand = ["a", "b"]\nstep = [{ run = "x" }, { tcp = 1, send = "a" }]\n',
    "port = 8080\n",
    'cmd = "python app.py"\nprobe = ["app --version"]\nprobe-http = ["/"]\n',
]
BAD = [
    "nam = 1\n",
    'style = "other"\n',
    "artifacts = [1]\n",
    'budget = "much"\n',
    '[budget]\nall = "1 MB"\n',
    '[budget]\npaths = { usr = "1 MB" }\n',
    'name = ""\n',
    "build-args = 5\n",
    "[lint]\nofff = []\n",
    '[[probe]]\nhtpp = "/"\n',
    '[[probe]]\n[[probe.step]]\nhttp = "/"\nstdin = "x"\n',
    "[[probe]]\n[[probe.step]]\nstatus = 3\n",
    '[[probe]]\n[[probe.step]]\nhttp = "/"\nrun = "x"\n',
]
GOOD_WORKSPACES = [
    '[workspace]\nmembers = ["a"]\n',
    '[image.x]\ncontext = "a"\ntags = ["t"]\nbuild-args = { A = 1 }\ncache_from = ["r"]\n',
]
BAD_WORKSPACES = [
    '[workspace]\nmember = ["a"]\n',
    "[image.x]\nbuild-arg = {}\n",
    "[image.x]\ntags = 5\n",
    "workspace = 5\n",
]


def accepts(text: str) -> bool:
    return bool(jsonschema.Draft202012Validator(SCHEMA).is_valid(parsed_toml(text, "bpkit.toml")))


def test_it_is_a_schema_and_every_setting_is_in_it_with_a_description() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    known = set(SCHEMA["properties"])
    assert {one.name for one in fields(Settings)} - {"probe_tables", "probe_places"} <= known
    for name, said in SCHEMA["properties"].items():
        told = [said, *said.get("anyOf", ())]
        assert any("description" in one for one in told), name


@pytest.mark.parametrize("text", GOOD)
def test_what_the_reader_takes_it_takes(text: str) -> None:
    read_settings(text, "bpkit.toml")
    assert accepts(text)


@pytest.mark.parametrize("text", BAD)
def test_what_the_reader_refuses_it_refuses(text: str) -> None:
    with pytest.raises(InputError):
        read_settings(text, "bpkit.toml")
    assert not accepts(text)


@pytest.mark.parametrize(
    ("text", "good"),
    [(text, True) for text in GOOD_WORKSPACES] + [(text, False) for text in BAD_WORKSPACES],
)
def test_of_a_workspace_too(tmp_path: Path, text: str, good: bool) -> None:
    (tmp_path / "bpkit.toml").write_text(text)
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "Dockerfile").write_text("FROM scratch\n")
    assert accepts(text) is good
    if good:
        find_workspace(tmp_path, {})
        return
    with pytest.raises(InputError):
        find_workspace(tmp_path, {})


def test_the_page_of_the_settings_is_made_of_it(golden: Callable[[Path, str], None]) -> None:
    golden(ROOT / "docs" / "settings.md", settings_page())


def test_the_keys_of_a_probe_are_those_that_its_reader_knows() -> None:
    tables = SCHEMA["properties"]["probe"]["anyOf"][1]["items"]["properties"]
    assert {key.replace("_", "-") for key in tables} == set(PROBE_KEYS)
    assert set(tables["step"]["items"]["properties"]) == {
        key for keys in STEP_KEYS.values() for key in keys
    }


def test_every_setting_is_on_the_page() -> None:
    page = settings_page()
    known = {one.name.replace("_", "-") for one in fields(Settings)} - {
        "probe-tables",
        "probe-places",
    }
    assert [name for name in sorted(known) if f"| `{name}` |" not in page] == []
    for table in (
        "[image.NAME]",
        "[budget]",
        "[workspace]",
        "[lint]",
        "[[probe]]",
        "[[probe.step]]",
    ):
        assert f"## `{table}`" in page


def test_settings_are_read_as_the_page_says(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.bpkit]\nname = "a"\n')
    assert load_settings(tmp_path).name == "a"
    (tmp_path / "bpkit.toml").write_text('build_args = { A = "1" }\nbuild-image = "b"\n')
    settings = load_settings(tmp_path)
    assert (settings.name, settings.build_image) == ("", "b")
    assert dict(settings.build_args) == {"A": "1"}
