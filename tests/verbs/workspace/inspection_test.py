"""What a workspace's build says of images that were made, besides that they were."""

from __future__ import annotations

from pathlib import Path

from bpkit.core import BuildOptions, Engine, ImageInfo
from bpkit.errors import EngineError
from bpkit.project import ProjectChoices
from bpkit.verbs.build import Prepared, prepare
from bpkit.verbs.workspace import Inspection, MemberOutcome, WorkspaceResult, workspace_json
from bpkit.verbs.workspace.report import wrong_text

ENGINE = Engine(("bpkit-no-such-engine",))
INFO = ImageInfo("sha256:1", ("app",), 5_000_000, "", "linux", "amd64", "", ())


def prepared(directory: Path, settings: str) -> Prepared:
    (directory / "Dockerfile").write_text("FROM scratch\nCOPY Dockerfile /\n")
    (directory / "bpkit.toml").write_text(settings)
    choices = ProjectChoices(directory=directory)
    return prepare(choices, BuildOptions(), ENGINE, need_engine=False)


def outcome(size: int) -> MemberOutcome:
    return MemberOutcome("app", "built", "it was requested", "app", "sha256:1", size)


def test_without_a_budget_or_switches_nothing_is_inspected(tmp_path: Path) -> None:
    found = Inspection().of(outcome(9), prepared(tmp_path, ""), INFO, ENGINE)
    assert found == outcome(9)


def test_an_image_within_its_budget_is_not_read(tmp_path: Path) -> None:
    ready = prepared(tmp_path, 'budget = "10 MB"\n')
    assert Inspection().of(outcome(5_000_000), ready, INFO, ENGINE).wrong == ()


def test_an_image_that_cannot_be_inspected_is_a_failure(tmp_path: Path) -> None:
    ready = prepared(tmp_path, 'budget = "1 MB"\n')
    for found in (
        Inspection().of(outcome(5_000_000), ready, INFO, ENGINE),
        Inspection(tries=True).of(outcome(9), prepared(tmp_path, ""), INFO, ENGINE),
        Inspection(checks=True).of(outcome(9), prepared(tmp_path, ""), INFO, ENGINE),
    ):
        assert (found.state, found.error is None) == ("failed", False)


def test_a_problem_in_an_image_makes_the_status_1() -> None:
    wrong = MemberOutcome("web", "built", "x", wrong=("over budget: 5 MB",))
    result = WorkspaceResult((outcome(9), wrong), 2, 1.0)
    assert result.status == 1
    assert list(wrong_text(result)) == ["--- web ---\nover budget: 5 MB"]
    images = workspace_json(result)["images"]
    assert isinstance(images, list)
    assert images[1]["wrong"] == ["over budget: 5 MB"]
    failed = MemberOutcome("x", "failed", error=EngineError("no"))
    assert WorkspaceResult((wrong, failed), 2, 1.0).status == EngineError("no").status
