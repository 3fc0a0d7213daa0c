"""The table of base images and the Dockerfiles that assemble the stand-ins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import dockerfile as reference
import pytest

from bpkit.errors import BpkitError, EngineError, InputError
from scripts.bpkit_dev import bases_cli
from scripts.bpkit_dev.bases import BASES, Base, base_named, dockerfile, full_name
from scripts.bpkit_dev.client import Client
from scripts.bpkit_dev.stock import Stock


@dataclass(frozen=True)
class FakeClient(Client):
    """An engine of names: it has images, refuses others, and keeps what it was asked."""

    images: set[str] = field(default_factory=set)
    registry: frozenset[str] = frozenset()
    asked: list[tuple[str, ...]] = field(default_factory=list)

    def __call__(
        self,
        *arguments: str | Path,
        timeout: float | None = None,
        error: type[BpkitError] = EngineError,
    ) -> str:
        match words := tuple(str(argument) for argument in arguments):
            case ("image", "inspect", *_, name) if not self.knows(name):
                raise error("no such image")
            case ("pull", name) if name not in self.registry:
                self.asked.append(words)
                raise error("no such host")
            case ("pull", name):
                self.images.add(name)
            case ("build", "--tag", name, _):
                self.images.add(name)
            case ("tag", _, name):
                self.images.add(name)
            case ("save", "--output", file, _):
                Path(file).write_text("kept")
            case ("untag", name, _):
                self.images.remove(name)
            case ("load", "--input", file):
                name = Path(file).name.partition("_")[0] + ":slim"
                self.images.add(f"localhost/{name}" if self.program == "podman" else name)
        if words[0] != "image":
            self.asked.append(words)
        return ""

    def knows(self, name: str) -> bool:
        """podman finds an image by its short name, wherever it is from."""
        full = (
            {f"localhost/{name}", f"docker.io/library/{name}"} if self.program == "podman" else {}
        )
        return not self.images.isdisjoint({name, *full})

    def verbs(self) -> Mapping[str, int]:
        return Counter(words[0] for words in self.asked)


def test_no_name_is_in_the_table_twice() -> None:
    names = Counter(name for base in BASES for name in base.names)
    assert [name for name, count in names.items() if count > 1] == []


def test_every_parent_is_in_the_table() -> None:
    for base in BASES:
        assert not base.parent or base_named(base.parent) is not base


@pytest.mark.parametrize("base", BASES, ids=lambda base: base.names[0])
def test_every_stand_in_is_labelled_in_a_valid_dockerfile(base: Base) -> None:
    read = reference.parse_string(dockerfile(base))
    assert read[0].cmd.lower() == "from"
    assert read[-1].cmd.lower() == "label"
    assert "io.bpkit.stand-in" in read[-1].value
    assert "io.bpkit.stand-in.made-of" in read[-1].value


def test_a_name_without_a_tag_is_the_latest() -> None:
    assert full_name("alpine") == "alpine:latest"
    assert full_name("host:5000/alpine") == "host:5000/alpine:latest"
    assert base_named("alpine") is base_named("alpine:latest")


def test_an_unknown_base_is_refused_with_a_list() -> None:
    with pytest.raises(InputError, match=r"golang:0(.|\n)*alpine:latest"):
        base_named("golang:0")


def test_an_existing_image_is_left_alone(tmp_path: Path) -> None:
    client = FakeClient(images={"ruby:slim"})
    assert Stock(client, tmp_path).ensure("ruby:slim") == "there already"
    assert client.asked == []


def test_an_image_outside_the_table_is_pulled(tmp_path: Path) -> None:
    client = FakeClient(registry=frozenset({"postgres:16"}))
    assert Stock(client, tmp_path).ensure("postgres:16") == "pulled"
    assert client.verbs() == {"pull": 1}


def test_an_unreachable_registry_is_not_asked_again(tmp_path: Path) -> None:
    client = FakeClient(images={"debian:bookworm-slim"})
    stock = Stock(client, tmp_path)
    assert stock.ensure("ruby:slim").startswith("a new stand-in")
    assert stock.ensure("php:cli").startswith("a new stand-in")
    assert client.verbs()["pull"] == 1


def test_a_stand_in_is_assembled_once_for_all_engines(tmp_path: Path) -> None:
    first, second = (FakeClient(images={"debian:bookworm-slim"}) for _ in range(2))
    assert Stock(first, tmp_path).ensure("ruby:slim").startswith("a new stand-in")
    assert Stock(second, tmp_path).ensure("ruby:slim").startswith("a kept stand-in")
    assert "build" not in second.verbs()


def test_podman_gets_a_stand_in_under_the_name_that_a_pull_would_give_it(tmp_path: Path) -> None:
    docker = FakeClient(images={"debian:bookworm-slim"})
    podman = FakeClient("podman")
    Stock(docker, tmp_path, pulls=False).ensure("ruby:slim")
    Stock(podman, tmp_path, pulls=False).ensure("ruby:slim")
    assert podman.images == {"docker.io/library/ruby:slim"}
    assert Stock(podman, tmp_path).ensure("ruby:slim") == "there already"


def test_another_name_of_the_same_base_is_a_tag(tmp_path: Path) -> None:
    client = FakeClient(images={"ruby:slim"})
    how = Stock(client, tmp_path, pulls=False).ensure("ruby:latest")
    assert how.startswith("tagged")
    assert client.asked == [("tag", "ruby:slim", "ruby:latest")]


def test_ensuring_nothing_is_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert bases_cli.main(["ensure"]) == 2
    assert "--all-light" in capsys.readouterr().err


def test_no_engine_in_the_environment_is_status_3(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DOCKER", str(tmp_path / "none"))
    assert bases_cli.main(["ensure", "alpine"]) == 3
    assert capsys.readouterr().err.startswith("scripts/bases: ")


def test_all_means_all_bases_that_need_no_npm_package(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    client = FakeClient(images={name for base in BASES for name in base.names})
    monkeypatch.setattr(Client, "of_environment", lambda: client)
    assert bases_cli.main(["ensure", "--all", "--no-pull"]) == 0
    said = capsys.readouterr().out
    assert "ruby:slim: there already" in said
    assert "deno" not in said
    assert bases_cli.main(["ensure", "denoland/deno:latest", "--no-pull"]) == 0
    assert "denoland/deno:latest: there already" in capsys.readouterr().out
