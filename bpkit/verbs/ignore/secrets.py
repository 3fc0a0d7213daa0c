"""Files that hold a secret: known by their name, and where names deceive, by how they begin.

A certificate ends in ``.pem`` like a key does, and an ``.npmrc`` mostly holds no token, so those
are looked into. Templates (``.env.example``) are none.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase, translate
from functools import lru_cache

from bpkit.formats.context import TreeEntry

#: How much of a file is looked at, in bytes.
HEAD = 16 * 1024
_PRIVATE_KEY = rb"-----BEGIN [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----|^PuTTY-User-Key-File-"


# Folders whose keys and passwords open nothing: they are there to be tested with, or to be read.
_SAMPLES = frozenset(
    {"test", "tests", "testdata", "__tests__", "spec", "fixtures", "__fixtures__", "mocks"}
    | {"example", "examples", "sample", "samples", "e2e"}
)


@dataclass(frozen=True)
class SecretKind:
    """One kind of secret: the names that its files have, and what is in them (None: any).

    A name with a slash is the end of a path, others are of the file alone.
    """

    what: str
    names: tuple[str, ...]
    content: re.Pattern[bytes] | None = None
    but: tuple[str, ...] = ()
    directory: bool = False


def _holding(expression: bytes) -> re.Pattern[bytes]:
    return re.compile(expression, re.MULTILINE)


KINDS = (
    SecretKind("the history of the repository", (".git",), directory=True),
    SecretKind(
        "environment variables, which mostly hold secrets",
        (".env", ".env.*", "*.env"),
        _holding(rb"^\s*(export\s+)?\w+\s*="),
        (
            *(".env.example", ".env.sample", ".env.template", ".env.dist", ".env.defaults"),
            *("*.example", "*.sample", "*.template", "*.dist", "example*.env", "sample*.env"),
            *("template*.env", "*example.env", "*sample.env", "*template.env", ".env.test"),
            *("test.env", "default.env"),
        ),
    ),
    SecretKind(
        "a private key",
        ("id_*", "*.pem", "*.key", "*.ppk", "*.pk8", "*.p8", "*_rsa", "*_ed25519", "*_ecdsa"),
        _holding(_PRIVATE_KEY),
        ("*.pub",),
    ),
    SecretKind("keys and certificates", ("*.p12", "*.pfx", "*.jks", "*.keystore", "*.kdbx")),
    SecretKind("keys of AWS", (".aws/credentials",)),
    SecretKind(
        "a token for npm", (".npmrc",), _holding(rb"_(authToken|auth|password)\s*=\s*[^$\s]")
    ),
    SecretKind(
        "a token for yarn", (".yarnrc.yml",), _holding(rb"npmAuth(Token|Ident):\s*[\"']?[^$\s\"']")
    ),
    SecretKind("a password for PyPI", (".pypirc",), _holding(rb"^\s*password\s*[=:]\s*\S")),
    SecretKind("passwords of hosts", (".netrc", "_netrc"), _holding(rb"\bpassword\s+\S")),
    SecretKind(
        "access to a cluster",
        (".kube/config", "kubeconfig", "*.kubeconfig", "kubeconfig.*", "kubeconfig-*"),
        _holding(rb"(token|client-key-data|password|client-key):\s*\S"),
    ),
    SecretKind(
        "passwords of registries",
        (".docker/config.json", ".dockercfg", ".dockerconfigjson"),
        _holding(rb'"(auth|identitytoken|password)"\s*:\s*"[^"]'),
    ),
    SecretKind("passwords of git", (".git-credentials",)),
    SecretKind(
        "a key of Google Cloud",
        ("application_default_credentials.json", "*credentials*.json", "*service*account*.json"),
        _holding(rb'"(private_key|refresh_token)"\s*:\s*"[^"]'),
    ),
    SecretKind("passwords of a database", (".pgpass", ".my.cnf", ".mylogin.cnf")),
    SecretKind("a token for Vault", (".vault-token",)),
    SecretKind("hashed passwords", (".htpasswd",), _holding(rb"^[^:#\s]+:\S")),
    SecretKind(
        "the state of Terraform, with all its secrets",
        ("*.tfstate", "*.tfstate.backup"),
        _holding(rb'"(resources|modules)"\s*:\s*\[\s*\{'),
    ),
)


def kinds_of(entry: TreeEntry) -> tuple[SecretKind, ...]:
    """The kinds that ``entry`` may be by its name; the first one fits best."""
    folder, _, name = entry.path.rpartition("/")
    if not _any_name().match(name):
        return ()
    if name != ".git" and _SAMPLES & set(folder.lower().split("/")):
        return ()
    return tuple(
        kind
        for kind in KINDS
        if kind.directory == (entry.kind == "directory")
        and entry.kind != "link"
        and _has_name(entry.path, kind.names)
        and not _has_name(entry.path, kind.but)
    )


def secret_kind(entry: TreeEntry, head: Callable[[TreeEntry], bytes]) -> SecretKind | None:
    """What kind of secret ``entry`` is, None if it is none.

    ``head`` gives the first HEAD bytes of a file; it is asked only where the name raises doubts.
    """
    for kind in kinds_of(entry):
        if kind.content is None or kind.content.search(head(entry)):
            return kind
    return None


@lru_cache
def _any_name() -> re.Pattern[str]:
    """All last parts of names in one expression: most files of a context match none."""
    names = (name.rpartition("/")[2] for kind in KINDS for name in kind.names)
    return re.compile("|".join(translate(name) for name in names))


def _has_name(path: str, names: tuple[str, ...]) -> bool:
    name = path.rpartition("/")[2]
    return any(
        fnmatchcase(f"/{path}", f"*/{one}") if "/" in one else fnmatchcase(name, one)
        for one in names
    )
