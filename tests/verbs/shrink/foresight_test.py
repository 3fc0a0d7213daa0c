"""What of an image is foreseen: the same evidence as if it had been fetched, and nothing large in
vain."""

from __future__ import annotations

from bpkit.image.config import ImageConfig
from bpkit.image.evidence import read_program
from bpkit.image.rootfs import Node
from bpkit.verbs.shrink.foresight import MOST_BYTES, Foresight

PYTHON = b"#!/usr/bin/python3\nimport json\n"


def foresight(*argv: str, workdir: str = "/app", **fields: object) -> Foresight:
    return Foresight(ImageConfig(cmd=argv, workdir=workdir, **fields))  # type: ignore[arg-type]


def show(witness: Foresight, path: str, content: bytes = b"import os\n", mode: int = 0o755) -> bool:
    """Let a file pass by; whether it was wanted."""
    node = Node(path, "file", mode, size=len(content))
    wanted = witness.wants(node)
    if wanted:
        witness.sees(node, memoryview(content)[:wanted])
    return wanted > 0


def test_the_command_is_read_from_path_or_workdir() -> None:
    seen = foresight("serve", "--port", "80")
    script = b"#!/bin/sh\nexec /opt/run\n"
    for path in ("/usr/local/bin/serve", "/app/serve"):
        assert show(seen, path, script)
        assert seen.programs[path] == read_program(script)
    assert not show(seen, "/usr/share/serve", script)
    assert not show(seen, "/usr/local/bin/other", script)
    assert not show(seen, "/usr/bin/serve", script, mode=0o644)


def test_a_command_with_a_path_and_a_health_check_are_read_too() -> None:
    seen = foresight("bin/serve", healthcheck=("/opt/tools/ping",))
    assert show(seen, "/app/bin/serve")
    assert show(seen, "/opt/tools/ping")
    assert not show(seen, "/opt/other/ping")


def test_what_is_too_large_is_not_held() -> None:
    assert not foresight("serve").wants(Node("/app/serve", "file", 0o755, size=MOST_BYTES + 1))


def test_the_interpreter_of_a_script_is_read_after_the_script() -> None:
    seen = foresight("flow")
    assert not show(seen, "/usr/bin/python3.11")
    assert show(seen, "/usr/local/bin/flow", PYTHON)
    assert show(seen, "/usr/local/bin/python3.12")


def test_shells_are_read_under_any_name_in_the_shebang() -> None:
    seen = foresight("entry.sh")
    assert show(seen, "/usr/bin/dash")
    assert show(seen, "/bin/busybox")


def test_the_shared_library_of_an_interpreter_is_read() -> None:
    library = "/usr/lib/x86_64-linux-gnu/libnode.so.108"
    assert show(foresight("node", "server.js"), library)
    assert not show(foresight("serve"), library)
    assert not show(foresight("node"), "/usr/lib/libz.so.1")


def test_the_modules_of_a_python_application_are_read() -> None:
    for seen in (
        foresight("python3", "-m", "app"),
        foresight("gunicorn", "app:app"),
        foresight("serve", env={"PYTHONUNBUFFERED": "1"}),
    ):
        assert show(seen, "/usr/lib/python3.11/json/__init__.py", b"import re\n", 0o644)
        assert show(seen, "/opt/venv/lib/python3.11/site-packages/x/_speed.so", b"\0io\0", 0o644)
        assert show(seen, "/srv/more/tool.py", b"from . import other\n", 0o644)
        names = {path: one.imports.names for path, one in seen.modules.items()}
        assert names == {
            "/usr/lib/python3.11/json/__init__.py": {"re"},
            "/opt/venv/lib/python3.11/site-packages/x/_speed.so": {"io"},
            "/srv/more/tool.py": {".", ".other"},
        }


def test_a_source_in_the_working_directory_shows_the_use_of_python() -> None:
    seen = foresight("serve", workdir="/usr/src/app")
    library = "/usr/lib/python3.11/os.py"
    assert not show(seen, library)
    assert show(seen, "/usr/src/app/main.py")
    assert show(seen, library)


def test_only_the_directories_of_python_are_read_in_the_system() -> None:
    seen = foresight("python3", "app.py")
    assert not show(seen, "/usr/share/gdb/auto-load/tool.py", mode=0o644)
    assert not show(seen, "/usr/lib/x86_64-linux-gnu/gconv/UTF-7.so", mode=0o644)
    assert not show(seen, "/usr/lib/python3.11/test/regrtest.py", mode=0o644)


def test_modules_are_not_read_without_a_sign_of_python() -> None:
    seen = foresight("node", "server.js")
    assert not show(seen, "/usr/lib/python3.11/os.py", mode=0o644)
    assert not show(seen, "/srv/tool.py", mode=0o644)


def test_a_hard_link_has_the_evidence_of_the_file() -> None:
    seen = foresight("python3", "app.py")
    show(seen, "/usr/bin/python3.11", b"#!/bin/sh\n")
    show(seen, "/app/app.py")
    show(seen, "/app/data.txt")
    seen.sees_again("/usr/bin/python3", "/usr/bin/python3.11")
    seen.sees_again("/app/again.py", "/app/app.py")
    seen.sees_again("/app/other.txt", "/app/data.txt")
    assert seen.programs["/usr/bin/python3"] == seen.programs["/usr/bin/python3.11"]
    assert seen.modules.keys() == {"/app/app.py", "/app/again.py"}
