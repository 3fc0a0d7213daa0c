"""Edits change what was asked for, and no other character of the text."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bpkit.formats.dockerfile.edit import (
    with_arg,
    with_args,
    with_flag,
    with_instruction,
    without_flag,
)
from bpkit.formats.dockerfile.parser import (
    DockerfileError,
    Flag,
    Instruction,
    parse,
    parse_instruction,
)
from tests.formats.dockerfile.dockerfile_tape import dockerfiles

COPY = "COPY  --link \\\n  # from the builder\n  --from=a \\\n\n  /x \t /y/ \n"


def read(text: str, escape: str = "\\") -> Instruction:
    return parse_instruction(text, escape)


@pytest.mark.parametrize(
    ("text", "index", "new", "expected"),
    [
        (COPY, 0, "/new", COPY.replace("/x", "/new")),
        (COPY, -1, "/z", COPY.replace("/y/", "/z")),
        ("FROM a AS b\n", 0, "c:1", "FROM c:1 AS b\n"),
        ('COPY [ "a" ,"b"]\n', 1, 'c "d"', 'COPY [ "a" ,"c \\"d\\""]\n'),
        ('HEALTHCHECK CMD ["a"]\n', 1, "é", 'HEALTHCHECK CMD ["é"]\n'),
        ('HEALTHCHECK CMD ["a"]\n', 0, "cmd", 'HEALTHCHECK cmd ["a"]\n'),
        ("ENV A=b  C=d\n", 1, "'x y'", "ENV A='x y'  C=d\n"),
        ("RUN a \\\n  && b", 0, "c", "RUN c"),
        ("COPY <<E /a\nx\nE\n", 1, "/b", "COPY <<E /b\nx\nE\n"),
        ("WORKDIR /a\r\n", 0, "/b", "WORKDIR /b\r\n"),
        ("ENTRYPO\\\nINT a\n", 0, "b", "ENTRYPO\\\nINT b\n"),
    ],
)
def test_an_argument_is_replaced_where_it_stands(
    text: str, index: int, new: str, expected: str
) -> None:
    assert with_arg(read(text), index, new).text == expected


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("COPY a b\n", "c d"),
        ("COPY a b\n", ""),
        ("COPY a b\n", "--x"),
        ("ENV A=b\n", "c d"),
        ("RUN a \\\n # why\n && b\n", "c"),
        ("COPY a b\n", "<<E"),
        ("WORKDIR a\n", "b \\"),
        ("EXPOSE 1 2\n", "3\n4"),
    ],
)
def test_an_edit_that_would_say_something_else_is_refused(text: str, new: str) -> None:
    with pytest.raises(DockerfileError):
        with_arg(read(text), 0, new)


def test_arguments_that_stay_keep_their_place() -> None:
    assert with_args(read("COPY a \\\n  b  c\n"), ("a", "x", "c")).text == "COPY a \\\n  x  c\n"


@pytest.mark.parametrize(
    ("text", "args", "expected"),
    [
        ("COPY a  b\n", ("a", "c", "b"), "COPY a c b\n"),
        ("FROM a AS b\n", ("a",), "FROM a\n"),
        ('CMD ["a"] \n', ("a", "b"), 'CMD ["a", "b"] \n'),
        ("ENV A=b # c=d\n", ("A", "b"), None),
        ('HEALTHCHECK CMD ["a", "b"]\n', ("CMD", "c"), 'HEALTHCHECK CMD ["c"]\n'),
        ('HEALTHCHECK CMD ["a", "b"]\n', ("NONE",), None),
        ("ENV A=b C=d\n", ("A", "b"), "ENV A=b\n"),
    ],
)
def test_arguments_of_another_number_are_written_anew(
    text: str, args: tuple[str, ...], expected: str | None
) -> None:
    if expected is None:
        with pytest.raises(DockerfileError):
            with_args(read(text), args)
    else:
        assert with_args(read(text), args).text == expected


@pytest.mark.parametrize(
    ("text", "name", "value", "expected"),
    [
        (COPY, "from", "b", COPY.replace("=a", "=b")),
        (COPY, "chown", "1:2", COPY.replace("COPY", "COPY --chown=1:2")),
        ("COPY a b\n", "link", None, "COPY --link a b\n"),
        ("RUN x\n", "mount", 'a "b"', 'RUN --mount="a \\"b\\"" x\n'),
        ("RUN x\n", "mount", "a\\b", 'RUN --mount="a\\\\b" x\n'),
        ("COPY\t\\\n a b\n", "from", "c", "COPY --from=c\t\\\n a b\n"),
    ],
)
def test_a_flag_is_set_in_its_place_or_in_front(
    text: str, name: str, value: str | None, expected: str
) -> None:
    edited = with_flag(read(text), name, value)
    assert edited.text == expected
    assert Flag(name, value) in edited.flags


def test_a_flag_given_twice_is_not_guessed_at() -> None:
    with pytest.raises(DockerfileError, match="given 2 times"):
        with_flag(read("RUN --mount=a --mount=b c\n"), "mount", "d")


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        (COPY, "chown", COPY),
        (COPY, "from", "COPY  --link \\\n  # from the builder\n  /x \t /y/ \n"),
        ("COPY --from=a \\\n # c\n b c\n", "from", "COPY \\\n # c\n b c\n"),
        (COPY, "link", COPY.replace("--link ", "")),
        ("COPY --from=a b c\n", "from", "COPY b c\n"),
        ("COPY --from=a \\\n  b c\n", "from", "COPY b c\n"),
        ("RUN --mount=a --x --mount=b c\n", "mount", "RUN --x c\n"),
        ("COPY --from=a `\n b c\n", "from", "COPY b c\n"),
    ],
)
def test_a_flag_is_taken_out_with_the_space_behind_it(text: str, name: str, expected: str) -> None:
    escape = "`" if "`" in text else "\\"
    edited = without_flag(read(text, escape), name)
    assert edited.flag(name) is None
    assert edited.text == expected


def test_an_edited_instruction_takes_the_place_of_the_old_one() -> None:
    read_file = parse("# a\nFROM a\n\nRUN b # c\n")
    old = read_file.instructions[0]
    edited = with_instruction(read_file, old, with_arg(old, 0, "z"))
    assert edited.text == "# a\nFROM z\n\nRUN b # c\n"
    with pytest.raises(ValueError, match="not part"):
        with_instruction(edited, old, old)


@given(st.binary(max_size=200), st.data())
def test_the_text_around_an_edited_argument_stays(tape: bytes, data: st.DataObject) -> None:
    old = _some_instruction(tape, data)
    assume(old.args)
    index = data.draw(st.integers(0, len(old.args) - 1))
    try:
        new = with_arg(old, index, "edited")
    except DockerfileError:
        return
    assert new.args == (*old.args[:index], "edited", *old.args[index + 1 :])
    assert (new.keyword, new.flags, new.heredocs) == (old.keyword, old.flags, old.heredocs)
    before, _, after = new.text.partition('"edited"' if '"edited"' in new.text else "edited")
    assert old.text.startswith(before)
    assert old.text.endswith(after)


@given(st.binary(max_size=200), st.data())
def test_a_flag_that_is_set_and_taken_out_leaves_the_text_as_it_was(
    tape: bytes, data: st.DataObject
) -> None:
    old = _some_instruction(tape, data)
    try:
        edited = with_flag(old, "new", data.draw(st.text(alphabet="ab \"'\\é,=$", max_size=6)))
        back = without_flag(edited, "new")
    except DockerfileError:
        return
    assert edited.args == old.args
    assert edited.text.endswith(old.text[len(old.text.split(old.keyword)[0]) + len(old.keyword) :])
    assert back.args == old.args
    assert back.flags == old.flags


def _some_instruction(tape: bytes, data: st.DataObject) -> Instruction:
    found: list[Instruction] = []
    for text in dockerfiles(tape):
        try:
            found += parse(text).instructions
        except DockerfileError:
            continue
    assume(found)
    return data.draw(st.sampled_from(found))
