"""Measure the documentation's figures again and write them into the pages: ``make figures``.

A figure is between ``<!-- NAME -->`` and ``<!-- /NAME -->``, as its command printed it. ``python -m
scripts.bpkit_dev.renew NAME...`` renews some of them.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bpkit.errors import BpkitError, EngineError, InputError

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class DocumentedFigure:
    """A page, and the command that prints its figure; the Python is this one."""

    page: str
    command: tuple[str, ...]


FIGURES = {
    "bench": DocumentedFigure(
        "README.md", ("scripts/bench", "classic", "modern", "--pairs", "5", "--cold", "1")
    ),
    "bench-size": DocumentedFigure("README.md", ("scripts/bench-size",)),
    "bench-workspace": DocumentedFigure(
        "README.md", ("scripts/bench-workspace", "classic", "modern", "--rounds", "1")
    ),
    "fleet": DocumentedFigure("docs/fleet.md", ("scripts/fleet",)),
    "imports": DocumentedFigure("docs/dependencies.md", ("-m", "scripts.bpkit_dev.import_costs")),
}


def with_figure(page: str, name: str, printed: str) -> str:
    """The page with ``printed`` at the place with this name. Raises InputError without one."""
    begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    if page.count(begin) != 1 or page.count(end) != 1:
        raise InputError(f"there is no place for '{name}', or more than one")
    return re.sub(
        rf"{re.escape(begin)}.*?{re.escape(end)}",
        lambda _: f"{begin}{printed.strip()}\n{end}",
        page,
        flags=re.DOTALL,
    )


def renew(name: str) -> None:
    """Run the figure's command and write what it prints. Raises BpkitError."""
    figure = FIGURES[name]
    done = subprocess.run(
        [sys.executable, *figure.command], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        raise EngineError(f"{' '.join(figure.command)} ended with status {done.returncode}")
    file = ROOT / figure.page
    file.write_text(with_figure(file.read_text(), name, done.stdout))
    print(f"renewed '{name}' in {figure.page}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(FIGURES))
    try:
        for name in parser.parse_args().names or list(FIGURES):
            if name not in FIGURES:
                raise InputError(f"there is no figure '{name}'", hint=", ".join(FIGURES))
            renew(name)
    except BpkitError as error:
        print(f"renew: {error}", file=sys.stderr)
        return error.status
    return 0


if __name__ == "__main__":
    sys.exit(main())
