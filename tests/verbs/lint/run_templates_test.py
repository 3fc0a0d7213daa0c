"""What ``bpkit init`` writes has nothing that bpkit's own rules find, in either style."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bpkit.verbs.init.run import InitChoices, init
from bpkit.verbs.lint.files import LintRequest, lint_files
from bpkit.verbs.lint.rules import end_of_life_base
from bpkit.verbs.lint.table import findings
from tests.places import ROOT

PROJECTS = sorted(path.name for path in (ROOT / "tests/data/projects").iterdir() if path.is_dir())


@pytest.mark.parametrize("buildkit", [True, False], ids=["buildkit", "classic"])
@pytest.mark.parametrize("style", ["multi-stage", "builder"])
@pytest.mark.parametrize("name", PROJECTS)
def test_a_template_breaks_no_rule_of_lint(
    tmp_path: Path, name: str, style: str, buildkit: bool
) -> None:
    project = tmp_path / name
    shutil.copytree(ROOT / "tests/data/projects" / name, project)
    init(InitChoices(project, style=style, buildkit=buildkit), {"HOME": str(tmp_path)})
    files = lint_files(LintRequest((str(project),))).files
    assert len(files) == (2 if style == "builder" else 1)
    found = findings(file.subject for file in files)
    # The version of the base is the project's own choice, and its support may have ended.
    assert [f.message for f in found if f.rule is not end_of_life_base.RULE] == []


def test_the_labs_are_as_simple_as_labs_are_and_no_error_is_in_them() -> None:
    for lab in ("builder-pattern", "multi-stage"):
        files = lint_files(LintRequest((str(ROOT / "examples" / lab),))).files
        found = {f.rule.id for f in findings(file.subject for file in files)}
        # They take whatever version is there, and run as root, as the exercise wants it.
        assert found <= {"BPK206", "BPK208"}
