"""The shell sources of the project, NUL-separated, for ``make lint`` to check.

    python -m scripts.bpkit_dev.shell_sources | xargs -0 shellcheck

They are found by their first line, so that a new one can't be forgotten. Other people's scripts,
which tests read, are left out, and so are the parts of scripts that bpkit writes, which are checked
when they are written.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LEFT_OUT = (":!tests", ":!bpkit", ":!templates")
FIRST_LINE = re.compile(rb"#!.*\b(sh|bash|dash|ash)\b")


def is_shell(file: Path) -> bool:
    """Whether the file's first line names a shell."""
    with file.open("rb") as opened:
        return FIRST_LINE.match(opened.readline(200)) is not None


def main() -> int:
    """Print the shell files that git tracks or doesn't ignore."""
    asked = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *LEFT_OUT]
    listed = subprocess.run(asked, cwd=ROOT, capture_output=True, check=True).stdout
    files = [Path(name.decode()) for name in listed.split(b"\0") if name]
    found = [f for f in files if (ROOT / f).is_file() and is_shell(ROOT / f)]
    sys.stdout.write("".join(f"{file}\0" for file in found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
