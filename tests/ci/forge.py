"""A code host's comments, served on this machine, and the steps of CI files, run as it does."""

from __future__ import annotations

import json
import re
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.places import ROOT


class Forge:
    """The comments of one pull request, and every request that was made."""

    def __init__(self) -> None:
        self.url = ""
        self.comments: dict[int, str] = {}
        self.asked: list[tuple[str, str]] = []
        self.headers: list[Mapping[str, str]] = []
        self.refuses = False


@contextmanager
def forge() -> Iterator[Forge]:
    """A server for the time of a test."""
    known = Forge()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            known.asked.append((self.command, self.path))
            known.headers.append({key.lower(): value for key, value in self.headers.items()})
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else {}
            shown: object = [{"id": n, "body": text} for n, text in known.comments.items()]
            if self.command == "POST":
                known.comments[100 + len(known.comments)] = body["body"]
            elif self.command in {"PATCH", "PUT"}:
                known.comments[int(self.path.rpartition("/")[2])] = body["body"]
            self.send_response(403 if known.refuses else 200)
            self.end_headers()
            self.wfile.write(json.dumps(shown if self.command == "GET" else {}).encode())

        do_GET = do_POST = do_PATCH = do_PUT = answer  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    known.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield known
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def document(path: str) -> Any:
    """A YAML file of the repository."""
    return YAML(typ="safe").load((ROOT / path).read_text())


_EXPRESSION = re.compile(r"\$\{\{\s*inputs\.(\w+)\s*\}\}")


def run_action(
    inputs: Mapping[str, str], env: Mapping[str, str], cwd: Path
) -> subprocess.CompletedProcess[str]:
    """Run the steps of the composite action until one fails, as GitHub's runner does."""
    action = document("ci/github/action.yml")
    values = {name: one.get("default", "") for name, one in action["inputs"].items()} | dict(inputs)
    for step in action["runs"]["steps"]:
        assert step["shell"] == "bash"
        own = {
            name: _EXPRESSION.sub(lambda found: values[found[1]], text)
            for name, text in step.get("env", {}).items()
        }
        assert "${{" not in step["run"]
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            env={**env, "GITHUB_ACTION_PATH": str(ROOT / "ci/github"), **own},
            cwd=cwd,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            break
    return done


def run_template(env: Mapping[str, str], cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the job of the GitLab template, its lines in one shell, as GitLab's runner does."""
    job = document("ci/gitlab/bpkit.yml")["bpkit"]
    script = "\n".join([*job["before_script"], *job["script"]])
    engine = {"DOCKER_HOST", "DOCKER_TLS_CERTDIR", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"}
    own = {name: text for name, text in job["variables"].items() if name not in engine}
    return subprocess.run(
        ["sh", "-e", "-c", script],
        env={**own, **env},
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
