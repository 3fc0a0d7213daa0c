"""Words of a command: quoted for a shell, resolved in Python, and both the same."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpkit.core.arguments import (
    Join,
    Lit,
    Param,
    Rest,
    Var,
    Word,
    quote,
    resolve,
    shell_line,
    words,
)
from tests.examples import examples
from tests.shells import SHELLS

# What a person, a file system or an environment can come up with; NUL can't be in an argument.
texts = st.one_of(
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20),
    st.text(st.sampled_from("ab -'\"$`\\!*?[]{}()<>|&;#~=\n\t%"), max_size=20),
    st.sampled_from(["", "-", "--", "-n", "-e", "$HOME", "`id`", "$(id)", "a\n", "\n", "~", "a}b"]),
)
simple: st.SearchStrategy[Lit | Var | Param] = st.one_of(
    texts.map(Lit),
    st.sampled_from([Var("stage"), Var("run_id"), Param("IMAGE", "hellogo")]),
)
joined = st.lists(simple, min_size=1, max_size=4).map(lambda parts: Join(tuple(parts)))
any_word: st.SearchStrategy[Word] = st.one_of(simple, joined, st.just(Rest()))


@pytest.mark.parametrize("shell", SHELLS.values(), ids=SHELLS)
@examples(100)
@given(batch=st.lists(st.lists(any_word, max_size=5), min_size=1, max_size=20), value=texts)
def test_a_shell_reads_the_words_that_python_resolves(
    shell: list[str], batch: list[list[Word]], value: str
) -> None:
    bound = {"stage": value, "run_id": "r 1"}
    rest = ("--flag=a b", value)
    script = "set -eu\nIMAGE=hellogo\n" + "\n".join(
        f"printf '<%s>\\0' {shell_line(line)}; printf '\\0\\0'" for line in batch
    )
    done = subprocess.run(
        [*shell, "-c", script, "sh", *rest], env=bound, capture_output=True, check=True
    )
    expected = b""
    for line in batch:
        argv = resolve(line, bound, {}, rest) or [""]
        expected += b"".join(f"<{arg}>".encode() + b"\0" for arg in argv) + b"\0\0"
    assert done.stdout == expected


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("hellogo", "hellogo"),
        ("a b", "'a b'"),
        ("", "''"),
        ("it's", '"it\'s"'),
        ("$HOME", '"\\$HOME"'),
        ("--label=a=b", "--label=a=b"),
    ],
)
def test_a_word_is_quoted_only_where_it_must_be(text: str, source: str) -> None:
    assert quote(text) == source


def test_an_empty_setting_means_the_default() -> None:
    assert resolve(words(Param("DOCKER", "docker")), {}, {"DOCKER": ""}) == ["docker"]


def test_a_setting_of_the_user_beats_the_default() -> None:
    assert resolve(words(Param("DOCKER", "docker")), {}, {"DOCKER": "podman"}) == ["podman"]


def test_a_variable_before_letters_gets_braces() -> None:
    assert shell_line([Join((Var("run"), Lit("x")))]) == '"${run}x"'
