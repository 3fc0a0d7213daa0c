"""MkDocs: a site in its own right, not the documentation beside a program's source."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bpkit.languages.detected import Detected, Fact, ProjectWishes, Values
from bpkit.languages.dockerfile_words import copied, words
from bpkit.languages.listing import Listing
from bpkit.languages.static.nginx import built_site

PYTHON_VERSION = "3.13"
MKDOCS, MATERIAL = "mkdocs==1.6.1", "mkdocs-material==9.6.20"
_CONFIG = ("mkdocs.yml", "mkdocs.yaml")
_REQUIREMENTS = (
    *("requirements.txt", "docs/requirements.txt", "requirements-docs.txt"),
    *("requirements/docs.txt", "docs-requirements.txt", "requirements-mkdocs.txt"),
)
#: Installed with MkDocs, or with its Material theme.
_BUILT_IN = frozenset(
    {
        *("search", "blog", "tags", "social", "privacy", "offline", "meta", "info", "typeset"),
        *("group", "optimize", "projects"),
    }
)
#: Plug-ins, and the packages that contain them.
_PLUGINS = {
    "autorefs": "mkdocs-autorefs",
    "awesome-nav": "mkdocs-awesome-nav",
    "awesome-pages": "mkdocs-awesome-pages-plugin",
    "exclude": "mkdocs-exclude",
    "gen-files": "mkdocs-gen-files",
    "git-authors": "mkdocs-git-authors-plugin",
    "git-committers": "mkdocs-git-committers-plugin-2",
    "git-revision-date": "mkdocs-git-revision-date-plugin",
    "git-revision-date-localized": "mkdocs-git-revision-date-localized-plugin",
    "glightbox": "mkdocs-glightbox",
    "include-markdown": "mkdocs-include-markdown-plugin",
    "literate-nav": "mkdocs-literate-nav",
    "macros": "mkdocs-macros-plugin",
    "mermaid2": "mkdocs-mermaid2-plugin",
    "mike": "mike",
    "minify": "mkdocs-minify-plugin",
    "mkdocs-jupyter": "mkdocs-jupyter",
    "mkdocstrings": '"mkdocstrings[python]"',
    "monorepo": "mkdocs-monorepo-plugin",
    "redirects": "mkdocs-redirects",
    "rss": "mkdocs-rss-plugin",
    "section-index": "mkdocs-section-index",
    "swagger-ui-tag": "mkdocs-swagger-ui-tag",
    "table-reader": "mkdocs-table-reader-plugin",
}


def sign(listing: Listing) -> str | None:
    """mkdocs.yml, if the project is nothing else: no package, no program."""
    file = listing.first(*_CONFIG)
    if not file or listing.first("setup.py", "manage.py", "package.json", "go.mod", "Cargo.toml"):
        return None
    pyproject = listing.toml("pyproject.toml")
    project = pyproject.get("project") or {}
    if "build-system" in pyproject or project.get("scripts"):
        return None
    own = [f for f in listing.sources(".py") if not f.startswith(("hooks", "overrides", "macros"))]
    is_site = not own or all(f in {"main.py", "macros.py"} for f in own)
    # The macros plug-in has a main.py: https://mkdocs-macros-plugin.readthedocs.io.
    return file if is_site and ("main.py" not in own or "macros" in listing.text(file)) else None


def read(listing: Listing, wishes: ProjectWishes) -> Detected:
    """The packages that a file lists, else those that the configuration names."""
    file = sign(listing) or ""
    config = re.sub(r"(?m)(?:^|\s)#[^\n]*", "", listing.text(file))
    requirements = listing.first(*_REQUIREMENTS)
    listed = listing.text(requirements) if requirements else ""
    dependencies = (listing.toml("pyproject.toml").get("project") or {}).get("dependencies") or []
    named = [f'"{one}"' if re.search(r"[<>\[;~ ]", one) else one for one in dependencies]
    known = f"{listed} {' '.join(dependencies)}"
    plugins = tuple(_plugins(config))
    wanted = [f"-r {words([requirements])}"] if requirements else list(named)
    if not re.search(r"(?i)\bmkdocs\b(?!-)|mkdocs-material", known):
        wanted.append(MATERIAL if _theme(config) == "material" else MKDOCS)
    elif _theme(config) == "material" and "mkdocs-material" not in known:
        wanted.append(MATERIAL)
    if not requirements and not dependencies:
        wanted += [_PLUGINS[one] for one in plugins if one in _PLUGINS]
    uses_git = any(one.startswith("git-") for one in plugins) or "git+" in known
    packages = " ".join(dict.fromkeys(wanted))
    values: Values = {
        "python_version": PYTHON_VERSION,
        "build_packages": "git" if uses_git else "",
        "member_manifests": copied([requirements])
        if requirements and "/" in requirements
        else ((f"{words([requirements])} ./",) if requirements else ()),
        "packages": packages,
    }
    source = requirements or ("pyproject.toml" if dependencies else file)
    facts = (
        Fact("Python version", PYTHON_VERSION),
        Fact("packages", packages, source, is_guess=source == file),
        *([Fact("theme", _theme(config), file)] if _theme(config) else []),
    )
    unknown = [one for one in plugins if one not in _PLUGINS and one not in _BUILT_IN]
    notes = []
    if unknown and source == file:
        notes.append(
            f"bpkit doesn't know the packages of the plug-ins {', '.join(unknown)}: write a"
            " requirements.txt"
        )
    if any(one.startswith("git-") for one in plugins):
        notes.append("a plug-in reads .git, which isn't in the build context: the build may fail")
    return built_site("MkDocs", "mkdocs", listing, wishes, values, facts, tuple(notes))


def _theme(config: str) -> str:
    found = re.search(r"(?m)^theme:\s*(?:\n\s+[^\n]*)*?\n\s+name:\s*['\"]?([\w-]+)", config)
    found = found or re.search(r"(?m)^theme:\s*['\"]?([\w-]+)", config)
    return found[1] if found else ""


def _plugins(config: str) -> Iterator[str]:
    """The names in the list of plug-ins, without their options."""
    block = re.search(r"(?m)^plugins:\s*\n((?:[ \t]*-[^\n]*\n?|[ \t]+[^\n]*\n?|[ \t]*\n)*)", config)
    if not block:
        return
    depths = [len(one) for one in re.findall(r"(?m)^([ \t]*)-\s", block[1])]
    for depth, name in re.findall(r"(?m)^([ \t]*)-\s*['\"]?(?:material/)?([\w-]+)", block[1]):
        if len(depth) == min(depths):
            yield name
