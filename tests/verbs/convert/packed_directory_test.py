"""A directory that tar packs for docker build is the build context itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpkit.errors import InputError
from tests.verbs.convert.pots import CARRY, FIRE, converted, lines_of


def packed(tar: str, **more: str) -> dict[str, str]:
    return {"fire.sh": f"{FIRE}{CARRY}{tar}\nrm jug\n", **more}


@pytest.mark.parametrize(
    "tar",
    [
        "tar -cz . | docker build -t pots -",
        "tar -C . -cf - . | gzip -9 | docker build -t pots -",
        "tar c Dockerfile jug | docker build -t pots -",
    ],
)
def test_an_artifact_in_a_packed_directory_is_copied_from_its_stage(
    tar: str, tmp_path: Path
) -> None:
    made = converted(tmp_path, packed(tar))
    assert "COPY --from=kiln /kiln/jug /shelf/jug\n" in made.files[0].text
    assert not made.left


def test_a_directory_that_the_script_fills_is_followed(tmp_path: Path) -> None:
    text = (
        "mkdir -p set\ncp Dockerfile.shelf set/Dockerfile\nmv jug set\n"
        "tar -C set -c . | docker build -t pots -\nrm -r set"
    )
    files = packed(text, **{"Dockerfile.shelf": "FROM busybox\nCOPY jug /shelf/\n"})
    made = converted(tmp_path, files, script="fire.sh", output="Dockerfile.pots")
    assert "COPY --from=kiln /kiln/jug /shelf/\n" in made.files[0].text


@pytest.mark.parametrize(
    ("tar", "files", "why"),
    [
        (
            "tar c --exclude='*.o' .",
            {},
            "exclude what --exclude=*.o leaves out in the .dockerignore",
        ),
        ("tar ch .", {}, "check that none of its links points out of the directory"),
        ("tar c .", {".dockerignore": "*.md\n"}, ".dockerignore applies"),
        (
            "tar c jug Dockerfile",
            {"Dockerfile": "FROM busybox\nCOPY . /shelf\n"},
            "exclude its files other than jug Dockerfile",
        ),
    ],
)
def test_differences_of_the_tar_are_left_to_the_user(
    tar: str, files: dict[str, str], why: str, tmp_path: Path
) -> None:
    made = converted(tmp_path, packed(f"{tar} | docker build -t pots -", **files))
    assert why in "".join(lines_of(made).values())


@pytest.mark.parametrize("tar", ["tar c jug -C lids lid", "tar c -C lids lid -C ../jugs jug"])
def test_a_tar_of_several_directories_is_left_to_the_user(tar: str, tmp_path: Path) -> None:
    made = converted(tmp_path, packed(f"{tar} > set.tar\ndocker build -t pots ."))
    assert "bpkit doesn't follow this use of tar" in lines_of(made).values()


@pytest.mark.parametrize(
    ("command", "reads"),
    [
        ("scp jug cellar:/jugs", True),
        ("scp cellar:/jugs/jug jug", False),
        ("zip set.zip jug", True),
        ("zip -m set.zip jug", False),
        ("aws s3 cp jug s3://cellar/jug", True),
        ("aws s3 mv jug s3://cellar/jug", False),
        ("glaze jug", False),
    ],
)
def test_a_command_that_sends_the_artifact_elsewhere_is_only_left(
    command: str, reads: bool, tmp_path: Path
) -> None:
    files = packed(f"{command}\ndocker build -t pots .")
    if not reads:
        with pytest.raises(InputError, match="works on jug between the builds"):
            converted(tmp_path, files)
        return
    assert list(lines_of(converted(tmp_path, files))) == [5]


def test_a_function_of_the_script_packs_it_and_the_user_adds_flags(tmp_path: Path) -> None:
    files = packed('pack() {\n  tar c Dockerfile jug\n}\npack | docker build "$@" -t pots -')
    made = converted(tmp_path, files)
    assert "COPY --from=kiln /kiln/jug /shelf/jug\n" in made.files[0].text
    assert made.commands == ("docker build ${@} -t pots .",)
    assert "called differently" in str(made.needed)


def test_a_dockerfile_that_is_renamed_in_the_tar_is_found(tmp_path: Path) -> None:
    tar = "gtar c jug Dockerfile.shelf --transform='s/Dockerfile.shelf/Dockerfile/'"
    files = packed(f"{tar} | docker build -t pots -")
    files["Dockerfile.shelf"] = "FROM busybox\nCOPY jug /deep/\n"
    made = converted(tmp_path, files)
    assert "COPY --from=kiln /kiln/jug /deep/\n" in made.files[0].text
    assert not made.left
