"""Small build contexts with a ``.dockerignore`` that fits them, made from a number.

Names are few and alike, so that patterns hit, and hit what they shouldn't; lines are paths of the
tree with some parts turned into wildcards, and now and then something odd.
"""

from __future__ import annotations

import os
import random
from dataclasses import dataclass
from pathlib import Path

NAMES = (
    "a",
    "b",
    "ab",
    "aa",
    "foo",
    "foo.go",
    ".env",
    "x+y",
    "c d",
    "é",
    "a(b)",
    "[z]",
    "#h",
    "^b",
)
ODD = ("", "# foo", " # foo", ".", "..", "/", "../a", "*/..", "***", "**/**", "a**", "**b", "a^b")
WRONG = ("!", "[", "a[", "a\\")


@dataclass(frozen=True)
class Case:
    """``paths`` end in ``/`` for directories and have `` -> target`` for links."""

    number: int
    paths: tuple[str, ...]
    ignore: str

    def write(self, directory: Path) -> None:
        """Make the context in ``directory``, with a Dockerfile that copies all of it."""
        directory.mkdir()
        (directory / "Dockerfile").write_text("FROM scratch\nCOPY . /\n")
        (directory / ".dockerignore").write_bytes(self.ignore.encode())
        for path in self.paths:
            name, _, target = path.partition(" -> ")
            place = directory / name
            place.parent.mkdir(parents=True, exist_ok=True)
            if target:
                os.symlink(target, place)
            elif name.endswith("/"):
                place.mkdir(exist_ok=True)
            else:
                place.write_text("x")


def make(number: int) -> Case:
    """The context of this number; the same number gives the same context."""
    rng = random.Random(number)
    paths: dict[str, str] = {}
    for _ in range(rng.randint(3, 14)):
        parts = [rng.choice(NAMES) for _ in range(rng.randint(1, 4))]
        above = ["/".join(parts[:n]) for n in range(1, len(parts))]
        path = "/".join(parts)
        if path in paths or any(paths.get(one, "/") != "/" for one in above):
            continue
        paths |= dict.fromkeys(above, "/")
        paths[path] = rng.choices(["", "/", " -> a/b"], [8, 1, 1])[0]
    lines = [_line(rng, tuple(paths)) for _ in range(rng.randint(1, 6))]
    if rng.random() < 0.4:
        lines.insert(0, rng.choice(["*", "**", "*/*", "a", "**/a"]))
    if rng.random() < 0.04:
        lines.append(rng.choice(WRONG))
    text = rng.choice(["\n", "\n", "\r\n"]).join(lines) + rng.choice(["", "\n"])
    text = ("\ufeff" if rng.random() < 0.1 else "") + text
    return Case(number, tuple(path + kind for path, kind in sorted(paths.items())), text)


def _line(rng: random.Random, paths: tuple[str, ...]) -> str:
    if rng.random() < 0.06:
        return rng.choice(ODD)
    parts = rng.choice(paths).split("/")
    parts = parts[: rng.randint(1, len(parts))]
    wild = [_part(rng, part) for part in parts]
    if rng.random() < 0.15:
        wild.insert(rng.randrange(len(wild) + 1), "**")
    line = "/".join(wild)
    line = rng.choices(["", "/", "./", " ", "x/../"], [16, 1, 1, 1, 1])[0] + line
    line += rng.choices(["", "/", " ", "/*", "/**"], [16, 1, 1, 1, 1])[0]
    return rng.choices(["", "!", "! "], [8, 6, 1])[0] + line


def _part(rng: random.Random, part: str) -> str:
    at = rng.randrange(len(part))
    escaped = "".join(f"\\{char}" if char in "[]^\\" else char for char in part)
    choices = [
        escaped,
        part,
        "*",
        "?" * len(part),
        part[:at] + "*",
        "*" + part[at:],
        f"{part[:at]}?{part[at + 1 :]}",
        f"{part[:at]}[{part[at]}q]{part[at + 1 :]}",
        f"{part[:at]}[^q]{part[at + 1 :]}",
        f"{part[:at]}[a-f]{part[at + 1 :]}",
        f"**{part}",
        f"\\{part}" if not part[0].isalnum() and part[0].isascii() else part,
    ]
    return rng.choices(choices, [12, 2, 3, 1, 2, 2, 1, 1, 1, 1, 1, 1])[0]
