"""From a script to a recipe: what flows where, and what becomes of each line."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bpkit.conversion.remarks import ConversionError
from bpkit.errors import InputError
from bpkit.readers import read_build_file
from bpkit.readers.script.machine.recipe import ScriptRecipe, read_recipe
from bpkit.readers.script.model.reading import Fate

FILES = {"Dockerfile.build": "FROM busybox\nRUN make\n", "Dockerfile": "FROM busybox\nCOPY app /\n"}
BUILD = "docker build -t me/app:build -f Dockerfile.build .\n"
FINAL = "docker build -t me/app .\n"


class Project:
    """A project of texts by their paths; every directory above one is there."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = files

    def text(self, path: str) -> str | None:
        return self.files.get(path)

    def is_directory(self, path: str) -> bool:
        return path == "." or any(name.startswith(f"{path}/") for name in self.files)

    is_own_directory = is_directory

    def ignores(self, _context: str, path: str) -> bool:
        return path == "ignored"

    def divides(self, _context: str, _path: str) -> None:
        return None


def read(script: str, files: Mapping[str, str] | None = None) -> ScriptRecipe:
    project = {**FILES, **(files or {})}
    return read_recipe(
        read_build_file(script, "build.sh", {}, files=project), Project(project), "app"
    )


def flows(script: str, files: Mapping[str, str] | None = None) -> list[tuple[str, str, str]]:
    """Maker, source and destination of each artifact."""
    return [(a.maker, a.source, a.destination) for a in read(script, files).recipe.artifacts]


def between(lines: str, files: Mapping[str, str] | None = None) -> list[tuple[str, str, str]]:
    """The artifacts when ``lines`` stand between the two builds."""
    return flows(f"{BUILD}docker create --name c me/app:build\n{lines}\n{FINAL}", files)


TO = {"Dockerfile": "FROM busybox\nCOPY out /out\n"}


@pytest.mark.parametrize(
    ("lines", "source", "destination"),
    [
        ("docker cp c:/src/app .", "/src/app", "app"),
        ("docker cp c:/src/app ./app", "/src/app", "app"),
        ("docker cp c:src/main app", "/src/main", "app"),
        ("docker container cp c:/x/main /tmp/y && mv /tmp/y app", "/x/main", "app"),
        ("docker cp c:/x/main bin && cp bin app", "/x/main", "app"),
        ("mkdir app; docker cp c:/x .", "/x", "x"),
    ],
)
def test_a_file_is_followed_to_its_final_path(lines: str, source: str, destination: str) -> None:
    files = {"Dockerfile": f"FROM busybox\nCOPY {destination} /\n"}
    assert between(lines, files) == [("build", source, destination)]


@pytest.mark.parametrize(
    ("lines", "source", "destination"),
    [
        ("docker cp c:/dist out", "/dist", "out"),
        ("docker cp c:/dist ./out/", "/dist/.", "out"),
        ("docker cp c:/dist/. out", "/dist/.", "out"),
        ("mkdir -p out; docker cp c:/dist out", "/dist", "out/dist"),
        ("mkdir -p out; docker cp c:/dist/. out", "/dist/.", "out"),
        ("mkdir -p out; docker cp c:/dist out; rm -rf out; docker cp c:/b out", "/b", "out"),
        ("docker run --rm me/app:build tar c -C /d . | tar x -C out", "/d/.", "out"),
        ("docker run --rm me/app:build tar cf - -C / d/e | tar xf - -C out", "/d/e", "out/d/e"),
        ("docker cp c:/d - | tar x -C out", "/d", "out/d"),
        ("docker run --rm me/app:build cat /d/f > out", "/d/f", "out"),
    ],
)
def test_directories_are_created_as_docker_cp_creates_them(
    lines: str, source: str, destination: str
) -> None:
    assert between(lines, TO) == [("build", source, destination)]


@pytest.mark.parametrize(
    ("lines", "source"),
    [
        ("docker cp c:/srv/dist - > out", "/srv/dist"),
        ("docker cp c:/srv/dist/. - > out", "/srv/dist/."),
        ("docker cp c:/srv/dist - | gzip > out", "/srv/dist"),
        ("docker cp c:/srv/dist - > /tmp/d.tar && mv /tmp/d.tar out", "/srv/dist"),
        ("docker run --rm me/app:build tar c -C /srv/dist . > out", "/srv/dist/."),
        ("docker run --rm me/app:build tar -cf - -C /srv dist > out", "/srv/dist"),
        ("docker run --rm me/app:build tar czf - -C /srv dist > out", "/srv/dist"),
    ],
)
def test_an_archive_for_add_is_followed_to_its_place(lines: str, source: str) -> None:
    files = {"Dockerfile": "FROM busybox\nADD out /out\n"}
    script = f"{BUILD}docker create --name c me/app:build\n{lines}\n{FINAL}"
    found = read(script, files)
    [artifact] = found.recipe.artifacts
    assert (artifact.source, artifact.destination, artifact.archive) == (source, "out", True)
    assert any(f"the archive of {source}" in str(note) for note in found.notes)
    assert found.lines[2].fate == Fate.CARRIED


@pytest.mark.parametrize(
    "line",
    [
        "docker cp c:/dist - >> out",
        "docker cp c:/dist - > x.tar; gzip x.tar; mv x.tar.gz out",
        "docker cp c:/dist - > out; chmod 600 out",
        "docker cp c:/dist - > kept.tar",
        "docker run --rm me/app:build tar c -C / . > out",
    ],
)
def test_an_archive_that_is_used_other_than_by_add_is_refused(line: str) -> None:
    files = {"Dockerfile": "FROM busybox\nADD out /out\nCOPY app /\n"}
    script = f"{BUILD}docker create --name c me/app:build\n{line}\ndocker cp c:/app app\n{FINAL}"
    with pytest.raises(ConversionError) as caught:
        read(script, files)
    assert {str(p.place) for p in caught.value.problems} == {"build.sh:3"}
    assert all(p.hint for p in caught.value.problems)


def test_an_image_committed_from_a_container_ships_if_no_image_uses_it() -> None:
    script = (
        f"{BUILD}docker create --name c me/app:build\ndocker cp c:/app app\n"
        f"docker commit c me/other\n{FINAL}"
    )
    other = next(i for i in read(script).recipe.images if i.tag == "me/other")
    assert (other.role, other.dockerfile.text) == ("runtime", "FROM me/app:build\n")


def test_a_file_that_no_copy_reads_is_left_to_the_user() -> None:
    script = (
        f"{BUILD}docker create --name c me/app:build\ndocker cp c:/app app\n"
        f"docker cp c:/doc doc\n{FINAL}"
    )
    assert flows(script) == [("build", "/app", "app")]
    left = [line for line in read(script).lines if line.fate == Fate.LEFT]
    assert [line.place.line for line in left] == [4]


def test_a_command_that_ran_in_the_container_becomes_a_run() -> None:
    script = (
        f"{BUILD}docker run --name c -e A='b c' -w /w me/app:build make all\n"
        f"docker cp c:/app .\n{FINAL}"
    )
    build = read(script).recipe.images[0]
    assert build.dockerfile.text == ("FROM busybox\nRUN make\nRUN cd /w && A='b c' make all\n")


def test_the_images_own_command_becomes_a_run_in_the_same_form() -> None:
    files = {"Dockerfile.build": 'FROM busybox\nVOLUME /out\nENTRYPOINT ["make"]\nCMD ["a b"]\n'}
    script = f"{BUILD}docker run --name c me/app:build\ndocker cp c:/app .\n{FINAL}"
    text = read(script, files).recipe.images[0].dockerfile.text
    assert text.endswith('RUN ["make", "a b"]\n')
    assert "VOLUME" not in text


def test_an_unknown_command_of_a_base_image_is_reported() -> None:
    script = f"{BUILD}docker run --name c me/app:build\ndocker cp c:/app .\n{FINAL}"
    notes = [str(note) for note in read(script).notes]
    assert any(note.startswith("build.sh:2: this runs the base image's") for note in notes)


def test_an_idle_command_becomes_no_run() -> None:
    for command in ("true", "sleep 100", "sh -c 'sleep 1'"):
        script = (
            f"{BUILD}docker run -d --name c me/app:build {command}\ndocker cp c:/app .\n{FINAL}"
        )
        assert read(script).recipe.images[0].dockerfile.text == FILES["Dockerfile.build"]


def test_chmod_of_an_artifact_moves_to_its_stage() -> None:
    script = (
        f"{BUILD}docker create --name c me/app:build\ndocker cp c:/x app\nchmod +x app\n{FINAL}"
    )
    assert read(script).recipe.images[0].dockerfile.text.endswith("RUN chmod +x /x\n")


def test_an_archive_is_unpacked_in_its_stage() -> None:
    files = {"Dockerfile": "FROM busybox\nCOPY rel/bin /bin\n"}
    script = (
        f"{BUILD}docker create --name c me/app:build\ndocker cp c:/a.tgz .\n"
        f"tar xzf a.tgz -C rel\n{FINAL}"
    )
    made = read(script, files).recipe
    assert made.images[0].dockerfile.text.endswith(
        "RUN mkdir -p /tmp/unpacked/a.tgz && tar xzf /a.tgz -C /tmp/unpacked/a.tgz\n"
    )
    assert made.artifacts[0].source == "/tmp/unpacked/a.tgz/."


def test_a_tag_shared_by_two_builds_names_each_image_in_turn() -> None:
    script = (
        "docker build -t app -f Dockerfile.build .\ndocker create --name c app\n"
        "docker cp c:/app .\ndocker build -t app .\n"
    )
    assert flows(script) == [("build", "/app", "app")]


def test_a_printed_context_has_the_files_that_tar_packs() -> None:
    files = {
        "Dockerfile.build": (
            "FROM busybox\nCOPY Dockerfile.run /\nCMD tar -cf - -C / Dockerfile.run srv/dist\n"
        ),
        "Dockerfile.run": "FROM busybox\nCOPY srv/dist /dist\n",
    }
    script = (
        "docker build -t app-builder -f Dockerfile.build .\n"
        "docker run --rm app-builder | docker build -t app -f Dockerfile.run -\n"
    )
    assert flows(script, files) == [("builder", "/srv/dist", "srv/dist")]


def test_names_of_stages_come_from_tags() -> None:
    script = (
        "docker build -t me/shop-front -f Dockerfile.build .\n"
        "docker create --name c me/shop-front\ndocker cp c:/app .\ndocker build -t me/shop:1.2 .\n"
    )
    assert [image.name for image in read(script).recipe.images] == ["front", "runtime"]


def test_every_line_has_a_fate() -> None:
    script = (
        f"set -e\n# a comment\n{BUILD}docker create --name c me/app:build\ndocker cp c:/app app\n"
        f"docker rm -f c\n{FINAL}docker push me/app\nrm app\n"
    )
    fates = {line.place.line: line.fate for line in read(script).lines}
    assert fates == {
        1: Fate.NOT_NEEDED,
        3: Fate.CARRIED,
        4: Fate.CARRIED,
        5: Fate.CARRIED,
        6: Fate.NOT_NEEDED,
        7: Fate.CARRIED,
        8: Fate.LEFT,
        9: Fate.NOT_NEEDED,
    }


REFUSED = {
    "a directory on the host": "docker run --rm -v $(pwd):/src me/app:build make\n",
    "which files this container prints": "docker run --rm me/app:build make > app\n",
    "in the background": "docker run -d --name d me/app:build make\ndocker cp d:/app .\n",
    "whole file system": "docker cp c:/ .\n",
    "exists already": "docker cp c:/a app\ndocker cp c:/b app\n",
    "is not known": "docker cp nobody:/app .\n",
}


@pytest.mark.parametrize("message", REFUSED)
def test_what_has_no_equivalent_is_refused_with_its_line(message: str) -> None:
    script = (
        f"{BUILD}docker create --name c me/app:build\n{REFUSED[message]}docker cp c:/app .\n{FINAL}"
    )
    with pytest.raises(ConversionError, match=message) as caught:
        read(script)
    assert all(p.place and p.place.line and p.hint for p in caught.value.problems)


def test_a_command_on_an_artifact_that_is_not_followed_is_refused() -> None:
    script = (
        f"{BUILD}docker create --name c me/app:build\ndocker cp c:/app .\nobjcopy ./app\n{FINAL}"
    )
    with pytest.raises(ConversionError, match="this works on app between the builds"):
        read(script)


def test_a_command_on_an_archive_is_refused() -> None:
    script = (
        f"{BUILD}docker create --name c me/app:build\ndocker cp c:/d - > out\ntar rf out x\n{FINAL}"
    )
    with pytest.raises(ConversionError, match=r"build.sh:4: this works on out between the builds"):
        read(script, {"Dockerfile": "FROM busybox\nADD out /out\n"})


def test_a_script_in_which_nothing_flows_is_refused() -> None:
    with pytest.raises(InputError, match="nothing flows"):
        read(f"{BUILD}{FINAL}")
