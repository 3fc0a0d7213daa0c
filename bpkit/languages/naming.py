"""Names of images, after names of projects and programs."""

from __future__ import annotations

import hashlib
import re

#: What many projects call their program: it says nothing without the project's own name.
_COMMON = frozenset(
    {
        *("app", "api", "server", "web", "main", "service", "backend", "frontend", "worker", "cli"),
        *("cmd", "client", "application", "program", "project", "src", "site", "www", "daemon"),
        *("http", "run", "start", "index", "demo", "test", "default", "root", "workspace"),
    }
)


def image_name(text: str) -> str:
    """``text`` as the name of an image: lower case, and only what a reference may hold.

    The grammar is that of github.com/distribution/reference. Letters that it doesn't have make
    two names alike, so what was left out is told by a few digits: ``caf-3f2a91``.
    """
    words = re.sub(r"[^a-z0-9_.]+", "-", text.lower().removeprefix("@"))
    words = re.sub(r"(?:[._-]*-[._-]*|_{3,}|\.[._]+|_+\.[._]*)", "-", words).strip("-_.")
    lost = re.sub(r"[\x00-\x7f]", "", text)
    if not lost and words:
        return words
    digits = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    return f"{words or 'image'}-{digits}"


def program_name(program: str, project: str) -> str:
    """The image's name for a program: with its project's where others call theirs so too."""
    name, of_project = image_name(program), image_name(project)
    if name not in _COMMON or of_project in {name, "image"}:
        return name
    return of_project if of_project.endswith(f"-{name}") else f"{of_project}-{name}"
