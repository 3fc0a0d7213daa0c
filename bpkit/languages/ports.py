"""The port that a program listens on, according to its source.

Only a call that listens counts: its number, the value of a name in its argument, or the default
beside an environment variable. A backlog, a pool size, a comment, a URL and an address that the
program connects to aren't ports to listen on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bpkit.languages.call_ports import EVERYWHERE, listens_in_file
from bpkit.languages.listening_port import Listening
from bpkit.languages.listing import Listing
from bpkit.languages.port_numbers import (
    first_port,
    main_port,
)
from bpkit.languages.settings_ports import OF_OTHERS, settings_port
from bpkit.languages.source_suffixes import C_FAMILY
from bpkit.languages.source_text import (
    constants_called,
    declared_switches,
    is_bundle,
    without_comments,
)

_NEAR = 160
_HOST_SWITCH = re.compile(r"--(?:listen-|bind-|server-)?(?:host|hostname|bind|address|addr|ip)")
#: A constant with such a name is a port, not the bound of a range.
_OF_PORT = re.compile(r"(?i)(?<!max)(?<!min)(?<!max_)(?<!min_)port\b|addr(?:ess)?\b")
#: An option declared in a Go program, with the default port.
_GO_FLAG = re.compile(
    r"\b\w*(?:Flag|String|Int)\w*\((?:&?[\w.]+,\s*)?\"([\w.-]*(?:listen|addr|port)[\w.-]*)\""
    r"[^\n]*(?:\n[^\n]*)?[\"(, ](?:[\w.*-]*:)?([1-9]\d{3,4})\b[\")]"
)
_URL = re.compile(r"[\"'`]https?://[\w.*+-]+:([1-9]\d{1,4})")


def listening(listing: Listing, files: Iterable[str]) -> Listening | None:
    """Where the program with these files listens, the entry's first; None if it doesn't.

    A port from another file than the first is a guess if further files listen on other ports.
    """
    files = tuple(files)
    found = _listening(listing, files)
    if found and found.is_local and not found.host_variable:
        return replace(found, host_switch=_host_switch(listing, (files[0], found.file)))
    return found


def _host_switch(listing: Listing, files: Iterable[str]) -> str:
    """The option for the address to listen on that the program declares with localhost."""
    for file in dict.fromkeys(file for file in files if file in listing):
        for switch, default in declared_switches(without_comments(listing.read(file), file)):
            if _HOST_SWITCH.fullmatch(switch) and re.search(r"127\.0\.0\.1|localhost", default):
                return switch
    return ""


def _listening(listing: Listing, files: tuple[str, ...]) -> Listening | None:
    files = tuple(file for file in dict.fromkeys(files) if file in listing)
    files = (*files[:1], *(file for file in files[1:] if not is_bundle(listing.read(file))))
    shared: dict[str, list[str]] = {}
    every = [one for file in files for one in listens_in_file(listing, file, files, shared)]
    certain = [one for one in every if one.port and not one.is_default]
    is_alone = len(files) == 1
    first = next((one for one in certain if is_alone or not _is_of_client(one.file)), None)
    if first:
        chosen = _of_several([one for one in certain if one.file == first.file])
        if chosen.file != files[0]:
            chosen = _beside_others(chosen, every)
        chosen = _said_by(listing, files, chosen)
        return _stated(listing, files, chosen) if chosen.is_guess else chosen
    every = [replace(one, port="") if one in certain else one for one in every]
    best = next((one for one in every if one.port), every[0] if every else None)
    if best and not best.port:
        best = _from_settings(listing, best, files)
        return best if best.port and not best.is_guess else _stated(listing, files, best)
    return best


def _stated(listing: Listing, files: tuple[str, ...], found: Listening) -> Listening:
    """The same, with the port that the project itself states, if its sources leave a choice."""
    exposed = re.search(r"^\s*EXPOSE\s+(\d+)\b", listing.text("Dockerfile"), re.M | re.I)
    if exposed:
        return Listening("Dockerfile", exposed[1], found.is_local)
    folder = files[0].rpartition("/")[0]
    for file in files:
        if not file.endswith(".go") or file.rpartition("/")[0] != folder:
            continue
        for name, port in _GO_FLAG.findall(without_comments(listing.read(file), file)):
            if not OF_OTHERS.search(name):
                return replace(
                    found,
                    file=file,
                    port=port,
                    others=(),
                    besides=(),
                    also_listens="",
                    found_by_name=True,
                )
    return found


def _is_of_client(file: str) -> bool:
    """Whether a source's name is that of a client, which only connects to others."""
    return re.search(r"(?i)client|ident|connector|test|mock", file.rpartition("/")[2]) is not None


def _beside_others(chosen: Listening, every: Sequence[Listening]) -> Listening:
    """The same, as a guess if other files listen on other ports, or on unknown ones."""
    known = {chosen.port, *chosen.others, *chosen.besides}
    elsewhere = [one for one in every if one.file != chosen.file and not _is_of_client(one.file)]
    others = dict.fromkeys(one.port for one in elsewhere if one.port and one.port not in known)
    unknown = next((one.file for one in elsewhere if not one.port or one.is_default), "")
    return replace(chosen, others=(*chosen.others, *others), also_listens=unknown)


def _of_several(found: list[Listening]) -> Listening:
    """The main call: TCP before UDP, the first in source order.

    The others' ports are noted, except for clients and sockets in C, which look alike.
    """
    ordered = sorted(found, key=lambda one: one.port.endswith("/udp"))
    first = ordered[0]
    if first.file.endswith(C_FAMILY):
        return first
    besides = dict.fromkeys(one.port for one in ordered[1:])
    known = {first.port, *first.others}
    return replace(first, besides=tuple(one for one in besides if one not in known))


def _said_by(listing: Listing, files: tuple[str, ...], found: Listening) -> Listening:
    """The same, with the file that has the port's number."""
    number = re.compile(rf"(?<![\w.]){found.port.partition('/')[0]}(?![\w.])")
    if number.search(listing.read(found.file)):
        return found
    where = next((f for f in files if f in listing and number.search(listing.read(f))), found.file)
    if _is_of_client(where):
        # A common name: here its value may be an address that the program connects to.
        return replace(found, port="", others=())
    said = replace(found, file=where)
    # The call's own argument takes precedence over what is beside the number.
    return said if EVERYWHERE.search(listing.read(found.file)) else _with_host_beside(listing, said)


def _from_settings(listing: Listing, found: Listening, files: Iterable[str]) -> Listening:
    """The port from a constant with another name, or from a configuration file."""
    ports: dict[str, str] = {}
    for file in dict.fromkeys(files):
        if file not in listing:
            continue
        text = without_comments(listing.read(file), file)
        for name, value in constants_called(_OF_PORT, text):
            if OF_OTHERS.search(name) or _URL.search(value):
                continue
            if port := first_port(value):
                ports.setdefault(port, file)
    if ports:
        first, *others = main_port(ports)
        named = replace(
            found, port=first, file=ports[first], others=tuple(others), found_by_name=True
        )
        return _with_host_beside(listing, named)
    if file_port := settings_port(listing):
        return _with_host_beside(listing, replace(found, port=file_port[0], file=file_port[1]))
    return found


_HOST_BESIDE = re.compile(
    r"(?im)^\s*[\w.'\"-]*(?:host(?:name)?|bind|listen|interface|address)['\"]?\s*[:=]\s*"
    r"['\"]?(?:127\.0\.0\.1|localhost)\b['\"]?"
)


def _with_host_beside(listing: Listing, found: Listening) -> Listening:
    """The same, as local if the address next to the port's number is."""
    text = without_comments(listing.read(found.file), found.file)
    for match in re.finditer(rf"(?<![\w.]){found.port.partition('/')[0]}(?![\w.])", text):
        near = text[max(0, match.start() - _NEAR) : match.end() + _NEAR]
        if any(not OF_OTHERS.search(one[0]) for one in _HOST_BESIDE.finditer(near)):
            return replace(found, is_local=True)
    return found


def has_subcommands(listing: Listing, files: Iterable[str]) -> bool:
    """Whether one of the files declares subcommands, each with its own options."""
    shape = r"\badd_subparsers\b|\.group\(|\.command\(|\badd_typer\b|\bTyper\("
    texts = (listing.read(one) for one in files if one in listing)
    # Options that yargs is given are valid for all its commands, and without one.
    return any(re.search(shape, one) and not re.search(r"['\"]yargs\b", one) for one in texts)


def nearest_sources(files: Iterable[str], folder: str) -> Iterator[str]:
    """The files, those in the directory itself first, then those below it."""
    start = f"{folder}/" if folder else ""
    ordered = sorted(
        files,
        key=lambda f: (f.rpartition("/")[0] != folder, not f.startswith(start), f.count("/"), f),
    )
    yield from ordered
