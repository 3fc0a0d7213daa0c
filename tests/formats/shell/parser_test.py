"""The parser's verdict is the shells' own, and its lines are the text's."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpkit.errors import InputError
from bpkit.formats.shell.parser import parse
from bpkit.formats.shell.syntax import Chain, If, Simple
from tests.examples import examples

SCRIPTS = [
    "a && b || c; d &\ne",
    "if a; then b; elif c; then d; else e; fi > out",
    "for x in a b; do c; done; for y; do d; done",
    "while a; do b; done < in; until c; do d; done",
    "case $x in a|b) c;; (d) ;; *) e; esac",
    "f() { a; }; g () ( b )",
    "{ a; b; } | ( c; d )",
    "a <<E <<-'F' | b\none $x\nE\n\ttwo\n\tF\nc",
    "x=$(cat <<E\ninner\nE\n) y",
    'a `b \\`c\\`` "`d`"',
    'a $((1 + (2 * 3))) ${x:-$(b "$c")} ${y%%/*}',
    "! a | b\n\n# comment\n\nc # more",
    "a 2>&1 >/dev/null 3<&0 >> f",
    "a \\\n  b \\\n  c",
    "echo }; echo fi; echo done",
    "a;;b",
    "if a; then fi",
    "then a",
    "a | | b",
    "a && && b",
    "(a",
    "a)",
    "{ a",
    "'open",
    '"open',
    "`open",
    "$(open",
    "for in a; do b; done",
    "for x in a; do done",
    "()",
    "case x in a) ;; esac",
    "case x in a) b",
    "a <",
    "a > > b",
    "f() a",
    "& a",
]


def shell_accepts(text: str, shell: str = "bash") -> bool:
    done = subprocess.run(
        [shell, "-n"], input=text.encode(), capture_output=True, check=False, timeout=20
    )
    # Only a warning stands against a heredoc that the file's end closes.
    return done.returncode == 0


def accepts(text: str) -> bool:
    try:
        parse(text, "x.sh")
    except InputError:
        return False
    return True


@pytest.mark.parametrize("text", SCRIPTS)
def test_a_script_is_accepted_where_bash_accepts_it(text: str) -> None:
    if text == "f() a":
        # Nobody writes a function without braces by intent; dash takes it, bash does not.
        assert not accepts(text)
        return
    assert accepts(text + "\n") is shell_accepts(text + "\n")


_COMMAND = st.sampled_from(["a", "b c", "X=1", "x=1 d", "echo 'q r' \"s\"", "e > f", "$(g)", "! h"])
_SCRIPT = st.recursive(
    _COMMAND,
    lambda inner: st.one_of(
        st.builds("{}\n{}".format, inner, inner),
        st.builds("{} && {}".format, _COMMAND, _COMMAND),
        st.builds("{} | {}".format, _COMMAND.filter(lambda c: c[0] != "!"), st.just("k")),
        st.builds("if {}\nthen {}\nelse {}\nfi".format, inner, inner, inner),
        st.builds("for i in u v; do\n{}\ndone".format, inner),
        st.builds("case w in\n x|y) {}\n;;\n esac".format, inner),
        st.builds("( {} )".format, inner),
        st.builds("fn() {{\n{}\n}}".format, inner),
        st.builds("cat <<E\nbody $x\nE\n{}".format, inner),
    ),
    max_leaves=12,
)
_TYPING_SLIPS = st.sampled_from(["", "", "", ")", "fi", "done", ";;", "'", "(", "if", "| |", "}"])


@examples(250)
@given(script=_SCRIPT, slip=_TYPING_SLIPS)
def test_random_scripts_and_slips_get_the_verdict_of_bash(script: str, slip: str) -> None:
    text = f"{script}\n{slip}\n"
    assert accepts(text) is shell_accepts(text)


def test_a_command_knows_its_lines_and_its_text() -> None:
    text = "#!/bin/sh\n\na \\\n  b\n\nif c\nthen d <<E\nx\nE\nfi\n"
    first, second = parse(text, "x.sh").chains
    assert isinstance(first.first.commands[0], Simple)
    assert (first.span.line, first.span.end_line, first.span.text) == (3, 4, "a b")
    command = second.first.commands[0]
    assert isinstance(command, If)
    assert (command.span.line, command.span.end_line) == (6, 10)
    inner: Chain = command.branches[0][1].chains[0]
    assert inner.span.line == 7


def test_an_error_names_the_line_where_something_opens() -> None:
    with pytest.raises(InputError) as caught:
        parse("a\nb\n(c\n", "x.sh")
    assert str(caught.value).startswith("x.sh:3: ) is missing for what begins here")
