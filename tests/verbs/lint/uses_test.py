"""Which builds of a Dockerfile the files around it speak of."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpkit.core import Engine
from bpkit.verbs.lint.files import LintRequest
from bpkit.verbs.lint.run import lint
from bpkit.verbs.lint.uses import DockerfileUse, profile_of_uses, target_of, tied_pair, uses_of

WITHOUT = frozenset({"docker", "hadolint"})


def uses(root: Path, path: str) -> list[tuple[str, bool]]:
    return [(use.target, use.development) for use in uses_of(str(root), str(root / path))]


@pytest.mark.parametrize(
    ("name", "text", "target"),
    [
        (
            "compose.yaml",
            "services:\n  api:\n    build:\n      context: .\n      target: run\n",
            "run",
        ),
        ("docker-compose.yml", "services:\n  api:\n    build: .\n", ""),
        ("docker-bake.hcl", 'target "api" {\n  target = "run"\n}\n', "run"),
        ("bake.hcl", 'target "a" {\n  inherits = ["b"]\n}\n', ""),
        ("docker-bake.json", '{"target": {\n"api": {\n"target": "run"\n}}}\n', "run"),
        ("Makefile", "image:\n\tdocker build --target run \\\n\t  -t api .\n", "run"),
        ("build.sh", "docker buildx build --target=run -t api -f Dockerfile .\n", "run"),
        ("scripts/build.sh", "podman build --target run ..\n", "run"),
        (
            ".github/workflows/release.yml",
            "steps:\n  - uses: docker/build-push-action@v6\n    with:\n      file: ./Dockerfile\n"
            "      target: run\n",
            "run",
        ),
        (".gitlab-ci.yml", "build:\n  script:\n    - docker build --target run .\n", "run"),
    ],
)
def test_a_build_is_seen_with_its_target(tmp_path: Path, name: str, text: str, target: str) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text(text)
    assert uses(tmp_path, "Dockerfile") == [(target, False)]


def test_a_build_of_another_dockerfile_is_none_of_this_one(tmp_path: Path) -> None:
    (tmp_path / "build.sh").write_text("docker build -f web/Dockerfile .\ndocker build api\n")
    assert uses(tmp_path, "Dockerfile") == []
    assert uses(tmp_path, "web/Dockerfile") == [("", False)]
    assert uses(tmp_path, "api/Dockerfile") == [("", False)]
    assert uses(tmp_path, "other/web/Dockerfile") == []


def test_a_path_with_a_variable_is_compared_from_its_end(tmp_path: Path) -> None:
    (tmp_path / "build.sh").write_text('docker build -f "$TOP/web/Dockerfile" .\n')
    assert uses(tmp_path, "sub/web/Dockerfile") == [("", False)]
    assert uses(tmp_path, "sub/api/Dockerfile") == []


def test_a_rule_or_service_for_tests_is_development(tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text("test:\n\tdocker build -f t.Dockerfile .\n")
    assert uses(tmp_path, "t.Dockerfile") == [("", True)]
    found = uses_of(str(tmp_path), str(tmp_path / "t.Dockerfile"))
    assert profile_of_uses(found, "t.Dockerfile") == "development"
    assert profile_of_uses(found, "Dockerfile") is None


def test_the_target_is_what_all_builds_but_those_for_tests_ask_for() -> None:
    run, check = DockerfileUse("Dockerfile", "run", "a"), DockerfileUse("Dockerfile", "test", "a")
    assert target_of([run, check]) == "run"
    assert target_of([run, DockerfileUse("Dockerfile", "", "b")]) == ""
    assert target_of([run, DockerfileUse("Dockerfile", "build-deps", "a")]) == "run"
    assert target_of([DockerfileUse("Dockerfile", "builder", "a")]) == ""
    assert target_of([]) == ""


def test_the_stage_that_compose_asks_for_is_what_ships(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("Dockerfile").write_text(
        "FROM debian:13 AS run\nCMD app\nFROM run AS debug\nUSER 65532\nCMD gdb\n"
    )
    Path("compose.yaml").write_text("services:\n  a:\n    build:\n      target: run\n")
    found = lint(Engine(), LintRequest(), WITHOUT).findings
    assert [(f.rule.id, f.place.line) for f in found if f.place] == [("BPK206", 1)]
    Path("compose.yaml").unlink()
    # What the file said before it went counts no more.
    assert lint(Engine(), LintRequest(), WITHOUT).findings == ()


def test_a_target_of_bake_has_what_it_inherits(tmp_path: Path) -> None:
    (tmp_path / "docker-bake.hcl").write_text(
        'target "_all" {\n  dockerfile = "lint.Dockerfile"\n}\n'
        'target "vet" {\n  inherits = ["_all", "vet"]\n  target = "vet"\n}\n'
    )
    assert ("vet", False) in uses(tmp_path, "lint.Dockerfile")


SCRIPT = """set -e
docker build -t api-build -f compile.Dockerfile .
id=$(docker create api-build)
docker cp "$id":/out/api .
docker build -t api .
"""


def test_a_script_ties_two_files_to_a_pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("make-images.sh").write_text(SCRIPT)
    Path("compile.Dockerfile").write_text(
        "FROM gcc:14-bookworm\nCOPY api.c .\nRUN gcc -o /out/api api.c\nCMD true\n"
    )
    Path("Dockerfile").write_text('FROM alpine:3.22\nCOPY api /api\nUSER 1\nCMD ["/api"]\n')
    Path("api.c").write_text("")
    names = ("compile.Dockerfile", "Dockerfile")
    assert tied_pair(".", names) == ("compile.Dockerfile", "Dockerfile")
    found = lint(Engine(), LintRequest(), WITHOUT).findings
    # The build image's user is nobody's business, the other libc is.
    assert [(f.rule.id, str(f.place)) for f in found] == [("BPK202", "Dockerfile:2")]


@pytest.mark.parametrize(
    "script",
    [
        SCRIPT.replace("docker cp", "echo").replace("docker create", "echo"),
        SCRIPT.replace("compile.Dockerfile", "other.Dockerfile"),
        SCRIPT + "docker build -t web -f compile.Dockerfile .\n",
    ],
)
def test_two_builds_of_one_script_are_no_pair_for_that(tmp_path: Path, script: str) -> None:
    (tmp_path / "make-images.sh").write_text(script)
    assert tied_pair(str(tmp_path), ("compile.Dockerfile", "Dockerfile")) is None
