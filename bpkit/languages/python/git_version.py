"""A version that the project's build gets from git, which no build context has."""

from __future__ import annotations

import re

from bpkit.languages.listing import Listing

#: Tools that take the version from git, and the variable that sets it instead.
_TOOLS = (
    (re.compile(r"setuptools[_-]scm|hatch-vcs|vcs-versioning"), "SETUPTOOLS_SCM_PRETEND_VERSION"),
    (re.compile(r"source\s*=\s*[\"']scm[\"']"), "PDM_BUILD_SCM_VERSION"),
    (re.compile(r"poetry-dynamic-versioning"), "POETRY_DYNAMIC_VERSIONING_BYPASS"),
    (re.compile(r"uv-dynamic-versioning"), "UV_DYNAMIC_VERSIONING_BYPASS"),
    (re.compile(r"\bpbr\b"), "PBR_VERSION"),
)
#: For builds that don't set one; a build argument overrides it.
UNKNOWN = "0.0.0"


def git_version_variable(listing: Listing) -> str:
    """The variable that tells the build the version; empty if it doesn't need git.

    A source distribution has the version in PKG-INFO, which all these tools read first.
    """
    if "PKG-INFO" in listing:
        return ""
    setup = listing.text("setup.py")
    pyproject = listing.toml("pyproject.toml")
    text = " ".join(map(str, (pyproject.get("build-system") or {}).get("requires") or ()))
    pdm = ((pyproject.get("tool") or {}).get("pdm") or {}).get("version") or {}
    text += ' source = "scm"' if pdm.get("source") == "scm" else ""
    shape = re.compile(r"setup_requires\s*=\s*(?:\[[^\]]*\]|[^\n]*(?:\n\s+[^\n]+)*)")
    text += " ".join(shape.findall(listing.text("setup.cfg")) + shape.findall(setup))
    text += " setuptools_scm" if re.search(r"\buse_scm_version\s*=", setup) else ""
    return next((variable for shape, variable in _TOOLS if shape.search(text)), "")


_CALLS_GIT = re.compile(
    r"\b(?:check_output|check_call|Popen|run|call|getoutput)\(\s*[\[(]?\s*[\"']git\b"
    r"|\buse_git_versioner\b|setuptools-git-versioning|\bversioningit\b"
)


def calls_git(listing: Listing) -> bool:
    """Whether the build runs git itself, even to no use: without the program it fails."""
    texts = (listing.text(one) for one in ("setup.py", "pyproject.toml", "_version.py"))
    return any(_CALLS_GIT.search(text) for text in texts)


def git_version_note(variable: str) -> str:
    """The note for the user about it."""
    return (
        f"the build asks git for the version, but the build context has no .git: {variable} is"
        f" {UNKNOWN}, unless --build-arg PACKAGE_VERSION=… sets it"
    )
