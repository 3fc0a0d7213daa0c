"""Whatever is in a project's files and on the command line: a sentence, never a traceback."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpkit.__main__ import main
from tests.examples import examples

#: Half of it as people write it, half as no one should.
FRAGMENTS = [
    *("FROM ", "scratch", "golang", " AS ", "builder", "COPY ", "ADD ", "--from=", "--chown=0 "),
    *(
        "RUN ",
        "go build -o ",
        "x",
        "WORKDIR ",
        "/",
        "ARG ",
        "ENV ",
        "A=",
        "$A",
        "${A:-",
        "${A",
        "}",
    ),
    *(
        "CMD ",
        '["',
        '", "',
        '"]',
        "ENTRYPOINT ",
        "<<E\n",
        "E\n",
        "\\\n",
        "\n",
        "\r\n",
        " ",
        "\t",
        "#",
    ),
    *(
        "# syntax=x\n",
        "# escape=`\n",
        "`",
        "'",
        '"',
        "*",
        "[",
        "]",
        "..",
        "../",
        "\0",
        "\x7f",
        "\xff",
    ),
    *("ONBUILD ", "HEALTHCHECK ", "--mount=type=bind,source=", ",", "COPYY ", "\ufeff", "\u2028"),
]
TOML = [
    "image",
    "name",
    "artifacts",
    "[build-args]",
    " = ",
    '"',
    "[",
    "]",
    "{",
    "}",
    "\n",
    "x",
    "1",
]
SWITCHES = ["--name", "-t", "--artifact", "--build-arg", "-f", "--style", "--platform", "--", "-q"]


def files_of(fragments: list[str]) -> st.SearchStrategy[bytes]:
    text = st.lists(st.sampled_from(fragments), max_size=25).map("".join)
    return text.map(lambda it: it.encode("latin-1", "replace")) | st.binary(max_size=40)


@examples(120)
@given(
    dockerfile=files_of(FRAGMENTS).map(lambda it: b"FROM golang AS builder\n" + it),
    runtime=st.none() | files_of(FRAGMENTS),
    toml=st.none() | files_of(TOML),
    switches=st.lists(st.sampled_from([*SWITCHES, *FRAGMENTS, ""]), max_size=4),
)
def test_no_input_ends_in_a_traceback(
    dockerfile: bytes,
    runtime: bytes | None,
    toml: bytes | None,
    switches: list[str],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    project = tmp_path_factory.mktemp("any")
    names = ("Dockerfile" if runtime is None else "Dockerfile.build", "Dockerfile.runtime")
    for name, content in zip((*names, "bpkit.toml"), (dockerfile, runtime, toml), strict=True):
        if content is not None:
            (project / name).write_bytes(content)
    words = ["build", "--dry-run", "--engine", "no-such-engine", *switches, str(project)]
    before = sorted(path.name for path in project.iterdir())
    status, out, err = said(words)
    assert status in {0, 2}
    assert (out == "") == (status == 2)
    assert err.startswith("bpkit: ") == (status == 2)
    assert sorted(path.name for path in project.iterdir()) == before


def said(words: list[str]) -> tuple[int, str, str]:
    """How bpkit ends in this process, and what it writes; a traceback is the test's own."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(words)
    return status, out.getvalue(), err.getvalue()


def test_a_name_of_any_bytes_is_named_as_it_can_be_shown(tmp_path: Path) -> None:
    status, out, err = said(["build", "--dry-run", str(tmp_path / "a\nb\udcff")])
    assert (status, out) == (2, "")
    assert "doesn't exist" in err
