"""A small project of the builder pattern that tests change where they need it."""

from __future__ import annotations

from pathlib import Path

from bpkit.verbs.convert import ConvertRequest, convert
from bpkit.verbs.convert.result import Conversion

MAKER = "FROM busybox\nRUN mkdir /kiln && echo jug > /kiln/jug\n"
TAKER = "FROM busybox\nCOPY jug /shelf/jug\n"
CARRY = "docker create --name hand pots-kiln\ndocker cp hand:/kiln/jug jug\ndocker rm hand\n"
FIRE = "docker build -t pots-kiln -f Dockerfile.kiln .\n"


def converted(directory: Path, texts: dict[str, str], **asked: object) -> Conversion:
    for name, text in {"Dockerfile.kiln": MAKER, "Dockerfile": TAKER, **texts}.items():
        file = directory / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return convert(ConvertRequest("multi-stage", directory, **asked))  # type: ignore[arg-type]


def script(middle: str = "", tag: str = "pots", before: str = "") -> dict[str, str]:
    return {"fire.sh": f"#!/bin/sh\n{before}{FIRE}{CARRY}{middle}docker build -t {tag} .\nrm jug\n"}


def lines_of(made: Conversion) -> dict[int, str]:
    """What is said of each line of the script that is left to the user."""
    return {line.place.line or 0: line.why for line in made.left}
