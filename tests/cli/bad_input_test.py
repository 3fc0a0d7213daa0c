"""Bad input gets a sentence on standard error and its status; standard output stays empty."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.conftest import Call
from tests.cli.ground import BPKIT, BUILDKIT, PAIR, STAGES, Ground, assert_refused, make_ground
from tests.core.runner_test import as_nobody

GO_BUILD = PAIR["Dockerfile.build"]
RUNTIME = PAIR["Dockerfile.runtime"]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (
            {"Dockerfile.build": GO_BUILD.replace("hellogo.go .", "hellogo.po .")},
            "Dockerfile.build:3: COPY source 'hellogo.po' is not in the context\n"
            "  did you mean 'hellogo.go'?",
        ),
        (
            {"Dockerfile.runtime": RUNTIME.replace("alpine", "sratch")},
            "Dockerfile.runtime:1: FROM 'sratch' is neither a stage of this file nor an image "
            "of the engine\n  did you mean 'scratch'?",
        ),
        (
            {"Dockerfile.runtime": RUNTIME.replace("COPY hellogo", "COPY ../hellogo")},
            "Dockerfile.runtime:3: COPY source '../hellogo' is outside the build context",
        ),
        (
            {"Dockerfile.build": "FROM golang\nRUM go build\n"},
            "Dockerfile.build:2: unknown instruction: RUM\n  did you mean RUN?",
        ),
        ({"Dockerfile.build": ""}, "Dockerfile.build: there are no instructions in this file"),
        ({"Dockerfile.build": b"\x7fELF\0\0"}, "Dockerfile.build:1: this is a binary file"),
        ({"bpkit.toml": "[tool\n"}, "bpkit.toml:1: not valid TOML"),
        ({"bpkit.toml": b"\xff\xfe"}, "bpkit.toml: this is not a text file"),
        ({"bpkit.toml": 'imgae = "x"\n'}, "bpkit.toml:1: unknown setting 'imgae'\n  did you mean"),
        ({"bpkit.toml": 'image = "UPPER"\n'}, "'UPPER' is not a valid image name"),
        ({"bpkit.toml": 'context = "nope"\n'}, "the build context 'nope' is not a directory"),
        ({"bpkit.toml": 'style = "both"\n'}, "bpkit.toml:1: 'both'"),
        (
            {"pyproject.toml": "[tool.bpkit]\nimage = 3\n"},
            "pyproject.toml:2: 'image' must be a string",
        ),
    ],
)
def test_what_is_wrong_in_a_file_is_named_with_its_line(
    call: Call, pair: Ground, changed: Mapping[str, str | bytes], sentence: str
) -> None:
    pair.write(changed)
    for verb in ("build", "script"):
        assert_refused(call(pair, verb), 2, sentence)
    assert pair.orders() == []


@pytest.mark.parametrize(
    ("switches", "sentence"),
    [
        (["-t", "HELLO"], "-t 'HELLO' is not a valid image name\n  use lower case"),
        (["-t", "a b"], "-t 'a b' is not a valid image name"),
        (["-t", ""], "-t needs a name"),
        (["-t", "x:" + "y" * 129], "is not a valid image name"),
        (["-t", "x\ny"], "is not a valid image name"),
        (["--build-tag=-x"], "--build-tag '-x' is not a valid image name"),
        (["--name", "A B"], "'A B' is not a valid project name"),
        (["--artifact", ""], "--artifact '' doesn't name a path"),
        (["--artifact", "/"], "--artifact '/' doesn't name a path"),
        (["--artifact", ":x"], "--artifact ':x' doesn't name a path"),
        (["--artifact", "/x:../../y"], "is outside the build context"),
        (["--build-arg", "a b=x"], "--build-arg a b=x: there is no name before the ="),
        (["--style", "both"], "--style must be builder or multi-stage, not 'both'"),
        (["--style", "multistage"], "not 'multistage'\n  did you mean 'multi-stage'?"),
        (["-f", "nope"], "nope: the file doesn't exist"),
        (["-f", "a", "-f", "b", "-f", "c"], "the file doesn't exist"),
        (["--secret", "id=x"], "--secret needs BuildKit"),
        (["--wat"], "unknown switch --wat\n  'bpkit build --help' lists the switches"),
        (["--tga", "x"], "unknown switch --tga\n  did you mean '--tag'?"),
        (["--json=yes"], "--json takes no value\n  pass --json alone"),
        (["-t", "x", "-t", "Y"], "-t 'Y' is not a valid image name"),
        (["--name", "x", "--name", "y"], "--name is given twice\n  pass --name once"),
    ],
)
def test_what_is_wrong_on_the_command_line_is_named(
    call: Call, pair: Ground, switches: list[str], sentence: str
) -> None:
    assert_refused(call(pair, "build", *switches), 2, sentence)
    assert pair.orders() == []


@pytest.mark.parametrize("verb", ["build", "script", "clean"])
def test_an_unknown_switch_is_2_for_every_verb_with_json_too(
    call: Call, pair: Ground, verb: str
) -> None:
    assert_refused(call(pair, verb, "--json", "--wat"), 2, "unknown switch --wat")


def test_a_switch_without_its_value_is_refused(pair: Ground) -> None:
    assert_refused(pair.typed("build", "-t"), 2, "-t needs a value\n  pass -t NAME")


def test_an_unknown_verb_is_refused_with_the_one_it_may_mean(pair: Ground) -> None:
    assert_refused(pair.typed("buidl"), 2, "unknown verb 'buidl'\n  did you mean 'build'?")
    assert_refused(pair.typed("frobnicate"), 2, "the verbs are bake, build, ")


def test_a_second_directory_is_refused(call: Call, pair: Ground) -> None:
    assert_refused(call(pair, "build", "."), 2, "is a second directory")
    refused = call(pair, "script", ".")
    assert_refused(refused, 2, "\n  write 'bpkit script [SWITCH...] [DIR]'")
    assert_refused(refused, 2, "unexpected argument '")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ["init", "--try", "--dry-run"],
            "--try and --dry-run can't be combined\n  omit one of them",
        ),
        (
            ["init", "--dry-run", "--try"],
            "--try and --dry-run can't be combined\n  omit one of them",
        ),
        (["ignore", "--why"], "--why needs --list\n  pass --list too, or omit --why"),
        (
            ["completion"],
            "'bpkit completion' needs an argument\n"
            "  write 'bpkit completion [SWITCH...] bash|zsh|fish'",
        ),
        (
            ["diff", "a"],
            "'bpkit diff' needs another argument\n  write 'bpkit diff [SWITCH...] A B'",
        ),
        (["diff", "a", "b", "c", "d"], "unexpected argument 'c'"),
        (["convert"], "'bpkit convert' needs --to\n  pass --to multi-stage|builder"),
        (["try", "--wait", "many"], "--wait must be a number, 1 to 3600, not 'many'"),
        (["try", "--wait", "0"], "--wait must be a number, 1 to 3600, not '0'"),
    ],
)
def test_what_is_missing_or_too_much_is_said_in_the_words_of_the_help(
    pair: Ground, words: list[str], sentence: str
) -> None:
    assert_refused(pair.typed(*words), 2, sentence)


def test_a_locale_changes_no_message() -> None:
    """plumbum translates its complaints, whose words tell which one it is."""
    code = (
        "import locale, sys\n"
        "locale.getlocale = lambda *_: ('de_DE', 'UTF-8')\n"
        "from bpkit.__main__ import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    for words, sentence in (
        (["build", "--style", "x"], "--style must be builder or multi-stage, not 'x'"),
        (["build", "--wat"], "unknown switch --wat"),
        (["build", "--tag"], "--tag needs a value"),
    ):
        argv = [sys.executable, "-c", code, *words]
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        assert done.stderr.startswith(f"bpkit: {sentence}\n"), done.stderr
        assert done.returncode == 2


def test_without_a_dockerfile_the_nearest_one_is_named(call: Call, tmp_path: Path) -> None:
    empty = make_ground(tmp_path, {})
    assert_refused(call(empty, "build"), 2, "there is no Dockerfile here\n  pass the project's")
    empty.write({"below/Dockerfile": STAGES["Dockerfile"]})
    for verb in ("build", "script"):
        said = call(empty, verb)
        place = empty.project / "below"
        hint = (
            f"there is one in below: run bpkit there, or pass the directory: bpkit build {place}\n"
        )
        assert_refused(said, 2, hint)
    assert_refused(call(empty, "clean"), 2, "can't tell which project this is: there is no")


def test_for_half_a_pair_the_other_half_is_named(call: Call, tmp_path: Path) -> None:
    half = make_ground(tmp_path, {"Dockerfile.build": GO_BUILD})
    said = call(half, "build")
    assert_refused(said, 2, "Dockerfile.build has no Dockerfile.runtime")


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda path: None, "doesn't exist"),
        (lambda path: path.write_text("x"), "is not a directory"),
        (lambda path: (path / "Dockerfile").mkdir(parents=True), "can't be read"),
        (lambda path: (path.mkdir(), (path / "Dockerfile").symlink_to("Dockerfile")), "Dockerfile"),
    ],
    ids=["missing", "file", "dockerfile-is-directory", "link-to-itself"],
)
def test_a_path_that_is_not_a_directory_is_refused(
    call: Call, pair: Ground, make: object, sentence: str
) -> None:
    place = pair.directory / "place"
    assert callable(make)
    make(place)
    for verb in ("build", "script", "clean"):
        assert_refused(call(pair, verb, directory=place), 2, sentence)


@pytest.mark.parametrize("files", [[], ["hellogo.tar"]])
def test_an_image_in_place_of_a_directory_is_checked_by_its_switch(
    call: Call, pair: Ground, files: list[str]
) -> None:
    for file in files:
        with tarfile.open(pair.project / file, "w") as archive:
            archive.addfile(tarfile.TarInfo("manifest.json"))
    word = files[0] if files else "hellogo:1"
    what = "is not a directory" if files else "doesn't exist"
    said = pair.run([*BPKIT, "check", word])
    assert_refused(said, 2, f"bpkit: {word} {what}\n  to check an image: '")
    assert f"check --image {word}'" in said.err
    assert_refused(pair.run([*BPKIT, "check", "./nope"]), 2, "pass the directory of a project")


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["--json", "images"], "put it after the verb: '{} images --json'"),
        (["-q", "--engine", "podman", "build"], "put it after the verb: '{} build -q'"),
        (["--wat", "images"], "'bpkit --help' lists the switches"),
    ],
)
def test_a_switch_before_its_verb_belongs_after_it(
    pair: Ground, words: list[str], hint: str
) -> None:
    said = pair.run([*BPKIT, *words])
    started = f"{Path(BPKIT[0]).name} -m bpkit"
    assert (said.status, said.err.splitlines()[1].strip()) == (2, hint.format(started))


@pytest.mark.parametrize("closed", [".", "Dockerfile.build", "bpkit.toml"])
def test_what_may_not_be_read_is_named(pair: Ground, closed: str) -> None:
    pair.write({"bpkit.toml": ""})
    (pair.project / closed).chmod(0)
    try:
        said = pair.run(as_nobody([*BPKIT, "build", str(pair.project)]))
    finally:
        (pair.project / closed).chmod(0o755)
    assert_refused(said, 2, closed if closed != "." else str(pair.project))
    assert "ermission denied" in said.err


def test_a_cache_that_can_not_be_written_does_not_matter(call: Call, pair: Ground) -> None:
    (pair.directory / "cache").write_text("no directory")
    assert call(pair, "build", "--no-check").status == 0


def test_a_project_that_can_not_be_written_gets_no_half_script(call: Call, pair: Ground) -> None:
    (pair.project / "setup_builder_pattern.sh").mkdir()
    before = pair.files()
    assert_refused(call(pair, "script"), 2, "setup_builder_pattern.sh")
    assert pair.files() == before


def test_a_foreign_script_is_not_replaced(call: Call, pair: Ground) -> None:
    pair.write({"setup_builder_pattern.sh": "#!/bin/sh\nprecious\n"})
    said = call(pair, "script")
    assert_refused(said, 2, "not written by bpkit, or changed since")
    assert (pair.project / "setup_builder_pattern.sh").read_text().endswith("precious\n")
    assert call(pair, "script", "--force").status == 0
    assert (pair.project / "setup_builder_pattern.sh.bak").read_text().endswith("precious\n")


def test_podman_has_no_contexts(call: Call, pair: Ground) -> None:
    said = call(pair, "build", "--engine", "podman", "--context", "x")
    assert_refused(said, 2, "podman has no contexts")


def test_names_that_are_not_utf8_do_no_harm(tmp_path: Path) -> None:
    odd = os.fsdecode(b"o\xffd")
    ground = make_ground(tmp_path, {"Dockerfile": b"FROM scratch\nCOPY o\xffd /\n"})
    (ground.project / odd).write_text("x")
    said = ground.typed("build", "--dry-run", "--json")
    assert said.status == 0, said.err
    assert json.loads(said.out)["project"] == "project"
    shown = ground.typed("build", "-f", odd)
    assert (shown.status, shown.out) == (2, "")


def test_a_newer_builder_may_take_secrets(call: Call, tmp_path: Path) -> None:
    ground = make_ground(tmp_path, STAGES, client=BUILDKIT)
    plugins = tmp_path / "config" / "cli-plugins"
    plugins.mkdir(parents=True)
    (plugins / "docker-buildx").write_text("#!/bin/sh\n")
    (plugins / "docker-buildx").chmod(0o755)
    said = ground.typed(
        *("build", "--no-check", "--secret", "id=x"), DOCKER_CONFIG=str(plugins.parent)
    )
    assert said.status == 0, said.err
    assert "--secret" in ground.standin.calls()[0]
