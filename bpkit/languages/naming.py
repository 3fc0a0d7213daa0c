"""Image names derived from the names of projects and programs."""

from __future__ import annotations

import hashlib
import re

#: What many projects call their program: it says nothing without the project's name.
_COMMON = frozenset(
    {
        *("app", "api", "server", "web", "main", "service", "backend", "frontend", "worker", "cli"),
        *("cmd", "client", "application", "program", "project", "src", "site", "www", "daemon"),
        *("http", "run", "start", "index", "demo", "test", "default", "root", "workspace"),
    }
)


def image_name(text: str) -> str:
    """``text`` as an image name: lower case, with only the characters that a reference may have.

    The grammar is that of github.com/distribution/reference. Names that differ only in letters
    that it lacks, capitals among them, would become equal, so a few digits distinguish them:
    ``shop`` is the name for ``shop``, ``shop-3f2a91`` the one for ``Shop``. The slash after a scope
    or a vendor becomes two underscores, as in DefinitelyTyped's names: ``acme__shop`` is the name
    for ``@acme/shop``, ``acme-shop`` the one for ``acme-shop``.
    """
    plain = text.removeprefix("@").replace("/", "__")
    words = re.sub(r"[^a-z0-9_.]+", "-", plain.lower())
    words = re.sub(r"(?:[._-]*-[._-]*|_{3,}|\.[._]+|_+\.[._]*)", "-", words).strip("-_.")
    if words == plain and "__" not in text:
        return words
    digits = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    return f"{words or 'image'}-{digits}"


def program_name(program: str, project: str) -> str:
    """The image name for a program, with the project's name if the program's is a common one."""
    name, of_project = image_name(program), image_name(project)
    if name not in _COMMON or of_project in {name, "image"}:
        return name
    return of_project if of_project.endswith(f"-{name}") else f"{of_project}-{name}"
