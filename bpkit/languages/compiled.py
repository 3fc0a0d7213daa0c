"""What compiled programs have in common: arguments, files, writable directories, health checks."""

from __future__ import annotations

import itertools
import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bpkit.errors import InputError
from bpkit.languages import health
from bpkit.languages.detected import Fact, ProjectWishes, Values
from bpkit.languages.dockerfile_words import argv, plain
from bpkit.languages.listening_port import Listening
from bpkit.languages.listing import Listing
from bpkit.languages.port_numbers import port_of_command
from bpkit.languages.ports import listening
from bpkit.languages.runtime_files import opened_files, writing_note, written_places
from bpkit.languages.settings_ports import settings_port
from bpkit.languages.start import environment_values
from bpkit.languages.stated import StatedCommand, is_for_development, stated_commands

USER = "65532:65532"
#: Where the files that a program opens are put; it then runs there.
PLACE = "/srv/app"
#: Programs that sources start by name, and the Debian packages that contain them.
_PROGRAMS = {
    "git": "git",
    "ffmpeg": "ffmpeg",
    "ffprobe": "ffmpeg",
    "curl": "curl",
    "convert": "imagemagick",
    "ssh": "openssh-client",
    "rsync": "rsync",
    "openssl": "openssl",
    "pg_dump": "postgresql-client",
    "mysqldump": "default-mysql-client",
    "sh": "",
    "bash": "",
    "tar": "",
    "gzip": "",
    "unzip": "unzip",
    "zip": "zip",
    "dot": "graphviz",
    "pandoc": "pandoc",
    "wkhtmltopdf": "wkhtmltopdf",
    "chromium": "chromium",
    "python3": "python3",
    "iptables": "iptables",
    "ip": "iproute2",
    "ping": "iputils-ping",
    "redis-cli": "redis-tools",
    "sqlite3": "sqlite3",
    "pdftotext": "poppler-utils",
    "gs": "ghostscript",
}
_STARTS = re.compile(
    r"\b(?:exec\.(?:Command\(|CommandContext\(\s*[\w.()]+\s*,)|Command::new\(|ProcessBuilder\()\s*\"([\w./-]+)\""
)


@dataclass(frozen=True)
class Program:
    """What was found out about a compiled program apart from its build."""

    values: Values
    facts: tuple[Fact, ...]
    notes: tuple[str, ...]
    port: str
    arguments: tuple[str, ...]

    def entrypoint(self, path: str) -> str:
        """The command in JSON form; ``$PORT`` in an argument becomes the port."""
        variable = r"\$\{?PORT(?::[-=]\d+)?\}?"
        return argv(path, *(re.sub(variable, self.port or "8080", one) for one in self.arguments))


def compiled_program(
    listing: Listing,
    wishes: ProjectWishes,
    sources: Sequence[str],
    base: str,
    stated: tuple[StatedCommand, tuple[str, ...]] | None,
) -> Program:
    """The port, files and directories of a program with these sources, the nearest first."""
    arguments = stated[1] if stated else ()
    listens = listening(listing, sources)
    port, port_file, notes = _port(listing, wishes, listens, stated)
    opened = opened_files(listing, sources)
    places = written_places(listing, sources)
    folders = [folder for folder, _ in places.folders if folder != "."]
    environment = {}
    if listens and listens.is_local and listens.host_variable:
        environment[listens.host_variable] = "0.0.0.0"
    if stated and re.search(r"\$\{?PORT\b", stated[0].text) and port:
        environment["PORT"] = port
    needs_place = bool(opened or places)
    # A listener outside the program's own directory may be a part that it doesn't start.
    is_near = not sources or posixpath.dirname(port_file) == posixpath.dirname(sources[0])
    is_found = bool(listens and not wishes.port and port_file == listens.file)
    is_guess = is_found and bool(listens and (listens.is_guess or not is_near))
    facts = [Fact("port", port, port_file, is_guess)] if port else []
    if opened:
        facts.append(
            Fact("run-time files", ", ".join(path for path, _ in opened[:6]), opened[0][1])
        )
    if arguments:
        facts.append(Fact("arguments", " ".join(arguments), stated[0].file if stated else ""))
    notes += [f"{stated[0].file} also has {one}" for one in stated[0].others] if stated else []
    local = [one for one in arguments if re.search(r"//127\.|^127\.|localhost", one)]
    if stated and local:
        notes.append(
            f"{stated[0].file} passes {local[0]}: nothing outside the container can connect to it"
        )
    values = {
        "files": " ".join(plain(path, "file name") for path, _ in opened),
        "folders": " ".join(plain(one, "directory") for one in folders),
        "place": PLACE if needs_place else "",
        **environment_values(environment),
        **health.compiled_program(port, base),
    }
    return Program(values, tuple(facts), (*notes, *writing_note(places)), port, arguments)


def _port(
    listing: Listing,
    wishes: ProjectWishes,
    listens: Listening | None,
    stated: tuple[StatedCommand, tuple[str, ...]] | None,
) -> tuple[str, str, list[str]]:
    if wishes.port:
        return wishes.port, wishes.source_of("port"), []
    if stated and (port := port_of_command(" ".join(stated[1]))):
        return port, stated[0].file, []
    note = list(listens.notes) if listens else []
    if listens and listens.port:
        return listens.port, "" if listens.is_default else listens.file, note
    if listens and stated and stated[0].port:
        return stated[0].port, stated[0].file, []
    if listens and (said := settings_port(listing)):
        return said[0], said[1], note
    return "", "", note


def stated_program(
    listing: Listing, wishes: ProjectWishes, names: Iterable[str]
) -> tuple[StatedCommand, str, tuple[str, ...]] | None:
    """The stated command that starts one of the programs, that program, and its arguments.

    Raises InputError if the user's command starts none of them.
    """
    known = tuple(names)
    for stated in stated_commands(listing, wishes):
        if is_for_development(stated.text) and not stated.is_of_user:
            continue
        words = list(itertools.dropwhile(re.compile(r"\w+=").match, stated.words))
        name = posixpath.basename(words[0]) if words else ""
        if stated.needs_shell and not re.fullmatch(r"[^|&;<>`]*", stated.text):
            if stated.is_of_user:
                raise InputError(
                    f"{stated.file} {stated.text!r} needs a shell, which the image doesn't have"
                )
            continue
        if name in known or (
            len(known) == 1 and "/" in words[0] and not name.endswith((".sh", ".py"))
        ):
            return stated, name if name in known else known[0], tuple(words[1:])
        if stated.is_of_user:
            raise InputError(
                f"{stated.file} {stated.text!r}: the project has no program {name}",
                hint=f"there are: {', '.join(known)}" if known else "",
            )
    return None


def started_programs(listing: Listing, sources: Iterable[str]) -> tuple[str, ...]:
    """The programs that the sources start by name."""
    found: dict[str, None] = {}
    for source in sources:
        for name in _STARTS.findall(listing.read(source)):
            found[posixpath.basename(name)] = None
    return tuple(found)


def packages_of_programs(programs: Iterable[str]) -> str:
    """The Debian packages that contain these programs, as arguments of apt-get."""
    found = (_PROGRAMS.get(one, "") for one in programs)
    return " ".join(dict.fromkeys(one for one in found if one))


def notes_of_programs(programs: Sequence[str], base: str) -> Iterator[str]:
    """Notes for the user about programs that the source starts."""
    others = [one for one in programs if one not in _PROGRAMS]
    if others:
        yield f"the source starts {', '.join(others[:5])}, which the image may not have"
    if base == "scratch" and programs:
        yield f"the source starts {', '.join(programs[:5])}: an empty image has no programs"
