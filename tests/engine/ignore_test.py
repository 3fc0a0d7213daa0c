"""What the engines really receive, against what ``bpkit.formats.dockerignore.ignore`` says they do.

BPKIT_TEST_IGNORE_TREES says how many generated contexts each builder is given; for a change of the
rules, try 400.
"""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bpkit.formats.dockerignore.ignore import BUILDKIT, CLASSIC, UNTIL_20, Dialect, Ignore
from bpkit.formats.dockerignore.regexp import LineError
from tests.engine.ignore_trees import Case, make
from tests.engine.session import EngineSession

TREES = int(os.environ.get("BPKIT_TEST_IGNORE_TREES", "30"))
BUILDERS = 3


def run(
    engine: EngineSession, buildkit: bool, *arguments: str
) -> subprocess.CompletedProcess[bytes]:
    env = {**engine.env, "DOCKER_BUILDKIT": str(int(buildkit))}
    return subprocess.run(
        [engine.client.program, *arguments], env=env, capture_output=True, check=False, timeout=120
    )


def received(engine: EngineSession, buildkit: bool, context: Path) -> frozenset[str] | None:
    """What a build of ``context`` copies, directories with a slash; None if it is refused."""
    if buildkit:
        for _ in range(5):
            built = run(engine, True, "build", "-q", "-o", "type=tar,dest=-", str(context))
            # The client of 26.1 now and then ends its own session before the tar is sent.
            if b"context canceled" not in built.stderr:
                break
        return None if refused(built) else names_in(built.stdout)
    built = run(engine, False, "build", "-q", "--label", engine.label, str(context))
    if refused(built):
        return None
    saved = run(engine, False, "save", built.stdout.decode().strip())
    if b"empty export" in saved.stderr:
        return frozenset()
    assert saved.returncode == 0, saved.stderr
    with tarfile.open(fileobj=io.BytesIO(saved.stdout)) as archive:
        layers = [archive.extractfile(one) for one in archive if is_layer(archive, one)]
        return frozenset().union(*(names_in(layer.read()) for layer in layers if layer))


def refused(built: subprocess.CompletedProcess[bytes]) -> bool:
    """Whether a line of the file was refused; a build that fails otherwise fails the test."""
    message = built.stderr.decode()
    wrong_line = "syntax error in pattern" in message or "illegal exclusion" in message
    assert built.returncode == 0 or wrong_line, message
    return built.returncode != 0


def is_layer(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bool:
    """Whether a member of ``docker save`` is a layer: named so, or by its digest, and a tar."""
    if not member.isfile() or not member.name.endswith(("layer.tar", *"0123456789abcdef")):
        return False
    content = archive.extractfile(member)
    return content is not None and content.read(512)[257:262] == b"ustar"


def names_in(content: bytes) -> frozenset[str]:
    if not content:
        return frozenset()
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        return frozenset(one.name + "/" * one.isdir() for one in archive if one.name != "/")


def expected(context: Path, ignore: str, dialect: Dialect) -> frozenset[str] | None:
    """What bpkit thinks that a build of ``context`` copies; None if it is refused."""
    try:
        rules = Ignore.parse(ignore, dialect=dialect)
    except LineError:
        return None
    found: set[str] = set()
    for directory, names, files in os.walk(context):
        for name in (*names, *files):
            path = Path(directory, name)
            relative = str(path.relative_to(context))
            if not rules.excludes(relative):
                is_directory = path.is_dir() and not path.is_symlink()
                found.add(relative + "/" * is_directory)
                above = Path(relative).parents
                found.update(f"{one}/" for one in above if str(one) != ".")
    return frozenset(found)


def dialect_of(engine: EngineSession, buildkit: bool) -> Dialect:
    if int(engine.docker("version", "--format", "{{.Client.Version}}").partition(".")[0]) <= 20:
        return UNTIL_20
    return BUILDKIT if buildkit else CLASSIC


@pytest.mark.parametrize("buildkit", [False, True], ids=["classic-builder", "buildkit"])
def test_a_build_receives_what_the_rules_say(
    engine: EngineSession, buildkit: bool, tmp_path: Path
) -> None:
    dialect = dialect_of(engine, buildkit)

    def compared(number: int) -> tuple[Case, object, object]:
        case, context = make(number), tmp_path / str(number)
        case.write(context)
        real, ours = received(engine, buildkit, context), expected(context, case.ignore, dialect)
        if buildkit and dialect is UNTIL_20:
            real, ours = without_directories(real), without_directories(ours)
        return case, real and sorted(real), ours and sorted(ours)

    with ThreadPoolExecutor(BUILDERS) as pool:
        wrong = [one for one in pool.map(compared, range(TREES)) if one[1] != one[2]]
    assert wrong == []


def without_directories(paths: frozenset[str] | None) -> frozenset[str] | None:
    """BuildKit's client of 20.10 sends directories that it only walks through."""
    return paths and frozenset(path for path in paths if not path.endswith("/"))
