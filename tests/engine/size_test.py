"""``bpkit size`` on a real engine: its bytes are the engine's, and the package managers' own."""

from __future__ import annotations

import json
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engine.session import EngineSession

DOCKERFILE = """\
FROM debian:bookworm-slim
RUN head -c 300000 /dev/urandom > /early && ln -s /early /link && ln /early /second
WORKDIR /srv/app
COPY data .
RUN chmod 600 data && rm /early /second
RUN head -c 70000 /dev/urandom > /a && cp /a /b
CMD ["bash"]
"""


@pytest.fixture
def image(engine: EngineSession, tmp_path: Path) -> Iterator[str]:
    (tmp_path / "Dockerfile").write_text(DOCKERFILE)
    (tmp_path / "data").write_bytes(b"d" * 200_000)
    tag = f"size-{uuid.uuid4().hex[:8]}"
    (tmp_path / "bpkit.toml").write_text(f'image = "{tag}"\n')
    engine.docker("build", "--label", engine.label, "-t", tag, str(tmp_path))
    yield tag
    engine.docker("rmi", "--force", tag)


def size(engine: EngineSession, *words: str, cwd: Path | None = None) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bpkit", "size", "--json", *words],
        capture_output=True,
        text=True,
        env=engine.env,
        cwd=cwd,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (found,) = json.loads(done.stdout)["images"]
    return found  # type: ignore[no-any-return]


def counted(engine: EngineSession, image: str) -> list[int]:
    """What docker history says of each layer, the base first."""
    if engine.flavour == "podman":
        # It rounds sizes in any form but JSON.
        said = json.loads(engine.docker("history", "--format=json", image))
        return [one["size"] for one in reversed(said) if one["size"]]
    format_ = ("--no-trunc", "--human=false", "--format", "{{.Size}}")
    sizes = [int(line) for line in engine.docker("history", *format_, image).split()]
    return [one for one in reversed(sizes) if one]


def test_layers_have_the_engines_bytes_and_the_projects_lines(
    engine: EngineSession, image: str, tmp_path: Path
) -> None:
    found = size(engine, cwd=tmp_path)
    assert found["name"].removesuffix(":latest") == image
    layers = found["layers"]
    assert [one["size"] for one in layers if one["size"]] == counted(engine, image)
    assert {one["counted_by"] for one in layers} == {"engine"}
    inspected = int(engine.docker("image", "inspect", "-f", "{{.Size}}", image))
    # Podman adds its own notes of the image.
    assert 0 <= inspected - found["size"] < (20_000 if engine.flavour == "podman" else 1)
    lines = {one["line"]: one["files_size"] for one in layers if one["line"]}
    # Podman makes no layer of a WORKDIR.
    assert {3: 0, **lines} == {2: 300_000, 3: 0, 4: 200_000, 5: 200_000, 6: 140_000}
    reasons = {one["title"].split(" ")[0]: one for one in found["reasons"]}
    assert reasons["removed"]["saves"] == 300_000
    assert reasons["files"]["saves"] == 200_000
    # Debian itself has some small files twice.
    assert reasons["the"]["paths"][0] == "/a = /b"
    assert 70_000 <= reasons["the"]["saves"] < 90_000


def test_a_saved_image_has_the_same_bytes_by_path(
    engine: EngineSession, image: str, tmp_path: Path
) -> None:
    path = tmp_path / "saved.tar"
    engine.docker("save", "-o", str(path), image)
    saved, live = size(engine, str(path)), size(engine, image)
    for key in ("files_size", "hidden_size", "kinds", "packages", "directories", "id"):
        assert saved[key] == live[key]
    assert {one["counted_by"] for one in saved["layers"]} == {"files"}


def test_packages_have_the_bytes_of_dpkgs_own_list(engine: EngineSession, image: str) -> None:
    found = {one["name"]: one["size"] for one in size(engine, image)["packages"]}
    script = (
        "for p in coreutils libc6 perl-base bash; do printf '%s ' $p; dpkg -L $p | while read f; do"
        ' [ -f "$f" ] && [ ! -L "$f" ] && stat -c "%i %s" "$f"; done | sort -u'
        " | awk '{s+=$2} END {print s}'; done"
    )
    said = engine.docker("run", "--rm", "--label", engine.label, image, "sh", "-c", script)
    for line in said.splitlines():
        name, total = line.split()
        assert found[name] == int(total), name


def bpkit(engine: EngineSession, cwd: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bpkit", *words],
        capture_output=True,
        text=True,
        env=engine.env,
        cwd=cwd,
        check=False,
    )


def test_two_revisions_of_a_project_are_built_and_removed_again(
    engine: EngineSession, image: str, tmp_path: Path
) -> None:
    def git(*words: str) -> None:
        subprocess.run(
            ["git", "-c", "user.name=t", "-c", "user.email=t@t", *words],
            cwd=tmp_path,
            check=True,
            capture_output=True,
        )

    git("init")
    git("add", ".")
    git("commit", "-m", "one")
    (tmp_path / "data").write_bytes(b"d" * 250_000)
    git("commit", "-am", "two")
    before = set(engine.docker("images", "--format", "{{.Repository}}").split())
    done = bpkit(engine, tmp_path, "size", "--json", "HEAD~1..HEAD")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    paths = {one["name"]: one["delta"] for one in found["paths"]}
    assert paths["/srv/app/data"] == 50_000
    # As COPY brings it, and again with another mode.
    # Podman counts the layers' tars, which have whole blocks.
    assert found["delta"] == (100_352 if engine.flavour == "podman" else 100_000)
    assert set(engine.docker("images", "--format", "{{.Repository}}").split()) == before
    # Podman puts localhost/ in front.
    assert image in {name.removeprefix("localhost/") for name in before}


def test_a_build_over_its_budget_fails_with_the_line_to_blame(
    engine: EngineSession, image: str, tmp_path: Path
) -> None:
    settings = tmp_path / "bpkit.toml"
    settings.write_text(f'image = "{image}"\nbudget = "1 GB"\n')
    assert bpkit(engine, tmp_path, "build", "--no-check").returncode == 0
    settings.write_text(f'image = "{image}"\nbudget = {{ paths = {{ "/srv" = "100 kB" }} }}\n')
    done = bpkit(engine, tmp_path, "build", "--no-check")
    assert done.returncode == 1
    assert "over budget: /srv has 200kB" in done.stderr
    assert "/srv/app/data" in done.stderr
    settings.write_text(f'image = "{image}"\nbudget = "1 MB"\n')
    done = bpkit(engine, tmp_path, "size")
    assert done.returncode == 1
    assert "over budget" in done.stdout
