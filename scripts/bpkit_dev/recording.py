"""A terminal session as a picture: ``scripts/record`` types the first lab and draws it.

Every line of the picture is the command's output in this run. The commands and the picture are in
``docs/images/``: ``lab-1.session`` and ``lab-1.svg``. The picture uses installed
fonts, so viewing it downloads nothing.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bpkit.errors import EngineError

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "docs" / "images"
WIDTH = 120
_FONTS = re.compile(r"\s*@font-face \{.*?\n    \}\n", re.DOTALL)


def record(commands: str, directory: Path, env: dict[str, str]) -> str:
    """The picture of ``commands``, typed in ``directory``. Raises EngineError if one fails."""
    console = Console(
        record=True,
        width=WIDTH,
        file=io.StringIO(),
        force_terminal=True,
    )
    for command in commands.splitlines():
        console.print(Text.assemble(("$ ", "bold green"), (command, "bold")))
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=directory,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            raise EngineError(f"'{command}' ended with status {done.returncode}:\n{done.stdout}")
        console.print(Text.from_ansi(done.stdout.rstrip("\n")), end="\n\n")
    drawn = console.export_svg(title="bpkit", unique_id="lab")
    return without_fonts_from_elsewhere(drawn)


def without_fonts_from_elsewhere(svg: str) -> str:
    """The picture in the reader's own code font, with nothing to fetch."""
    own = _FONTS.sub("\n", svg).replace("Fira Code", "monospace")
    return re.sub(r"font-family: monospace, monospace", "font-family: monospace", own)


def main() -> int:
    parser = argparse.ArgumentParser("scripts/record", description=__doc__)
    parser.add_argument("--output", type=Path, default=IMAGES / "lab-1.svg", metavar="FILE")
    wanted = parser.parse_args()
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    with tempfile.TemporaryDirectory(prefix="bpkit-record-") as made:
        lab = Path(made) / "builder-pattern"
        shutil.copytree(ROOT / "examples" / "builder-pattern", lab)
        cache = str(Path(made) / "cache")
        env = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": cache}
        try:
            drawn = record((IMAGES / "lab-1.session").read_text(), lab, env)
        except EngineError as error:
            print(f"scripts/record: {error}", file=sys.stderr)
            return error.status
    wanted.output.write_text(drawn)
    print(f"wrote {os.path.relpath(wanted.output)}")
    return 0
