"""With a derived .dockerignore, every builder makes the same image of fewer files."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from bpkit.verbs.ignore import run as ignore
from tests.engine.ignore_test import received
from tests.engine.ignore_trees import Case, make
from tests.engine.session import EngineSession

CONTEXTS = 6


def instructions(number: int, paths: tuple[str, ...]) -> str:
    """A Dockerfile that copies some of the paths, a few of them by a pattern."""
    rng = random.Random(number)
    lines = ["FROM scratch AS first", "FROM scratch"]
    for at in range(rng.randint(1, 3)):
        parts = rng.choice(paths).rstrip("/").split("/")
        if rng.random() < 0.5:
            changed = rng.randrange(len(parts))
            parts[changed] = rng.choice(["*", parts[changed][0] + "*"])
        copy = f"COPY {json.dumps(['/'.join(parts), f'/{at}/'])}"
        lines.insert(rng.choice([1, len(lines)]), copy)
    return "\n".join([*lines, "COPY --from=first / /first/", ""])


@pytest.mark.parametrize("buildkit", [False, True], ids=["classic-builder", "buildkit"])
def test_a_build_with_the_derived_file_copies_the_same(
    engine: EngineSession, buildkit: bool, tmp_path: Path
) -> None:
    narrower = 0
    for number in range(CONTEXTS):
        context = tmp_path / str(number)
        # A link may lead nowhere, and a [ can't be copied by its name.
        paths = tuple(path for path in make(number).paths if not set(">[") & set(path))
        Case(number, paths, "").write(context)
        (context / ".dockerignore").unlink()
        (context / "Dockerfile").write_text(instructions(number, paths))
        without = received(engine, buildkit, context)
        derivation = ignore.derive(ignore.IgnoreRequest(context))
        ignore.write(derivation)
        now = received(engine, buildkit, context)
        # COPY * takes the new file, too.
        found = now and {path for path in now if not path.endswith(".dockerignore")}
        assert found == without, (context, derivation.text)
        assert ignore.derive(ignore.IgnoreRequest(context)).state == "same"
        narrower += derivation.after.files < derivation.before.files
    assert narrower > CONTEXTS // 2


@pytest.mark.parametrize("buildkit", [False, True], ids=["classic-builder", "buildkit"])
def test_a_link_to_a_directory_is_copied_through_the_derived_file(
    engine: EngineSession, buildkit: bool, tmp_path: Path
) -> None:
    for name in ("v1/app", "v2/app", "notes"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "current").symlink_to("v2")
    (tmp_path / "Dockerfile").write_text("FROM scratch\nCOPY current/app /bin/\nCOPY current /c/\n")
    without = received(engine, buildkit, tmp_path)
    derivation = ignore.derive(ignore.IgnoreRequest(tmp_path))
    ignore.write(derivation)
    assert received(engine, buildkit, tmp_path) == without
    assert "v1/app" not in {entry.path for entry in derivation.after.entries}
