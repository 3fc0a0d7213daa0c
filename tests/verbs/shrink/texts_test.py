"""Which files are worth reading: the application's, and those of the package it comes in."""

from __future__ import annotations

from bpkit.image.evidence import Evidence
from bpkit.image.packages import Packages
from bpkit.verbs.shrink.texts import entry_packages, worth_reading
from tests.verbs.check.made import rootfs, static, text

SITE = "/opt/venv/lib/python3.11/site-packages"
CONSOLE = "#!/opt/venv/bin/python\nimport sys\nfrom till.cli.main import main\nsys.exit(main())\n"
IMAGE = rootfs(
    text("/opt/venv/bin/till", CONSOLE.encode()),
    text("/opt/venv/bin/gunicorn", CONSOLE.replace("till", "gunicorn").encode()),
    text(f"{SITE}/till/cli/main.py", b"import subprocess\n", 0o644),
    text(f"{SITE}/gunicorn/app.py", b"import os\n", 0o644),
    text(f"{SITE}/other/x.py", b"import os\n", 0o644),
    text("/usr/lib/node_modules/till/bin/till.js", b"#!/usr/bin/env node\n"),
    text("/usr/lib/node_modules/till/node_modules/dep/x.js", b"a\n", 0o644),
    text("/app/plan.yml", b"- shell: seq 3\n", 0o644),
    static("/usr/bin/seq"),
)


def entry(*paths: str) -> list[str]:
    known = {p: Evidence(script=(IMAGE.nodes[p].text or b"").decode()) for p in paths}
    return list(entry_packages(IMAGE, [IMAGE.nodes[p] for p in paths], known))


def test_the_package_of_a_pypi_program_is_found_by_its_scripts_imports() -> None:
    assert entry("/opt/venv/bin/till") == [f"{SITE}/till"]
    found = worth_reading(IMAGE, {}, Packages(), (), [f"{SITE}/till"])
    assert f"{SITE}/till/cli/main.py" in found
    assert f"{SITE}/other/x.py" not in found


def test_the_application_of_a_server_is_not_in_its_package() -> None:
    assert entry("/opt/venv/bin/gunicorn") == []


def test_the_package_of_an_npm_program_is_found_without_its_dependencies() -> None:
    (package,) = entry("/usr/lib/node_modules/till/bin/till.js")
    assert package == "/usr/lib/node_modules/till"
    found = worth_reading(IMAGE, {}, Packages(), (), [package])
    assert "/usr/lib/node_modules/till/bin/till.js" in found
    assert "/usr/lib/node_modules/till/node_modules/dep/x.js" not in found


def test_lists_of_commands_are_read_in_the_application_only() -> None:
    assert "/app/plan.yml" in worth_reading(IMAGE, {}, Packages(), ("/app",))
    assert "/app/plan.yml" not in worth_reading(IMAGE, {}, Packages(), ())
