from __future__ import annotations

import pytest

from bpkit.errors import InputError
from bpkit.formats.dockerfile.parser import parse
from bpkit.project.form import check_slips, choose_form, name_of

ONE = parse("FROM alpine\n")
TWO = parse("FROM golang AS b\nFROM scratch\nCOPY --from=b /x /x\n")


@pytest.mark.parametrize(
    ("names", "style", "files"),
    [
        ({"Dockerfile.build": ONE, "Dockerfile.runtime": ONE}, "builder", 2),
        ({"Dockerfile.build": ONE, "Dockerfile": ONE}, "builder", 2),
        ({"Dockerfile.build": ONE, "Dockerfile.runtime": ONE, "Dockerfile": ONE}, "builder", 2),
        ({"Dockerfile": TWO}, "multi-stage", 1),
        ({"Dockerfile": ONE}, "multi-stage", 1),
    ],
)
def test_the_form_is_seen_from_the_files(names: dict, style: str, files: int) -> None:  # type: ignore[type-arg]
    form = choose_form(names)
    assert (form.style, len(form.files)) == (style, files)


def test_where_both_forms_are_the_style_decides() -> None:
    both = {"Dockerfile.build": ONE, "Dockerfile.runtime": ONE, "Dockerfile": TWO}
    with pytest.raises(InputError, match="has both forms"):
        choose_form(both)
    assert choose_form(both, "builder").files == ("Dockerfile.build", "Dockerfile.runtime")
    assert choose_form(both, "multi-stage").files == ("Dockerfile",)


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ((), "there is no Dockerfile here"),
        (("Dockerfile.build",), "Dockerfile.build has no Dockerfile.runtime"),
        (("Dockerfile.runtime",), "Dockerfile.runtime has no Dockerfile.build"),
    ],
)
def test_for_an_incomplete_project_what_is_missing_is_named(
    names: tuple[str, ...], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        choose_form(dict.fromkeys(names, ONE))


def test_files_named_by_the_user_are_one_or_two() -> None:
    assert choose_form({}, named=("a",)).style == "multi-stage"
    assert choose_form({}, named=("a", "b")).style == "builder"
    with pytest.raises(InputError, match="3 Dockerfiles are named"):
        choose_form({}, named=("a", "b", "c"))
    with pytest.raises(InputError, match="1 Dockerfiles are named"):
        choose_form({}, "builder", ("a",))


@pytest.mark.parametrize(
    ("text", "artifacts", "name"),
    [
        ('FROM alpine\nCOPY hellogo .\nENTRYPOINT ["./hellogo"]\n', ("hellogo",), "hellogo"),
        ('FROM alpine\nCOPY out/hellogo /bin/\nCMD ["hellogo"]\n', (), "hellogo"),
        ("FROM alpine\nCOPY x /bin/hellogo\nCMD exec hellogo -v\n", (), "hellogo"),
        ('FROM golang\nRUN go build -o /bin/hello .\nCMD ["hello"]\n', (), "hello"),
        ('FROM alpine\nLABEL org.opencontainers.image.title="till"\nCMD ["app"]\n', (), "till"),
        # A folder that was copied is no program, and a program of the base is not made here.
        ('FROM a AS b\nFROM scratch\nCOPY --from=b /srv /srv\nCMD ["/bin/x"]\n', (), "my-dir"),
        ("FROM a AS b\nFROM scratch\nCOPY --from=b /out/rootfs /\n", (), "my-dir"),
        ('FROM alpine\nENTRYPOINT ["/usr/sbin/nginx", "-g"]\n', (), "my-dir"),
        ('FROM alpine\nCOPY app .\nENTRYPOINT ["./app"]\n', ("app",), "my-dir"),
        ('FROM alpine\nENTRYPOINT ["./x"]\n', ("hellogo",), "my-dir"),
        ("FROM alpine\n", ("a", "b"), "my-dir"),
        ('FROM alpine\nCOPY x.jar .\nCMD ["java", "-jar", "x.jar"]\n', (), "my-dir"),
    ],
)
def test_a_project_is_called_after_its_program_or_its_directory(
    text: str, artifacts: tuple[str, ...], name: str
) -> None:
    assert name_of(parse(text), "My Dir", artifacts) == name


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("FROM golang AS b\nFROM sratch\n", "Dockerfile:2: FROM 'sratch' is neither"),
        ("FROM golang AS builder\nFROM biulder\n", "did you mean 'builder'?"),
        (
            "FROM golang AS builder\nFROM scratch\nCOPY --from=buider /x /\n",
            "Dockerfile:3: COPY --from 'buider' is neither",
        ),
    ],
)
def test_a_slip_in_a_base_or_a_stages_name_is_found(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        check_slips(parse(text))
    assert message in str(caught.value)


def test_an_image_that_the_engine_has_is_not_a_slip() -> None:
    text = "FROM golang AS busybo\nFROM busybox\n"
    check_slips(parse(text), frozenset({"busybox"}))


def test_a_base_that_only_a_build_argument_names_is_checked_by_its_value() -> None:
    text = "ARG BASE\nFROM busybox AS made\nFROM ${BASE}\n"
    check_slips(parse(text), frozenset(), {"BASE": "alpine"})
    with pytest.raises(InputError, match="did you mean 'made'"):
        check_slips(parse(text), frozenset(), {"BASE": "mode"})
    assert name_of(parse(text), "dir") == "dir"
