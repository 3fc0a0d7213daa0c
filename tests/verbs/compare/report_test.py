"""The table draws sizes as ``bpkit size`` and ``bpkit images`` do."""

from __future__ import annotations

from bpkit.report import bar
from bpkit.verbs.compare.comparison import Comparison, Way
from bpkit.verbs.compare.report import compare_text


def way(name: str, size: int) -> Way:
    return Way(name, ("Dockerfile",), 3, 0, size, 2.0, 0.5, ())


def test_the_larger_image_has_the_whole_bar() -> None:
    text = compare_text(Comparison("x", way("builder", 1_000_000), way("stages", 250_000), False))
    (line,) = (line for line in text.splitlines() if line.startswith("image size"))
    assert f"1MB {bar(1, 1)}" in line
    assert f"250kB {bar(1, 4)}" in line
    assert "differ by 750kB" in text
