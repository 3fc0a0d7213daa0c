"""The lines of keys in a TOML text."""

from __future__ import annotations

import pytest

from bpkit.formats.text import KeyPath, toml_line

TEXT = """\
name = "x"
a.b.c = 1
inline = { deep = { key = 1 } }

[table]
"quoted key" = 1
'[not]' = 2   # [nor this]
[table.below]
key = 1
[[array]]
key = 1
[[array.step]]
one = 1
[[array.step]]
one = 1
[[array]]
[[array.step]]
two = 2
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("name",), 1),
        (("a",), 2),
        (("a", "b", "c"), 2),
        (("inline", "deep", "key"), 3),
        (("table",), 5),
        (("table", "quoted key"), 6),
        (("table", "[not]"), 7),
        (("table", "below", "key"), 9),
        (("array", 0, "key"), 11),
        (("array", 0, "step", 1, "one"), 15),
        (("array", 1), 16),
        (("array", 1, "step", 0, "two"), 18),
        (("array", 0, "nowhere"), 10),
        (("nowhere",), None),
    ],
)
def test_a_key_is_found_where_it_is_or_at_the_table_around_it(
    path: KeyPath, line: int | None
) -> None:
    assert toml_line(TEXT, path) == line
