"""Builds, checks, signs and tags a release: ``scripts/release [--dry-run]``.

The sdist and the wheel of the same commit are the same bytes wherever they are built: times in them
are the commit's (SOURCE_DATE_EPOCH, https://reproducible-builds.org/specs/source-date-epoch/), and
the sdist's members are sorted and have no owner.
"""

from __future__ import annotations

import argparse
import gzip
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from bpkit import __version__
from bpkit.errors import BpkitError, InputError
from scripts.bpkit_dev.pyz import ROOT, write_pyz


def build(source: Path, output: Path, epoch: int) -> list[Path]:
    """The sdist, the wheel and the zipapp of ``source``, written into ``output``.

    ``epoch`` is the time stored in them, in seconds since 1970.
    """
    env = {**os.environ, "SOURCE_DATE_EPOCH": str(epoch)}
    python = [sys.executable, "-m", "build", "--outdir", str(output), str(source)]
    subprocess.run(python, env=env, check=True, stdout=subprocess.DEVNULL)
    (sdist,) = output.glob("*.tar.gz")
    normalise(sdist, epoch)
    write_pyz(output / "bpkit.pyz", source)
    return sorted(path for path in output.iterdir() if path.is_file())


def normalise(sdist: Path, epoch: int) -> None:
    """Repack the members of ``sdist``: sorted, with that time, no user, and plain modes."""
    with tempfile.NamedTemporaryFile(dir=sdist.parent, delete=False) as fresh:
        with (
            gzip.GzipFile("", "wb", 9, fresh, mtime=epoch) as zipped,
            tarfile.open(fileobj=zipped, mode="w", format=tarfile.PAX_FORMAT) as new,
            tarfile.open(sdist) as old,
        ):
            for member in sorted(old.getmembers(), key=lambda one: one.name):
                content = old.extractfile(member) if member.isfile() else None
                member.mtime, member.uid, member.gid = epoch, 0, 0
                member.uname = member.gname = ""
                member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
                member.pax_headers = {}
                new.addfile(member, content)
        os.fchmod(fresh.fileno(), 0o644)
    os.replace(fresh.name, sdist)


def changes_of(version: str, changelog: str) -> str:
    """The changelog's section for ``version``. Raises InputError if there is none."""
    found = re.search(rf"^## \[?{re.escape(version)}\b.*\n((?:(?!## ).*\n?)*)", changelog, re.M)
    if not found or not found[1].strip():
        raise InputError(
            f"CHANGELOG.md has no changes for {version}",
            hint="add a section with them, then run this again",
        )
    return found[1].strip()


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BpkitError(f"git {words[0]}: {done.stderr.strip()}")
    return done.stdout.strip()


def main() -> int:
    parser = argparse.ArgumentParser(description="Build, check, sign and tag a release.")
    parser.add_argument("--dry-run", action="store_true", help="neither sign nor tag")
    parser.add_argument("--output", type=Path, default=ROOT / "dist", metavar="DIR")
    wanted = parser.parse_args()
    try:
        release(wanted.output, dry_run=wanted.dry_run)
    except BpkitError as error:
        print(f"release: {error}", file=sys.stderr)
        return error.status
    return 0


def release(output: Path, *, dry_run: bool) -> None:
    """Make the release. Raises BpkitError at the first step that fails; then nothing is tagged."""
    tag = f"v{__version__}"
    changes = changes_of(__version__, (ROOT / "CHANGELOG.md").read_text())
    if not dry_run and _git("status", "--porcelain"):
        raise InputError("there are changes that are not committed", hint="commit them first")
    if not dry_run and _git("tag", "--list", tag):
        raise InputError(f"the tag {tag} exists", hint="raise __version__ in bpkit/__init__.py")
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir(parents=True)
    files = build(ROOT, output, int(_git("log", "-1", "--format=%ct")))
    distributions = [str(f) for f in files if f.suffix != ".pyz"]
    check = [sys.executable, "-m", "twine", "check", "--strict", *distributions]
    if subprocess.run(check, check=False).returncode:
        raise BpkitError("twine check refuses the distributions")
    for file in files:
        print(f"built {file.name}, {file.stat().st_size:,} bytes")
    if dry_run:
        print(f"would sign them, and tag {tag} with:\n{changes}")
        return
    for file in files:
        subprocess.run(["gpg", "--armor", "--detach-sign", str(file)], check=True)
    _git("tag", "--sign", tag, "--message", f"bpkit {__version__}\n\n{changes}")
    print(f"tagged {tag}; publish with: git push origin {tag} && twine upload {output}/*.whl ...")
