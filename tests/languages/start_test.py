"""What starts a project: what is stated before what sources suggest, never what isn't there."""

from __future__ import annotations

import json

import pytest

from bpkit.errors import InputError
from bpkit.languages.detected import SeveralProgramsError
from tests.languages.listings import detected, fact

FLASK = "from flask import Flask\n\ndef create_app(config=None):\n    return Flask(__name__)\n"
WEB = {"requirements.txt": "flask\ngunicorn\n", "shop/__init__.py": FLASK}


def test_a_procfile_is_followed_and_its_port_gets_a_default() -> None:
    procfile = "web: gunicorn 'shop:create_app()' --bind 0.0.0.0:$PORT\nworker: celery -A shop\n"
    found = detected({**WEB, "Procfile": procfile})
    assert fact(found, "entry point")[1] == "Procfile"
    assert (found.port, found.values["variables"], found.values["settings"]) == (
        "8000",
        ("PORT",),
        ("8000",),
    )
    assert any("worker" in note for note in found.notes)


def test_an_outdated_procfile_is_skipped_with_a_note() -> None:
    found = detected({**WEB, "Procfile": "web: gunicorn till.wsgi\n"})
    assert "shop:create_app()" in str(found.values["entrypoint"])
    assert any("till" in note and "skipped" in note for note in found.notes)


def test_compose_gives_the_command_and_port_of_the_service_built_here() -> None:
    compose = (
        "services:\n  db:\n    image: postgres\n  web:\n    build: .\n"
        "    command: gunicorn 'shop:create_app()' -b :5555\n    ports: ['80:5555']\n"
    )
    found = detected({**WEB, "compose.yaml": compose})
    assert (fact(found, "entry point")[1], found.port) == ("compose.yaml", "5555")


def test_an_existing_dockerfile_gives_the_command_relative_to_its_workdir() -> None:
    text = 'FROM python\nWORKDIR /code\nEXPOSE 81\nCMD ["python", "/code/run.py"]\n'
    found = detected({"requirements.txt": "", "run.py": "", "other.py": "", "Dockerfile": text})
    assert found.values["entrypoint"] == '["python", "run.py"]'
    assert found.port == "81"


def test_a_factory_is_served_and_not_run_as_a_script() -> None:
    found = detected(WEB)
    assert found.values["entrypoint"] == (
        '["gunicorn", "--bind", "0.0.0.0:5000", "shop:create_app()"]'
    )


def test_a_factory_with_arguments_is_refused_with_a_cmd_to_pass() -> None:
    source = "from flask import Flask\ndef create_app(config):\n    return Flask(config)\n"
    with pytest.raises(InputError, match="needs arguments"):
        detected({"requirements.txt": "flask", "shop.py": source})


def test_an_application_in_a_test_or_an_example_is_not_the_program() -> None:
    asgi = "from fastapi import FastAPI\napp = FastAPI()\n"
    files = {"examples/main.py": asgi, "tests/app.py": asgi, "shop/api.py": asgi}
    found = detected({"requirements.txt": "fastapi\nuvicorn", **files})
    assert "shop.api:app" in str(found.values["entrypoint"])


def test_a_missing_production_server_is_installed_with_a_note() -> None:
    files = {
        "manage.py": 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")  # django\n',
        "shop/wsgi.py": "from django.core.wsgi import get_wsgi_application\n"
        "application = get_wsgi_application()\n",
        "requirements.txt": "django\n",
    }
    found = detected(files)
    assert "shop.wsgi:application" in str(found.values["entrypoint"])
    assert str(found.values["server"]).startswith("gunicorn==")
    assert any("gunicorn" in note for note in found.notes)


def test_imports_decide_the_import_root() -> None:
    files = {
        "src/shop/main.py": "from shop.db import x\nfrom fastapi import FastAPI\napp = FastAPI()\n",
        "src/shop/db.py": "x = 1\n",
        "requirements.txt": "fastapi\nuvicorn",
    }
    found = detected(files)
    assert "shop.main:app" in str(found.values["entrypoint"])
    assert found.values["settings"] == ("/srv/app/src",)


@pytest.mark.parametrize(
    "wish",
    [{"entry": "nowhere.py"}, {"cmd": "python nowhere.py"}, {"cmd": "gunicorn nowhere:app"}],
)
def test_a_program_that_the_user_names_is_looked_for(wish: dict[str, str]) -> None:
    with pytest.raises(InputError, match="nowhere"):
        detected(WEB, **wish)


def test_a_server_on_localhost_gets_a_switch_for_all_addresses() -> None:
    asgi = {
        "requirements.txt": "fastapi\nuvicorn",
        "m.py": "from fastapi import FastAPI\nx = FastAPI()",
    }
    found = detected(asgi, cmd="uvicorn m:x --port 80")
    assert found.values["entrypoint"] == ('["uvicorn", "m:x", "--port", "80", "--host", "0.0.0.0"]')
    assert any("localhost" in note for note in found.notes)


def test_equally_likely_main_packages_are_refused_with_a_list() -> None:
    main = "package main\nfunc main() {}\n"
    files = {"go.mod": "module m\n", "cmd/a/main.go": main, "cmd/b/main.go": main}
    with pytest.raises(SeveralProgramsError) as raised:
        detected(files)
    assert raised.value.entries == ("./cmd/a", "./cmd/b")


def test_the_likeliest_program_is_marked_as_a_guess() -> None:
    main = "package main\nfunc main() {}\n"
    files = {"go.mod": "module m/shop\n", "cmd/shop/m.go": main, "cmd/migrate/m.go": main}
    found = detected(files)
    (package,) = [one for one in found.facts if one.what == "main package"]
    assert (package.value, package.is_guess) == ("./cmd/shop", True)
    assert any("./cmd/migrate" in note for note in found.notes)


def node(**package: object) -> str:
    return json.dumps(package)


@pytest.mark.parametrize(
    ("scripts", "development", "files", "words"),
    [
        (
            {"start": "npm run serve", "serve": "node server/x.js"},
            {},
            ["server/x.js"],
            ["node", "server/x.js"],
        ),
        ({"start": "nodemon x.js"}, {"nodemon": "3"}, ["x.js"], ["node", "x.js"]),
        (
            {"start": "nodemon", "start:prod": "node dist/x.js", "build": "tsc"},
            {"nodemon": "3"},
            ["src/x.ts"],
            ["node", "dist/x.js"],
        ),
        ({"start": "NODE_ENV=production node x.js"}, {}, ["x.js"], ["node", "x.js"]),
    ],
)
def test_a_start_script_is_followed_to_what_node_runs(
    scripts: dict[str, str], development: dict[str, str], files: list[str], words: list[str]
) -> None:
    package = node(scripts=scripts, devDependencies=development, dependencies={"express": "4"})
    found = detected({"package.json": package, **dict.fromkeys(files, "")})
    assert json.loads(str(found.values["entrypoint"])) == words


def test_a_missing_main_is_not_started() -> None:
    found = detected({"package.json": node(main="gone.js"), "index.js": ""})
    assert found.values["entrypoint"] == '["node", "index.js"]'


def test_members_manifests_are_copied_before_packages_are_installed() -> None:
    files = {
        "package.json": node(workspaces=["packages/*"], main="x.js"),
        "packages/till/package.json": node(name="till"),
        "x.js": "",
    }
    assert detected(files).values["member_manifests"] == (
        "packages/till/package.json packages/till/",
    )


def test_pages_for_a_go_program_are_built_in_a_separate_node_stage() -> None:
    files = {
        "go.mod": "module m\n",
        "main.go": "package main\nfunc main() {}\n",
        "web/package.json": node(scripts={"build": "vite build"}, devDependencies={"vite": "5"}),
    }
    found = detected(files)
    assert (found.language, found.values["assets"]) == ("Go", "web/dist")


def test_services_in_directories_are_listed_and_none_is_chosen() -> None:
    files = {"till/requirements.txt": "", "till/app.py": "", "board/package.json": "{}"}
    with pytest.raises(InputError) as raised:
        detected(files)
    assert "till" in str(raised.value)
    assert "board" in str(raised.value)


def test_a_port_is_replaced_only_as_a_whole_number() -> None:
    """``--port`` wins over what a Procfile says."""
    found = detected(
        {
            "Gemfile": 'source "https://rubygems.org"\n',
            "main.rb": "puts 1\n",
            "Procfile": "web: ruby main.rb -p 80 --bind 0.0.0.0:80 --max 8000 --db 10.80.1.2\n",
        },
        port="9090",
    )
    assert json.loads(str(found.values["entrypoint"]))[2:] == [
        *("-p", "9090", "--bind", "0.0.0.0:9090", "--max", "8000", "--db", "10.80.1.2")
    ]


def test_a_directory_with_a_similar_name_is_not_searched_for_ports() -> None:
    project = '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net8.0{}'
    found = detected(
        {
            "src/Shop/Shop.csproj": project.format("<OutputType>Exe"),
            "src/Shop/Program.cs": "class P { static void Main() {} }\n",
            "src/Shop.Admin/Server.cs": "new TcpListener(IPAddress.Any, 4711);\n",
        },
        entry="src/Shop/Shop.csproj",
    )
    assert found.port == ""
