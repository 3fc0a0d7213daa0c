"""How a Deno program is started, and on which port."""

from __future__ import annotations

import pytest

from bpkit.errors import InputError
from tests.languages.listings import detected, fact

SERVER = "Deno.serve({ port: 4505 }, () => new Response('hi'));\n"


def test_the_start_task_is_used_without_its_watch_switch() -> None:
    tasks = '{"tasks": {"start": "deno run --watch --allow-net server.ts"}}'
    found = detected({"deno.json": tasks, "deno.lock": "{}", "server.ts": SERVER})
    assert (found.language, found.port) == ("Deno", "4505")
    assert found.values["entrypoint"] == '["deno", "run", "--allow-net", "server.ts"]'
    assert found.values["frozen"] == "--frozen"


def test_without_a_task_the_permissions_are_guessed_with_a_note() -> None:
    found = detected({"deno.jsonc": "{} // none\n", "main.ts": SERVER})
    assert fact(found, "entry point")[0].startswith("deno run --allow-net")
    assert any(one.is_guess for one in found.facts if one.what == "entry point")
    assert any("permissions" in note for note in found.notes)


def test_a_lone_source_of_deno_is_enough() -> None:
    assert detected({"main.ts": SERVER}).language == "Deno"


def test_files_that_the_build_makes_need_not_exist() -> None:
    tasks = '{"tasks": {"build": "vite build", "start": "deno serve -A _fresh/server.js"}}'
    found = detected({"deno.json": tasks, "main.ts": ""})
    assert found.values["build"] == "deno task build"
    assert found.values["entry"] == ""
    assert found.port == "8000"


def test_a_missing_program_named_by_the_user_is_refused() -> None:
    with pytest.raises(InputError, match="no such program"):
        detected({"deno.json": "{}", "main.ts": SERVER}, entry="worker.ts")
