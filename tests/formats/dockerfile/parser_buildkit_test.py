"""Whether ``parser`` reads what BuildKit's own parser reads, and refuses what it refuses.

Where the two differ on purpose, ``DIFFERENCES`` says why.
"""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bpkit.formats.dockerfile.parser import DockerfileError, decode, encode, parse
from tests.buildkit import seen_by_buildkit, seen_by_us
from tests.examples import examples, share
from tests.formats.dockerfile.dockerfile_cases import ACCEPTED, REFUSED
from tests.formats.dockerfile.dockerfile_tape import dockerfiles

FILES_A_RUN = share(20_000)
# A tape of this size makes some 40 files.
TAPE = 1024
TAPES = share(800)


@pytest.mark.parametrize("text", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_an_accepted_file_is_read_as_buildkit_reads_it(text: str) -> None:
    seen = seen_by_buildkit(text)
    assert seen is not None
    assert seen_by_us(text) == seen


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_a_refused_file_is_refused_by_both(text: str) -> None:
    assert seen_by_buildkit(text) is None
    assert seen_by_us(text) is None


def test_many_thousand_generated_files_are_read_as_buildkit_reads_them() -> None:
    counts = {"accepted": 0, "refused": 0}

    @settings(
        max_examples=TAPES,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        print_blob=True,
    )
    @given(st.binary(min_size=TAPE, max_size=TAPE))
    def check(tape: bytes) -> None:
        for text in dockerfiles(tape):
            ours = seen_by_us(text)
            if SPACED_HEREDOC.search(text):
                continue
            assert ours == seen_by_buildkit(text), text
            counts["refused" if ours is None else "accepted"] += 1

    check()
    assert sum(counts.values()) >= FILES_A_RUN
    assert min(counts.values()) >= FILES_A_RUN / 10


@examples(300)
@given(st.binary(max_size=300))
def test_whatever_was_accepted_comes_back_to_the_byte(tape: bytes) -> None:
    for text in dockerfiles(tape):
        data = encode(text)
        try:
            read = parse(decode(data))
        except DockerfileError:
            continue
        assert encode(read.text) == data


# Since BuildKit 0.22 a blank may stand before the name of a heredoc (moby/buildkit#5817).
SPACED_HEREDOC = re.compile(r"<<[ \t]")


def test_a_heredoc_with_a_blank_is_read_as_newer_builders_do() -> None:
    text = "FROM a\nRUN cat << EOF > b\nx\nEOF\nCOPY << 'E' /c\ny\nE\nUSER 1\n"
    run, copy, user = parse(text).instructions[1:]
    assert [(h.name, h.content, h.spaced) for h in run.heredocs] == [("EOF", "x\n", True)]
    assert [(h.name, h.expand, h.spaced) for h in copy.heredocs] == [("E", False, True)]
    assert user.line == 8


def test_a_shift_of_bits_opens_no_heredoc() -> None:
    (_, run, user) = parse("FROM a\nRUN echo $((1 << 2))\nUSER 1\n").instructions
    assert (run.heredocs, user.keyword) == ((), "USER")


DIFFERENCES = {
    "since BuildKit 0.15 text after a JSON list makes it a command (moby/buildkit#5107)": (
        'FROM a\nRUN ["a"] b\n',
        'FROM a\nRUN ["a"]\n',
    ),
    "since BuildKit 0.15 that goes for what would be a list of numbers too": (
        "FROM a\nRUN [1] b\n",
        None,
    ),
    "since BuildKit 0.15 check is a directive, so that others may follow it": (
        "# check=skip=all\n# escape=`\nFROM a\nRUN b `\n c\n",
        "# check=skip=all\n#\n# escape=`\nFROM a\nRUN b `\n c\n",
    ),
}


@pytest.mark.parametrize(("text", "as_old"), DIFFERENCES.values(), ids=DIFFERENCES.keys())
def test_a_newer_buildkit_is_followed_where_the_reference_is_old(
    text: str, as_old: str | None
) -> None:
    ours = seen_by_us(text)
    theirs = seen_by_buildkit(text)
    assert ours is not None
    assert ours != theirs
    if as_old is None:
        assert theirs is None
    else:
        old = seen_by_us(as_old)
        assert theirs is not None
        assert old is not None
        assert [(seen.json, seen.args) for seen in theirs] == [(s.json, s.args) for s in old]


@pytest.mark.parametrize(
    ("text", "flags", "args"),
    [
        # BuildKit reads flags byte by byte, and takes the A0 within 'à' for a space.
        ("COPY --from=à b c", ("--from=à",), ("b", "c")),
        ("COPY --from=x\u0085y b c", ("--from=x\u0085y",), ("b", "c")),
        # So it does with the first word of a HEALTHCHECK.
        ("HEALTHCHECK à b", (), ("à", "b")),
    ],
)
def test_a_letter_that_buildkit_breaks_in_two_stays_whole(
    text: str, flags: tuple[str, ...], args: tuple[str, ...]
) -> None:
    assert not _is_read_whole_by_buildkit(text)
    (instruction,) = parse(text).instructions
    assert tuple(str(flag) for flag in instruction.flags) == flags
    assert instruction.args == args


def _is_read_whole_by_buildkit(text: str) -> bool:
    try:
        (seen,) = seen_by_buildkit(text) or ()
    except UnicodeDecodeError:  # A half of the letter is no UTF-8.
        return False
    return (seen,) == seen_by_us(text)


def test_a_binary_file_is_refused_though_the_parser_would_read_it() -> None:
    # No engine can pass a NUL on: it ends a string in every system call.
    assert seen_by_buildkit("FROM a\0b\n") is not None
    with pytest.raises(DockerfileError, match="NUL"):
        parse("FROM a\0b\n")


def test_an_endless_onbuild_is_refused_though_the_parser_would_read_it() -> None:
    # No builder takes an ONBUILD ONBUILD, and BuildKit's parser recurses over it.
    assert seen_by_buildkit("ONBUILD " * 1000) is not None
    with pytest.raises(DockerfileError, match="nested too deeply"):
        parse("ONBUILD " * 1000)


@pytest.mark.parametrize("line", ["RUN --a=b --c d", "COPY <<E /\nE", 'CMD ["a"]', "ENV a b  c"])
def test_a_trigger_is_read_as_the_instruction_alone(line: str) -> None:
    (onbuild,) = parse(f"ONBUILD {line}\n").instructions
    (alone,) = parse(f"{line}\n").instructions
    assert onbuild.trigger == alone
