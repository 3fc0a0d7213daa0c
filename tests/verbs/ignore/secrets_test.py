from __future__ import annotations

import pytest

from bpkit.formats.context.tree import TreeEntry
from bpkit.verbs.ignore.secrets import secret_kind

KEY = b"-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n"
CERTIFICATE = b"-----BEGIN CERTIFICATE-----\nMIIB\n"


def what(path: str, content: bytes = b"", kind: str = "file") -> str | None:
    entry = TreeEntry(path, kind, len(content))  # type: ignore[arg-type]
    found = secret_kind(entry, lambda _: content)
    return found.what if found else None


@pytest.mark.parametrize(
    ("path", "content"),
    [
        (".env", b"A=b\n"),
        (".env.production", b"VITE_API=https://example.org\nDATABASE=b\n"),
        ("web/.env.production", b"export A=b\n"),
        ("id_rsa", KEY),
        ("deploy/id_ed25519", KEY),
        ("tls/server.pem", CERTIFICATE + KEY),
        ("server.key", b"-----BEGIN PRIVATE KEY-----\n"),
        ("putty.ppk", b"PuTTY-User-Key-File-3: ssh-ed25519\n"),
        ("store.jks", b""),
        ("home/.aws/credentials", b"[default]\n"),
        (".npmrc", b"//registry.npmjs.org/:_authToken=npm_abc\n"),
        (".pypirc", b"[pypi]\nusername = u\npassword = pypi-abc\n"),
        (".netrc", b"machine a login b password c\n"),
        (".kube/config", b"users:\n- user:\n    token: abc\n"),
        (".docker/config.json", b'{"auths": {"a": {"auth": "dTpw"}}}'),
        (".git-credentials", b"https://u:p@example.org\n"),
        ("my-service-account.json", b'{"private_key": "-----BEGIN"}'),
        ("prod.tfstate", b'{"resources": [{"type": "x"}]}'),
    ],
)
def test_a_secret_is_known_by_its_name_and_its_beginning(path: str, content: bytes) -> None:
    assert what(path, content) is not None


@pytest.mark.parametrize(
    ("path", "content"),
    [
        (".env.example", b"A=b\n"),
        (".env", b"# nothing here\n"),
        (".env.production", b"NODE_ENV=production\nVITE_API=https://example.org\n"),
        ("id_rsa.pub", b"ssh-rsa AAAA\n"),
        ("id_map.go", b"package main\n"),
        ("ca.pem", CERTIFICATE),
        (".npmrc", b"registry=https://example.org\n"),
        (".npmrc", b"//registry.npmjs.org/:_authToken=${NPM_TOKEN}\n"),
        ("aws/credentials", b"[default]\n"),
        ("config", b"token: abc\n"),
        ("environment.ts", b"A=b\n"),
        ("empty.tfstate", b'{"resources": []}'),
        ("main.go", KEY),
    ],
)
def test_files_that_only_look_like_secrets_are_not_reported(path: str, content: bytes) -> None:
    assert what(path, content) is None


def test_the_repository_is_one_secret_and_a_file_called_git_is_not_one() -> None:
    assert what(".git", kind="directory") == "the history of the repository"
    assert what(".git", b"gitdir: ../.git/modules/x\n") is None


def test_a_link_is_not_a_secret_itself() -> None:
    assert what(".env", b"A=b\n", kind="link") is None


def test_a_file_is_opened_only_if_its_name_is_not_enough() -> None:
    def head(entry: TreeEntry) -> bytes:
        raise AssertionError(entry.path)

    assert secret_kind(TreeEntry("src/main.go"), head) is None
    assert secret_kind(TreeEntry("store.p12"), head) is not None


@pytest.mark.parametrize(
    "path",
    ["example.env", "config/sample.env", ".env.prod.example", "tests/fixtures/.env", "spec/a.env"],
)
def test_a_sample_is_not_a_secret(path: str) -> None:
    assert what(path, b"A=b\n") is None


def test_a_key_for_tests_is_not_a_secret_but_a_history_always_is() -> None:
    assert what("testdata/server.key", KEY) is None
    assert what("test.server/server.key", KEY) is not None
    assert what("tests/.git", kind="directory") is not None


@pytest.mark.parametrize("path", ["deploy_key", "certs/server.crt", "conf/tls.yaml"])
def test_a_private_key_is_one_whatever_its_file_is_called(path: str) -> None:
    assert what(path, KEY) == "a private key"
    assert what(f"docker-example/{path}", KEY) is None
    assert what(path, b"-----BEGIN CERTIFICATE-----\n") is None


def test_the_key_of_a_service_account_is_found_in_any_json() -> None:
    account = b'{"type": "service_account", "private_key": "-----BEGIN PRIVATE KEY-----\\nMII"}'
    assert what("gcp.json", account) == "a private key"
    assert what("gcp.json", b'{"private_key": "from the vault"}') is None
