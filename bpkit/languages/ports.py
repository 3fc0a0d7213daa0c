"""The port on which a program listens, as its source shows it.

Only a call that listens counts: its number, or what the name in its argument is given, or the
default beside a variable of the environment. A backlog, a size of a pool, a comment, an address
that is connected to and a URL aren't ports to listen on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from bpkit.languages.listen_calls import CALLS, JAVASCRIPT, C, ListeningCall
from bpkit.languages.listing import Listing
from bpkit.languages.port_numbers import (
    KnownNames,
    first_port,
    inside,
    main_port,
    port_arguments,
    ports_of,
    split_arguments,
)
from bpkit.languages.settings_ports import OF_OTHERS, settings_port
from bpkit.languages.source_text import constants_called, is_bundle, values_of, without_comments

_C_SOURCES = tuple(suffix for suffix in C if not suffix.startswith(".h"))
_MOST_OTHERS = 5
_SHORTEST = 4
_MOST_LOOKUPS = 3000
_NEAR = 160
#: A constant of such a name is the port of something, and no bound of a range.
_OF_PORT = re.compile(r"(?i)(?<!max)(?<!min)(?<!max_)(?<!min_)port\b|addr(?:ess)?\b")
_LISTENS_IN_C = re.compile(r"\blisten\s*\(|\bbind\s*\(|\.run\(|\bCROW_ROUTE|\bacceptor\b")
_LOCAL = re.compile(
    r"127\.0\.0\.1|\blocalhost\b|\[?::1\]?(?!\d)|127\s*,\s*0\s*,\s*0\s*,\s*1|Ipv4Addr::LOCALHOST"
)
_EVERYWHERE = re.compile(r"0\.0\.0\.0|\[::\]|Ipv4Addr::UNSPECIFIED|0\s*,\s*0\s*,\s*0\s*,\s*0")
#: A switch that a program in Go declares, with the port of its default.
_GO_FLAG = re.compile(
    r"\b\w*(?:Flag|String|Int)\w*\((?:&?[\w.]+,\s*)?\"([\w.-]*(?:listen|addr|port)[\w.-]*)\""
    r"[^\n]*(?:\n[^\n]*)?[\"(, ](?:[\w.*-]*:)?([1-9]\d{3,4})\b[\")]"
)
#: A variable of the environment; those of a request, as CGI and WSGI name them, are none.
_HOST_VARIABLE = re.compile(
    r"(?:process\.env\.|env(?:iron)?(?:\.get|::var)?[(\[]\s*['\"]|[gG]etenv\(\s*['\"])(?!HTTP_|REMOTE_|SERVER_)(\w*(?:HOST|ADDRESS|BIND)\w*)"
)
_URL = re.compile(r"[\"'`]https?://[\w.*+-]+:([1-9]\d{1,4})")
_NAME = re.compile(r"(?<![\w\"'`])(?:self\.|this\.|\w+\.)*([A-Za-z_]\w*)\b(?!\s*\()")
#: A name that is defined is not called.
_DEFINED = re.compile(r"(?:\bdef|\bfunction|\bfunc|\bfn|\bsub|\bfun)\s+[\w.:]*$")
_UDP = re.compile(
    r"ListenUDP|ListenPacket|UDPServer|UdpSocket|DatagramSocket|[\"']udp[46]?[\"']"
    r"|create_datagram_endpoint"
)


@dataclass(frozen=True)
class Listening:
    """That a program listens, as ``file`` shows: on ``port``, empty if the number wasn't found.

    A port of UDP is ``53/udp``. ``is_local``: on localhost only; ``host_variable`` is the variable
    of the environment that says otherwise. ``is_default``: the port is the framework's own.
    ``others`` are ports that it may listen on instead, which makes the port a guess; ``besides``
    those that it listens on as well. ``found_by_name``: no call says it, but a constant that is
    called a port. ``also_listens`` is another file that listens, on a port that wasn't found.
    """

    file: str
    port: str = ""
    is_local: bool = False
    is_default: bool = False
    host_variable: str = ""
    others: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()
    found_by_name: bool = False
    also_listens: str = ""

    @property
    def is_guess(self) -> bool:
        """Whether the source may mean another port."""
        return bool(self.others) or self.found_by_name or bool(self.also_listens)

    @property
    def note(self) -> str:
        """What the reader has to know; empty if nothing."""
        if self.is_local and not self.host_variable:
            return (
                f"{self.file} listens on localhost only: nothing outside of the container can"
                " reach it, unless it listens on 0.0.0.0"
            )
        if not self.port:
            return f"{self.file} listens, and its port was not found: name it with --port"
        return ""

    @property
    def notes(self) -> tuple[str, ...]:
        """All that the reader has to know of the port."""
        found = [self.note]
        if self.others:
            more = len(self.others) - _MOST_OTHERS
            others = ", ".join(self.others[:_MOST_OTHERS]) + (
                f" and {more} more" if more > 0 else ""
            )
            found.append(
                f"the port {self.port} is a guess: the source also has {others};"
                " name it with --port"
            )
        elif self.also_listens:
            found.append(
                f"the port {self.port} is a guess: {self.also_listens} listens too, and its port"
                " was not found; name it with --port"
            )
        elif self.found_by_name:
            found.append(
                f"the port {self.port} is a guess from a name in {self.file}: name it with --port"
            )
        if self.besides:
            found.append(
                f"{self.file} also listens on {', '.join(self.besides)}, which EXPOSE doesn't name"
            )
        return tuple(one for one in found if one)


def listening(listing: Listing, files: Iterable[str]) -> Listening | None:
    """How the program of these files listens, that of its entry first; None if it doesn't.

    A port of another file than the first is a guess where further files listen on others.
    """
    files = tuple(file for file in dict.fromkeys(files) if file in listing)
    files = (*files[:1], *(file for file in files[1:] if not is_bundle(listing.read(file))))
    shared: dict[str, list[str]] = {}
    every = [one for file in files for one in _in_file(listing, file, files, shared)]
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
    """The same, with the port that the project itself states, where its sources leave a choice."""
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


def _in_file(
    listing: Listing, file: str, files: tuple[str, ...], shared: dict[str, list[str]]
) -> Iterator[Listening]:
    """Each call of the file that listens; ``shared`` is what names were found to be given."""
    named = _with_suffix(file, listing.read(file))
    text = without_comments(listing.read(file), named)
    if named.endswith(C) and not (named.endswith(_C_SOURCES) and _LISTENS_IN_C.search(text)):
        return
    names = _NamesOfSources(listing, text, files, shared)
    for call in CALLS:
        if not named.endswith(call.suffixes):
            continue
        texts = (listing.read(one) for one in (file, *files))
        if call.libraries and not any(map(call.libraries.search, texts)):
            continue
        for match in call.pattern.finditer(text):
            if _DEFINED.search(text[max(0, match.start() - 60) : match.start()]):
                continue
            if found := _of_call(call, text, match, names):
                yield replace(found, file=file)


@dataclass(frozen=True)
class _NamesOfSources:
    """What names are given: in the text itself, else in any of the files.

    Where names are given names without end, as in a bundle of a web site, the search is given up.
    """

    listing: Listing
    text: str
    files: tuple[str, ...]
    shared: dict[str, list[str]]
    own: dict[str, list[str]] = field(default_factory=dict)
    lookups: Iterator[int] = field(default_factory=lambda: iter(range(_MOST_LOOKUPS)))

    def get(self, name: str, default: Sequence[str] = ()) -> Sequence[str]:
        """The values, as they are written."""
        if next(self.lookups, None) is None:
            return default
        if name not in self.own:
            self.own[name] = values_of(name, self.text)
        if own := self.own[name]:
            return own
        if len(name) < _SHORTEST:
            # Of a variable so short other files say nothing.
            return default
        if name not in self.shared:
            texts = ((file, self.listing.read(file)) for file in self.files)
            self.shared[name] = [
                value
                for file, text in texts
                if name in text or name.replace("_", "-") in text
                for value in values_of(name, without_comments(text, file))
            ]
        return self.shared[name] or default


def _is_of_client(file: str) -> bool:
    """Whether a source is of what connects to others, by its name."""
    return re.search(r"(?i)client|ident|connector|test|mock", file.rpartition("/")[2]) is not None


def _beside_others(chosen: Listening, every: Sequence[Listening]) -> Listening:
    """The same, as a guess where other files listen on other ports, or on unknown ones."""
    known = {chosen.port, *chosen.others, *chosen.besides}
    elsewhere = [one for one in every if one.file != chosen.file and not _is_of_client(one.file)]
    others = dict.fromkeys(one.port for one in elsewhere if one.port and one.port not in known)
    unknown = next((one.file for one in elsewhere if not one.port or one.is_default), "")
    return replace(chosen, others=(*chosen.others, *others), also_listens=unknown)


def _with_suffix(file: str, text: str) -> str:
    """The name of a source as its language has it: a script may show it by its first line only."""
    if "." in file.rpartition("/")[2] or not text.startswith("#!"):
        return file
    interpreters = {"node": ".js", "bun": ".js", "python": ".py", "ruby": ".rb", "php": ".php"}
    first = text.partition("\n")[0]
    return file + next((end for name, end in interpreters.items() if name in first), "")


def _of_several(found: list[Listening]) -> Listening:
    """The call that the image is about: of TCP before UDP, the first of them as the source has it.

    The ports of the others are told, but for those of clients and sockets in C, which look alike.
    """
    ordered = sorted(found, key=lambda one: one.port.endswith("/udp"))
    first = ordered[0]
    if first.file.endswith(C):
        return first
    besides = dict.fromkeys(one.port for one in ordered[1:])
    known = {first.port, *first.others}
    return replace(first, besides=tuple(one for one in besides if one not in known))


def _said_by(listing: Listing, files: tuple[str, ...], found: Listening) -> Listening:
    """The same, with the file in which the number of the port stands."""
    number = re.compile(rf"(?<![\w.]){found.port.partition('/')[0]}(?![\w.])")
    if number.search(listing.read(found.file)):
        return found
    where = next((f for f in files if f in listing and number.search(listing.read(f))), found.file)
    if _is_of_client(where):
        # A name that many have: this one's value may be what it connects to.
        return replace(found, port="", others=())
    said = replace(found, file=where)
    # What the call itself names comes before what is beside the number.
    return (
        said if _EVERYWHERE.search(listing.read(found.file)) else _with_host_beside(listing, said)
    )


def _of_call(
    call: ListeningCall, whole: str, match: re.Match[str], known: KnownNames
) -> Listening | None:
    opening = match.group()
    said = inside(whole[match.end() - 1 :], opening)
    arguments = split_arguments(said)
    wanted = said
    if call.argument >= 0:
        wanted = arguments[call.argument] if len(arguments) > call.argument else ""
    has_more = call.keyword and "**" in said
    if call.keyword:
        named = re.search(
            r"\b(?:server_)?[pP]ort\s*[=:]\s*([^,}]+)|(?:^|[{,]\s*)(port)\s*[,}]", said
        )
        wanted = (named[1] or named[2]) if named else "port" if has_more else ""
        if not wanted and 0 < call.argument < len(arguments):
            by_place = arguments[call.argument]
            wanted = "" if "=" in by_place else by_place
        if not wanted and not call.default:
            return None
    elif (
        "." in opening
        and opening.endswith(".listen(")
        and arguments[:1]
        and arguments[0].lstrip()[:1] == "{"
    ):
        named = re.search(r"\bport\s*:\s*([^,}]+)|[{,]\s*(port)\s*[,}]", arguments[0])
        wanted = (named[1] or named[2]) if named else ""
    elif call.suffixes is JAVASCRIPT and arguments:
        wanted = arguments[0]
    elif call.argument < 0:
        wanted = port_arguments(arguments)
    ports = main_port(ports_of(wanted, known))
    if len(ports) > _MOST_OTHERS + 1:
        # A name of many uses: none of its values says more than the others.
        ports = []
    host = f"{said} {_resolved_hosts('host' if has_more else said, known)}"
    has_host = bool(re.search(r"\bhost\s*[=:]", said)) or (
        call.argument == 1 and "=" not in (arguments or ["="])[0]
    )
    is_local = bool(_LOCAL.search(host)) or (call.is_local and not has_more and not has_host)
    variables = [m[1] for m in _HOST_VARIABLE.finditer(host) if not OF_OTHERS.search(m[1])]
    variable = variables[0] if variables else ""
    is_local = is_local and not _EVERYWHERE.search(said)
    if not ports and call.default:
        return Listening(
            "",
            call.default,
            is_local,
            is_default=True,
            host_variable=variable,
        )
    if not ports:
        return Listening("", "", is_local) if _may_listen(call, wanted) else None
    protocol = "/udp" if _is_of_udp(opening + said, whole) else ""
    return Listening(
        "",
        ports[0] + protocol,
        is_local,
        host_variable=variable if is_local else "",
        others=tuple(ports[1:]),
    )


def _is_of_udp(call: str, whole: str) -> bool:
    """Whether the call, or else the only kind of socket in the source, is of datagrams."""
    if _UDP.search(call):
        return True
    is_plain = re.match(r"\w*(?:sock\w*|s|server|srv|listener)\.bind|htons", call) is not None
    return is_plain and "SOCK_DGRAM" in whole and "SOCK_STREAM" not in whole


def _may_listen(call: ListeningCall, wanted: str) -> bool:
    """Whether a call without a number is one that listens for sure."""
    return (
        bool(re.search(r"(?i)port|addr|listen", wanted)) or "ListenAndServe" in call.pattern.pattern
    )


def _resolved_hosts(said: str, known: KnownNames) -> str:
    names = [m[1] for m in _NAME.finditer(said) if re.search(r"(?i)host|addr|bind|ip", m[1])]
    return " ".join(value for name in names for value in known.get(name, ())[:2])


def _from_settings(listing: Listing, found: Listening, files: Iterable[str]) -> Listening:
    """The port that a constant of another name, or a file of settings, gives."""
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
    """The same, as local where the address that stands close to the port's number is."""
    text = without_comments(listing.read(found.file), found.file)
    for match in re.finditer(rf"(?<![\w.]){found.port.partition('/')[0]}(?![\w.])", text):
        near = text[max(0, match.start() - _NEAR) : match.end() + _NEAR]
        if any(not OF_OTHERS.search(one[0]) for one in _HOST_BESIDE.finditer(near)):
            return replace(found, is_local=True)
    return found


def nearest_sources(files: Iterable[str], folder: str) -> Iterator[str]:
    """The files with those of the folder itself in front, then those below it."""
    start = f"{folder}/" if folder else ""
    ordered = sorted(
        files,
        key=lambda f: (f.rpartition("/")[0] != folder, not f.startswith(start), f.count("/"), f),
    )
    yield from ordered
