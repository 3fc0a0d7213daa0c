"""What becomes of a whole command that the user gives a program in Java."""

from __future__ import annotations

import json

import pytest

from bpkit.errors import InputError
from tests.languages.listings import detected

FILES = {
    "pom.xml": "<project><artifactId>till</artifactId><version>1</version></project>",
    "src/main/java/Till.java": "public class Till { public static void main(String[] a) {} }",
}


def entrypoint(cmd: str) -> list[str]:
    words: list[str] = json.loads(str(detected(FILES, cmd=cmd).values["entrypoint"]))
    return words


@pytest.mark.parametrize(
    ("cmd", "options", "arguments"),
    [
        ("java Till", [], []),
        ("java -Xmx200m Till --drawer 2", ["-Xmx200m"], ["--drawer", "2"]),
        ("java -cp 'app.jar:lib/*' Till -Xa", [], ["-Xa"]),
        ("/usr/bin/java -Da=b -jar till.jar 'two words'", ["-Da=b"], ["two words"]),
    ],
)
def test_options_and_arguments_are_carried_over(
    cmd: str, options: list[str], arguments: list[str]
) -> None:
    words = entrypoint(cmd)

    assert words[1 : words.index("-cp")] == options
    assert words[words.index("Till") + 1 :] == arguments


@pytest.mark.parametrize(
    ("cmd", "message"),
    [
        ("java Other", "the program is 'java -cp"),
        ("java --enable-preview Till", "'--enable-preview' can't be carried over"),
        ("java Till --port $PORT", r"'\$PORT' can't be carried over"),
        ("java -Dport=$PORT Till", r"'-Dport=\$PORT' can't be carried over"),
    ],
)
def test_options_that_would_be_lost_are_refused(cmd: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        detected(FILES, cmd=cmd)
