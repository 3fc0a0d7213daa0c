"""What real shells offer behind TAB, by the completion that bpkit writes for them."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bpkit.cli.completion import SHELLS, script
from bpkit.cli.verbs import NAMES
from tests.places import ROOT

#: Asks bash's function as bash itself does, for words whose last is to be completed.
_ASK_BASH = """
source ./completion.sh
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_bpkit
printf '%s\\n' "${COMPREPLY[@]}"
"""


def needs(shell: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not shutil.which(shell), reason=f"there is no {shell} here")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with a folder, a file and a Dockerfile of two stages."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "service").mkdir()
    (tmp_path / "notes.txt").touch()
    (tmp_path / "Dockerfile").write_text("FROM a AS builder\nFROM b as final-stage\n")
    return tmp_path


def bash_offers(*words: str) -> set[str]:
    offers = bash_offers_in_order(*words)
    assert len(set(offers)) == len(offers)
    return set(offers)


def bash_offers_in_order(*words: str) -> list[str]:
    Path("completion.sh").write_text(script("bash"))
    argv = ["bash", "-c", _ASK_BASH, "ask", "bpkit", *words]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    return [line.strip() for line in done.stdout.splitlines() if line.strip()]


def fish_offers(line: str) -> set[str]:
    Path("completion.fish").write_text(script("fish"))
    code = f"source completion.fish; complete -C '{line}'"
    done = subprocess.run(
        ["fish", "--no-config", "-c", code], capture_output=True, text=True, check=True
    )
    return {found.split("\t")[0] for found in done.stdout.splitlines()}


def zsh_lines(
    *typed: str,
    setup: str = "autoload -U compinit; compinit -u -D; source completion.zsh",
    home: Path | None = None,
) -> list[str]:
    """The lines of an interactive zsh, after ``setup``, when each is typed and TAB is pressed."""
    Path("completion.zsh").write_text(script("zsh"))
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(TERM="dumb", PS1="%%", ZDOTDIR=os.getcwd())
        if home:
            os.environ["HOME"] = str(home)
        os.execvp("zsh", ["zsh", "-f", "-i"])
    try:
        _read_until(terminal, b"%")
        os.write(terminal, f"{setup}; echo rea''dy\n".encode())
        _read_until(terminal, b"ready")
        # Ctrl-Y prints the line and clears it. zsh handles it once the completion has ended.
        os.write(terminal, b'show() { print; print -r -- "<$BUFFER>"; BUFFER=; }; zle -N show\n')
        os.write(terminal, b"bindkey '^Y' show; echo se''t\n")
        _read_until(terminal, b"set")
        lines = []
        for words in typed:
            os.write(terminal, words.encode() + b"\t\x19")
            said = _read_until(terminal, b">").decode(errors="replace")
            found = re.search(r"<(.*)>", said)
            assert found, said
            lines.append(found[1])
    finally:
        os.close(terminal)
        os.waitpid(pid, 0)
    return lines


def _read_until(terminal: int, wanted: bytes) -> bytes:
    said = b""
    while wanted not in said:
        ready, _, _ = select.select([terminal], [], [], 30)
        assert ready, said
        said += os.read(terminal, 4096)
    return said


@needs("bash")
@pytest.mark.usefixtures("project")
def test_bash_offers_verbs_then_switches_values_and_directories() -> None:
    assert bash_offers("") >= NAMES
    assert bash_offers("bui") == {"build"}
    assert bash_offers("build", "--") >= {"--tag", "--dry-run", "--build-arg"}
    assert bash_offers("build", "--ta") == {"--tag", "--target"}
    assert bash_offers("convert", "--to", "") == {"multi-stage", "builder"}
    assert bash_offers("convert", "--to", "=", "m") == {"multi-stage"}
    assert bash_offers("convert", "--target", "") == {"builder", "final-stage"}
    assert bash_offers("build", "") == {"service"}
    assert bash_offers("build", "-f", "no") == {"notes.txt"}
    assert bash_offers("build", "--tag", "") == set()
    assert bash_offers("completion", "") == set(SHELLS)
    assert bash_offers("help", "li") == {"lint"}
    assert bash_offers("explain", "BPK30") >= {"BPK301", "BPK302"}
    assert bash_offers("lint", "--only", "BPK20") >= {"BPK201", "BPK202"}
    assert bash_offers("lint", "--except", "BPK101") == set()


@needs("fish")
@pytest.mark.usefixtures("project")
def test_fish_offers_verbs_then_switches_values_and_directories() -> None:
    assert fish_offers("bpkit ") >= NAMES
    assert fish_offers("bpkit build --ta") == {"--tag", "--target"}
    assert fish_offers("bpkit convert --to ") == {"multi-stage", "builder"}
    assert fish_offers("bpkit convert --target ") == {"builder", "final-stage"}
    assert fish_offers("bpkit explain BPK21") >= {"BPK211", "BPK212"}
    assert fish_offers("bpkit build ser") == {"service/"}
    assert not fish_offers("bpkit build ") & NAMES


@needs("zsh")
@pytest.mark.usefixtures("project")
def test_zsh_completes_what_is_typed() -> None:
    lines = {
        "bpkit compl": "bpkit completion ",
        "bpkit build --dr": "bpkit build --dry-run ",
        "bpkit convert --to mul": "bpkit convert --to multi-stage ",
        "bpkit convert --target fin": "bpkit convert --target final-stage ",
        "bpkit build ser": "bpkit build service/",
        "bpkit explain BPK101": "bpkit explain BPK101 ",
    }
    assert dict(zip(lines, zsh_lines(*lines), strict=True)) == lines


@needs("zsh")
def test_zsh_completes_as_install_md_says(project: Path) -> None:
    """Its commands are typed as they are, with the directory as the home of a user."""
    page = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
    commands = next(text for text in re.findall(r"```sh\n(.*?)```", page, re.S) if "zsh" in text)
    environment = {**os.environ, "HOME": str(project)}
    bin_directory = Path(sys.executable).parent
    environment["PATH"] = f"{bin_directory}:{environment['PATH']}"
    subprocess.run(["sh", "-ec", commands], env=environment, check=True)
    lines = zsh_lines("bpkit compl", setup="source .zshrc", home=project)
    assert lines == ["bpkit completion "]


@pytest.mark.parametrize("shell", SHELLS)
def test_both_ways_of_asking_give_the_same_script(shell: str) -> None:
    said = [
        subprocess.run(
            [sys.executable, "-m", "bpkit", *words, shell], capture_output=True, check=True
        ).stdout
        for words in (["completion"], ["--completions"])
    ]
    assert said[0] == said[1] == script(shell).encode()


def test_another_shell_is_refused_with_those_that_there_are() -> None:
    argv = [sys.executable, "-m", "bpkit", "completion", "csh"]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert (done.returncode, "bash, zsh, fish" in done.stderr) == (2, True)


@needs("shellcheck")
def test_the_script_for_bash_is_clean() -> None:
    argv = ["shellcheck", "--shell", "bash", "-"]
    done = subprocess.run(argv, input=script("bash"), capture_output=True, text=True, check=False)
    assert done.stdout == ""
