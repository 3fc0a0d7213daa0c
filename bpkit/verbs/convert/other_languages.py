"""Files that call an engine in a language that bpkit doesn't follow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from bpkit.project import DiskGround, ProjectTexts

_LANGUAGES = {
    ".ps1": "PowerShell",
    ".psm1": "PowerShell",
    ".bat": "a batch file",
    ".cmd": "a batch file",
    ".py": "Python",
    ".rb": "Ruby",
    ".js": "JavaScript",
    ".mjs": "JavaScript",
    ".ts": "TypeScript",
    ".groovy": "Groovy",
    ".gradle": "Gradle",
    ".fish": "fish",
    "justfile": "just",
    "Justfile": "just",
    "Taskfile.yml": "Task",
    "Taskfile.yaml": "Task",
    "Rakefile": "Ruby",
    "Earthfile": "Earthly",
}
_BUILD = re.compile(
    r"\b(?:docker|podman|nerdctl|buildah)(?:[\"',\s]+(?:buildx|image))?[\"',\s]+(?:build|bud)\b"
)
# A project may have thousands of files.
_MOST = 2000


def others_that_build(ground: DiskGround) -> Iterator[str]:
    """A message on each such file, with the line that builds an image."""
    for path in islice(ProjectTexts(ground), _MOST):
        name = path.rpartition("/")[2]
        language = _LANGUAGES.get(name) or _LANGUAGES.get("." + name.rpartition(".")[2])
        text = ground.text(path) if language else None
        found = _BUILD.search(text) if text else None
        if text and found:
            line = text.count("\n", 0, found.start()) + 1
            yield f"{path}:{line} builds an image in {language}, which bpkit doesn't follow"
