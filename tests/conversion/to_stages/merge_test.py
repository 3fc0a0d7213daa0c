"""Several Dockerfiles become one: what changes is what must, and nothing is guessed."""

from __future__ import annotations

import pytest

from bpkit.conversion.remarks import ConversionError
from bpkit.conversion.to_stages.merge import MergeChoices, merged
from bpkit.core.recipe import BUILD, Artifact, Image, Recipe
from bpkit.formats.context.tree import Tree
from bpkit.formats.dockerfile.parser import parse

BUILDER = "FROM busybox\nRUN make\n"


def image(name: str, text: str, *artifacts: Artifact, **more: object) -> Image:
    path = str(more.pop("path", f"Dockerfile.{name}"))
    role = BUILD if name == "build" else "runtime"
    fields: dict[str, object] = {"role": role, "path": path, "artifacts": artifacts, **more}
    return Image(name, f"app-{name}", parse(text, path), **fields)  # type: ignore[arg-type]


def pair(build: str, runtime: str, *artifacts: Artifact) -> Recipe:
    return Recipe("app", (image("build", build), image("runtime", runtime, *artifacts)))


def file(recipe: Recipe, **trees: list[str]) -> str:
    contents = {name: Tree.of(paths) for name, paths in trees.items()}
    made = merged(recipe, MergeChoices(trees=contents))
    return made.recipe.final.dockerfile.text


APP = Artifact("build", "/src/app", "app")


def last(recipe: Recipe, **trees: list[str]) -> str:
    """The last stage of the one file."""
    return file(recipe, **trees).rpartition("\n\n")[2]


def test_a_file_is_copied_out_of_the_stage_that_makes_it() -> None:
    text = file(pair(BUILDER, "FROM alpine\nCOPY app /usr/bin/\n", APP))
    assert text == (
        "FROM busybox AS build\nRUN make\n\nFROM alpine\nCOPY --from=build /src/app /usr/bin/\n"
    )


def test_text_that_needs_no_change_stays() -> None:
    build = (
        "# syntax=docker/dockerfile:1\n\n# Builds.\nFROM  busybox\n\n\nRUN  a && \\\n  # why\n  b\n"
    )
    runtime = "# Runs.\nfrom alpine\n\n  # copied\ncopy  app \\\n   /x/\nCMD [ 'sh' ]\n"
    text = file(pair(build, runtime, APP))
    assert "RUN  a && \\\n  # why\n  b\n" in text
    assert "# Runs.\nfrom alpine\n\n  # copied\ncopy --from=build  /src/app \\\n   /x/\n" in text
    assert text.startswith("# syntax=docker/dockerfile:1\n\n# Builds.\nFROM")


def test_host_files_still_come_from_the_context() -> None:
    recipe = pair(BUILDER, "FROM alpine\nCOPY a.conf app b.conf /etc/\n", APP)
    assert last(recipe) == (
        "FROM alpine\nCOPY a.conf /etc/\nCOPY --from=build /src/app /etc/\nCOPY b.conf /etc/\n"
    )


def test_a_part_of_a_directory_of_artifacts_is_found_in_its_stage() -> None:
    out = Artifact("build", "/out/.", "dist")
    recipe = pair(BUILDER, "FROM alpine\nCOPY dist/js/*.js /js/\nCOPY dist /all\n", out)
    assert last(recipe) == (
        "FROM alpine\nCOPY --from=build /out/js/*.js /js/\nCOPY --from=build /out /all\n"
    )


def test_the_whole_context_keeps_its_host_files_and_gets_the_artifacts() -> None:
    recipe = pair(BUILDER, "FROM alpine\nCOPY . /srv\n", Artifact("build", "/m", "lib/m"))
    assert last(recipe, runtime=["main.py"]) == (
        "FROM alpine\nCOPY . /srv\nCOPY --from=build /m /srv/lib/m\n"
    )


def test_a_context_with_only_artifacts_is_not_copied() -> None:
    recipe = pair(BUILDER, "FROM alpine\nCOPY . /srv\n", APP)
    assert last(recipe, runtime=[]) == "FROM alpine\nCOPY --from=build /src/app /srv/app\n"


def test_a_directory_of_the_project_under_the_artifact_is_copied_first() -> None:
    recipe = pair(BUILDER, "FROM alpine\nCOPY conf /etc/x\n", Artifact("build", "/c/.", "conf"))
    assert last(recipe, runtime=["conf/own.conf"]) == (
        "FROM alpine\nCOPY conf /etc/x\nCOPY --from=build /c /etc/x\n"
    )


def test_a_renamed_file_keeps_its_new_name_in_a_directory() -> None:
    build = "FROM golang\nRUN go build -o /go/bin/main .\n"
    renamed = Artifact("build", "/go/bin/main", "gateway")
    recipe = pair(build, "FROM alpine\nWORKDIR /app\nCOPY gateway .\nCOPY gateway /app\n", renamed)
    assert last(recipe).endswith(
        "COPY --from=build /go/bin/main ./gateway\nCOPY --from=build /go/bin/main /app/gateway\n"
    )


def test_a_renamed_artifact_of_unknown_kind_gets_a_stage_with_its_old_name() -> None:
    renamed = Artifact("build", "/opt/thing", "gateway")
    text = file(pair(BUILDER, "FROM alpine\nCOPY gateway /somewhere\n", renamed))
    assert "FROM scratch AS context\nCOPY --from=build /opt/thing /gateway\n" in text
    assert text.endswith("COPY --from=context /gateway /somewhere\n")


def test_a_renamed_directory_needs_no_such_stage() -> None:
    renamed = Artifact("build", "/opt/thing/.", "gateway")
    assert last(pair(BUILDER, "FROM alpine\nCOPY gateway /x/\n", renamed)) == (
        "FROM alpine\nCOPY --from=build /opt/thing /x/\n"
    )


def test_add_of_an_artifact_is_a_copy_and_its_flags_stay() -> None:
    recipe = pair(BUILDER, "FROM alpine\nADD --chown=1:2 app /x/\n", APP)
    assert "COPY --from=build --chown=1:2 /src/app /x/\n" in last(recipe)


@pytest.mark.parametrize(
    "instruction", ["USER nobody\n", "RUN chown -R 1:1 /src\n", "COPY --chown=7 a /a\n"]
)
def test_files_that_may_have_other_owners_are_given_to_root(instruction: str) -> None:
    recipe = pair(BUILDER + instruction, "FROM alpine\nCOPY app /x/\n", APP)
    assert "COPY --from=build --chown=0:0 /src/app /x/\n" in last(recipe)


def test_json_form_stays_json_form() -> None:
    recipe = pair(BUILDER, 'FROM alpine\nCOPY ["app", "a b", "/x/"]\n', APP)
    assert last(recipe) == (
        'FROM alpine\nCOPY --from=build ["/src/app", "/x/"]\nCOPY ["a b","/x/"]\n'
    ).replace('"a b","/x/"', '"a b", "/x/"')


def test_a_bind_mount_of_an_artifact_comes_from_the_stage() -> None:
    runtime = "FROM alpine\nRUN --mount=type=bind,source=app,target=/a /a\n"
    assert "--mount=type=bind,source=/src/app,target=/a,from=build /a" in last(
        pair(BUILDER, runtime, APP)
    )


def test_entrypoint_and_cmd_of_the_build_stage_are_removed_unless_kept() -> None:
    recipe = pair(BUILDER + 'ENTRYPOINT ["make"]\nCMD all\n', "FROM alpine\nCOPY app /\n", APP)
    assert "ENTRYPOINT" not in file(recipe)
    kept = merged(recipe, MergeChoices(keep_entrypoint=True)).recipe.final.dockerfile.text
    assert 'ENTRYPOINT ["make"]\nCMD all\n' in kept


def test_stages_with_the_same_name_in_both_files_get_different_names() -> None:
    build = "FROM a AS base\nFROM base\nRUN x\n"
    runtime = "FROM b AS base\nFROM c\nCOPY --from=base /y /y\nCOPY --from=0 /z /z\nCOPY app /\n"
    text = file(pair(build, runtime, APP))
    assert "FROM b AS base-stage\n" in text
    assert "COPY --from=base-stage /y /y\nCOPY --from=base-stage /z /z\n" in text


def test_a_stage_never_has_the_name_of_an_external_image() -> None:
    recipe = Recipe(
        "app",
        (
            image("build", "FROM gcc\nRUN x\n"),
            image("runtime", "FROM build\nCOPY app /\n", APP),
        ),
    )
    text = file(recipe)
    assert "FROM gcc AS build-stage\n" in text
    assert "FROM build\nCOPY --from=build-stage" in text


def test_an_image_that_starts_from_another_by_its_tag_starts_from_its_stage() -> None:
    base = image("base", "FROM alpine\nENTRYPOINT x\n")
    recipe = Recipe(
        "app",
        (
            base,
            image("build", "FROM app-base\n"),
            image("runtime", "FROM app-base:latest\nCOPY app /\n", APP),
        ),
    )
    text = file(recipe)
    assert "FROM base AS build\n" in text
    assert "FROM base\nCOPY --from=build" in text
    assert "ENTRYPOINT x" in text


def test_images_that_ship_are_targets_of_the_merged_file() -> None:
    recipe = Recipe(
        "app",
        (
            image("build", BUILDER),
            image("api", "FROM a\nCOPY app /\n", APP),
            image("web", "FROM b\nCOPY app /\n", APP),
        ),
    )
    made = merged(recipe).recipe
    assert [(i.tag, i.target) for i in made.images] == [("app-api", "api"), ("app-web", None)]


def test_global_args_are_moved_to_the_top_once() -> None:
    build = "ARG V=1\nFROM a:$V\n"
    runtime = "ARG V=1\nARG W=2\n# below\nFROM b:$W\nCOPY app /\n"
    assert file(pair(build, runtime, APP)).startswith(
        "ARG V=1\nARG W=2\nFROM a:$V AS build\n\n# below\nFROM b:$W\n"
    )


def test_another_context_becomes_a_directory_of_the_common_one() -> None:
    recipe = Recipe(
        "app",
        (
            image("build", "FROM a\nCOPY . /src\n", context="src"),
            image("runtime", "FROM b\nCOPY x ./y/ /d/\nCOPY app /\n", APP, context="run"),
        ),
    )
    text = file(recipe, build=["m"], runtime=["x"])
    assert "COPY src /src\n" in text
    assert "COPY run/x run/y/ /d/\n" in text


def test_line_ends_of_each_file_stay() -> None:
    text = file(pair("FROM a\r\nRUN x\r\n", "FROM b\nCOPY c app /d/\n", APP))
    assert text == (
        "FROM a AS build\r\nRUN x\r\n\r\nFROM b\nCOPY c /d/\nCOPY --from=build /src/app /d/\n"
    ).replace("\r\n\r\nFROM b", "\r\n\nFROM b")


REFUSED = {
    "has a different default": ("ARG V=1\nFROM a:$V\n", "ARG V=2\nFROM b:$V\nCOPY app /\n"),
    "the value of another file's ARG": ("FROM a\nARG V\n", "ARG V=2\nFROM b:$V\nCOPY app /\n"),
    "contradicts": ("# syntax=a\nFROM a\n", "# syntax=b\nFROM b\nCOPY app /\n"),
    "escape character": ("FROM a\nRUN x \\\n y\n", "# escape=`\nFROM b\nRUN x `\n y\nCOPY app /\n"),
    "unpacks the artifact": ("FROM a\nUSER a\n", "FROM b\nADD app.tar.gz /\n"),
    "a later build's context": ("FROM a\n", "FROM b\nONBUILD COPY app /\nCOPY app /\n"),
    "known only during a build": ("FROM a\n", "FROM b\nARG TARGETARCH\nCOPY app$TARGETARCH /\n"),
}


@pytest.mark.parametrize("message", REFUSED)
def test_what_has_no_equivalent_is_refused_with_its_line(message: str) -> None:
    build, runtime = REFUSED[message]
    archive = Artifact("build", "/a.tar.gz", "app.tar.gz")
    with pytest.raises(ConversionError, match=message) as caught:
        file(pair(build, runtime, APP, archive))
    assert all(problem.place and problem.place.line for problem in caught.value.problems)
    assert all(problem.hint for problem in caught.value.problems)


DIST = Artifact("build", "/srv/dist", "x.tar", archive=True)
CONTENTS = Artifact("build", "/srv/dist/.", "x.tar", archive=True)


@pytest.mark.parametrize(
    ("written", "artifact", "becomes"),
    [
        ("ADD x.tar /dst\n", DIST, "COPY --from=build /srv/dist /dst/dist\n"),
        ("ADD ./x.tar /\n", DIST, "COPY --from=build /srv/dist /dist\n"),
        ("ADD x.tar .\n", DIST, "COPY --from=build /srv/dist ./dist\n"),
        ("ADD x.tar /dst\n", CONTENTS, "COPY --from=build /srv/dist /dst\n"),
        ('ADD ["x.tar", "/d/"]\n', DIST, 'COPY --from=build ["/srv/dist", "/d/dist"]\n'),
        (
            "# All.\nadd  x.tar \\\n  # why\n  /dst/\n",
            DIST,
            "# All.\ncopy --from=build  /srv/dist \\\n  # why\n  /dst/dist\n",
        ),
    ],
)
def test_add_of_an_archive_of_what_a_stage_has_copies_it(
    written: str, artifact: Artifact, becomes: str
) -> None:
    assert last(pair(BUILDER, f"FROM b\n{written}", artifact)) == f"FROM b\n{becomes}"


def test_what_add_unpacked_keeps_its_owners() -> None:
    text = last(pair("FROM a\nRUN chown -R 7 /srv\n", "FROM b\nADD x.tar /dst\n", DIST))
    assert "COPY --from=build /srv/dist /dst/dist\n" in text


@pytest.mark.parametrize(
    "taking",
    [
        "COPY x.tar /",
        "COPY . /src",
        "ADD . /src",
        "ADD *.tar /",
        "ADD x.tar app /dst/",
        "ADD --chown=7 x.tar /dst",
        "RUN --mount=source=x.tar,target=/x.tar tar xf /x.tar",
        "ADD x.tar /dst\nCOPY x.tar /",
    ],
)
def test_an_archive_that_is_needed_as_a_file_is_refused_with_its_line(taking: str) -> None:
    with pytest.raises(ConversionError, match="is an archive that the script makes") as caught:
        file(pair(BUILDER, f"FROM b\n{taking}\n", APP, DIST))
    lines = 1 + len(taking.splitlines())
    assert [str(p.place) for p in caught.value.problems] == [f"Dockerfile.runtime:{lines}"]


def test_a_build_argument_of_one_build_must_not_reach_the_other() -> None:
    recipe = Recipe(
        "app",
        (
            image("build", "FROM a\nARG V=1\n", build_args=(("V", "2"),)),
            image("runtime", "FROM b\nARG V=1\nCOPY app /\n", APP),
        ),
    )
    with pytest.raises(ConversionError, match="was passed to another build only"):
        file(recipe)


def test_all_problems_are_reported_at_once() -> None:
    build = "# syntax=a\nARG V=1\nFROM a:$V\n"
    with pytest.raises(ConversionError) as caught:
        file(pair(build, "# syntax=b\nARG V=2\nFROM b:$V\nCOPY app /\n", APP))
    assert len(caught.value.problems) == 2
    assert str(caught.value).count("Dockerfile.runtime:") == 2
