"""Dockerfiles made from a tape of bytes: each byte chooses the next piece of the grammar.

One tape makes dozens of files, so that hypothesis can try tens of thousands in seconds, and still
make a tape that fails shorter and simpler. The first choice of every table is its plainest.

Some texts are left out, because the reference reads them differently on purpose or by mistake;
``dockerfile_buildkit_test.py`` has each of them in a test of its own: text after a complete JSON
list, a letter outside ASCII whose UTF-8 holds the byte 85 or A0 in a flag or a HEALTHCHECK, the
``check`` directive, NUL bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

HEADS = (
    "",
    "# syntax=docker/dockerfile:1\n",
    "#escape=`\n",
    "\ufeff",
    "# escape = `\r\n",
    "\ufeff#escape=\\\n",
    "# SYNTAX=a\n# Escape=`\n\n",
    "# a comment\n# escape=`\n",
    "\n#escape=`\n",
    "  #escape=`  \n",
    "#escape=x\n",
    "#escape=`\n#escape=`\n",
    "#\u2003escape=`\n",
    "ARG A=1\n",
)
ESCAPES = ("\\", "\\", "`")
LINE_ENDS = ("\n", "\n", "\n", "\r\n", " \n", "\n\n", "\n# c\n", "\n \t\n", "\r\r\n", "")
INDENTS = ("", "", "", " ", "\t", "\u2003", "\v")
# After a keyword and between words; {e} is the escape character.
GAPS = (
    *(" ", " ", " ", " ", "  ", "\t", " {e}\n", " {e}\n  ", "{e}\n", " {e} \t\n    "),
    *(" {e}\n# a comment\n", " {e}\n\n", " {e}\r\n", " {e}\n \n\t# c {e}\n  ", " \v\f ", "\u2003 "),
)
SHELL_FORMED = ("RUN", "RUN", "RUN", "CMD", "ENTRYPOINT", "SHELL")
FILE_KEYWORDS = ("COPY", "COPY", "ADD", "VOLUME")
PAIR_KEYWORDS = ("ENV", "LABEL")
TEXT_KEYWORDS = ("WORKDIR", "USER", "STOPSIGNAL", "MAINTAINER")
KINDS = ("from", "run", "copy", "pairs", "text", "arg", "expose", "healthcheck", "odd", "onbuild")
BASES = (
    *("alpine", "golang:1.22", "a/b@sha256:0", "$BASE", "${BASE:-x}", "build", "scratch"),
    *("alpine AS build", "alpine as Build", "alpine AS", "a AS b c", "", "é"),
)
FLAGS = (
    *("--from=build", "--chown=1:2", "--mount=type=cache,target=/x", "--link", "--x='a b'", "--=c"),
    *(
        '--mount="type=bind,from=a"',
        "--platform=$P",
        "--a\\ b=c",
        "--é=€",
        "--q='open",
        "--",
        "---",
    ),
    *("--n", '--m="a\\"b"', "-x", "--e=\\"),
)
COMMANDS = (
    *("make", "go build -o /a . && ls", "[ -f x ] && y", "echo '<<a'", 'sh -c "a; b"', "a {e}{e}"),
    *("echo {e}# x", "# x", "[ 'a', 'b' ]", "[", '["a"', "é €", "x <<< y", "a;{e}", "\u2003b"),
    *("C:{e}{e}a{e}b", '"a', "'b", "$X ${Y:-<<Z}", "{{}}", "[a]", '["a" "b"]', '["a",]'),
)
LISTS = (
    *(
        '["a"]',
        '["a", "b"]',
        "[]",
        '[ "a" ,\t"b" ]',
        '["\\u00e9\\n\\"", "\\/"]',
        '["\\ud83d\\ude00"]',
    ),
    *('["\\ud800"]', "[1]", '["a", null]', '[["a"]]', '[{{"a": [1, 2.5e3]}}]', "[true]", "[ ]"),
    *('["a"', '["a",]', "['a']", '["\\x"]', "[01]", "[NaN]", "[1e999]", '["é", "€"]', '["a\tb"]'),
    *('["a",{e}\n "b"]', '[{e}\n# c\n"a"{e}\n]', '["a"]\u2003', '\u2003["a"]', '["\\\\"]', "[-1]"),
)
WORDS = (
    *(".", "a", "/b/", "a.go", "*.c", "$X", "${X:-y}", '"a b"', "'c'", "{e} d", "é", "C:{e}x{e}"),
    *("https://a/b#c", '"', "'", "{e}", "=", "#", "\ufeff", "<", "a\u2003b"),
)
# BuildKit's flags end at these spaces, bpkit's don't: only for files without flags.
SPACED_WORDS = (*WORDS, "\u00a0", "a\u0085b", "\u00e0")
_NOT_BESIDE_FLAGS = {0x85: " ", 0xA0: " ", 0xE0: "e"}
HEREDOCS = (
    *("<<EOF", "<<-EOF", "<<'EOF'", '<<"EOF"', "<<-'E F'", "<<E{e}F", "3<<EOF", "<<", "<<<EOF"),
    *(
        "<<E<F",
        "<<''",
        "<<$X",
        "<<${X:-EOF}",
        "a<<EOF",
        "<<EOF>x",
        "<<É",
        '<<"EOF',
        "<<-",
        "12<<-A",
    ),
    *("<< EOF", "00012<<EOF", "<<E'O'F"),
)
BODIES = (
    *("x\n", "", "  y\n", "\tz\n", "$X\n", "# c\n", "a {e}\n", "EOF \n", " EOF\n", "\\\n", "é\r\n"),
    *("RUN a\n", "\n", "EOFX\n", "\ufeff\n", "\u2003\n"),
)
ENDS = ("EOF\n", "EOF\n", "\tEOF\n", "EOF\r\n", "E F\n", "É\n", "A\n", "EOF", "", "E\n", "$X\n")
PAIRS = (
    *("A=b", "A=", "A='b c'", 'A="b c"', "A=b{e} c", "A=$B", "A b", "A b  c", "A", "=b", "A=b C"),
    *("A=b=c", "é=€", 'A="b', "A='b", "A=b{e}", '"A B"=c', 'A={e}"', 'A="{e}""', "A=\u2003b"),
)
HEALTH = ("CMD make", "NONE", 'CMD ["a", "b"]', "CMD", "cmd\ta", "CMD [1]", 'CMD ["a"', "", "X y")
ODD = (
    "run",
    "Copy",
    "RUN\u2003a",
    "x",
    "RUNa",
    "é",
    "İ a",
    "ENTRYPO\u0130NT a",
    "wor\u212adir b",
    "#",
)


class Tape:
    """Reads choices off the bytes; at the end every choice is the first, the plainest."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def is_at_end(self) -> bool:
        return self._at >= len(self._data)

    def number(self, below: int) -> int:
        if self.is_at_end:
            return 0
        self._at += 1
        return self._data[self._at - 1] % below

    def choose(self, table: Sequence[str]) -> str:
        return table[self.number(len(table))]

    def one_in(self, count: int) -> bool:
        """Whether something rare happens; never at the end of the tape."""
        return self.number(count) == count - 1 and count > 1


def dockerfiles(data: bytes) -> Iterator[str]:
    """The Dockerfiles on the tape, until it ends."""
    tape = Tape(data)
    while not tape.is_at_end:
        yield _dockerfile(tape)


def _dockerfile(tape: Tape) -> str:
    escape = tape.choose(ESCAPES)
    head = tape.choose(HEADS) if escape == "\\" else "#escape=`\n"
    instructions = [_line(tape, KINDS) for _ in range(1 + tape.number(4))]
    body = "".join(instructions).replace("{e}", escape).replace("{{", "{").replace("}}", "}")
    if "--" in body or "healthcheck" in body.lower():
        body = body.translate(_NOT_BESIDE_FLAGS)
    return head + body


def _line(tape: Tape, kinds: Sequence[str]) -> str:
    kind = tape.choose(kinds)
    if kind == "onbuild":
        return tape.choose(INDENTS) + "ONBUILD" + tape.choose(GAPS) + _line(tape, KINDS)
    keyword, arguments = _KINDS[kind](tape)
    body = _bodies(tape) if "<<" in arguments or tape.one_in(40) else ""
    end = tape.choose(LINE_ENDS)
    if not end and "]" in arguments:
        end = "\n"  # Else the next line would follow a complete JSON list.
    return f"{tape.choose(INDENTS)}{_cased(tape, keyword)}{tape.choose(GAPS)}{arguments}{end}{body}"


def _cased(tape: Tape, keyword: str) -> str:
    return keyword.lower() if keyword.isascii() and tape.one_in(8) else keyword


def _flags(tape: Tape) -> str:
    return "".join(tape.choose(FLAGS) + tape.choose(GAPS[:-1]) for _ in range(tape.number(3)))


def _many(tape: Tape, table: Sequence[str], most: int = 4) -> str:
    words = [tape.choose(table) for _ in range(1 + tape.number(most))]
    return "".join(word + tape.choose(GAPS) for word in words[:-1]) + words[-1]


def _with_heredocs(tape: Tape, words: str) -> str:
    if tape.number(3) == 0:
        return words
    heredocs = _many(tape, HEREDOCS, 2)
    return f"{words} {heredocs}" if tape.one_in(2) else f"{heredocs} {words}"


def _bodies(tape: Tape) -> str:
    """Lines below an instruction: the bodies of its heredocs, if it is lucky."""
    bodies = [
        "".join(tape.choose(BODIES) for _ in range(tape.number(3))) + tape.choose(ENDS)
        for _ in range(1 + tape.number(3))
    ]
    return "".join(bodies)


def _run(tape: Tape) -> tuple[str, str]:
    keyword = tape.choose(SHELL_FORMED)
    flags = _flags(tape)
    if tape.one_in(3):
        return keyword, f"{flags}  {tape.choose(LISTS)}"
    return keyword, flags + _with_heredocs(tape, _many(tape, COMMANDS, 2))


def _copy(tape: Tape) -> tuple[str, str]:
    keyword = tape.choose(FILE_KEYWORDS)
    flags = _flags(tape)
    if tape.one_in(4):
        return keyword, f"{flags}  {tape.choose(LISTS)}"
    return keyword, flags + _with_heredocs(tape, _many(tape, WORDS))


def _healthcheck(tape: Tape) -> tuple[str, str]:
    return "HEALTHCHECK", f"{_flags(tape)}  {tape.choose(HEALTH)}"


_KINDS: dict[str, Callable[[Tape], tuple[str, str]]] = {
    "from": lambda tape: ("FROM", (_flags(tape) if tape.one_in(3) else "") + tape.choose(BASES)),
    "run": _run,
    "copy": _copy,
    "pairs": lambda tape: (tape.choose(PAIR_KEYWORDS), _many(tape, PAIRS, 3)),
    "text": lambda tape: (tape.choose(TEXT_KEYWORDS), _many(tape, SPACED_WORDS, 2)),
    "arg": lambda tape: ("ARG", _many(tape, PAIRS, 2)),
    "expose": lambda tape: ("EXPOSE", _many(tape, SPACED_WORDS, 2)),
    "healthcheck": _healthcheck,
    "odd": lambda tape: (tape.choose(ODD), _many(tape, COMMANDS, 1)),
}
