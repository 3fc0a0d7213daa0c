"""What ``parser`` says of a file beyond what BuildKit's parser can be asked.

That it reads instructions as BuildKit does is shown in ``dockerfile_buildkit_test.py``.
"""

from __future__ import annotations

import cProfile
import pstats

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpkit.errors import Place
from bpkit.formats.dockerfile.parser import (
    DockerfileError,
    Filler,
    Flag,
    Heredoc,
    Instruction,
    decode,
    encode,
    parse,
    parse_instruction,
)

FILE = """\
# syntax=docker/dockerfile:1

# The build.
FROM golang AS build
COPY --from=tools --chown=1:2 \\
  # the sources
  a.go /src/
RUN <<EOF
go build
EOF

ONBUILD RUN --network=none make
"""


def only(text: str) -> Instruction:
    (instruction,) = parse(text).instructions
    return instruction


def test_the_parts_are_the_text() -> None:
    read = parse(FILE)
    assert read.text == FILE
    assert [type(part) for part in read.parts] == [
        Filler,
        *[Instruction] * 3,
        Filler,
        Instruction,
    ]


def test_every_part_knows_its_lines() -> None:
    read = parse(FILE)
    assert [part.line for part in read.parts] == [1, 4, 5, 8, 11, 12]
    assert [one.end_line for one in read.instructions] == [4, 7, 10, 12]
    assert read.place(read.instructions[1]) == Place("Dockerfile", 5)


def test_an_instruction_has_flags_and_arguments() -> None:
    copy = parse(FILE).instructions[1]
    assert copy.keyword == "COPY"
    assert copy.flags == (Flag("from", "tools"), Flag("chown", "1:2"))
    assert copy.args == ("a.go", "/src/")
    assert copy.original == "COPY --from=tools --chown=1:2   a.go /src/"


def test_the_last_flag_of_a_name_counts_and_all_can_be_had() -> None:
    run = only("RUN --mount=a --mount=b --link x\n")
    assert run.flag("mount") == "b"
    assert run.flag_values("mount") == ("a", "b")
    assert run.flag("link") == ""
    assert run.flag("from") is None


def test_a_trigger_is_the_end_of_the_onbuild() -> None:
    onbuild = parse(FILE).instructions[3]
    assert onbuild.trigger is not None
    assert onbuild.trigger.text == "RUN --network=none make\n"
    assert onbuild.trigger.line == 12


@pytest.mark.parametrize(
    ("line", "expand", "chomp", "descriptor"),
    [
        ("RUN <<EOF", True, False, 0),
        ("RUN <<-EOF", True, True, 0),
        ("RUN <<'EOF'", False, False, 0),
        ('RUN <<-"EOF"', False, True, 0),
        ("RUN <<E'O'F", False, False, 0),
        ("RUN 3<<EOF", True, False, 3),
        (f"RUN 1{'0' * 5000}<<EOF", True, False, 2**64 - 1),
    ],
)
def test_a_heredoc_says_how_its_body_is_meant(
    line: str, expand: bool, chomp: bool, descriptor: int
) -> None:
    body = "\t$X\n"
    assert only(f"{line}\n{body}EOF\n").heredocs == (
        Heredoc("EOF", expand, chomp, body, descriptor),
    )


def test_the_directives_are_known_by_their_names() -> None:
    read = parse("# Syntax = a/b:1 \n#check=skip=all;error=true\n# escape=`\nFROM a\n")
    assert read.directives == {"syntax": "a/b:1", "check": "skip=all;error=true", "escape": "`"}
    assert read.escape == "`"
    assert read.instructions[0].escape == "`"


def test_names_and_values_come_in_pairs() -> None:
    assert only("ENV A=b C='d e'\n").pairs == (("A", "b"), ("C", "'d e'"))
    assert only("ENV A b c\n").pairs == (("A", "b c"),)
    assert only("ARG A B= C=d=e\n").pairs == (("A", None), ("B", ""), ("C", "d=e"))
    assert only("RUN a=b\n").pairs == ()


@given(st.binary(max_size=60))
def test_any_bytes_come_back(data: bytes) -> None:
    data = data.replace(b"\0", b"")
    assert encode(decode(data)) == data


@given(st.binary(max_size=40))
def test_bytes_that_are_not_utf8_stay_as_they_are(data: bytes) -> None:
    source = b"FROM a\nENV A=" + data.replace(b"\0", b"") + b"\n"
    try:
        read = parse(decode(source))
    except DockerfileError:
        return
    assert encode(read.text) == source


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", None, "no instructions"),
        ("FROM a\n\nENV A\n", 3, "two arguments"),
        ("FROM a\nENV A=b \\\n C\n", 2, "no = in C"),
        ("FROM a\nRUN x\nRUN <<EOF\nx\n", 3, "never closed"),
        ('FROM a\nCMD ["a",\\\n 1]\n', 2, "strings only"),
        ("# escape=x\nFROM a\n", 1, "escape character"),
        ("# syntax=a\n# syntax=b\nFROM a\n", 2, "given twice"),
        ("FROM a\n" + "x" * 70000, 2, "longer than 65535 bytes"),
        ("FROM a\nRUN \0\n", 2, "NUL"),
    ],
)
def test_a_mistake_is_reported_with_its_line(text: str, line: int | None, message: str) -> None:
    with pytest.raises(DockerfileError, match=message) as caught:
        parse(text, "build/Dockerfile")
    assert caught.value.place == Place("build/Dockerfile", line)
    assert caught.value.status == 2


def test_a_binary_file_is_called_one() -> None:
    with pytest.raises(DockerfileError, match="binary") as caught:
        decode(b"FROM a\n\x7fELF\0", "a.out")
    assert caught.value.place == Place("a.out", 2)


def test_one_instruction_can_be_read_alone() -> None:
    run = parse_instruction("RUN a `\n b\n", escape="`", line=7)
    assert (run.line, run.end_line, run.args) == (7, 8, ("a  b",))


@pytest.mark.parametrize("text", ["", "# a\n", "RUN a\nRUN b\n", "RUN a\n# b\n"])
def test_more_or_less_than_one_instruction_is_refused(text: str) -> None:
    with pytest.raises(DockerfileError, match="not one instruction"):
        parse_instruction(text)


LONG_FILES = {
    "many instructions": lambda n: "FROM a\n" + "RUN apt-get install -y b && c\n" * n,
    "one long instruction": lambda n: "FROM a\nRUN a" + " \\\n # c\n  && b $X" * n,
    "many variables": lambda n: "FROM a\nENV" + " A=${B:-c} \\\n" * n + " D=e",
    "a long list": lambda n: "FROM a\nCMD [" + '"a", \\\n' * n + '"b"]',
    "a long broken list": lambda n: "FROM a\nCMD [" + '"a", \\\n' * n + '"b"',
    "many flags": lambda n: "FROM a\nRUN" + " --mount=a \\\n" * n + " b",
    "many heredocs": lambda n: "FROM a\n" + "COPY <<E <<F /\na\nE\nb\nF\n" * n,
    "many in one line": lambda n: "FROM a\nCOPY" + " <<E \\\n" * n + " /\n" + "E\n" * n,
    "a long heredoc": lambda n: "FROM a\nRUN <<E\n" + "a\n" * n + "E\n",
    "many comments": lambda n: "# a\n\n" * n + "FROM a\n",
    "many comments within": lambda n: "FROM a\nRUN b \\\n" + "# c\n\n" * n + "d\n",
    "many brackets": lambda n: "FROM a\nRUN " + "[[[ \\\n" * n + "a",
    "many quotes": lambda n: "FROM a\nRUN << \\\n" + "'\"$ \\\n" * n + "a",
    "many escapes": lambda n: "FROM a\nARG " + "\\\\\\a \\\n" * n + "a",
}


@pytest.mark.parametrize("kind", LONG_FILES)
def test_reading_takes_steps_in_proportion_to_the_length(kind: str) -> None:
    """Calls are counted, not seconds: four times the file may take some four times as many."""
    few, many = (_calls(LONG_FILES[kind](n)) for n in (200, 800))
    assert many < few * 4.4


def _calls(text: str) -> int:
    profile = cProfile.Profile()
    profile.enable()
    try:
        parse(text)
    finally:
        profile.disable()
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]


def test_a_file_of_more_instructions_than_anybody_writes_is_refused_with_its_line() -> None:
    text = "FROM scratch\n" + "ENV A=1\n" * 10_000
    with pytest.raises(DockerfileError, match=r"more than 10,000 instructions") as caught:
        parse(text)
    assert str(caught.value.place) == "Dockerfile:10001"
    assert len(parse(text.removesuffix("ENV A=1\n")).instructions) == 10_000
