"""``bpkit lint --image``: a finding gets the bytes that its line costs in the image."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.image.saved.images import Files, as_tar, digest, docker_archive, layer
from tests.verbs.lint.run_test import bpkit

DOCKERFILE = """\
FROM debian:13-slim
RUN apt-get update && apt-get install -y ca-certificates
COPY app /app
RUN chown -R 65532 /app
RUN rm -rf /tmp/build
USER 65532
CMD ["/app/run"]
"""
BASE: Files = {"bin/sh": b"s" * 100}
INSTALLED: Files = {"var/lib/apt/lists/a": b"l" * 30_000, "etc/ssl/x": b"x", "tmp/build": b"b" * 70}
APP: Files = {"app/run": b"r" * 2_000}
HISTORY = (
    "# debian.sh",
    "RUN /bin/sh -c apt-get update && apt-get install -y ca-certificates # buildkit",
    "COPY app /app # buildkit",
    "RUN /bin/sh -c chown -R 65532 /app # buildkit",
    "RUN /bin/sh -c rm -rf /tmp/build # buildkit",
)


def _save(path: Path, layers: Sequence[bytes], history: Sequence[str]) -> None:
    """An image as ``docker save`` writes it."""
    config = {
        "architecture": "amd64",
        "os": "linux",
        "config": {"Cmd": ["/app/run"], "User": "65532"},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest(one)}" for one in layers]},
        "history": [
            *({"created_by": one} for one in history),
            {"created_by": "USER 65532", "empty_layer": True},
            {"created_by": 'CMD ["/app/run"]', "empty_layer": True},
        ],
    }
    path.write_bytes(as_tar(docker_archive(layers, config=json.dumps(config).encode())))


@pytest.fixture
def image(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The image of the Dockerfile, in the current directory."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Dockerfile").write_text(DOCKERFILE)
    layers = [
        layer(BASE),
        layer(INSTALLED),
        layer(APP),
        layer(APP, uid=65532),
        layer({"tmp/.wh.build": b""}),
    ]
    _save(tmp_path / "image.tar", layers, HISTORY)
    return tmp_path / "image.tar"


def sizes(*words: str) -> dict[tuple[str, int], int | None]:
    done = bpkit("--without", "hadolint", "--json", *words)
    return {(f["rule"], f["line"]): f.get("size") for f in json.loads(done.stdout)["findings"]}


def test_each_finding_gets_the_bytes_of_its_own_line(image: Path) -> None:
    found = sizes("--image", str(image))

    # What lies in /tmp is a cache, too, and hidden by a later layer.
    assert found["BPK213", 2] == 30_070
    assert found["BPK226", 4] == 2_000
    assert found["BPK227", 5] == 70


def test_without_an_image_nothing_is_measured(image: Path) -> None:
    assert set(sizes().values()) == {None}


def test_the_text_has_the_size_at_the_end_of_the_line(image: Path) -> None:
    said = bpkit("--without", "hadolint", "--image", image.name).stdout

    assert "BPK226: chown stores the files of COPY (line 3) a second time (2kB)\n" in said


def test_a_baseline_knows_a_finding_with_and_without_its_size(image: Path) -> None:
    bpkit("--without", "hadolint", "--write-baseline", "known", "--image", image.name)

    said = bpkit("--without", "hadolint", "--baseline", "known").stdout
    assert said == "nothing new found by bpkit; the baseline has 3 known\n"


def test_an_image_of_another_file_measures_nothing(image: Path) -> None:
    changed = DOCKERFILE.replace("ca-certificates", "curl")
    Path("Dockerfile").write_text(changed)
    done = bpkit("--without", "hadolint", "--image", image.name)

    assert "'image.tar' was not built from these Dockerfiles as they are now" in done.stderr
    assert "kB" not in done.stdout


def test_a_layer_without_what_the_rule_is_about_has_no_size(image: Path) -> None:
    layers = [layer(BASE), layer({"etc/x": b"x"}), layer(APP), layer({}), layer({})]
    _save(image, layers, HISTORY)

    assert set(sizes("--image", image.name).values()) == {None}


def test_the_file_that_made_the_image_is_found_among_several(image: Path) -> None:
    Path("Dockerfile.other").write_text(DOCKERFILE.replace("app /app", "other /other"))
    done = bpkit("--without", "hadolint", "--json", "--image", image.name)
    measured = [f["file"] for f in json.loads(done.stdout)["findings"] if "size" in f]

    assert measured == ["Dockerfile"] * 3


def test_an_image_that_is_not_there_is_an_error(image: Path) -> None:
    done = bpkit("--without", "hadolint", "--image", "gone.tar")

    assert (done.returncode, done.stdout) == (2, "")
    assert "gone.tar" in done.stderr


INSTALLING = """\
FROM debian:13-slim
COPY . .
RUN pip install -r requirements.txt
USER 65532
"""


@pytest.mark.parametrize(
    ("copied", "installed", "seconds"),
    [
        ("2026-11-28T02:53:48.119125311Z", "2026-11-28T02:54:29.420953697Z", 41.3),
        ("2026-11-28T02:53:48Z", "2026-11-28T02:53:50.5Z", 2.5),
        # The copy came from the cache: what passed since is no time of the installation.
        ("2026-11-20T00:00:00Z", "2026-11-28T02:53:50Z", None),
        ("", "2026-11-28T02:53:50Z", None),
    ],
)
def test_an_installation_has_the_time_that_the_history_gives_it(
    image: Path, copied: str, installed: str, seconds: float | None
) -> None:
    Path("Dockerfile").write_text(INSTALLING)
    layers = [layer(BASE), layer(APP), layer({"usr/lib/x": b"x"})]
    config = {
        "architecture": "amd64",
        "os": "linux",
        "config": {},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest(one)}" for one in layers]},
        "history": [
            {"created_by": "# debian.sh", "created": "2026-11-01T00:00:00Z"},
            {"created_by": "COPY . . # buildkit", "created": copied},
            {
                "created_by": "RUN /bin/sh -c pip install -r requirements.txt # buildkit",
                "created": installed,
            },
            {"created_by": "USER 65532", "created": installed, "empty_layer": True},
        ],
    }
    image.write_bytes(as_tar(docker_archive(layers, config=json.dumps(config).encode())))
    done = bpkit("--without", "hadolint", "--only", "BPK225", "--json", "--image", image.name)
    (finding,) = json.loads(done.stdout)["findings"]
    assert finding.get("seconds") == seconds
    assert "size" not in finding
