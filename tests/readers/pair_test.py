"""The artifacts that flow from Dockerfile.build to Dockerfile.runtime, and refused pairs."""

from __future__ import annotations

import pytest

from bpkit.core.recipe import Recipe
from bpkit.errors import InputError
from bpkit.formats.context.needed import ContextSource
from bpkit.formats.dockerfile.parser import parse
from bpkit.formats.text.globs import match_sources
from bpkit.readers.copy_sources import ContextFiles
from bpkit.readers.pair import Pair, read_pair

LAB_BUILD = """\
FROM golang:latest
WORKDIR /myapp
COPY hellogo.go .
RUN go build -o hellogo hellogo.go
ENTRYPOINT ["./hellogo"]
"""
LAB_RUNTIME = 'FROM alpine\nWORKDIR /myapp\nCOPY hellogo .\nENTRYPOINT ["./hellogo"]\n'


def recipe(
    build: str,
    runtime: str,
    context: tuple[str, ...] = ("hellogo.go",),
    given: tuple[tuple[str, str], ...] = (),
    base_workdir: str | None = None,
) -> Recipe:
    def present(source: ContextSource) -> bool:
        tree = [*context, *(path.rpartition("/")[0] for path in context if "/" in path)]
        return bool(match_sources(source.pattern, tree))

    pair = Pair(
        parse(build, "Dockerfile.build"),
        parse(runtime, "Dockerfile.runtime"),
        ContextFiles(present, context),
        given=given,
        base_workdir=base_workdir,
    )
    return read_pair(pair, project="p", tag="p", build_tag="p-build")


def flows(found: Recipe) -> list[tuple[str, str]]:
    return [(a.source, a.destination) for a in found.artifacts]


def test_the_labs_artifact_is_found_where_go_build_puts_it() -> None:
    found = recipe(LAB_BUILD, LAB_RUNTIME)
    assert flows(found) == [("/myapp/hellogo", "hellogo")]
    artifact = found.artifacts[0]
    assert str(artifact.evidence) == "Dockerfile.build:4"
    assert str(artifact.wanted) == "Dockerfile.runtime:3"


@pytest.mark.parametrize(
    ("run", "source"),
    [
        ("go build -o /out/hellogo .", "/out/hellogo"),
        ("go build -o bin/hellogo .", "/myapp/bin/hellogo"),
        ("go build -o bin/ ./... && mv bin/x hellogo", "/myapp/hellogo"),
        ("cd sub && go build -o hellogo .", "/myapp/sub/hellogo"),
        ("CGO_ENABLED=0 GOOS=linux go build -a -o hellogo .", "/myapp/hellogo"),
        ("gcc -o hellogo hello.c", "/myapp/hellogo"),
        ("go build -o tmp . && cp tmp /usr/local/bin/hellogo", "/usr/local/bin/hellogo"),
        ("go build -o tmp . && install -m 755 tmp /dist/hellogo", "/dist/hellogo"),
        ("echo x > hellogo", "/myapp/hellogo"),
        ("make", "/myapp/hellogo"),
        ("./build.sh", "/myapp/hellogo"),
    ],
)
def test_an_artifact_is_at_the_path_that_a_run_shows_or_in_the_workdir(
    run: str, source: str
) -> None:
    build = LAB_BUILD.replace("go build -o hellogo hellogo.go", run)
    assert flows(recipe(build, LAB_RUNTIME)) == [(source, "hellogo")]


def test_variables_of_the_dockerfile_are_expanded() -> None:
    build = "FROM golang\nARG OUT=/o\nENV NAME=hellogo\nRUN go build -o $OUT/${NAME} .\n"
    assert flows(recipe(build, LAB_RUNTIME)) == [("/o/hellogo", "hellogo")]


def test_a_file_of_the_project_stays_a_host_file() -> None:
    runtime = LAB_RUNTIME.replace("COPY hellogo .", "COPY hellogo .\nCOPY conf.yml /etc/")
    found = recipe(LAB_BUILD, runtime, ("hellogo.go", "conf.yml"))
    assert flows(found) == [("/myapp/hellogo", "hellogo")]


def test_what_the_build_makes_is_an_artifact_even_if_the_project_has_an_old_copy() -> None:
    found = recipe(LAB_BUILD, LAB_RUNTIME, ("hellogo.go", "hellogo"))
    assert flows(found) == [("/myapp/hellogo", "hellogo")]


def test_a_file_that_the_build_only_copies_comes_from_the_project() -> None:
    build = LAB_BUILD.replace("COPY hellogo.go .", "COPY hellogo.go conf.yml ./")
    runtime = LAB_RUNTIME.replace("COPY hellogo .", "COPY hellogo conf.yml ./")
    found = recipe(build, runtime, ("hellogo.go", "conf.yml"))
    assert flows(found) == [("/myapp/hellogo", "hellogo")]


def test_directories_and_patterns_are_copied_out_as_directories() -> None:
    build = "FROM node\nWORKDIR /src\nRUN npm run build && mkdir out && echo x >out/y\n"
    runtime = "FROM nginx\nCOPY dist/ /srv\nCOPY out /out\nCOPY target/*.jar /app.jar\n"
    assert flows(recipe(build, runtime)) == [
        ("/src/dist", "dist"),
        ("/src/out", "out"),
        ("/src/target/.", "target"),
    ]


def test_a_directory_may_be_made_beside_one_with_a_similar_name() -> None:
    build = "FROM python\nWORKDIR /w\nCOPY src src\nRUN make\n"
    found = recipe(build, "FROM python\nCOPY srv/ /srv/\n", ("src/x",))
    assert flows(found) == [("/w/srv", "srv")]


def test_a_pattern_in_the_context_itself_does_not_hide_the_other_artifacts() -> None:
    build = "FROM golang\nWORKDIR /src\nRUN echo a >a.jar && go build -o /bin/app .\n"
    runtime = "FROM alpine\nCOPY *.jar /jars/\nCOPY app /\n"
    assert flows(recipe(build, runtime)) == [("/src/.", "."), ("/bin/app", "app")]


def test_the_base_images_workdir_is_used_if_it_is_known() -> None:
    build = "FROM golang\nCOPY hellogo.go .\nRUN go build -o hellogo hellogo.go\n"
    assert flows(recipe(build, LAB_RUNTIME, base_workdir="/go")) == [("/go/hellogo", "hellogo")]


def test_a_given_artifact_overrides_a_found_one() -> None:
    found = recipe(LAB_BUILD, LAB_RUNTIME, given=(("/x/y", "hellogo"),))
    assert flows(found) == [("/x/y", "hellogo")]
    found = recipe(LAB_BUILD, LAB_RUNTIME, given=(("bin/hellogo", ""),))
    assert flows(found) == [("/myapp/bin/hellogo", "hellogo")]


@pytest.mark.parametrize(
    ("build", "runtime", "message", "hint"),
    [
        (
            LAB_BUILD.replace("hellogo.go .", "hellogo.po ."),
            LAB_RUNTIME,
            "Dockerfile.build:3: COPY source 'hellogo.po' is not in the context",
            "did you mean 'hellogo.go'?",
        ),
        (
            LAB_BUILD,
            LAB_RUNTIME.replace("COPY hellogo .", "COPY helogo ."),
            "Dockerfile.runtime:3: COPY source 'helogo' is neither in the context "
            "nor made by Dockerfile.build",
            "did you mean 'hellogo'?",
        ),
        (
            LAB_BUILD,
            LAB_RUNTIME.replace("COPY hellogo .", "COPY elsewhere ."),
            "Dockerfile.runtime:3: COPY source 'elsewhere' is neither in the context "
            "nor made by Dockerfile.build",
            "--artifact /path/in/the/build/image:elsewhere",
        ),
        (
            "FROM golang\nRUN make\n",
            LAB_RUNTIME,
            "Dockerfile.runtime:3: COPY source 'hellogo' is made by Dockerfile.build:2, "
            "in the WORKDIR of its base image",
            "--artifact",
        ),
        (
            LAB_BUILD,
            LAB_RUNTIME.replace("COPY hellogo .", "COPY ../secret ."),
            "Dockerfile.runtime:3: COPY source '../secret' is outside the build context",
            "move it into the project",
        ),
    ],
)
def test_a_source_that_nothing_provides_is_reported_with_its_line(
    build: str, runtime: str, message: str, hint: str
) -> None:
    with pytest.raises(InputError) as caught:
        recipe(build, runtime)
    assert str(caught.value).startswith(message)
    assert hint in caught.value.hint
