"""Projects of the builder pattern as people write them, each a folder of ``tests/data/convert``.

``before`` is the project and ``case.toml`` what is asked: ``image`` is the image that the project
makes, ``run`` the command by which its author makes it, ``arguments`` what bpkit is given besides.
``report`` is what bpkit says, and ``after`` holds the files that it would write.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from tests.places import ROOT

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

CORPUS = ROOT / "tests" / "data" / "convert"


@dataclass(frozen=True)
class Project:
    """A folder of the corpus."""

    folder: Path
    image: str
    run: str
    arguments: tuple[str, ...]

    @property
    def before(self) -> Path:
        return self.folder / "before"


def project(name: str) -> Project:
    """The project of that name."""
    asked = tomllib.loads((CORPUS / name / "case.toml").read_text())
    arguments = tuple(asked.get("arguments", ()))
    return Project(CORPUS / name, asked["image"], asked["run"], arguments)


NAMES = tuple(sorted(folder.name for folder in CORPUS.iterdir()))
