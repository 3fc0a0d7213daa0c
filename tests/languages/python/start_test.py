"""What starts a Python project: scripts of setup.py, programs that run what they import."""

from __future__ import annotations

import pytest

from bpkit.errors import InputError
from tests.languages.listings import detected, fact

TEXT = '''from setuptools import setup
setup(name="till", entry_points="""
    [console_scripts]
    till=till.cli:main
""")
'''


@pytest.mark.parametrize(
    "setup",
    [
        TEXT,
        "setup(name='till', entry_points={'console_scripts': ['till = till.cli:main']})\n",
        "setup(name='till', entry_points={'console_scripts': '''\n  till = till.cli:main\n'''})\n",
    ],
)
def test_a_script_in_setup_py_starts_it_even_with_requirements(setup: str) -> None:
    files = {"setup.py": setup, "till/__init__.py": "", "till/cli.py": "def main(): ...\n"}
    found = detected({**files, "requirements.txt": "click==8.1\n"})
    assert fact(found, "entry point") == ("till", "setup.py")
    assert (found.template, found.values["itself"]) == ("python/pip", ".")
    assert found.name == "till"


def test_the_server_among_several_scripts_is_guessed() -> None:
    scripts = 'tilld = "till:main"\ntillctl = "till:ctl"\n'
    pyproject = (
        f'[build-system]\nrequires = []\n[project]\nname = "till"\n[project.scripts]\n{scripts}'
    )
    found = detected({"pyproject.toml": pyproject, "till/__init__.py": ""})
    (entry,) = (one for one in found.facts if one.what == "entry point")
    assert (entry.value, entry.is_guess) == ("tilld", True)


def test_a_module_that_runs_nothing_is_not_a_program() -> None:
    files = {
        "requirements.txt": "django\n",
        "shop/core/application.py": "class Application:\n    pass\n",
        "shop/__init__.py": "",
    }
    with pytest.raises(InputError, match="no program was found"):
        detected(files)


def test_an_imported_application_is_served_where_it_is_run() -> None:
    files = {
        "requirements.txt": "flask\ngunicorn\n",
        "till/app.py": "from flask import Flask\napp = Flask(__name__)\n",
        "till/__init__.py": "",
        "run.py": "from till.app import app\napp.wsgi_app = Proxy(app.wsgi_app)\n"
        "if __name__ == '__main__':\n    app.run(host='0.0.0.0', port=8123)\n",
    }
    found = detected(files)
    assert fact(found, "entry point") == ("gunicorn --bind 0.0.0.0:8123 run:app", "run.py")


def test_a_shell_command_in_a_dockerfile_is_followed_to_its_end() -> None:
    files = {
        "requirements.txt": "flask\ngunicorn\n",
        "app.py": "from flask import Flask\napp = Flask(__name__)\n",
        "Dockerfile": "FROM python:3.12\nWORKDIR /a\n"
        'CMD ["sh", "-c", "echo a && /venv/bin/gunicorn -b 0.0.0.0:81 app:app"]\n',
    }
    assert fact(detected(files), "entry point")[1] == "Dockerfile"


def test_a_dockerfile_command_with_an_open_quote_is_skipped() -> None:
    files = {"main.py": "print('hi')\n", "Dockerfile": "FROM python:3.12\nCMD python 'main.py\n"}
    assert fact(detected(files), "entry point")[1] == "main.py"


def test_a_python_2_program_is_refused_with_its_line() -> None:
    with pytest.raises(InputError, match="Python 2") as raised:
        detected({"main.py": "import sys\nprint 'hello'\n"})
    assert "main.py:2" in str(raised.value)


def test_an_application_in_an_example_is_not_the_program() -> None:
    application = "from flask import Flask\n\napp = Flask(__name__)\n"
    files = {"requirements.txt": "flask\n", "example_project/app.py": application}
    with pytest.raises(InputError, match="no program was found"):
        detected(files)
    own = {**files, "shop/app.py": application}
    assert "shop.app:app" in fact(detected(own), "entry point")[0]


def test_a_script_in_setup_pys_scripts_directory_is_the_program() -> None:
    setup = "from setuptools import setup\nsetup(name='till', scripts=['scripts/till'])\n"
    files = {
        "setup.py": setup,
        "scripts/till": "#!/usr/bin/env python3\nimport till\n",
        "till/__init__.py": "",
        "till/web.py": "from flask import Flask\n\napp = Flask(__name__)\n",
    }
    assert fact(detected(files), "entry point") == ("till", "setup.py")


@pytest.mark.parametrize(
    ("said", "version"), [(">=0.9.3", "0.9.3"), ("==0.5.7", "0.5.7"), (">=0.4", None)]
)
def test_the_projects_required_uv_release_is_used(said: str, version: str | None) -> None:
    from bpkit.languages.python.detect import UV_VERSION

    manifest = f"[project]\nname = 'till'\n[tool.uv]\nrequired-version = '{said}'\n"
    files = {"pyproject.toml": manifest, "uv.lock": "version = 1\n", "main.py": "print(1)\n"}
    assert detected(files).values["uv_version"] == (version or UV_VERSION)


UV_TOP = "[project]\nname = 'acme'\nversion = '1'\n[tool.uv.workspace]\nmembers = ['svc/*']\n"
UV_MEMBER = "[project]\nname = '{}'\nversion = '1'\ndependencies = ['fastapi', 'uvicorn']\n"
ASGI = "from fastapi import FastAPI\n\napp = FastAPI()\n"


def test_a_workspace_root_with_only_a_name_leaves_its_members() -> None:
    files = {
        "pyproject.toml": UV_TOP,
        "uv.lock": "version = 1\n",
        "svc/till/pyproject.toml": UV_MEMBER.format("till"),
        "svc/till/main.py": ASGI,
    }
    found = detected(files)
    assert fact(found, "workspace member")[0] == "svc/till"
    assert "main:app" in fact(found, "entry point")[0]
    another = {"svc/shop/pyproject.toml": UV_MEMBER.format("shop"), "svc/shop/main.py": ASGI}
    with pytest.raises(InputError, match="svc/shop, svc/till"):
        detected({**files, **another})
    own = {**files, **another, "main.py": ASGI}
    assert not [one for one in detected(own).facts if one.what == "workspace member"]


FILE = "import sys\nif __name__ == '__main__':\n    print(sys.argv)\n"


def test_a_file_that_setup_py_installs_unchanged_starts_it() -> None:
    setup = "args = {'name': 'till', 'scripts': ['till', 'tillctl']}\nsetup(**args)\n"
    found = detected({"setup.py": setup, "till": "#!/usr/bin/env python3\n", "core/a.py": FILE})
    assert fact(found, "entry point") == ("till", "setup.py")


def test_a_runnable_package_is_likelier_than_an_unrelated_script() -> None:
    setup = "setup(name='till', entry_points={'console_scripts': ['tctl=till.ctl:main']})\n"
    files = {"setup.py": setup, "till/ctl.py": "", "till/__main__.py": "print(1)\n"}
    found = detected({**files, "till/__init__.py": ""})
    (entry,) = (one for one in found.facts if one.what == "entry point")
    assert (entry.value, entry.is_guess) == ("python -m till", True)
    own = detected({**files, "setup.py": setup.replace("tctl", "till")})
    assert fact(own, "entry point")[0] == "till"


def test_a_program_shown_only_by_its_code_is_a_guess() -> None:
    found = detected({"setup.py": "setup(name='till')\n", "till/report.py": FILE})
    assert any("till/report.py is a guess" in note for note in found.notes)
    usual = detected({"setup.py": "setup(name='till')\n", "till/main.py": FILE})
    assert not any("is a guess" in note for note in usual.notes)


def test_a_django_management_command_is_not_a_program() -> None:
    files = {"setup.py": "setup(name='till')\n", "till/management/commands/close.py": FILE}
    with pytest.raises(InputError, match="no program"):
        detected(files)


CLI = (
    "import argparse\nfrom http.server import HTTPServer\np = argparse.ArgumentParser()\n"
    "p.add_argument('--host', default='127.0.0.1')\np.add_argument('--port', default=8077)\n"
    "a = p.parse_args()\nHTTPServer((a.host, a.port), None).serve_forever()\n"
)


def test_a_programs_own_switch_opens_it_to_other_addresses() -> None:
    found = detected({"main.py": CLI})
    assert fact(found, "entry point")[0] == "python main.py --host 0.0.0.0"
    assert any("--host 0.0.0.0 is added" in note for note in found.notes)


def test_a_switch_of_a_subcommand_is_only_named() -> None:
    found = detected({"main.py": CLI + "p.add_subparsers()\n"})
    assert fact(found, "entry point")[0] == "python main.py"
    assert any("pass --host 0.0.0.0 to the program" in note for note in found.notes)
