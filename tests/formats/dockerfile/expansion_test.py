"""Variables and quotes, against what BuildKit's shell lexer does with the same words.

The results were worked out from lex.go, form by form; the patterns are checked against regular
expressions too.
"""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpkit.formats.dockerfile.error import DockerfileError
from bpkit.formats.dockerfile.expansion import expand, raw_words, references
from bpkit.formats.dockerfile.expansion_patterns import replaced, trimmed

ENV = {
    **{
        "SET": "value",
        "EMPTY": "",
        "UNSET": None,
        "PATH": "/usr/bin:/bin",
        "Ä": "umlaut",
        "_": "u",
    },
    **{"FILE": "/src/main.test.go", "STARS": "a*b*c", "SPACED": " one  two ", "W": "two words"},
}

PLAIN = [
    ("", ""),
    ("word", "word"),
    ("two  words ", "two  words "),
    ("$SET", "value"),
    ("${SET}", "value"),
    ("a$SET/b", "avalue/b"),
    ("a${SET}b", "avalueb"),
    ("$SETb", ""),
    ("$UNSET", ""),
    ("x${NEVER}y", "xy"),
    ("$SET$EMPTY$SET", "valuevalue"),
    ("$Ä-$_", "umlaut-u"),
    ("$SET²", "value²"),
    ("$", "$"),
    ("a$ b", "a$ b"),
    ("$.", "$."),
    ("$/x", "$/x"),
    ("$1x", "x"),
    ("$10x", "x"),
    ("$@$*$#$?$-$!$0|", "|"),
    ("$$SET", "SET"),
    ("\ufeff$SET", "value"),
]
QUOTED = [
    ("'$SET'", "$SET"),
    ('"$SET"', "value"),
    ("a'b c'd", "ab cd"),
    ("'a\\b'", "a\\b"),
    ('"it\'s"', "it's"),
    ("'say \"a\"'", 'say "a"'),
    ('"a\\"b"', 'a"b'),
    ('"\\$SET"', "$SET"),
    ('"\\\\"', "\\"),
    ('"a\\b\\n"', "a\\b\\n"),
    ("\\$SET", "$SET"),
    ("\\'a\\'", "'a'"),
    ("a\\ b", "a b"),
    ("\\\\", "\\"),
    ("a\\", "a"),
    ('""', ""),
    ("\"${SET:-'a'}\"", "value"),
    ("\"${UNSET:-'a'}\"", "a"),
]
DEFAULTS = [
    ("${SET:-x}", "value"),
    ("${EMPTY:-x}", "x"),
    ("${UNSET:-x}", "x"),
    ("${SET-x}", "value"),
    ("${EMPTY-x}", ""),
    ("${UNSET-x}", "x"),
    ("${SET:+x}", "x"),
    ("${EMPTY:+x}", ""),
    ("${UNSET:+x}", ""),
    ("${SET+x}", "x"),
    ("${EMPTY+x}", "x"),
    ("${UNSET+x}", ""),
    ("${SET:?no}", "value"),
    ("${SET?no}", "value"),
    ("${EMPTY?no}", ""),
    ("${UNSET:-}", ""),
    ("${UNSET:-$SET}", "value"),
    ("${UNSET:-${EMPTY:-${SET}}}", "value"),
    ("${UNSET:-a b}", "a b"),
    ("${UNSET:-'}'}", "}"),
    ("${UNSET:-\\}}", "}"),
    ("${SET:+${W}}", "two words"),
    ("${UNSET:-{a}b}", "{ab}"),
    ("${UNSET:-$}", "$"),
]
TRIMMED = [
    ("${FILE#/src/}", "main.test.go"),
    ("${FILE#*/}", "src/main.test.go"),
    ("${FILE##*/}", "main.test.go"),
    ("${FILE%.*}", "/src/main.test"),
    ("${FILE%%.*}", "/src/main"),
    ("${FILE%.py}", "/src/main.test.go"),
    ("${FILE#main}", "/src/main.test.go"),
    ("${FILE#?src}", "/main.test.go"),
    ("${FILE%??}", "/src/main.test."),
    ("${FILE#*}", "/src/main.test.go"),
    ("${FILE##*}", ""),
    ("${FILE%*}", "/src/main.test.go"),
    ("${FILE%%*}", ""),
    ("${FILE#}", "/src/main.test.go"),
    ("${FILE##}", "/src/main.test.go"),
    ("${STARS#a\\*}", "b*c"),
    ("${STARS%\\**}", "a*b"),
    ("${STARS%%\\**}", "a"),
    ("${STARS%%\\*?}", "a*b"),
    ("${PATH%:$UNSET/bin}", "/usr/bin"),
    ("${PATH##${UNSET:-*:}}", "/bin"),
    ("${UNSET#x}", ""),
    ("${FILE:#/src/}", "main.test.go"),
    ("${STARS#'a*'}", "*b*c"),
    ("${STARS#[a]}", "a*b*c"),
]
REPLACED = [
    ("${PATH/bin/x}", "/usr/x:/bin"),
    ("${PATH//bin/x}", "/usr/x:/x"),
    ("${PATH/\\/usr/}", "/bin:/bin"),
    ("${PATH//\\//_}", "_usr_bin:_bin"),
    ("${PATH/nothing/x}", "/usr/bin:/bin"),
    ("${PATH/:*/}", "/usr/bin"),
    ("${PATH/*:/}", "/bin"),
    ("${PATH//b?n/x}", "/usr/x:/x"),
    ("${PATH//b/}", "/usr/in:/in"),
    ("${PATH/bin/$SET}", "/usr/value:/bin"),
    ("${PATH/$UNSET/x}", "x/usr/bin:/bin"),
    ("${SET//$UNSET/-}", "-v-a-l-u-e-"),
    ("${STARS//\\*/}", "abc"),
    ("${STARS/\\*/\\}}", "a\\}b*c"),
    ("${UNSET/a/b}", ""),
    ("${UNSET/*/b}", "b"),
    ("${SET//a/'$0$0'}", "vaalue"),
    ("${SET//a/'$1'}", "vlue"),
    ("${SET/a/'$0'}", "v$0lue"),
    ("${SET//a/'$$x'}", "v$xlue"),
    ("${SET///}", "value"),
]
ALL = [*PLAIN, *QUOTED, *DEFAULTS, *TRIMMED, *REPLACED]


@pytest.mark.parametrize(("text", "expected"), ALL)
def test_a_word_comes_out_as_buildkit_expands_it(text: str, expected: str) -> None:
    assert expand(text, ENV) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("${SET", "never closed"),
        ("${", "never closed"),
        ("${SET:", "never closed"),
        ("${UNSET:-x", "never closed"),
        ("${SET#x", "never closed"),
        ("${SET/a}", "never closed"),
        ("${SET//a}", "never closed"),
        ("${SET/a/b", "never closed"),
        ("${UNSET:-${SET}", "never closed"),
        ("${}", "bad substitution"),
        ("${{SET}}", "bad substitution"),
        ("${:-x}", "bad substitution"),
        ("${SET=x}", "unsupported modifier"),
        ("${SET:=x}", "unsupported modifier"),
        ("${SET:x}", "unsupported modifier"),
        ("${SET:/a/b}", "unsupported modifier"),
        ("${SET,,}", "unsupported modifier"),
        ("${SET^}", "unsupported modifier"),
        ("${!SET}", "unsupported modifier"),
        ("${UNSET:?give it}", "UNSET: give it"),
        ("${EMPTY:?give it}", "EMPTY: give it"),
        ("${UNSET?give $SET}", "UNSET: give value"),
        ("${UNSET:?}", "not allowed to be unset"),
        ("${EMPTY:?}", "not allowed to be empty"),
        ("'a", "single quote"),
        ('"a', "double quote"),
        ('"a\\', "double quote"),
        ("${SET#\\a}", "invalid pattern"),
        ("${SET/\\\\\\/x}", "never closed"),
    ],
)
def test_what_buildkit_refuses_is_refused(text: str, message: str) -> None:
    with pytest.raises(DockerfileError, match=re.escape(message)):
        expand(text, ENV)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("C:\\new\\$SET", "C:\\new\\value"),
        ("`$SET", "$SET"),
        ("a` b", "a b"),
        ('"`"\\"', '"\\'),
        ("``", "`"),
        ("${UNSET:-a`}b}", "a}b"),
    ],
)
def test_the_escape_character_can_be_the_backquote(text: str, expected: str) -> None:
    assert expand(text, ENV, "`") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("a  b\tc", ["a", "b", "c"]),
        ("'a b' c", ["a b", "c"]),
        ("a\\ b c", ["a b", "c"]),
        ("a '' b", ["a", "b"]),
        ("a\u2003b", ["a", "b"]),
    ],
)
def test_words_end_at_spaces_that_are_not_quoted(text: str, expected: list[str]) -> None:
    assert raw_words(text, keep_quotes=False) == (expected, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a$B${C}", {"B", "C"}),
        ("${A:-$B}${C/$D/${E}}", {"A", "B", "C", "D", "E"}),
        ("'$A' \\$B \"$C\"", {"C"}),
        ("${A:?needed}", {"A"}),
        ("none", set()),
    ],
)
def test_the_names_that_a_text_uses_are_found(text: str, expected: set[str]) -> None:
    assert references(text) == expected


@given(st.text(max_size=20))
def test_a_text_in_single_quotes_is_itself(text: str) -> None:
    inner = text.replace("'", "").removeprefix("\ufeff")
    assert expand(f"'{inner}'", ENV) == inner


@given(st.text(alphabet="$SET{}:-+?#%/\\'\"` *Eé", max_size=25))
def test_any_text_expands_or_is_refused_in_words(text: str) -> None:
    try:
        result = expand(text, ENV)
    except DockerfileError as error:
        result = error.message
    assert result or not expand(text, ENV)


def test_endless_nesting_is_refused_in_words() -> None:
    with pytest.raises(DockerfileError, match="nested too deeply"):
        expand("${UNSET:-" * 5000 + "x" + "}" * 5000, ENV)


values = st.text(alphabet="ab/*\n", max_size=8)
patterns = st.text(alphabet="ab*?", max_size=6)


@given(values, patterns, st.booleans())
def test_a_start_is_taken_off_as_a_regular_expression_does(
    value: str, pattern: str, longest: bool
) -> None:
    found = _regex(pattern, longest=longest).match(value)
    rest = value[found.end() :] if found else value
    assert trimmed(value, pattern, suffix=False, longest=longest) == rest
    backwards = trimmed(value[::-1], pattern[::-1], suffix=True, longest=longest)
    assert backwards == rest[::-1]


@given(values, patterns)
def test_a_match_is_replaced_as_a_regular_expression_does(value: str, pattern: str) -> None:
    regex = _regex(pattern, longest=True)
    assert replaced(value, pattern, "X", every=False) == regex.sub("X", value, count=1)
    if pattern.strip("*"):  # Python replaces an empty match right after another, Go doesn't.
        assert replaced(value, pattern, "X", every=True) == regex.sub("X", value)


def _regex(pattern: str, *, longest: bool) -> re.Pattern[str]:
    wild = {"*": ".*" if longest else ".*?", "?": "."}
    return re.compile("".join(wild.get(char, re.escape(char)) for char in pattern))


def test_many_stars_take_no_endless_time() -> None:
    # With backtracking this takes longer than the universe has been there.
    pattern = "*a" * 60 + "b"
    assert trimmed("a" * 400, pattern, suffix=False, longest=True) == "a" * 400
    assert replaced("a" * 400, pattern, "x", every=True) == "a" * 400
