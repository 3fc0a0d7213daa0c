"""What counts as large, at its limits."""

from __future__ import annotations

import pytest

from scripts.bpkit_dev import figures
from scripts.bpkit_dev.figures import of_module


def function(lines: int, parameters: str = "", name: str = "f") -> str:
    return f"def {name}({parameters}):\n" + "    x = 1\n" * (lines - 1)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("x = 1\n" * 300, []),
        ("x = 1\n" * 301, ["large: m.py: 301 lines"]),
        ("x = 1\n" * 601, ["fault: m.py: 601 lines"]),
        (function(40), []),
        (function(41), ["large: m.py:1: f has 41 lines"]),
        (function(2, "a, b, c, /, d, *, e, f, g"), []),
        (function(2, "self, a, b, c, d, e, f, g"), []),
        (function(2, "a, b, c, /, d, *, e, f, g, h"), ["fault: m.py:1: f has 8 parameters"]),
        (function(2, "a, b, c, d, e, f, g, h", "test_it"), []),
        (
            "class C:\n    async def f(self):\n" + "        x = 1\n" * 41,
            ["large: m.py:2: f has 42 lines"],
        ),
    ],
)
def test_code_over_a_limit_is_listed(source: str, said: list[str]) -> None:
    assert [str(figure) for figure in of_module("m.py", source)] == said


def test_only_what_is_over_a_limit_is_listed_by_default(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = [
        *of_module("short.py", "x = 1\n" * 400),
        *of_module("long.py", "x = 1\n" * 401),
        *of_module("fault.py", "x = 1\n" * 601),
    ]
    monkeypatch.setattr(figures, "figures", lambda root, packages: iter(found))
    assert figures.main([]) == 1
    *listed, total = capsys.readouterr().out.splitlines()
    assert listed == ["large: long.py: 401 lines", "fault: fault.py: 601 lines"]
    assert total.startswith("figures: 2 large, 1 faults (1 not listed: ")
    assert figures.main(["--all"]) == 1
    assert "large: short.py: 400 lines" in capsys.readouterr().out.splitlines()
