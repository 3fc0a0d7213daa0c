"""What is published: the sdist, the wheel and the zipapp, the same from the same source."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from bpkit import __version__
from bpkit.errors import InputError
from scripts.bpkit_dev.release import build, changes_of, normalise
from tests.places import ROOT

EPOCH = 1_700_000_000
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "__pycache__", "dist", "*.egg-info", ".mypy_cache", ".ruff_cache"
)


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> list[list[Path]]:
    """What is built of two copies of the checkout, in other places and with other times."""
    built = []
    for name in ("one", "two"):
        top = tmp_path_factory.mktemp(name)
        shutil.copytree(ROOT, top / "source", ignore=LEFT_OUT, copy_function=shutil.copyfile)
        (top / "dist").mkdir()
        built.append(build(top / "source", top / "dist", EPOCH))
    return built


@pytest.mark.slow
@pytest.mark.xdist_group("wheel")
def test_the_same_source_gives_the_same_bytes(copies: list[list[Path]]) -> None:
    first, second = (
        {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
        for paths in copies
    )
    assert first == second
    assert set(first) == {
        "bpkit.pyz",
        f"docker_bpkit-{__version__}.tar.gz",
        f"docker_bpkit-{__version__}-py3-none-any.whl",
    }


@pytest.mark.slow
@pytest.mark.xdist_group("wheel")
def test_the_sdist_contains_what_distributions_test_with(copies: list[list[Path]]) -> None:
    (sdist,) = (path for path in copies[0] if path.name.endswith(".tar.gz"))
    with tarfile.open(sdist) as archive:
        top = f"docker_bpkit-{__version__}"
        names = {name.removeprefix(f"{top}/") for name in archive.getnames()}
    wanted = {"LICENSE", "Makefile", "tests/conftest.py", "docs/style.md", "scripts/engine"}
    assert wanted <= names
    assert "examples/builder-pattern/hellogo.go" in names
    assert not [name for name in names if name.endswith(".pyc") or "/.venv/" in name]


@pytest.mark.slow
@pytest.mark.xdist_group("wheel")
def test_the_zipapp_runs_on_a_bare_python(copies: list[list[Path]], tmp_path: Path) -> None:
    (pyz,) = (path for path in copies[0] if path.suffix == ".pyz")
    shutil.copytree(ROOT / "examples" / "builder-pattern", tmp_path / "lab")

    def said(*words: str) -> str:
        # -I and -S: neither this environment's packages nor the user's.
        argv = [sys.executable, "-I", "-S", str(pyz), *words]
        env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
        done = subprocess.run(
            argv, cwd=tmp_path / "lab", env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert said("--version") == f"bpkit {__version__}\n"
    assert "hellogo" in said("build", "--dry-run")
    assert "go" in said("templates")
    said("script")
    assert (tmp_path / "lab" / "setup_builder_pattern.sh").is_file()


def test_an_sdist_is_repacked_without_users_and_times(tmp_path: Path) -> None:
    packed = []
    for names, mtime in ((("b", "a"), 5), (("a", "b"), 9)):
        sdist = tmp_path / f"{mtime}.tar.gz"
        with tarfile.open(sdist, "w:gz") as archive:
            for name in names:
                member = tarfile.TarInfo(name)
                member.mtime, member.uid, member.uname, member.size = mtime, mtime, "me", 1
                archive.addfile(member, io.BytesIO(name.encode()))
        normalise(sdist, EPOCH)
        packed.append(sdist.read_bytes())
    assert packed[0] == packed[1]


def test_a_version_without_changes_is_not_released() -> None:
    changelog = "# Changelog\n\n## 2.0\n\n- New.\n\n## 1.0\n"
    assert changes_of("2.0", changelog) == "- New."
    for version in ("1.0", "3.0"):
        with pytest.raises(InputError, match="has no changes for"):
            changes_of(version, changelog)


@pytest.mark.slow
@pytest.mark.xdist_group("wheel")
@pytest.mark.skipif(not shutil.which("gpg"), reason="gpg not found: apt-get install gnupg")
def test_a_release_is_signed_and_tagged_and_a_second_one_is_refused(tmp_path: Path) -> None:
    """With a key that this test makes, in a clone of its own."""
    clone, keys = tmp_path / "clone", tmp_path / "keys"
    shutil.copytree(ROOT, clone, ignore=LEFT_OUT, symlinks=True)
    keys.mkdir(mode=0o700)
    plain = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    named = {
        f"GIT_{who}_{what}": "release@example.org"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    env = {**plain, **named, "GNUPGHOME": str(keys), "HOME": str(tmp_path)}

    def run(*argv: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(argv, cwd=clone, env=env, capture_output=True, text=True, check=False)

    def well(*argv: str) -> str:
        done = run(*argv)
        assert done.returncode == 0, f"{argv}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    key = ("gpg", "--batch", "--passphrase", "", "--quick-gen-key", "release@example.org")
    well(*key, "ed25519", "sign", "never")
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "As it is"]):
        well("git", *words)
    well("git", "config", "user.signingKey", "release@example.org")
    (clone / "new").touch()
    refused = run(sys.executable, "scripts/release")
    assert (refused.returncode, "not committed" in refused.stderr) == (2, True)
    (clone / "new").unlink()
    well(sys.executable, "scripts/release")
    signed = [path for path in (clone / "dist").iterdir() if path.suffix == ".asc"]
    assert len(signed) == 3
    for signature in signed:
        assert "Good signature" in well("gpg", "--verify", str(signature), str(signature)[:-4])
    assert "Good signature" in well("git", "tag", "--verify", f"v{__version__}")
    refused = run(sys.executable, "scripts/release")
    assert (refused.returncode, "exists" in refused.stderr) == (2, True)
    assert "sha256sum dist/*" in (ROOT / "docs" / "release.md").read_text()
