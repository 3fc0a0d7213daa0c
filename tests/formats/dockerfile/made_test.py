"""What a stage makes, as far as the words of its instructions show it."""

from __future__ import annotations

import pytest

from bpkit.formats.dockerfile.made import StageOutput, output_of
from bpkit.formats.dockerfile.parser import parse
from bpkit.formats.dockerfile.stage import stages


def output(instructions: str, base_workdir: str | None = None, **args: str) -> StageOutput:
    return output_of(stages(parse(f"FROM golang\n{instructions}\n"), args).last, args, base_workdir)


def paths(found: StageOutput) -> list[str]:
    return [made.path for made in found.made if made.own]


@pytest.mark.parametrize(
    ("run", "made"),
    [
        ("go build -o hellogo .", ["/w/hellogo"]),
        ("go build --output=/out/x .", ["/out/x"]),
        ("javac -d classes Main.java", ["/w/classes"]),
        ("cd sub && go build -o x .", ["/w/sub/x"]),
        ("cd /abs; go build -o x .", ["/abs/x"]),
        ("cp a b", ["/w/b", "/w/b/a"]),
        ("cp a b dir/", ["/w/dir", "/w/dir/a", "/w/dir/b"]),
        ("mv -f a /bin/b", ["/bin/b", "/bin/b/a"]),
        ("echo x >>log", ["/w/log"]),
        ("printf x | tee one two", ["/w/one", "/w/two"]),
        ("touch one", ["/w/one"]),
        ("A=1 B=2 env go build -o x .", ["/w/x"]),
        ("go build -o 'a b' .", ["/w/a b"]),
        ("mkdir dir", []),
        ("go test ./... && go mod download", []),
        ("go build -o $(pwd)/x .", []),
    ],
)
def test_a_run_makes_what_its_words_name(run: str, made: list[str]) -> None:
    assert paths(output(f"WORKDIR /w\nRUN {run}")) == made


def test_the_exec_form_and_a_heredoc_are_read_too() -> None:
    assert paths(output('WORKDIR /w\nRUN ["go", "build", "-o", "x y"]')) == ["/w/x y"]
    assert paths(output("WORKDIR /w\nRUN <<E\ngo build -o x .\ncp x /y\nE")) == [
        *("/w/x", "/y", "/y/x")
    ]


def test_variables_are_put_in_as_far_as_the_dockerfile_knows_them() -> None:
    found = output("ARG OUT=/o\nENV N=x\nRUN go build -o $OUT/$N .\nRUN go build -o $WHO .")
    assert paths(found) == ["/o/x"]
    assert paths(output("ARG OUT=/o\nRUN go build -o $OUT/x .", OUT="/given")) == ["/given/x"]


@pytest.mark.parametrize("run", ["make", "npm run build", "./build.sh", "python3 setup.py build"])
def test_who_makes_files_without_naming_them_is_opaque(run: str) -> None:
    found = output(f"RUN go vet\nRUN {run}")
    assert str(found.opaque) == "Dockerfile:3"


@pytest.mark.parametrize(
    "run", ["apt-get update && rm -rf /x", "go vet ./...", "chmod +x a", "[ x ]"]
)
def test_who_makes_nothing_is_not(run: str) -> None:
    assert output(f"RUN {run}").opaque is None


def test_what_is_copied_in_is_not_its_own_but_what_comes_of_a_stage_is() -> None:
    text = "FROM a AS one\nFROM golang\nWORKDIR /w\nCOPY main.go .\nCOPY --from=one /x /y/\n"
    found = output_of(stages(parse(text)).last)
    assert [(made.path, made.own) for made in found.made] == [
        ("/w/main.go", False),
        ("/y/x", True),
    ]


def test_without_a_workdir_the_base_image_decides() -> None:
    assert paths(output("RUN go build -o x .")) == []
    assert paths(output("RUN go build -o x .", "/go")) == ["/go/x"]
    assert output("RUN true").workdir is None
    assert output("RUN true", "/go").workdir == "/go"


def test_a_run_that_no_shell_could_read_is_opaque() -> None:
    assert str(output("RUN echo 'never closed").opaque) == "Dockerfile:2"
