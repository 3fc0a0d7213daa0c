"""What bpkit says that BuildKit refuses is what BuildKit refuses, and nothing else.

Instructions written by hand, and thousands put together from parts: flags, values, arguments.
BuildKit is asked by ``docker buildx build --call=check``, which reads and plans without running.
"""

from __future__ import annotations

import itertools
import json
import random
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from bpkit.formats.dockerfile import DockerfileError, parse
from bpkit.formats.dockerfile.refusal import refusals
from tests.engine.session import EngineSession
from tests.formats.dockerfile.refusal_cases import ACCEPTED, REFUSED

pytestmark = pytest.mark.slow

#: Builders that have no check, or not all flags yet.
OLDER = ("classic", "modern", "podman")
# An image that can't be pulled here was looked for, so its name was taken.
PULLED = ("failed to resolve source metadata", "pull access denied")

FLAGS = (
    *("--from=0", "--from=a", "--chown=1", "--chmod=755", "--chmod=9", "--link", "--link=x"),
    *("--exclude=x", "--checksum=x", "--keep-git-dir", "--mount=type=tmpfs,target=/x"),
    *("--network=none", "--interval=5s", "--interval=5", "--retries=3", "--platform=linux"),
)
KEYWORDS = (
    *("ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "HEALTHCHECK", "LABEL"),
    *("ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"),
)
ARGUMENTS = (
    *("", "a", "a b", "a=b", "80", "80-90/udp", "90-80", "CMD true", "NONE", "RUN true"),
    *('["a"]', '["a", "b"]', "[]", "SIGTERM", "${P}", "$Q", "${P:-x}"),
)
TYPES = ("", "type=bind", "type=cache", "type=secret", "type=ssh", "type=tmpfs", "type=x")
OPTIONS = (
    *("target=/x", "dst=/x", "source=a", "id=a", "ro", "rw=false", "required", "required=x"),
    *("size=1m", "size=x", "mode=0600", "mode=8", "uid=1", "uid=a", "sharing=locked"),
    *("sharing=x", "env=A", "from=a", "from=$Q", "readonly=true", "foo=1", "target=/"),
)


def instructions() -> list[str]:
    """A sample of all combinations, always the same."""
    chosen = random.Random(16)
    plain = [" ".join(filter(None, one)) for one in itertools.product(KEYWORDS, ARGUMENTS)]
    flagged = [" ".join(filter(None, one)) for one in itertools.product(KEYWORDS, FLAGS, ARGUMENTS)]
    mounts = [
        f"RUN --mount={','.join(filter(None, one))} true"
        for one in itertools.product(TYPES, OPTIONS, OPTIONS)
    ]
    return plain + chosen.sample(flagged, 500) + chosen.sample(mounts, 500)


def is_refused_by_us(text: str) -> bool:
    try:
        return any(one.phase != "child" for one in refusals(parse(text)))
    except DockerfileError:
        return True


def verdict_of_buildkit(engine: EngineSession, parent: Path, text: str) -> bool:
    """Whether BuildKit ends at the file."""
    directory = Path(tempfile.mkdtemp(dir=parent))
    (directory / "Dockerfile").write_text(text)
    done = subprocess.run(
        ["docker", "buildx", "build", "--call=check,format=json", str(directory)],
        capture_output=True,
        text=True,
        check=False,
        env=engine.env,
    )
    said = (json.loads(done.stdout).get("buildError") or {}).get("message") or ""
    return bool(said) and not any(words in said for words in PULLED)


@pytest.mark.parametrize("source", ["by hand", "put together"])
def test_the_verdict_is_buildkits_own(engine: EngineSession, tmp_path: Path, source: str) -> None:
    if engine.flavour in OLDER:
        pytest.skip("its builder has no checks")
    lines = [*REFUSED, *ACCEPTED] if source == "by hand" else instructions()
    texts = [f"FROM scratch AS a\nFROM scratch\nENV P=1\n{line}\n" for line in lines]
    with ThreadPoolExecutor(2) as pool:
        refused = list(pool.map(partial(verdict_of_buildkit, engine, tmp_path), texts))
    ours = [is_refused_by_us(text) for text in texts]
    differing = [
        (line, "BuildKit refuses it" if theirs else "BuildKit takes it")
        for line, theirs, we in zip(lines, refused, ours, strict=True)
        if theirs != we
    ]
    assert differing == []
