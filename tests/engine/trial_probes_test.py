"""HTTPS probes, and those of a container-structure-test file, on a real engine."""

from __future__ import annotations

import json
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.session import EngineSession
from tests.engine.trial_verb_test import bpkit

SERVER = """\
import http.server, ssl

class Till(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/goods" else 404)
        self.end_headers()
        self.wfile.write(b"tea and oil")

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("/srv/certificate.pem", "/srv/key.pem")
server = http.server.HTTPServer(("", 8443), Till)
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
"""


@pytest.fixture
def secure(engine: EngineSession, tmp_path: Path) -> Iterator[str]:
    """A service that takes HTTPS only, with a certificate that nobody signed."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("there is no openssl to make a certificate")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        [
            *(openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"),
            *("-subj", "/CN=till.example", "-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    (tmp_path / "serve.py").write_text(SERVER)
    (tmp_path / "Dockerfile").write_text(
        "FROM python:3-slim\nWORKDIR /srv\nCOPY serve.py key.pem certificate.pem ./\n"
        'EXPOSE 8443\nCMD ["python3", "serve.py"]\n'
    )
    name = f"bpkit-https-test-{uuid.uuid4().hex[:12]}"
    engine.docker("build", "--quiet", "--label", engine.label, "--tag", name, str(tmp_path))
    yield name
    engine.docker("rmi", name)


def test_a_request_by_https_is_answered(engine: EngineSession, secure: str) -> None:
    done = bpkit(engine, "try", secure, "--http", "https:8443/goods", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    (reply,) = json.loads(done.stdout)["replies"]
    assert reply["status"] == 200
    wrong = bpkit(engine, "try", secure, "--http", "https:8443/other")
    assert wrong.returncode == 1
    assert "404" in wrong.stdout


def test_an_https_service_does_not_answer_http(engine: EngineSession, secure: str) -> None:
    done = bpkit(engine, "try", secure, "--http", "8443/goods")
    assert done.returncode == 1, done.stdout
    assert "200" not in done.stdout


STRUCTURE = """\
schemaVersion: 2.0.0
globalEnvVars:
  - key: SHOP
    value: till
commandTests:
  - name: shop
    command: sh
    args: ["-c", "echo $SHOP sells $GOODS"]
    envVars:
      - key: GOODS
        value: tea
    expectedOutput: ["till sells tea"]
  - name: wrong status
    command: python3
    args: ["-c", "import sys; sys.exit(4)"]
    exitCode: {status}
    excludedError: [Traceback]
fileExistenceTests:
  - name: none
    path: /nowhere
    shouldExist: true
"""


@pytest.mark.parametrize(("status", "ends"), [(4, 0), (3, 1)])
def test_a_structure_test_file_is_run_and_its_other_tests_are_reported(
    engine: EngineSession, tmp_path: Path, status: int, ends: int
) -> None:
    file = tmp_path / "structure.yaml"
    file.write_text(STRUCTURE.format(status=status))
    # The image's own command is a shell, which ends at once with status 0.
    done = bpkit(engine, "try", "python:3-slim", "--structure-test", str(file), "--", "true")
    assert done.returncode == ends, done.stdout + done.stderr
    assert "shop" in done.stdout
    assert "fileExistenceTests" in done.stdout + done.stderr
