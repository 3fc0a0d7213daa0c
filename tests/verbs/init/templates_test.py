"""The little that a template knows besides being a Dockerfile."""

from __future__ import annotations

import pytest

from bpkit.errors import InputError
from bpkit.formats.dockerfile.parser import parse
from bpkit.formats.dockerfile.stage import stages
from bpkit.verbs.init.template_files import find_template, list_templates
from bpkit.verbs.init.templates import Template, render, without_buildkit


def rendered(text: str, **values: str) -> str:
    return render(Template("t", text, "t/Dockerfile"), values)


def test_placeholders_are_filled_in_and_nothing_else_changes() -> None:
    text = 'FROM a:${V:-1}\n# {{name}} is made here\nENTRYPOINT ["/{{name}}", "{}"]\n'
    assert rendered(text, name="x") == text.replace("{{name}}", "x")


def test_an_instruction_with_an_empty_placeholder_is_left_out_with_its_comment() -> None:
    text = "FROM a\n# Kept.\n\n# About the port,\n# at length.\nEXPOSE {{port}}\nUSER 1\n"
    assert rendered(text, port="") == "FROM a\n# Kept.\n\nUSER 1\n"
    assert rendered(text, port="80") == text.replace("{{port}}", "80")


def test_an_instruction_of_several_lines_is_left_out_as_a_whole() -> None:
    text = "FROM a\nRUN x && \\\n    {{step}} && \\\n    y\nUSER 1\n"
    assert rendered(text, step="") == "FROM a\nUSER 1\n"


def test_an_optional_placeholder_may_be_empty() -> None:
    text = "FROM a\nRUN cargo fetch {{locked?}} --quiet\n"
    assert rendered(text, locked="") == "FROM a\nRUN cargo fetch --quiet\n"
    assert rendered(text, locked="--locked") == "FROM a\nRUN cargo fetch --locked --quiet\n"


@pytest.mark.parametrize("place", ["{{nam}}", "{{Name}}", "{{name", "{{ name | upper }}"])
def test_an_unknown_placeholder_is_reported_with_its_line(place: str) -> None:
    with pytest.raises(InputError) as raised:
        rendered(f"FROM a\nLABEL x={place}\n", name="x")
    assert str(raised.value).startswith("t/Dockerfile:2: ")


def test_a_template_that_is_not_a_dockerfile_is_refused() -> None:
    with pytest.raises(InputError, match=r"t/Dockerfile"):
        rendered("# nothing\n")


def test_the_classic_form_has_no_mounts_and_no_platforms() -> None:
    text = (
        "FROM --platform=$BUILDPLATFORM a AS b\n"
        "RUN --mount=type=cache,target=/x \\\n    --mount=type=cache,target=/y \\\n    make\n"
        "COPY --link --from=b /z /z\n"
    )
    assert without_buildkit(text) == "FROM a AS b\nRUN make\nCOPY --from=b /z /z\n"


SHIPPED = {one.template.name: one.template for one in list_templates({"HOME": "/nowhere"})}


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_template_is_a_valid_dockerfile_itself(name: str) -> None:
    template = SHIPPED[name]
    read = parse(template.text, template.file)
    keywords = [instruction.keyword for instruction in read.instructions]
    assert keywords.count("FROM") in {2, 3}
    assert template.summary.endswith(".")
    last = stages(read).last
    assert {"LABEL", "USER", "ENTRYPOINT"} <= {one.keyword for one in last.instructions}


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_template_takes_its_bases_from_arguments(name: str) -> None:
    template = SHIPPED[name]
    froms = [one for one in parse(template.text).instructions if one.keyword == "FROM"]
    assert all("${" in one.args[0] or one.args[0] == "{{probe_image}}" for one in froms)
    assert ":latest" not in template.text


@pytest.mark.parametrize(
    "name", ["node/server", "python/pip", "python/bare", "php/apache", "ruby", "deno", "static"]
)
def test_the_images_user_can_read_the_files_whoever_owned_them(name: str) -> None:
    text = find_template(name, None, {"HOME": "/nowhere"}).text
    build, _, shipped = text.rpartition("\nFROM ")
    assert "chmod -R a+rX" in build
    assert "USER 0" not in shipped
