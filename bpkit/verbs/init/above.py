"""A workspace above the directory: a member that needs other members can't be built alone."""

from __future__ import annotations

import os
import re
from pathlib import Path

from bpkit.errors import InputError, Place
from bpkit.languages import LANGUAGES, Listing, candidates
from bpkit.project import as_it_is
from bpkit.verbs.init.project_files import read_listing

#: The files that declare a workspace, and the word that declares it.
_ROOTS = {
    "package.json": '"workspaces"',
    "pnpm-workspace.yaml": "packages",
    "pyproject.toml": "[tool.uv.workspace]",
    "go.work": "use",
}
_MANIFESTS = ("package.json", "pyproject.toml", "go.mod")
#: What shows that a manifest uses something from its workspace.
_TAKES = re.compile(r"\bworkspace\s*=\s*true\b|\"workspace:[^\"]*\"")
_HIGHEST = 4


def refuse_lone_member(directory: Path, listing: Listing) -> None:
    """Raise InputError for a workspace member that needs another member.

    Built alone, it would get that one from a public index, or not at all.
    """
    manifests = [one for one in _MANIFESTS if one in listing]
    if not manifests:
        return
    here = directory.resolve()
    for root in here.parents[:_HIGHEST]:
        folder = here.relative_to(root).as_posix()
        if any(word in (as_it_is(root, file) or "") for file, word in _ROOTS.items()):
            _refuse_below(directory, root, folder, listing, manifests)
        if (root / ".git").exists():
            return


def _refuse_below(
    directory: Path, root: Path, folder: str, listing: Listing, manifests: list[str]
) -> None:
    above = read_listing(root)
    shown = {one.language for one in candidates(listing)}
    for language in (one for one in LANGUAGES if one.name in shown):
        folders = language.folders(above) or ()
        if folder not in folders:
            continue
        names = [name for one in folders if one != folder for name in _names(above, one)]
        for manifest in manifests:
            text = listing.read(manifest)
            needed = next(
                (name for name in names if re.search(rf"[\"' ]{name}[\"' @<>=~]", text)), ""
            )
            if needed or _TAKES.search(text):
                top = os.path.relpath(root)
                raise InputError(
                    f"{folder} is a member of the workspace in {top} and needs {needed}"
                    " from it, which is not in its own directory"
                    if needed
                    else f"{folder} is a member of the workspace in {top} and needs it to build",
                    place=Place(manifest),
                    hint=f"run 'bpkit init --entry {folder} {top}'",
                )


def _names(listing: Listing, folder: str) -> list[str]:
    """The names of the package in a member's directory."""
    found = [
        listing.json(f"{folder}/package.json").get("name"),
        (listing.toml(f"{folder}/pyproject.toml").get("project") or {}).get("name"),
    ]
    module = re.search(r"^module\s+\"?([^\s\"]+)", listing.text(f"{folder}/go.mod"), re.MULTILINE)
    return [re.escape(str(one)) for one in (*found, module and module[1]) if one]
