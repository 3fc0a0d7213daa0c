"""Files that contain a secret: recognized by name, or if the name isn't enough, by how they begin.

A certificate ends in ``.pem`` as a key does, and most ``.npmrc`` files contain no token, so
these are read. Templates (``.env.example``) don't count.
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


# Directories whose keys and passwords protect nothing: they are test data or examples.
_SAMPLES = frozenset(
    {"test", "tests", "testdata", "__tests__", "spec", "fixtures", "__fixtures__", "mocks"}
    | {"example", "examples", "sample", "samples", "e2e", "integration", "demo", "demos"}
)
_WORD = re.compile(r"[-_]+")
# Files that may contain a key under any name: without a suffix, or of a data format.
_KEPT_IN = (".json", ".conf", ".cfg", ".ini", ".yml", ".yaml", ".toml", ".crt", ".cert", ".asc")
_MOST_OF_A_KEY = 64 * 1024


@dataclass(frozen=True)
class SecretKind:
    """One kind of secret: the names of its files, and their contents (None: any).

    A name with a slash is the end of a path, others are the name of the file alone.
    """

    what: str
    names: tuple[str, ...]
    content: re.Pattern[bytes] | None = None
    but: tuple[str, ...] = ()
    directory: bool = False


def _holding(expression: bytes) -> re.Pattern[bytes]:
    return re.compile(expression, re.MULTILINE)


_KEY = SecretKind(
    "a private key",
    ("*",),
    _holding(
        rb"^-----BEGIN [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----\r?$|\"private_key\"\s*:\s*\"-----BEGIN"
    ),
)

KINDS = (
    SecretKind("the history of the repository", (".git",), directory=True),
    SecretKind(
        "environment variables, which often contain secrets",
        (".env", ".env.*", "*.env"),
        # A bundler puts variables with these names into its pages, for everyone to read.
        _holding(
            rb"^[ \t]*(export[ \t]+)?(?!(?:NEXT_PUBLIC|NUXT_PUBLIC|EXPO_PUBLIC|PUBLIC|VITE"
            rb"|REACT_APP|VUE_APP|GATSBY|STORYBOOK)_|NODE_ENV\b)\w+[ \t]*="
        ),
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
    """The kinds that ``entry`` may be, judged by its name; the first one fits best."""
    folder, _, name = entry.path.rpartition("/")
    if not _any_name().match(name) or (name != ".git" and _is_of_samples(folder)):
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
    """What kind of secret ``entry`` is; None if it isn't one.

    ``head`` returns the first HEAD bytes of a file; it is called only if the name isn't enough.
    """
    for kind in kinds_of(entry):
        if kind.content is None or kind.content.search(head(entry)):
            return kind
    if _may_hold_a_key(entry) and _KEY.content and _KEY.content.search(head(entry)):
        return _KEY
    return None


@lru_cache(maxsize=4096)
def _is_of_samples(folder: str) -> bool:
    parts = folder.lower().split("/")
    return bool(_SAMPLES & {word for part in parts for word in (part, *_WORD.split(part))})


def _may_hold_a_key(entry: TreeEntry) -> bool:
    """Whether the file is worth reading under any name: small, and of a few suffixes."""
    folder, _, name = entry.path.rpartition("/")
    if entry.kind != "file" or not 0 < entry.size <= _MOST_OF_A_KEY:
        return False
    # Of a project's many files few have such a name, so the directory is looked at last.
    is_likely = "." not in name.lstrip(".") or name.lower().endswith(_KEPT_IN)
    return is_likely and not _is_of_samples(folder)


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
