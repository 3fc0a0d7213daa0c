"""How a program that an interpreter runs is started, and notes for the user about it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from bpkit.languages.detected import Fact
from bpkit.languages.dockerfile_words import argv, plain
from bpkit.languages.listening_port import Listening
from bpkit.languages.port_numbers import port_of_command
from bpkit.languages.stated import StatedCommand

_PORT_VARIABLE = re.compile(r"\$\{?PORT\b")


@dataclass(frozen=True)
class StartCommand:
    """The command that starts a program, and the file that states it.

    ``port`` is the port that it listens on, ``port_file`` the file that states it,
    ``port_is_guess`` whether it may be another. ``environment`` are variables that it needs,
    ``packages`` those to install besides the project's own.
    """

    words: tuple[str, ...]
    file: str
    port: str = ""
    port_file: str = ""
    is_guess: bool = False
    notes: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict, hash=False)
    packages: tuple[str, ...] = ()
    port_is_guess: bool = False

    @property
    def entrypoint(self) -> str:
        """The command in the JSON form of ENTRYPOINT."""
        return argv(*self.words)

    @property
    def shown(self) -> str:
        """The command as a user would type it."""
        is_shell = self.words[:2] == ("sh", "-c")
        return self.words[2] if is_shell else shlex.join(self.words)

    @property
    def fact(self) -> Fact:
        """The command as a fact."""
        return Fact("entry point", self.shown, self.file, self.is_guess)

    @property
    def port_facts(self) -> tuple[Fact, ...]:
        """The port as a fact, if it has one."""
        return (Fact("port", self.port, self.port_file, self.port_is_guess),) if self.port else ()

    def with_port(self, port: str, file: str, *, is_guess: bool = False) -> StartCommand:
        """The same with this port, if it has none yet."""
        if self.port:
            return self
        return replace(self, port=port, port_file=file, port_is_guess=is_guess)

    def listening(self, listens: Listening, takes_switches: bool = False) -> StartCommand:
        """The same on the port that its source listens on, with the notes about that.

        ``takes_switches``: the words start the program itself, without a subcommand, so that an
        option of its own can follow them.
        """
        if self.port:
            return self
        at = replace(
            self, port=listens.port, port_file=listens.file, port_is_guess=listens.is_guess
        )
        if listens.is_local and listens.host_variable:
            environment = {**self.environment, listens.host_variable: "0.0.0.0"}
            at = replace(at, environment=environment)
        if listens.is_local and listens.host_switch and takes_switches:
            note = (
                f"{listens.file} listens on localhost only by default:"
                f" {listens.host_switch} 0.0.0.0 is added"
            )
            words = (*self.words, listens.host_switch, "0.0.0.0")
            others = replace(listens, is_local=False).notes
            return replace(at, words=words).with_notes(note, *others)
        return at.with_notes(*listens.notes)

    def on_port(self, port: str) -> StartCommand:
        """The same on another port, which replaces the old one in its words and environment."""
        if not self.port:
            return replace(self, port=port)
        # 80 is neither a part of 8000 nor of 10.80.1.2.
        number = re.compile(rf"(?<![\w.]){re.escape(self.port)}(?![\w.])")
        words = tuple(number.sub(port, word) for word in self.words)
        environment = {name: number.sub(port, value) for name, value in self.environment.items()}
        return replace(self, words=words, port=port, environment=environment)

    @property
    def tcp_port(self) -> str:
        """The port if a client can connect to it, which isn't so for a UDP port."""
        return "" if self.port.endswith("/udp") else self.port

    def with_notes(self, *notes: str) -> StartCommand:
        """The same with these notes added."""
        return replace(self, notes=tuple(dict.fromkeys((*self.notes, *(n for n in notes if n)))))


def as_stated(stated: StatedCommand, default_port: str, text: str = "") -> StartCommand:
    """The command as stated; ``text`` is a rewritten form of it.

    A command that needs a shell is passed to one, which execs the program at the end. If it
    contains ``$PORT``, the variable has a default.
    """
    text = text or stated.text
    port = port_of_command(text)
    environment = {}
    if _PORT_VARIABLE.search(text) and not port:
        port = stated.port or default_port
        environment["PORT"] = port
    notes = [f"{stated.file} also has {one}" for one in stated.others]
    command = StartCommand(
        words_of(text, stated.file),
        stated.file,
        port or stated.port,
        stated.file,
        notes=tuple(notes),
        environment=environment,
    )
    return command if command.port else replace(command, port_file="")


def words_of(text: str, file: str = "") -> tuple[str, ...]:
    """The command's words; with a shell around it if it needs one."""
    stated = StatedCommand(text, file)
    if not stated.needs_shell:
        return stated.words
    *before, last = re.split(r"(?<=&&)|(?<=;)", text)
    is_simple = re.match(r"^\s*[\w./-]+(?:\s|$)", last) and not re.match(
        r"\s*(exec|cd|export)\b", last
    )
    if is_simple and not re.search(r"[|&;<>]", last):
        last = f" exec {last.strip()}" if before else f"exec {last.strip()}"
    return "sh", "-c", "".join([*before, last])


def environment_values(variables: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Placeholders for variables, one ENV each; values that need quotes are quoted."""
    settings = tuple(_quoted(value) for value in variables.values())
    return {"variables": tuple(variables), "settings": settings}


def _quoted(value: str) -> str:
    if re.fullmatch(r"[\w@%+=:,./~-]*", value):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$")
    return f'"{escaped}"'


def folders(paths: Iterable[str], what: str = "directory") -> str:
    """Directories as words of a shell command. Raises InputError for one that needs quotes."""
    return " ".join(plain(path, what) for path in paths)
