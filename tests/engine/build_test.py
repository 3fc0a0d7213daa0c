"""``bpkit build`` and the generated script on real engines: what they make, and what they leave."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from tests.engine.pair_project import NOTHING, PairProject, run
from tests.engine.session import ONE_ENGINE, EngineSession
from tests.places import ROOT
from tests.schemas import assert_told

WAYS = ("python", "script")
BPKIT = [sys.executable, "-m", "bpkit"]


@pytest.mark.parametrize("way", WAYS)
def test_both_images_are_made_and_nothing_is_left(pair: PairProject, way: str) -> None:
    before = sorted(os.listdir(pair.directory))
    done = pair.by(way)
    assert done.returncode == 0, done.stderr
    assert pair.says() == "hello"
    assert pair.has(f"{pair.name}-build")
    assert pair.left() == NOTHING
    assert set(os.listdir(pair.directory)) - {"setup_builder_pattern.sh"} == set(before)


def test_the_script_and_python_make_the_same_image(pair: PairProject) -> None:
    assert pair.build("--no-cache").returncode == 0
    by_python = pair.engine.docker("image", "inspect", pair.name)
    files = _files(pair)
    done = pair.script("--", "--no-cache")
    assert done.returncode == 0, done.stderr
    by_script = pair.engine.docker("image", "inspect", pair.name)
    assert _files(pair) == files
    config, other = (json.loads(text)[0]["Config"] for text in (by_python, by_script))
    for each in (config, other):
        # The classic builder notes the container of the last step.
        each.pop("Hostname", None)
        each.pop("Image", None)
    assert config == other


def _files(pair: PairProject) -> list[str]:
    """Every path of the image's file system with mode, owner and content."""
    find = "find / -xdev -path /proc -prune -o -exec stat -c '%n %f %u:%g %s' {} + | sort"
    sums = "find /app /bin /etc -type f ! -name resolv.conf ! -name host* -exec md5sum {} + | sort"
    listing = pair.engine.docker("run", "--rm", pair.name, "sh", "-c", f"{find}; {sums}")
    return [line for line in listing.splitlines() if not line.startswith(("/etc/ho", "/etc/re"))]


def test_a_second_build_with_nothing_new_is_up_to_date(pair: PairProject) -> None:
    assert pair.build().returncode == 0
    made = pair.engine.docker("image", "inspect", "--format", "{{.Id}}", pair.name)
    again = pair.build("--json")
    assert again.returncode == 0
    assert json.loads(again.stdout)["up_to_date"] is True
    assert pair.engine.docker("image", "inspect", "--format", "{{.Id}}", pair.name) == made
    pair.greet("changed")
    assert pair.build().returncode == 0
    assert pair.says() == "changed"


def test_up_to_date_sees_another_tag_base_file_and_dockerfile(pair: PairProject) -> None:
    assert pair.build().returncode == 0
    runtime = pair.directory / "Dockerfile.runtime"
    runtime.write_text(runtime.read_text() + "ENV NEW=1\n")
    assert up_to_date(pair) is False
    assert up_to_date(pair) is True
    pair.engine.docker("rmi", pair.name)
    assert up_to_date(pair) is False
    pair.engine.docker("tag", "busybox", pair.name)
    assert up_to_date(pair) is False
    assert pair.says() == "hello"


def test_build_args_reach_both_builds(pair: PairProject) -> None:
    build = pair.directory / "Dockerfile.build"
    build.write_text(build.read_text().replace("WORKDIR", "ARG WORD=no\nWORKDIR", 1))
    build.write_text(
        build.read_text()
        + 'RUN printf "#!/bin/sh\\necho %s\\n" "$WORD" >greet && chmod 755 greet\n'
    )
    assert pair.build("--build-arg", "WORD=yes").returncode == 0
    assert pair.says() == "yes"
    assert pair.build("--build-arg", "WORD=$(id)").returncode == 0
    assert "uid=" in pair.says()


@ONE_ENGINE
def test_flags_after_two_dashes_reach_the_engines_build(pair: PairProject) -> None:
    done = pair.build("--", "--label", "own=a b")
    assert done.returncode == 0, done.stderr
    shown = pair.engine.docker(
        "image", "inspect", "-f", '{{index .Config.Labels "own"}}', pair.name
    )
    assert shown == "a b"


@pytest.mark.parametrize("kind", ["builder-pattern", "multi-stage"])
def test_the_labs_say_what_the_sheet_says(engine: EngineSession, kind: str, tmp_path: Path) -> None:
    cache = {"XDG_CACHE_HOME": str(tmp_path)}
    tag = f"lab-{kind}:{tmp_path.name.replace('_', '-')[-20:].strip('-')}"
    argv = [*BPKIT, "build", "--json", "--name", f"lab-{kind}", "-t", tag]
    env = {**engine.env, "PYTHONPATH": str(ROOT), **cache}
    done = run(argv, ROOT / "examples" / kind, env)
    assert done.returncode == 0, done.stderr
    said = {
        "builder-pattern": "Hello Go, my name is Charles",
        "multi-stage": "Welcome Charles to the Multi-Stage Dockerfiles",
    }
    assert engine.docker("run", "--rm", tag) == said[kind]
    images = json.loads(done.stdout)["images"]
    assert images[-1]["size"] < 12_000_000
    clean = [*BPKIT, "clean", "--name", f"lab-{kind}", "--yes"]
    assert run(clean, ROOT / "examples" / kind, env).returncode == 0
    assert not engine.client.has_image(tag)


def test_a_base_that_can_not_be_had_is_named_with_its_line(pair: PairProject) -> None:
    build = pair.directory / "Dockerfile.build"
    build.write_text(build.read_text().replace("FROM busybox", "FROM no-such-base:9"))
    done = pair.build()
    assert done.returncode == 4
    if pair.engine.flavour == "classic":
        assert "Dockerfile.build:1: the base image 'no-such-base:9' doesn't exist" in done.stderr
    # BuildKit keeps what it pulls to itself, and names the line of what it can't get.
    assert "no-such-base:9" in done.stderr
    assert pair.left() == NOTHING


@ONE_ENGINE
def test_an_empty_artifact_is_refused(pair: PairProject) -> None:
    build = pair.directory / "Dockerfile.build"
    build.write_text(build.read_text() + "RUN : >greet\n")
    for way in WAYS:
        done = pair.by(way)
        assert done.returncode == 4
        assert "check that the artifact greet is not empty" in done.stderr
        assert not pair.has(pair.name)


def test_directories_and_patterns_are_artifacts_too(pair: PairProject) -> None:
    (pair.directory / "Dockerfile.build").write_text(
        "FROM busybox\nWORKDIR /src\nCOPY greeting .\n"
        "RUN mkdir -p out/deep && echo one >out/deep/one && ln -s deep/one out/link\n"
        "RUN echo a >a.jar && echo b >b.jar\n"
    )
    (pair.directory / "Dockerfile.runtime").write_text(
        "FROM busybox\nCOPY out/ /out/\nCOPY *.jar /jars/\nCOPY host.txt /\n"
        'CMD ["sh", "-c", "cat /out/link /jars/a.jar /jars/b.jar /host.txt"]\n'
    )
    (pair.directory / "host.txt").write_text("host\n")
    for way in WAYS:
        done = pair.by(way)
        assert done.returncode == 0, done.stderr
        assert pair.says().split() == ["one", "a", "b", "host"]
        pair.engine.docker("rmi", pair.name)


@ONE_ENGINE
def test_an_artifact_that_nothing_shows_is_given_by_hand(pair: PairProject) -> None:
    (pair.directory / "Dockerfile.build").write_text(
        "FROM busybox\nCOPY greeting /hidden/place/\nRUN mkdir /x\n"
    )
    refused = pair.build()
    assert refused.returncode == 2
    assert "Dockerfile.runtime:3: COPY source 'greet' is neither" in refused.stderr
    assert pair.build("--artifact", "/hidden/place/greeting:greet").returncode == 0


def test_the_classic_builder_is_sent_only_what_the_dockerfile_names(pair: PairProject) -> None:
    if pair.engine.flavour != "classic":
        pytest.skip("BuildKit fetches what it needs by itself")
    (pair.directory / "other").write_bytes(b"\0" * 5_000_000)
    done = pair.build()
    assert done.returncode == 0
    said = f"{done.stdout}{done.stderr}"
    sent = [line for line in said.splitlines() if "Sending build context" in line]
    assert sent
    assert not any("MB" in line for line in sent)


def up_to_date(pair: PairProject) -> bool:
    """Build, and say whether there was nothing to do."""
    done = pair.build("--json")
    assert done.returncode == 0, done.stderr
    found: bool = json.loads(done.stdout)["up_to_date"]
    return found


def test_where_nothing_is_new_the_engine_is_given_no_order(pair: PairProject) -> None:
    assert pair.build().returncode == 0
    watched = pair.wrapped(1, "fail")
    again = pair.build("--json", **watched)
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)["up_to_date"] is True
    assert not Path(watched["WRAP_COUNT"]).exists()


def test_one_dockerfile_with_its_whole_context_is_up_to_date_too(pair: PairProject) -> None:
    for name in ("Dockerfile.build", "Dockerfile.runtime"):
        (pair.directory / name).unlink()
    (pair.directory / "Dockerfile").write_text(
        "FROM busybox AS make\nWORKDIR /src\nCOPY . .\nRUN cp greeting greet && chmod 755 greet\n"
        'FROM busybox\nCOPY --from=make /src/greet /app/\nCMD ["/app/greet"]\n'
    )
    assert up_to_date(pair) is False
    assert up_to_date(pair) is True
    pair.greet("changed")
    assert up_to_date(pair) is False
    assert pair.says() == "changed"
    pair.engine.docker("rmi", pair.name)
    assert up_to_date(pair) is False
    assert pair.says() == "changed"


def test_a_second_build_is_held_against_the_first(pair: PairProject) -> None:
    done = pair.build("--verify", "--json", "-t", f"{pair.name}-too")
    assert done.returncode == 0, done.stderr
    found = assert_told(done.stdout, "build")["repetition"]
    assert found["only_times_differ"] or found["same"]
    assert pair.says() == "hello"

    runtime = pair.directory / "Dockerfile.runtime"
    runtime.write_text(f"{runtime.read_text()}RUN cat /proc/sys/kernel/random/uuid >/id\n")
    done = pair.build("--verify", "--json")
    assert done.returncode == 1, done.stderr
    found = assert_told(done.stdout, "build")["repetition"]
    assert not found["only_times_differ"]
    changed = {
        file["path"]
        for layer in found["layers"]
        for file in layer["files"]
        if file["what"] == "content"
    }
    assert changed == {"/id"}
    assert "bpkit-verify-" not in pair.engine.docker("images", "-a")
    assert pair.left() == NOTHING


def test_a_second_build_that_fails_leaves_the_first_and_says_so(pair: PairProject) -> None:
    env = pair.wrapped(_calls_of_a_build(pair) + 1, "fail")
    done = pair.build("--verify", **env)
    assert done.returncode == 4
    assert "without the cache" in done.stderr
    assert pair.left() == NOTHING


def _calls_of_a_build(pair: PairProject) -> int:
    env = pair.wrapped(1_000, "fail")
    assert pair.build("--no-cache", **env).returncode == 0
    return len(Path(env["WRAP_COUNT"]).read_text())
