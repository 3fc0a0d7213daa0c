"""``lint --fix`` gives an ADD the checksum of what the server sends."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bpkit.core import Engine
from bpkit.findings import Finding
from bpkit.verbs.lint.checksums import DownloadError, digest_of, with_checksums
from bpkit.verbs.lint.files import LintRequest
from bpkit.verbs.lint.fixing import fixed_files
from bpkit.verbs.lint.run import lint

WITHOUT = frozenset({"docker", "hadolint"})
URL = "https://example.com/app.tar.gz"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "app").write_bytes(b"x" * 100_000)

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Nothing: the test's output is not its place."""

    handler = partial(Quiet, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


def findings(directory: Path, add: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Finding, ...]:
    monkeypatch.chdir(directory)
    Path("Dockerfile").write_text(f"FROM scratch\n{add}\nUSER 1\n")
    return lint(Engine(), LintRequest(only=("BPK230",)), WITHOUT).findings


def test_the_digest_is_that_of_what_is_sent(server: str) -> None:
    assert digest_of(f"{server}/app") == hashlib.sha256(b"x" * 100_000).hexdigest()


def test_what_can_not_be_read_has_no_digest(server: str) -> None:
    with pytest.raises(DownloadError, match="File not found"):
        digest_of(f"{server}/gone")


def test_the_checksum_is_put_into_the_instruction(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = findings(tmp_path, f"ADD --chmod=755 {URL} /app", monkeypatch)
    checked = with_checksums(found, lambda url: "ab" * 32 if url == URL else "")
    (file,) = fixed_files(checked.findings)
    added = f"ADD --checksum=sha256:{'ab' * 32} --chmod=755 {URL} /app"
    assert file.after == f"FROM scratch\n{added}\nUSER 1\n"


def test_without_a_network_it_is_told_and_nothing_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(url: str) -> str:
        raise DownloadError("no route to host")

    checked = with_checksums(findings(tmp_path, f"ADD {URL} /app", monkeypatch), none)
    assert fixed_files(checked.findings) == ()
    (note,) = checked.notes
    assert note.startswith("Dockerfile:2: no checksum is filled in")
    assert "no route to host" in note


@pytest.mark.parametrize("add", [f"ADD {URL} {URL}.sig /app/", "ADD https://example.com/$V /app"])
def test_where_one_checksum_can_not_do_nobody_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, add: str
) -> None:
    def asked(url: str) -> str:
        raise AssertionError(url)

    assert with_checksums(findings(tmp_path, add, monkeypatch), asked).notes == ()
