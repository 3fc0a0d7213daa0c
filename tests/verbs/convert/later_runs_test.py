"""Effects of a script on its next run, on its other images, and on the host."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpkit.conversion import ConversionError
from tests.verbs.convert.pots import CARRY, FIRE, converted, lines_of


def test_a_slash_creates_a_directory_on_the_first_run_only(tmp_path: Path) -> None:
    text = f"{FIRE}docker create --name hand pots-kiln\ndocker cp hand:/kiln/ store/\n"
    files = {
        "fire.sh": f"{text}docker build -t pots .\n",
        "Dockerfile": "FROM busybox\nCOPY store/kiln/jug /jug\n",
    }
    made = converted(tmp_path, files)
    assert "COPY --from=kiln /kiln/jug /jug\n" in made.files[0].text
    assert "docker cp creates store/kiln only if store exists already" in str(made.notes)


@pytest.mark.parametrize(("end", "is_noted"), [("", True), ("rm -r store\n", False)])
def test_a_directory_that_stays_holds_old_files_on_the_next_run(
    tmp_path: Path, end: str, is_noted: bool
) -> None:
    text = f"{FIRE}docker create --name hand pots-kiln\ndocker cp hand:/kiln store\n"
    files = {
        "fire.sh": f"{text}docker build -t pots .\n{end}",
        "Dockerfile": "FROM busybox\nCOPY store/ /shelf/\n",
    }
    made = converted(tmp_path, files)
    assert ("from the second run on docker cp puts /kiln into store" in str(made.notes)) == is_noted


def test_a_slash_behind_an_artifact_shows_that_it_is_a_directory(tmp_path: Path) -> None:
    text = (
        f"{FIRE}docker create --name hand pots-kiln\nrm -rf store\n"
        "docker cp hand:/kiln store\ndocker cp hand:/etc/passwd ./store/\n"
    )
    files = {
        "fire.sh": f"{text}docker build -t pots .\n",
        "Dockerfile": "FROM busybox\nCOPY store/ /shelf/\n",
    }
    made = converted(tmp_path, files)
    assert "COPY --from=kiln /etc/passwd /shelf/passwd\n" in made.files[0].text
    files["fire.sh"] = files["fire.sh"].replace("./store/", "./store")
    with pytest.raises(ConversionError, match="store exists already, and whether"):
        converted(tmp_path, files)


def test_an_archive_beside_the_images_is_left(tmp_path: Path) -> None:
    spare = "docker run --rm pots-kiln tar c -C /kiln . > spare.tar\n"
    made = converted(tmp_path, {"fire.sh": f"{FIRE}{CARRY}{spare}docker build -t pots .\nrm jug\n"})
    assert lines_of(made)[5].startswith("leaves spare.tar on the host")


def test_a_compressed_archive_is_made_again_by_its_own_program(tmp_path: Path) -> None:
    spare = "docker run --rm pots-kiln tar c -C /kiln . | xz > jugs.tar.xz\n"
    files = {
        "fire.sh": f"{FIRE}{spare}docker build -t pots .\n",
        "Dockerfile": "FROM busybox\nADD jugs.tar.xz /shelf\n",
    }
    made = converted(tmp_path, files)
    assert "| xz > jugs.tar.xz" in made.leaving[-1]


def test_pairs_of_one_context_share_the_file_by_targets(tmp_path: Path) -> None:
    loop = (
        "for one in cup bowl; do\n"
        "docker build -t $one-kiln -f Dockerfile.$one-kiln .\n"
        "docker create --name $one-hand $one-kiln\n"
        "docker cp $one-hand:/$one.bin $one.bin\n"
        "docker build -t $one -f Dockerfile.$one .\n"
        "rm $one.bin\ndone\n"
    )
    files = {"fire.sh": loop}
    for one in ("cup", "bowl"):
        files[f"Dockerfile.{one}-kiln"] = f"FROM busybox\nRUN echo > /{one}.bin\n"
        files[f"Dockerfile.{one}"] = f"FROM busybox\nCOPY {one}.bin /bin/\n"
    made = converted(tmp_path, files, script="fire.sh")
    assert "FROM busybox AS cup\nCOPY --from=cup-kiln /cup.bin /bin/\n" in made.files[0].text
    assert made.commands == (
        "docker build --target cup -f Dockerfile.multi-stage -t cup .",
        "docker build -f Dockerfile.multi-stage -t bowl .",
    )


def test_a_tag_that_is_read_from_an_artifact_is_left(tmp_path: Path) -> None:
    take = CARRY.replace("hand:/kiln/jug jug", "hand:/kiln/. set")
    text = f"{FIRE}{take}docker build -t pots:$(cat set/version) .\nrm -r set\n"
    files = {"fire.sh": text, "Dockerfile": "FROM busybox\nCOPY set /shelf\n"}
    made = converted(tmp_path, files)
    assert "reads set/version, which stays in the image" in lines_of(made)[5]
