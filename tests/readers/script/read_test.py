"""Reading scripts of the builder pattern, in the shapes that people write them."""

from __future__ import annotations

import pytest

from bpkit.errors import InputError
from bpkit.readers import read_build_file
from bpkit.readers.script.model.reading import Fate
from tests.readers.script.script_summary import actions_of, fates_of

CLASSIC = """\
#!/bin/sh
echo Building shop/till:build
docker build --build-arg https_proxy=$https_proxy --build-arg GOFLAGS \\
    -t shop/till:build . -f Dockerfile.build

docker container create --name extract shop/till:build
docker container cp extract:/go/src/till/app ./app
docker container rm -f extract

docker build --no-cache -t shop/till:latest .
rm ./app
"""


def test_the_classic_script_is_read_whole() -> None:
    assert actions_of(CLASSIC) == [
        "build shop/till:build -f Dockerfile.build ./. https_proxy=${https_proxy} GOFLAGS",
        "create shop/till:build as extract",
        "cp extract:/go/src/till/app to app",
        "rm container extract",
        "build shop/till:latest -f Dockerfile ./.",
        "host rm app",
    ]


def test_every_line_of_the_classic_script_has_a_fate() -> None:
    reading = read_build_file(CLASSIC, "build.sh")
    fates = fates_of(reading)
    told = {n for n, line in enumerate(CLASSIC.split("\n"), 1) if line and line[0] != "#"}
    assert set(fates) == told
    assert {n for n, fate in fates.items() if fate is Fate.CARRIED} == {3, 4, 6, 7, 10}
    assert Fate.LEFT not in fates.values()
    assert not reading.refusals


CONTAINERS = [
    ("N=$(docker create x)\ndocker cp $N:/a b", ["create x as $(container 1)"]),
    ("N=`docker create x`\ndocker cp ${N}:/a b", ["create x as $(container 1)"]),
    (
        'N="$(docker create x /bin/true)"\ndocker cp "$N:/a" b',
        ["create x as $(container 1) /bin/true"],
    ),
    ("docker create --cidfile=id x\ndocker cp $(cat id):/a b", ["create x as $(container 1)"]),
    ("docker create --cidfile id x\nN=$(<id)\ndocker cp $N:/a b", ["create x as $(container 1)"]),
    ("docker create x\ndocker cp $(docker ps -alq):/a b", ["create x as $(container 1)"]),
    (
        "docker create x\ndocker cp $(docker ps -aqf ancestor=x):/a b",
        ["create x as $(container 1)"],
    ),
    ("N=$(sudo docker create x)\nsudo docker cp $N:/a b", ["create x as $(container 1)"]),
    ("N=$(docker run -d x)\ndocker cp $N:/a b", ["run -d x as $(container 1)"]),
    ("N=$(docker container create x)\ndocker cp $N:/a b", ["create x as $(container 1)"]),
    ("N=$(podman create x)\npodman cp $N:/a b", ["create x as $(container 1)"]),
    (
        'make_it() { docker create "$1"; }\nN=$(make_it x)\ndocker cp $N:/a b',
        ["create x as $(container 1)"],
    ),
]


@pytest.mark.parametrize(("script", "first"), CONTAINERS)
def test_a_container_s_id_is_followed_to_where_it_is_used(script: str, first: list[str]) -> None:
    assert actions_of(script)[-2:] == [*first, "cp $(container 1):/a to b"]


NAMED = [
    "docker create --name n x; docker cp n:/a b",
    "docker create --name=n x && docker cp n:/a b",
    "N=n\ndocker create --name $N x\ndocker cp $N:/a b",
    "N=$(docker create --name n x); docker cp $N:/a b",
    'NAME=${1:-n}\ndocker create --name "$NAME" "${2-x}"\ndocker cp "$NAME":/a ./b',
    "docker create -ti --name n x sh || exit 1\ndocker cp n:/a b",
    "cd sub && cd ..\ndocker create --name n x\ndocker cp n:/a $(pwd)/b",
    "docker rm -f n || true\ndocker create --name n x\ndocker cp n:/a `pwd`/./b",
    "docker create --name n x\nfor f in a; do docker cp n:/$f b; done",
    'run() { echo "+ $*"; "$@"; }\nrun docker create --name n x\nrun docker cp n:/a b',
    "DOCKER=${DOCKER:-docker}\n$DOCKER create --name n x\n$DOCKER cp n:/a b",
    "bash -c 'docker create --name n x; docker cp n:/a b'",
    "eval 'docker create --name n x'; eval docker cp n:/a b",
    "set -e; trap 'docker rm n' EXIT\ndocker create --name n x\ndocker cp n:/a b",
]


@pytest.mark.parametrize("script", NAMED)
def test_a_named_container_is_created_and_copied_from(script: str) -> None:
    found = actions_of(script)
    assert any(line.startswith("create x as n") for line in found)
    assert "cp n:/a to b" in found


DESTINATIONS = [
    ("docker cp n:/app ./gateway", "cp n:/app to gateway"),
    ("docker cp n:/app .", "cp n:/app to ./."),
    ("docker cp n:/app ./", "cp n:/app to ./"),
    ("docker cp n:/out/. dist", "cp n:/out/. to dist"),
    ("docker cp n:/out dist/", "cp n:/out to dist/"),
    ("cd build; docker cp n:/app ../app", "cp n:/app to app"),
    ("mkdir -p a/b && pushd a/b; docker cp n:/app x; popd", "cp n:/app to a/b/x"),
    ("docker cp n:/app /tmp/app", "cp n:/app to /tmp/app"),
    ("docker cp n:/app $HOME/app", "cp n:/app to ${HOME}/app"),
    ('T=$(mktemp -d)\ndocker cp n:/app "$T/app"', "cp n:/app to $(mktemp 1)/app"),
    ("docker cp n:/dir - > x.tar", "cp n:/dir to > x.tar"),
    ("docker cp n:/dir - | tar x -C out", "cp n:/dir to | untar out"),
    ("docker cp n:/dir - | (cd out && tar xf -)", "cp n:/dir to | untar out"),
    ("docker cp n:/dir - | tar xf - --strip-components=1", "cp n:/dir to | untar . strip 1"),
    ("docker cp -L n:rel/path x", "cp n:rel/path to x"),
]


@pytest.mark.parametrize(("script", "expected"), DESTINATIONS)
def test_a_copy_keeps_both_paths_as_written(script: str, expected: str) -> None:
    assert expected in actions_of(script)


RUNS = [
    (
        "docker run --rm x tar c -C /o . | tar x",
        "run --rm x as $(container 1) tar c -C /o . | untar .",
    ),
    (
        "docker run --rm x tar cz /o | tar xz -C d",
        "run --rm x as $(container 1) tar cz /o | untar d",
    ),
    ("docker run --rm x cat /f > f", "run --rm x as $(container 1) cat /f > f"),
    ("docker run --rm x cat /f | tee f", "run --rm x as $(container 1) cat /f > f"),
    ("docker run --rm x | docker build -t y -", "run --rm x as $(container 1) | build"),
    ("docker run --name n x make", "run x as n make"),
    ("docker run -d --name n x", "run -d x as n"),
    ("docker run -it --rm x sh -c 'a && b'", "run --rm x as $(container 1) sh -c a && b"),
    (
        'docker run --rm -v "$PWD":/src -w /src x make',
        "run --rm x as $(container 1) in /src [.:/src] make",
    ),
    (
        "docker run --rm -v $(pwd)/out:/o x cp /f /o",
        "run --rm x as $(container 1) [out:/o] cp /f /o",
    ),
    ("docker run -v cache:/root/.m2 x mvn", "run x as $(container 1) [cache:/root/.m2] mvn"),
    (
        "docker run --mount type=bind,source=$PWD/a,target=/b x",
        "run x as $(container 1) [a:/b]",
    ),
    ("docker run --rm $RUN_OPTS x make", "run --rm x as $(container 1) make"),
]


@pytest.mark.parametrize(("script", "expected"), RUNS)
def test_a_run_has_its_command_and_the_target_of_its_output(script: str, expected: str) -> None:
    assert actions_of(script)[0] == expected


BUILDS = [
    ("docker build .", "build untagged -f Dockerfile ./."),
    ("docker build -t x -f docker/F docker", "build x -f docker/F docker"),
    ("docker image build --tag=x --file=F .", "build x -f F ./."),
    (
        "docker buildx build --platform linux/arm64 -t x .",
        "build x -f Dockerfile ./. --platform linux/arm64",
    ),
    ("docker build -tx -fF ..", "build x -f F ../."),
    ("cd svc; docker build -t x ..", "build x -f Dockerfile ./."),
    (
        "docker build -t x --target base --pull --rm=false .",
        "build x -f Dockerfile ./. --target base",
    ),
    ("docker build -t x -t y:1 .", "build x,y:1 -f Dockerfile ./."),
    ("docker build -t x - < F", "build x -f None - stdin of F"),
    ("cat F | docker build -t x -", "build x -f None - stdin of F"),
    ("docker build -t x -f - . <<EOF\nFROM a\nEOF", "build x -f None ./. stdin of text"),
    ("docker run y | docker build -t x -f F -", "build x -f F - stdin of an action"),
    ("docker build -t x $EXTRA .", "build x -f Dockerfile ./."),
    ("A='--pull --build-arg V=1'\ndocker build $A -t x .", "build x -f Dockerfile ./. V=1"),
    ('A=(-t x)\nA+=(--build-arg V=1)\ndocker build "${A[@]}" .', "build x -f Dockerfile ./. V=1"),
    ("DOCKER_BUILDKIT=1 docker build -t x .", "build x -f Dockerfile ./."),
    ("docker --context d build -t x .", "build x -f Dockerfile ./."),
    (
        "docker build -t x https://git.example/r.git#v1",
        "build x -f None https://git.example/r.git#v1",
    ),
    (
        "docker build -t app:$(git rev-parse HEAD) .",
        "build app:$(git rev-parse HEAD) -f Dockerfile ./.",
    ),
    (
        "V=v1.2-rc\ndocker build -t x:${V#v} -t y:${V%%-*} .",
        "build x:1.2-rc,y:v1.2 -f Dockerfile ./.",
    ),
]


@pytest.mark.parametrize(("script", "expected"), BUILDS)
def test_a_build_is_read_with_its_paths_and_settings(script: str, expected: str) -> None:
    assert actions_of(script)[-1] == expected


def test_a_script_in_a_folder_may_change_to_the_project_by_its_own_path() -> None:
    script = 'cd "$(dirname "$0")/.."\ndocker build -t x -f ci/F .\n'
    assert actions_of(script, "ci/build.sh") == ["build x -f ci/F ./."]


TAKEN = [
    ('if [ -z "$1" ]; then T=a; else T=$1; fi\ndocker build -t $T .', ["a"]),
    ('T=b\n[ -n "$X" ] && T=c\ndocker build -t $T .', ["b"]),
    ("if [ $# -ne 1 ]; then echo usage; exit 1; fi\ndocker build -t a .", ["a"]),
    ("[ $# -gt 0 ] || { echo usage; exit 1; }\ndocker build -t a .", ["a"]),
    ("command -v docker >/dev/null 2>&1 || exit 1\ndocker build -t a .", ["a"]),
    ("for t in a b 'c d'; do docker build -t \"$t\" .; done", ["a", "b", "c d"]),
    ("for t in x{1..2}; do docker build -t $t .; done", ["x1", "x2"]),
    ("if ! docker build -t a .; then exit 1; fi\ndocker build -t b .", ["a", "b"]),
    ("docker build -t a .\nif [ $? -ne 0 ]; then exit 1; fi\ndocker build -t b .", ["a", "b"]),
    ("case ${1:-all} in all) docker build -t a .;; *) exit 1;; esac", ["a"]),
    ("case $1 in image) docker build -t a .;; *) echo usage; exit 1;; esac", ["a"]),
    ("i=1; while [ $i -le 2 ]; do docker build -t a$i .; i=$((i+1)); done", ["a1", "a2"]),
    ("until docker info; do sleep 1; done\ndocker build -t a .", ["a"]),
    ("while [ $# -gt 0 ]; do shift; done\ndocker build -t a .", ["a"]),
    ("b() { local t=$1; docker build -t $t .; }\nb a; b b", ["a", "b"]),
    ("(cd sub; T=x); docker build -t ${T:-a} .", ["a"]),
    ('if [ "$A" = b ]; then docker build -t a .; else docker build -t b .; fi', ["b"]),
    ("docker image inspect a >/dev/null 2>&1 || docker build -t a .", ["a"]),
    ("if ! docker inspect a; then docker build -t a .; fi", ["a"]),
    (
        "docker build -t a . | tee log\nif docker inspect a; then docker build -t b .; fi",
        ["a", "b"],
    ),
    ("[[ $X == y* ]] && T=1\ndocker build -t a$T .", ["a${T}"]),
]


@pytest.mark.parametrize(("script", "tags"), TAKEN)
def test_conditions_loops_and_functions_are_followed(script: str, tags: list[str]) -> None:
    found = [line.split(" -f ")[0] for line in actions_of(script) if line.startswith("build ")]
    assert found == [f"build {tag}" for tag in tags]


REFUSED = [
    "if grep -q x f; then docker build -t a .; fi",
    "if [ -f app ]; then docker build -t a .; else docker build -t b .; fi",
    "grep -q x f && docker build -t a .",
    "for f in $(ls); do docker build -t $f .; done",
    "for f in */Dockerfile; do docker build -t x -f $f .; done",
    "while read -r t; do docker build -t $t .; done < list",
    "for ((i=0; i<3; i++)); do docker build -t a$i .; done",
    "case $(uname) in Linux) docker build -t a .;; Darwin) docker build -t b .;; esac",
    "case $1 in a) docker build -t a .;; b) docker build -t b .;; esac",
    "docker build --surprise yes -t a .",
    "docker build -t a . other",
    'eval "$(cat commands)"',
    "docker cp a b",
]


@pytest.mark.parametrize("script", REFUSED)
def test_a_build_that_only_a_run_decides_is_refused_with_its_line(script: str) -> None:
    reading = read_build_file(f"# first\n{script}\n", "build.sh")
    assert [refusal.place.line for refusal in reading.refusals[:1]] == [2]
    assert fates_of(reading)[2] is Fate.REFUSED
    assert all(refusal.hint for refusal in reading.refusals)


LEFT = [
    "docker push x",
    "docker tag a b",
    "docker login -u me",
    "docker save x -o x.tar",
    "go build ./...",
    "./test.sh",
    "curl -o f http://example.org/f",
    "docker-compose up -d",
    'if [ -n "$PUSH" ]; then docker push x; fi',
    "docker images | grep x && docker push x",
    '[ "$BRANCH" = main ] && docker push x',
    "sed s/a/b/ Dockerfile.in > Dockerfile",
    "git clone https://git.example/r.git",
    "docker volume create v",
]


@pytest.mark.parametrize("command", LEFT)
def test_side_effects_are_left_to_the_user(command: str) -> None:
    reading = read_build_file(f"docker build -t x .\n{command}\n", "build.sh")
    assert fates_of(reading)[2] is Fate.LEFT
    assert not reading.refusals


NOT_NEEDED = [
    "set -euo pipefail",
    "echo done && exit 0",
    "docker pull alpine",
    "docker images",
    "docker rmi x",
    "docker ps -aq | xargs docker rm",
    "docker rm $(docker stop x)",
    "mkdir -p out",
    "rm -rf out",
    "export A=1",
    "if docker images | grep -q x; then docker rmi x; fi",
    "printf '%s\\n' hello",
    "V=$(date +%s)",
]


@pytest.mark.parametrize("command", NOT_NEEDED)
def test_cleaning_up_and_printing_are_not_needed(command: str) -> None:
    reading = read_build_file(f"docker build -t x .\n{command}\n", "build.sh")
    assert fates_of(reading)[2] is Fate.NOT_NEEDED
    assert not reading.refusals


def test_a_trap_on_exit_is_followed_after_the_last_command() -> None:
    script = "clean() { docker rm -f n; rm -f app; }\ntrap clean EXIT\ndocker create --name n x\n"
    assert actions_of(script) == ["create x as n", "rm container n", "host rm app"]


def test_values_from_the_environment_are_used() -> None:
    script = "docker build -t $NAME:${TAG:-latest} .\n"
    assert actions_of(script, NAME="shop", TAG="7") == ["build shop:7 -f Dockerfile ./."]
    assert actions_of(script) == ["build ${NAME}:latest -f Dockerfile ./."]


def test_a_sourced_file_is_followed_if_its_text_is_known() -> None:
    files = {"build.sh": "", "ci/versions": "GO=1.2\n"}
    script = ". ./ci/versions\ndocker build -t x:$GO .\n"
    reading = read_build_file(script, "build.sh", files=files)
    assert [str(action.tags[0]) for action in reading.actions] == ["x:1.2"]  # type: ignore[union-attr]
    unknown = read_build_file(script, "build.sh")
    assert "ci/versions" in unknown.assumptions[0].message


def test_file_name_patterns_are_expanded_if_the_files_are_known() -> None:
    files = {"a/Dockerfile": "", "b/Dockerfile": "", "b/.hidden/Dockerfile": ""}
    script = "for f in */Dockerfile; do docker build -t $(dirname $f) -f $f .; done\n"
    reading = read_build_file(script, "build.sh", files=files)
    assert [str(action.tags[0]) for action in reading.actions] == ["a", "b"]  # type: ignore[union-attr]


def test_a_heredoc_becomes_a_dockerfile_with_its_variables_expanded() -> None:
    script = "T=3\ncat > Dockerfile.run <<EOF\nFROM alpine:$T\nEOF\ncat <<'E' > raw\n$T\nE\n"
    assert actions_of(script) == [
        "write Dockerfile.run 'FROM alpine:3\\n'",
        "write raw '$T\\n'",
    ]


def test_assumptions_are_named() -> None:
    reading = read_build_file('docker build $OPTS -t x .\n[ -z "$1" ] && exit 1\n', "build.sh")
    messages = [assumption.message for assumption in reading.assumptions]
    assert messages == [
        "${OPTS} is assumed to hold flags and to be empty",
        "the script does not stop here",
    ]


@pytest.mark.parametrize(
    "text",
    ["if true; then\n", "echo 'open\n", "x=$(foo\n", "for i in a; done\n", "cat <<EOF\nno end\n"],
)
def test_text_that_no_shell_accepts_is_an_error_with_its_place(text: str) -> None:
    with pytest.raises(InputError) as caught:
        read_build_file(text, "build.sh")
    assert caught.value.place is not None
    assert caught.value.place.file == "build.sh"


def test_an_endless_loop_is_an_error_and_does_not_hang() -> None:
    with pytest.raises(InputError, match="20000 commands"):
        read_build_file("f() { f; f; }\nf\n", "build.sh")
