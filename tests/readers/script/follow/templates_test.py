"""The output of sed and envsubst on a template is the same as that of GNU sed and gettext."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from bpkit.readers.script import read_script
from bpkit.readers.script.model.host_actions import WriteHost

TEMPLATE = "FROM busybox:@VERSION@\nCOPY $what /bin/$what\n# a.b a-b a/b [x] (y) {z} @VERSION@\n"

FOLLOWED = [
    "sed 's/@VERSION@/1.36/' T > D",
    "sed 's/@VERSION@/1.36/g; s|a/b|a\\&b|' T > D",
    "sed -e 's/@VERSION@/1.36/g' -e 's,$what,jug,g' T > D",
    "sed 's/a.b/<&>/g' T > D",
    "sed 's/a\\.b/dot/' < T > D",
    "sed 's/(y)/paren/;s/{z}/brace/;s/\\[x\\]/bracket/' T > D",
    "sed -E 's/\\(y\\)/paren/; s/a(.)b/b\\1a/g' T > D",
    "sed 's/a\\(.\\)b/b\\1a/g' T > D",
    "sed 's/[.-]b/B/g; /^# never/d' T > D",
    "sed '/^#/d' T > D",
    "sed 's/FROM busybox*/FROM x/; s/$/ end/' T > D",
    "cat T | sed 's/jug/cup/' > D",
    'VERSION=1.36; sed "s/@VERSION@/$VERSION/g" T > D',
]


def printed(script: str, text: str = TEMPLATE) -> list[WriteHost]:
    reading = read_script(script, "fire.sh", files={"T": text})
    return [action for action in reading.actions if isinstance(action, WriteHost)]


@pytest.mark.skipif(shutil.which("sed") is None, reason="no sed to compare with")
@pytest.mark.parametrize("script", FOLLOWED)
def test_the_output_of_sed_is_the_same_as_the_real_one(script: str, tmp_path: Path) -> None:
    (tmp_path / "T").write_text(TEMPLATE)
    subprocess.run(["sh", "-c", script], cwd=tmp_path, check=True)
    [written] = printed(script)
    assert written.content.text == (tmp_path / "D").read_text()


@pytest.mark.parametrize(
    "script",
    [
        "sed 's/a/b/2' T > D",
        "sed -n 's/a/b/p' T > D",
        "sed '1d' T > D",
        "sed 's/\\w/x/' T > D",
        "sed 's/[[:alpha:]]/x/' T > D",
        "sed 's/a/\\U&/' T > D",
        "sed 's/a/b/I' T > D",
        'sed "s/$(date)/x/" T > D',
        "sed -f rules T > D",
        "envsubst -v < T > D",
    ],
)
def test_output_that_is_not_followed_is_unknown(script: str) -> None:
    [written] = printed(script)
    assert written.content.text is None


def test_envsubst_replaces_only_the_given_names() -> None:
    [written] = printed("export what=jug\nenvsubst < T > D\n")
    assert written.content.text == TEMPLATE.replace("$what", "jug")
    [written] = printed("export what=jug\nenvsubst '$other' < T > D\n")
    assert written.content.text == TEMPLATE


def test_values_that_the_user_sets_stay_symbols_in_the_text() -> None:
    [written] = printed('sed "s/@VERSION@/${VERSION:-1.36}/" T > D')
    assert [one.name for one in written.content.defaults] == ["VERSION"] * 2
    [written] = printed('sed "s/@VERSION@/$VERSION/" T > D')
    assert [one.name for one in written.content.symbols] == ["VERSION"] * 2
