"""``bpkit compare`` on real engines: both ways from either form, and nothing left of it."""

from __future__ import annotations

import json

from bpkit.core.labels import IMAGE_LABEL
from tests.engine.pair_project import NOTHING, PairProject
from tests.engine.session import EngineSession


def _measures(pair: PairProject) -> dict[str, dict[str, object]]:
    done = pair.bpkit("compare", "--json")
    assert done.returncode == 0, done.stderr
    return {way["name"]: way for way in json.loads(done.stdout)["ways"]}


def _images(engine: EngineSession) -> list[str]:
    label = f"label={IMAGE_LABEL}"
    shown = engine.docker("images", "--filter", label, "--format", "{{.Repository}}").split()
    return [name for name in shown if name.startswith("bpkit-compare-")]


def test_both_ways_of_a_pair_are_measured_and_removed(pair: PairProject) -> None:
    ways = _measures(pair)
    builder, multi = ways["builder pattern"], ways["multi-stage"]
    assert builder["files"] == [
        *("Dockerfile.build", "Dockerfile.runtime"),
        "setup_builder_pattern.sh",
    ]
    assert multi["files"] == ["Dockerfile"]
    assert (builder["artifacts"], multi["artifacts"]) == (1, 0)
    assert builder["size"] == multi["size"]
    assert _images(pair.engine) == []
    assert pair.left() == NOTHING


def test_both_ways_of_a_multi_stage_file_are_measured(pair: PairProject) -> None:
    for name in ("Dockerfile.build", "Dockerfile.runtime"):
        (pair.directory / name).unlink()
    text = (
        "FROM busybox AS made\nWORKDIR /src\nCOPY greeting .\nRUN cp greeting greet\n"
        "FROM busybox\nCOPY --from=made /src/greet /app/\n"
    )
    (pair.directory / "Dockerfile").write_text(text)
    ways = _measures(pair)
    assert ways["builder pattern"]["artifacts"] == 1
    assert len(ways["builder pattern"]["files"]) == 3  # type: ignore[arg-type]
    assert ways["multi-stage"]["size"] == ways["builder pattern"]["size"]
    assert (pair.directory / "Dockerfile").read_text() == text
    assert _images(pair.engine) == []
