"""Whatever is in the file, reading it ends: in a reading, or in an error for the user."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bpkit.errors import InputError
from bpkit.readers import read_build_file
from tests.examples import examples

_TOKENS = st.sampled_from(
    [
        *["docker", "build", "create", "cp", "run", "rm", "-t", "-f", "--name", "n", "n:/a", "."],
        *["-", "x", "$X", '"$X"', "${X:-y}", "${X%/*}", "$(", ")", "`", "'", '"', "|", "&&", "||"],
        *[";", "&", "\n", "\n", "\n", "<<EOF", "\nEOF\n", ">", "<", "f", "if", "then", "fi", "for"],
        *[
            "in",
            "do",
            "done",
            "while",
            "case",
            "esac",
            "{",
            "}",
            "f()",
            "tar",
            "x",
            "c",
            "cd",
            "[[",
        ],
        *[
            "]]",
            "[",
            "]",
            "=",
            "-z",
            "eval",
            "trap",
            "EXIT",
            "sudo",
            "env",
            "A=1",
            "A=(",
            "sh",
            "-c",
        ],
        *["cat", "tee", "xargs", "mktemp", "export", "--", "\\", "#", "$((", "))", "exit", "set"],
        *["\t", "all:", "$(MAKE)", "$@", "$$", "ifeq", "endif", "define", "endef", ":=", "%.o:"],
    ]
)


@examples(400)
@given(tokens=st.lists(_TOKENS, max_size=25), name=st.sampled_from(["build.sh", "Makefile"]))
def test_any_text_gives_a_reading_or_an_error(tokens: list[str], name: str) -> None:
    text = " ".join(tokens)
    try:
        reading = read_build_file(text, name, files={"build.sh": text, "Makefile": text})
    except InputError:
        return
    lines = text.count("\n") + 1
    assert all(1 <= (line.place.line or 0) <= line.end_line <= lines for line in reading.lines)


@examples(300)
@given(
    commands=st.lists(
        st.sampled_from(
            [
                "docker build -t x .",
                "docker create --name n x",
                "docker cp n:/a b",
                "X=$(date)",
                "if [ -z $X ]; then\n  echo a\nelse\n  docker push x\nfi",
                "for i in 1 2; do\n  mkdir $i\ndone",
                "f() {\n  docker rm n\n}",
                "f",
                "cat <<E > g\nbody\nE",
                "case $1 in\n  a) ls ;;\nesac",
                "go build &&\n  ls",
                "while read x; do\n  echo $x\ndone",
                "{ ls; } | cat",
                "exit 0",
            ]
        ),
        min_size=1,
        max_size=8,
    )
)
def test_every_line_has_a_fate(commands: list[str]) -> None:
    text = "\n\n# a comment\n".join(commands) + "\n"
    reading = read_build_file(text, "build.sh")
    told = {n for line in reading.lines for n in range(line.place.line or 0, line.end_line + 1)}
    expected = {
        number
        for number, line in enumerate(text.split("\n"), 1)
        if line.strip() and not line.startswith("#")
    }
    assert expected <= told
