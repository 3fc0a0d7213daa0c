"""What bpkit says that BuildKit refuses is what BuildKit refuses, and nothing else.

Instructions written by hand, hundreds put together from parts (flags, values, arguments), and files
of stages that take from each other. BuildKit is asked by ``docker buildx build --call=check``,
which reads and plans without running, or by its elder ``--print=outline``, which plans no stage
that the last one doesn't need, and of whose frontend (1.7) some flags are unknown.
"""

from __future__ import annotations

import itertools
import json
import random
import subprocess
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from bpkit.findings import Finding
from bpkit.formats.context import used_stages
from bpkit.formats.dockerfile import Dockerfile, DockerfileError, parse, refusals, stages
from bpkit.verbs.lint.rules import newer_builder
from bpkit.verbs.lint.subject import LintSubject
from tests.engine.session import EngineSession
from tests.formats.dockerfile.refusal_cases import ACCEPTED, REFUSED

pytestmark = pytest.mark.slow

#: Builders that tell nothing without building.
SILENT = ("classic", "podman")
OUTLINING = ("modern",)
# An image that can't be pulled here was looked for, so its name was taken.
PULLED = ("failed to resolve source metadata", "pull access denied")

# A file of stages is read in a tenth of a second.
STAGE_FILES = 150
FLAGS = (
    *(
        "--from=0",
        "--from=1",
        "--from=a",
        "--chown=1",
        "--chmod=755",
        "--chmod=9",
        "--link",
        "--link=x",
    ),
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


def stage_file(number: int) -> str:
    """A file of a few stages that start from each other, and copy and mount what others made."""
    rng = random.Random(number)
    count = rng.randint(2, 4)
    # Twice the same, and in capitals, too.
    names = [rng.choice(["a", "b", "c", "A", ""]) for _ in range(count)]
    said = [name for name in names if name]
    lines: list[str] = []
    for at, name in enumerate(names):
        bases = ["scratch", "scratch", *(one.lower() for one in names[:at] if one), *names[:at]]
        base = rng.choice([one for one in bases if one])
        lines.append(f"FROM {base} AS {name}" if name else f"FROM {base}")
        for _ in range(rng.randint(0, 2)):
            source = rng.choice([*said, *map(str, range(count)), "9"])
            if rng.random() < 0.3 and said:
                lines.append(f"RUN --mount=from={rng.choice(said)},target=/x true")
            else:
                lines.append(f"COPY --from={source} /x /y")
    return "\n".join([*lines, ""])


# Where the elder frontend is stricter, or leaves to the run what today's refuses in the plan.
OF_ELDERS = frozenset(
    {"EXPOSE 80/tcp/udp", "EXPOSE 1-2-3", "EXPOSE +80", "COPY --chmod=999 a b"}
    | {"COPY --chmod=foo a b", "COPY --chmod=0o755 a b", "COPY --chmod=u+x a b"}
    | {"RUN --mount=type=cache,target=/a,env=A a"}
)


def is_refused_by_us(text: str, *, outlining: bool) -> bool:
    """Whether bpkit says so; ``outlining`` is for a builder that is older, and looks at less."""
    try:
        file = parse(text)
        found = [one for one in refusals(file) if one.phase != "child"]
        if not outlining:
            return bool(found)
        every = stages(file, open_bases=True)
        used = {
            instruction.line
            for stage in used_stages(every, every.last)
            for instruction in stage.instructions
        }
        is_newer = any(one.place and one.place.line in used for one in newer_flags(file))
        return is_newer or any(one.phase == "read" or one.place.line in used for one in found)
    except DockerfileError:
        return True


def newer_flags(file: Dockerfile) -> Iterable[Finding]:
    return newer_builder.check(LintSubject(file))


def verdict_of_buildkit(engine: EngineSession, parent: Path, text: str) -> bool:
    """Whether BuildKit ends at the file."""
    directory = Path(tempfile.mkdtemp(dir=parent))
    (directory / "Dockerfile").write_text(text)
    is_outlining = engine.flavour in OUTLINING
    how = "--print=outline,format=json" if is_outlining else "--call=check,format=json"
    done = subprocess.run(
        ["docker", "buildx", "build", how, str(directory)],
        capture_output=True,
        text=True,
        check=False,
        env={**engine.env, "BUILDX_EXPERIMENTAL": "1"},
    )
    if is_outlining:
        said = done.stderr if done.returncode else ""
    else:
        said = (json.loads(done.stdout).get("buildError") or {}).get("message") or ""
    return bool(said) and not any(words in said for words in PULLED)


@pytest.mark.parametrize("source", ["by hand", "put together", "stages"])
def test_the_verdict_is_buildkits_own(engine: EngineSession, tmp_path: Path, source: str) -> None:
    if engine.flavour in SILENT:
        pytest.skip("its builder tells nothing without building")
    if engine.flavour in OUTLINING and source == "stages":
        pytest.skip("stages that take of each other end this builder's engine: a stack overflow")
    if source == "stages":
        lines = texts = [stage_file(number) for number in range(STAGE_FILES)]
    else:
        lines = [*REFUSED, *ACCEPTED] if source == "by hand" else instructions()
        texts = [f"FROM scratch AS a\nFROM scratch\nENV P=1\n{line}\n" for line in lines]
    with ThreadPoolExecutor(2) as pool:
        refused = list(pool.map(partial(verdict_of_buildkit, engine, tmp_path), texts))
    outlining = engine.flavour in OUTLINING
    ours = [is_refused_by_us(text, outlining=outlining) for text in texts]
    differing = [
        (line, "BuildKit refuses it" if theirs else "BuildKit takes it")
        for line, theirs, we in zip(lines, refused, ours, strict=True)
        if theirs != we and not (outlining and line in OF_ELDERS)
    ]
    assert differing == []
