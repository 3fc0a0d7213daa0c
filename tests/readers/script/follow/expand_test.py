"""Words are read as bash and dash read them: the same fields, byte for byte."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpkit.formats.shell.parser import parse
from bpkit.formats.shell.syntax import Simple
from bpkit.readers.script.follow.expand import expand
from bpkit.readers.script.follow.start import initial_state
from bpkit.readers.script.model.state import ScriptSurroundings
from tests.examples import examples

SETTINGS = {
    "X": "a b",
    "E": "",
    "P": "foo/bar.tar.gz",
    "S": "  lead and trail  ",
    "Q": 'it\'s "quoted" \\ $X',
}

_SAFE = st.text("abcxyz019_./:=,@%+-", min_size=1, max_size=6)
_IN_SINGLE = st.text('ab "$`\\#;|&<>(){}*~!\n', max_size=6).map(lambda t: f"'{t}'")
_NAME = st.sampled_from(sorted(SETTINGS))
_PATTERN = st.sampled_from(["/*", "*/", ".*", "*.", "?", "a", "*", "*o*", "'*'", "[a-f]*", "[!a]"])
_DEFAULT = st.sampled_from(["def", "d e", "'d e'", '"d e"', "$X", '"$X"', "${P}", ""])


def _parameter(plain: bool) -> st.SearchStrategy[str]:
    default = st.sampled_from(["def", "$X", "${P}", ""]) if plain else _DEFAULT
    return st.one_of(
        _NAME.map(lambda n: f"${{{n}}}"),
        _NAME.map(lambda n: f"${{#{n}}}"),
        st.builds(
            lambda n, o, d: f"${{{n}{o}{d}}}",
            st.one_of(_NAME, st.just("UNSET_BUT_NAMED")),
            st.sampled_from([":-", "-", ":+", "+"]),
            default,
        ),
        st.builds(
            lambda n, o, p: f"${{{n}{o}{p}}}",
            _NAME,
            st.sampled_from(["%", "%%", "#", "##"]),
            _PATTERN,
        ),
    )


_ESCAPE = st.sampled_from([r"\ ", r"\$", r"\"", r"\\", r"\'", r"\a", "\\\n", r"\*"])
_IN_DOUBLE = st.lists(
    st.one_of(
        _SAFE,
        st.sampled_from([" ", "'", r"\$", r"\"", r"\\", r"\a", "\\\n", "#", "*", "~", "$."]),
        _parameter(plain=True),
    ),
    max_size=4,
).map(lambda parts: '"' + "".join(parts) + '"')
WORD = st.lists(
    st.one_of(_SAFE, _IN_SINGLE, _ESCAPE, _IN_DOUBLE, _parameter(plain=False)),
    min_size=1,
    max_size=5,
).map("".join)


def fields(source: str) -> list[str]:
    """The fields of the command ``x SOURCE``, with SETTINGS set."""
    state = initial_state("x.sh", ScriptSurroundings(SETTINGS, sh_only=True))
    command = parse(f"x {source}\n", "x.sh").chains[0].first.commands[0]
    assert isinstance(command, Simple)
    found = [word.text for word in expand(command.words[1:], state)]
    assert None not in found
    return [text for text in found if text is not None]


def shell_fields(shell: str, source: str) -> list[str]:
    """What the real shell passes on; its name patterns are off, there are no files to match."""
    script = f"set -f\nx() {{ [ $# = 0 ] || printf '%s\\0' \"$@\"; }}\nx {source}\n"
    done = subprocess.run(
        [shell, "-c", script], env=SETTINGS, capture_output=True, check=True, timeout=20
    )
    return [part.decode() for part in done.stdout.split(b"\0")[:-1]]


@pytest.mark.parametrize("shell", ["/usr/bin/dash", "/usr/bin/bash"])
@examples(400)
@given(words=st.lists(WORD, min_size=1, max_size=3))
def test_random_words_become_the_fields_that_a_real_shell_makes(
    shell: str, words: list[str]
) -> None:
    source = " ".join(words)
    assert fields(source) == shell_fields(shell, source)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("$X", ["a", "b"]),
        ('"$X"', ["a b"]),
        ("$E", []),
        ('"$E"', [""]),
        ("p$X's'", ["pa", "bs"]),
        ("$S", ["lead", "and", "trail"]),
        ("${P%/*}-${P##*/}", ["foo-bar.tar.gz"]),
        ("${P%%.*} ${P#*.}", ["foo/bar", "tar.gz"]),
        ("a\\\nb", ["ab"]),
        ("${NOT_SET:-x y}", ["x", "y"]),
        ("${NOT_SET:-'x y'}", ["x y"]),
        ('"${NOT_SET:-"x y"}"', ["x y"]),
        ("${E:+set}", []),
        ("${E+set}", ["set"]),
    ],
)
def test_quotes_and_expansions_give_the_expected_fields(source: str, expected: list[str]) -> None:
    assert fields(source) == expected
    assert shell_fields("/usr/bin/bash", source) == expected
