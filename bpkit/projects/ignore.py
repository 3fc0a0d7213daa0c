"""The ``.dockerignore`` of a new project: an allow-list of what there is, less what never ships.

The templates copy the project as a whole into the build stage. So the list lets in each file and
folder at the top that is neither made by a build nor private; what is private or made is shut out
again wherever it lies.
"""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from bpkit.projects.listing import Listing

# Never read either: what the package managers and compilers make, and histories.
MADE = (
    "node_modules",
    "target",
    "__pycache__",
    ".venv",
    "venv",
    ".git",
    ".hg",
    ".svn",
    ".zig-cache",
    "zig-cache",
    "zig-out",
    ".gradle",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".tox",
    ".next",
    "bin/Debug",
    "bin/Release",
    "obj",
)
# What people keep beside their source and wouldn't send to anyone.
PRIVATE = (
    ".env",
    ".env.*",
    "*.pem",
    "*.key",
    "*.p12",
    "*.pfx",
    "id_rsa*",
    "id_ed25519*",
    ".netrc",
    ".aws",
    ".ssh",
    "credentials*.json",
)
_NOT_SOURCE = ("*.o", "*.pyc", "*.log", "*.bak", ".DS_Store")
_NOT_BUILT = (
    "Dockerfile*",
    ".dockerignore",
    "docker-compose*",
    "compose*.y*ml",
    ".git*",
    ".idea",
    ".vscode",
    ".editorconfig",
    ".pre-commit-config.yaml",
    "Jenkinsfile",
)
_LETTERS_OF_PATTERNS = "\\*?[]!#"


def allow_list(listing: Listing, *, needed: Iterable[str] = ()) -> str:
    """The text of a .dockerignore for this project; ``needed`` are let in whatever they are."""
    tops: dict[str, bool] = {}
    for file in listing.files:
        top, slash, _ = file.partition("/")
        tops[top] = bool(slash)
    wanted = set(needed)
    allowed = [
        top
        for top in sorted(tops)
        if top in wanted or not _is_any(top, (*MADE, *PRIVATE, *_NOT_SOURCE, *_NOT_BUILT))
    ]
    lines = ["# Nothing but what is named here reaches the builder.", "*"]
    lines += [f"!{_escaped(top)}" for top in allowed]
    lines += ["# Nor, wherever it lies, what a build made and what is private."]
    lines += [f"**/{pattern}" for pattern in (*MADE, *PRIVATE, *_NOT_SOURCE)]
    return "\n".join(lines) + "\n"


def _is_any(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _escaped(name: str) -> str:
    """The name as a pattern that matches nothing else."""
    return "".join(f"\\{letter}" if letter in _LETTERS_OF_PATTERNS else letter for letter in name)
