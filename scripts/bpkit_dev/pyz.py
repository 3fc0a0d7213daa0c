"""One file with bpkit and its dependencies, for any Python: ``scripts/pyz [--output FILE]``.

It is a zipapp (https://docs.python.org/3/library/zipapp.html) of the wheel and its dependencies,
all pure Python. Its times and order are fixed, so the same source gives the same bytes.
"""

from __future__ import annotations

import argparse
import os
import stat
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: Needed by Python 3.10 only, and the file is for any Python.
_OLDER = "tomli>=2.0"
_MAIN = """\
import sys
if sys.version_info < (3, 10):
    sys.exit("bpkit: needs Python 3.10 or newer, but this is " + sys.version.split()[0])
from bpkit.__main__ import run
run()
"""
_FIRST_LINE = b"#!/usr/bin/env python3\n"
# The earliest time that a zip file can hold.
_TIME = (1980, 1, 1, 0, 0, 0)


def write_pyz(output: Path, source: Path = ROOT) -> None:
    """Write the zipapp of the checkout at ``source`` to ``output``."""
    with tempfile.TemporaryDirectory() as name:
        top = Path(name)
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
        subprocess.run(
            [*pip, "install", "--no-compile", "--target", str(top), str(source), _OLDER], check=True
        )
        (top / "__main__.py").write_text(_MAIN)
        files = sorted(path for path in top.rglob("*") if path.is_file() and _is_wanted(path, top))
        with output.open("wb") as stream:
            stream.write(_FIRST_LINE)
            with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
                for path in files:
                    info = zipfile.ZipInfo(path.relative_to(top).as_posix(), _TIME)
                    info.compress_type = zipfile.ZIP_DEFLATED
                    info.external_attr = (stat.S_IFREG | 0o644) << 16
                    archive.writestr(info, path.read_bytes())
    output.chmod(0o755)


def _is_wanted(path: Path, top: Path) -> bool:
    """Whether to keep it: not pip's programs, which start another Python, nor pip's metadata."""
    first = path.relative_to(top).parts[0]
    own = path.name in {"direct_url.json", "REQUESTED", "RECORD", "INSTALLER"}
    return first != "bin" and not own and path.suffix not in {".pyc", ".so"}


def main() -> int:
    parser = argparse.ArgumentParser(description="Write bpkit and all it needs as one file.")
    parser.add_argument("--output", default="dist/bpkit.pyz", type=Path, metavar="FILE")
    output = parser.parse_args().output
    output.parent.mkdir(parents=True, exist_ok=True)
    write_pyz(output)
    print(f"wrote {os.path.relpath(output)}, {output.stat().st_size:,} bytes")
    return 0
