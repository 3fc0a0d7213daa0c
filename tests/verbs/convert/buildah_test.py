"""buildah's own commands write the stages: from, run, copy, config, mount and commit."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpkit.errors import BpkitError
from bpkit.verbs.convert.result import Conversion
from tests.verbs.convert.pots import converted

KILN = "kiln=$(buildah from busybox)\nbuildah run $kiln -- sh -c 'echo jug > /jug'\n"
SHELF = "shelf=$(buildah from alpine)\n"
TAKE = "buildah copy --from $kiln $shelf /jug /shelf/jug\n"
END = "buildah commit $shelf pots\nbuildah rm $kiln $shelf\n"


def fired(directory: Path, text: str, **files: str) -> Conversion:
    return converted(directory, {"fire.sh": text, **files}, script="fire.sh", output="New")


def test_each_working_container_is_a_stage(tmp_path: Path) -> None:
    text = KILN + "buildah config --env HEAT=900 --workingdir /w $kiln\n" + SHELF + TAKE
    text += "buildah config --cmd 'cat /shelf/jug' --port 80 --label of='a pot' --user 7 $shelf\n"
    made = fired(tmp_path, text + END)
    assert made.files[0].text == (
        "FROM busybox AS from-busybox\nRUN echo jug > /jug\n"
        'ENV HEAT="900"\nWORKDIR /w\n\n'
        "FROM alpine\nCOPY --from=from-busybox /jug /shelf/jug\n"
        'CMD ["cat", "/shelf/jug"]\nEXPOSE 80\nLABEL of="a pot"\nUSER 7\n'
    )
    assert made.commands == ("docker build -f New -t pots .",)
    assert not made.left


def test_two_containers_of_one_image_are_two_stages(tmp_path: Path) -> None:
    text = KILN + SHELF.replace("alpine", "busybox") + TAKE + END
    stages = [line for line in fired(tmp_path, text).files[0].text.splitlines() if "FROM" in line]
    assert stages == ["FROM busybox AS from-busybox", "FROM busybox"]


def test_the_container_that_ships_is_last_even_if_it_is_started_first(tmp_path: Path) -> None:
    text = fired(tmp_path, SHELF + KILN + TAKE + END).files[0].text
    assert text.endswith("FROM alpine\nCOPY --from=from-busybox /jug /shelf/jug\n")


def test_what_runs_as_another_user_is_between_users_once(tmp_path: Path) -> None:
    run = "buildah run --user potter $kiln touch /a\nbuildah run --user potter $kiln touch /b\n"
    text = fired(tmp_path, KILN + run + SHELF + TAKE + END).files[0].text
    assert "USER potter\nRUN touch /a\nRUN touch /b\nUSER root\n" in text


def test_files_are_copied_through_mounts(tmp_path: Path) -> None:
    mounts = "k=$(buildah mount $kiln)\ns=$(buildah mount $shelf)\n"
    copies = "mkdir -p $s/opt\ncp $k/jug $s/opt\ncp note $s/etc/note\nbuildah unmount $s\n"
    made = fired(tmp_path, KILN + SHELF + mounts + copies + END, note="")
    assert "COPY --from=from-busybox /jug /opt/jug\nCOPY note /etc/note\n" in made.files[0].text


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("echo a > $s/a", "changes files in a container through its mount"),
        ("rm $s/etc/motd", "changes files in a container through its mount"),
        ("dnf install --installroot $s bash", "works on files of a container through its mount"),
        ("cp $s/jug .", "copies files out of a container to the host"),
        ("buildah run -v $PWD:/src $shelf ls", "runs with a volume"),
        ("buildah config --healthcheck x $shelf", "doesn't follow --healthcheck"),
        ("buildah run $shelf cat /jug > jug", "prints to the host"),
        ("buildah copy $shelf ../jug /", "outside the project"),
    ],
)
def test_what_a_dockerfile_can_t_do_is_refused_with_its_line(
    line: str, why: str, tmp_path: Path
) -> None:
    text = f"{KILN}{SHELF}s=$(buildah mount $shelf)\n{line}\n{TAKE}{END}"
    with pytest.raises(BpkitError, match=why) as caught:
        fired(tmp_path, text)
    assert "fire.sh:5" in str(caught.value)


def test_a_stage_that_is_committed_after_it_was_copied_from_keeps_the_name(tmp_path: Path) -> None:
    text = KILN + SHELF + TAKE + "buildah commit $kiln kiln:1\n" + END
    made = fired(tmp_path, text)
    assert "--from=kiln /jug" in made.files[0].text
    assert "FROM busybox AS kiln\n" in made.files[0].text
