"""Dockerfiles written by hand, for every corner of the syntax: accepted and refused ones.

BuildKit's parser is the judge of both (``dockerfile_buildkit_test.py``); nothing here says what
they mean. Escapes show what an editor would hide.
"""

from __future__ import annotations

ACCEPTED = {
    "the plain one": 'FROM golang\nCOPY . /src\nRUN go build -o /a /src\nCMD ["/a"]\n',
    "no line end at the end": "FROM a\nRUN b",
    "every instruction": (
        "ARG V=1\nFROM --platform=linux/amd64 a:$V AS b\nMAINTAINER me <me@x.org>\n"
        'ENV A=b C=\'d e\' F="g h"\nENV old value with  spaces \nLABEL a.b=c "d e"=f\n'
        "ARG X Y=2 Z=\nADD --checksum=sha256:1 https://x.org/a /a\n"
        "COPY --from=b --chown=1:2 a b /c/\n"
        'RUN --mount=type=cache,target=/c --network=none make\nSHELL ["/bin/bash", "-c"]\n'
        'USER 1:2\nWORKDIR /a b\nEXPOSE 80/tcp 443\nVOLUME /a /b\nVOLUME ["/a b"]\n'
        'STOPSIGNAL SIGTERM\nHEALTHCHECK --interval=5s CMD ["a", "b"]\nHEALTHCHECK NONE\n'
        'ONBUILD COPY --link . /a\nENTRYPOINT ["/a"]\nCMD b c\n'
    ),
    "keywords in any case": "from a\nRun b\ncOpY a b\nonbuild run c\n",
    "unknown keywords": "FROM a\nFOO bar\nINCLUDE x y\n",
    "a keyword alone": "FROM\nRUN\nENV\nCOPY\nONBUILD\nHEALTHCHECK\nARG\nWORKDIR\nEXPOSE\nVOLUME\n",
    "directives": "# syntax=docker/dockerfile:1\n# ESCAPE = `\nFROM a\nRUN b `\n c\\\nRUN d\n",
    "a directive after a comment is a comment": "# hello\n# escape=`\nFROM a\nRUN b \\\n c\n",
    "a directive after a blank line is a comment": "\n# escape=`\nFROM a\nRUN b \\\n c\n",
    "an unknown directive ends them": "# foo=bar\n# escape=`\nFROM a\nRUN b \\\n c\n",
    "an indented directive": " \t# escape=`\nFROM a\nRUN b `\n c\n",
    "byte order mark": "\ufeffFROM a\nRUN b\n",
    "byte order mark and directive": "\ufeff# escape=`\nFROM a\nRUN b `\n c\n",
    "byte order mark elsewhere": "FROM a\n\ufeffRUN b\nENV A=\ufeff\n",
    "CRLF": "FROM a\r\nRUN b \\\r\n  c\r\n\r\n# d\r\nRUN <<E\r\nx\r\nE\r\n",
    "a lone CR ends no line": "FROM a\rRUN b\nRUN c\r\r\n",
    "tabs": "FROM\ta\tAS\tb\n\tRUN\tc\td\nCOPY\ta\t b\n",
    "spaces of Unicode": "\u2003FROM\u2003a\nRUN a\u2003b\u00a0\nARG A\u2003B\nEXPOSE 1\u20032\n",
    "continuations": "FROM a\nRUN b \\\n  c \\  \n d\\\ne\nR\\\nUN f\n",
    "comments and blank lines within": (
        "FROM a\nRUN b \\\n# c\n\n  # d \\\n \t\n  e \\\n\n\n  f\nRUN g\n"
    ),
    "a continuation at the end": "FROM a\nRUN b \\\n",
    "a continuation and nothing but comments": "FROM a\nRUN b \\\n# c\n\n",
    "escaped escapes": "FROM a\nRUN b \\\\\nRUN c \\\\\\\nRUN d\n",
    "a comment behind an instruction is none": "FROM a # b\nRUN c # d \\\n e\n",
    "a blank instruction": "FROM a\n\\\nRUN b\n\\\n\\\n\nRUN c\n",
    "Windows paths": (
        '# escape=`\nFROM mcr.microsoft.com/windows\nSHELL ["powershell", "-Command"]\n'
        "COPY a.txt C:\\\nRUN dir C:\\Users `\n  && echo a\\\nWORKDIR C:\\a\\b\n"
        'ENV A=C:\\x` y B=`"\n'
    ),
    "JSON forms": (
        'FROM a\nRUN ["a", "b"]\nCMD [ "a" , "b" ] \nENTRYPOINT []\nSHELL ["a"]\n'
        'VOLUME ["/a", "/b c"]\nCOPY ["a b", "c"]\nADD ["a",\t"b"]\nHEALTHCHECK CMD ["a"]\n'
        'CMD ["\\u00e9\\n\\"\\\\\\/", "\\ud83d\\ude00"]\nCMD ["\\ud800", "\\udc00x", "é"]\n'
        'ONBUILD CMD ["a", \\\n# c\n"b"]\nCOPY --chown=1 ["a", "b"]\n'
    ),
    "no JSON after all": (
        'FROM a\nRUN [ -f x ] && y\nRUN [\'a\', \'b\']\nCMD ["a" "b"]\nCMD ["a",]\nCMD ["a"\n'
        'CMD [a]\nCMD ["\\x"]\nCMD ["a\tb"]\nCMD [01]\nCMD [NaN]\nCMD [1e999]\nCOPY [a b] c\n'
        'CMD [nul]\nCMD [,]\nHEALTHCHECK CMD [ "a" \nCMD [{"a"}]\nCMD [[1]\nCMD ["\\u12"]\n'
        "CMD [+1]\nCMD [1.]\nCMD [.5]\n"
    ),
    "flags": (
        "FROM a\nRUN --a --b=c --d='e f' --g=\"h i\" --j\\ k=l --m=n\\\n  --o p --q\n"
        "COPY --from=0 --link a b\nRUN -- --a\nRUN --\nRUN --=a b\nRUN --- a\nRUN --a='b c\n"
        'RUN --a="b\\"c" d\nRUN --a\\\n=b c\nRUN -a\n'
    ),
    "ENV and LABEL": (
        'FROM a\nENV A=b\\ c D=e\\"f G=\'h"i\' J="k\'l" M="n\\"o" P= Q==\nENV A b=c  d\n'
        "LABEL A='x\nENV A=\"x\nENV A=b\\\n"
    ),
    "ARG": 'ARG A B=c D="e f" G=\'h\nFROM a\nARG \\\n  A=1 \\\n  # c\n  B\n',
    "heredocs": (
        "FROM a\nRUN <<EOF\na\n# b\n\nc \\\nEOF\nRUN <<-EOF cat > x\n\ta\n\t\tEOF\n"
        "COPY <<a <<b /c/\n1\na\n2\nb\nCOPY <<'EOF' <<\"E F\" /d\n$A\nEOF\nE F\n"
        "RUN 3<<EOF cat /dev/fd/3\nx\nEOF\nRUN <<EOF\nEOF\nRUN a && <<E b\nE\n"
    ),
    "odd heredocs": (
        'FROM a\nRUN <<"a b"c\nx\na bc\nRUN <<E\\F\nEF\nRUN <<$X\n$X\nRUN <<É\nÉ\n'
        "RUN <<E'O'F\nEOF\nRUN 0012<<E\nE\nADD <<-E /\n\t\tx\n\tE\nONBUILD RUN <<E\nx\nE\n"
        "ONBUILD COPY <<A <<B /\nA\nB\nRUN --mount=type=x <<E\nE\n"
    ),
    "no heredocs after all": (
        "FROM a\nRUN a << EOF\nRUN a <<< b\nRUN <<''\nRUN a <<\nCMD <<EOF\nENV A=<<EOF\n"
        'RUN ["<<EOF"]\nRUN a<<EOF\nRUN \'<<EOF\'\nRUN "<<EOF\nRUN <<a<b\nENTRYPOINT <<EOF\n'
        "LABEL a=<<EOF\nWORKDIR <<EOF\nHEALTHCHECK CMD <<E\n"
    ),
    "a heredoc closed at the end of the file": "FROM a\nRUN <<EOF\nx\nEOF",
    "a heredoc with CRLF": "FROM a\r\nCOPY <<EOF /a\r\nx\r\ny\r\nEOF\r\nRUN b\r\n",
    "ONBUILD": (
        "FROM a\nONBUILD RUN --mount=type=bind b\nONBUILD\nONBUILD FOO x\nONBUILD ENV a b\n"
        "ONBUILD ONBUILD RUN c\n"
    ),
    "letters outside ASCII": "FROM a\nENV ÄÖ=ü\nLABEL 名=前\nRUN echo '😀' é\nCOPY ä ö\nÉTAT x\n",
    "letters that fold into ASCII": "FROM a\nENTRYPO\u0130NT b\nWOR\u212aDIR /c\n",
    "HEALTHCHECK": (
        "FROM a\nHEALTHCHECK CMD\nHEALTHCHECK none\nHEALTHCHECK  CMD\ta  b\n"
        'HEALTHCHECK CMD  ["a"]\nHEALTHCHECK x y\nHEALTHCHECK CMD \u2003["a"]\n'
    ),
    "the longest line": "FROM a\nRUN " + "x" * 65530 + "\n",
}

REFUSED = {
    "an empty file": "",
    "nothing but comments": "# a\n\n# b\n",
    "nothing but blanks": " \n\t\n\r\n",
    "nothing but a byte order mark": "\ufeff",
    "nothing but a directive": "# syntax=a\n",
    "an escape that is none": "# escape=x\nFROM a\n",
    "two escapes": "# escape=`\n# escape=`\nFROM a\n",
    "two syntaxes": "# syntax=a\n# Syntax=b\nFROM a\n",
    "ENV without a value": "FROM a\nENV A\n",
    "LABEL without a value": "FROM a\nLABEL A\n",
    "ENV with a pair without =": "FROM a\nENV A=b C\n",
    "ENV in ONBUILD without a value": "FROM a\nONBUILD ENV A\n",
    "numbers in JSON": "FROM a\nCMD [1, 2]\n",
    "null in JSON": 'FROM a\nCMD ["a", null]\n',
    "a list in JSON": 'FROM a\nRUN [["a"]]\n',
    "an object in JSON": 'FROM a\nCOPY [{"a": [true, -1.5e3]}]\n',
    "JSON in a health check": "FROM a\nHEALTHCHECK CMD [false]\n",
    "a heredoc without its end": "FROM a\nRUN <<EOF\nx\n",
    "a heredoc at the end of the file": "FROM a\nRUN <<EOF",
    "the second heredoc without its end": "FROM a\nCOPY <<A <<B /\nA\nx\n",
    "a heredoc whose end has a space": "FROM a\nRUN <<EOF\nx\nEOF \n",
    "a heredoc whose end is indented by spaces": "FROM a\nRUN <<-EOF\n  EOF\n",
    "a line that is too long": "FROM a\nRUN " + "x" * 65532 + "\n",
    "a long line at the end": "FROM a\nRUN " + "x" * 65532,
    "a comment that is too long": "FROM a\n#" + "é" * 33000 + "\n",
}
