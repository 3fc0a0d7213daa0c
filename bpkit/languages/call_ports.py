"""The ports of a source file's calls that listen: the arguments, and the names in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from bpkit.languages.listen_calls import CALLS, ListeningCall
from bpkit.languages.listening_port import MOST_OTHERS, Listening
from bpkit.languages.listing import Listing
from bpkit.languages.port_numbers import (
    KnownNames,
    inside,
    main_port,
    port_arguments,
    ports_of,
    split_arguments,
)
from bpkit.languages.settings_ports import OF_OTHERS
from bpkit.languages.source_suffixes import C_FAMILY, C_SOURCES, CPP, JAVASCRIPT
from bpkit.languages.source_text import values_of, without_comments

_SHORTEST = 4
_MOST_LOOKUPS = 3000
_LISTENS_IN_C = re.compile(r"\blisten\s*\(|\bbind\s*\(|\.run\(|\bCROW_ROUTE|\bacceptor\b")
_LOCAL = re.compile(
    r"127\.0\.0\.1|\blocalhost\b|\[?::1\]?(?!\d)|127\s*,\s*0\s*,\s*0\s*,\s*1|Ipv4Addr::LOCALHOST"
)
EVERYWHERE = re.compile(r"0\.0\.0\.0|\[::\]|Ipv4Addr::UNSPECIFIED|0\s*,\s*0\s*,\s*0\s*,\s*0")
#: An environment variable, except those of a request, as CGI and WSGI name them.
_HOST_VARIABLE = re.compile(
    r"(?:process\.env\.|env(?:iron)?(?:\.get|::var)?[(\[]\s*['\"]|[gG]etenv\(\s*['\"])(?!HTTP_|REMOTE_|SERVER_)(\w*(?:HOST|ADDRESS|BIND)\w*)"
)
_FUNCTION = re.compile(r"\s*(?:async\b\s*)?(?:function\b|\([^()]*\)\s*=>|\w+\s*=>)")
_NAME = re.compile(r"(?<![\w\"'`])(?:self\.|this\.|\w+\.)*([A-Za-z_]\w*)\b(?!\s*\()")
#: The definition of a name isn't a call.
_DEFINED = re.compile(r"(?:\bdef|\bfunction|\bfunc|\bfn|\bsub|\bfun)\s+[\w.:]*$")
_UDP = re.compile(
    r"ListenUDP|ListenPacket|UDPServer|UdpSocket|DatagramSocket|[\"']udp[46]?[\"']"
    r"|create_datagram_endpoint"
)


def listens_in_file(
    listing: Listing, file: str, files: tuple[str, ...], shared: dict[str, list[str]]
) -> Iterator[Listening]:
    """Each call in the file that listens; ``shared`` has the names' values found so far."""
    named = _with_suffix(file, listing.read(file))
    text = without_comments(listing.read(file), named)
    if named.endswith(C_FAMILY) and not (
        named.endswith((*C_SOURCES, *CPP)) and _LISTENS_IN_C.search(text)
    ):
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
    """The values of names: in the text itself, else in any of the files.

    The search is given up if names refer to names without end, as in a web site's bundle.
    """

    listing: Listing
    text: str
    files: tuple[str, ...]
    shared: dict[str, list[str]]
    own: dict[str, list[str]] = field(default_factory=dict)
    lookups: Iterator[int] = field(default_factory=lambda: iter(range(_MOST_LOOKUPS)))

    def get(self, name: str, default: Sequence[str] = ()) -> Sequence[str]:
        """The values, as written."""
        if next(self.lookups, None) is None:
            return default
        if name not in self.own:
            self.own[name] = values_of(name, self.text)
        if own := self.own[name]:
            return own
        if len(name) < _SHORTEST:
            # Other files say nothing about a variable with such a short name.
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


def _with_suffix(file: str, text: str) -> str:
    """The name of a source with its language's suffix, which a script may show only by its #!."""
    if "." in file.rpartition("/")[2] or not text.startswith("#!"):
        return file
    interpreters = {"node": ".js", "bun": ".js", "python": ".py", "ruby": ".rb", "php": ".php"}
    first = text.partition("\n")[0]
    return file + next((end for name, end in interpreters.items() if name in first), "")


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
    if len(ports) > MOST_OTHERS + 1:
        # A name with many uses: none of its values is better evidence than the others.
        ports = []
    # An address that a callback prints or opens later isn't listened on.
    plain = ",".join(one for one in arguments if not _FUNCTION.match(one)) if arguments else said
    host = f"{plain} {_resolved_hosts('host' if has_more else plain, known)}"
    has_host = bool(re.search(r"\bhost\s*[=:]", said)) or (
        call.argument == 1 and "=" not in (arguments or ["="])[0]
    )
    is_local = bool(_LOCAL.search(host)) or (call.is_local and not has_more and not has_host)
    variables = [m[1] for m in _HOST_VARIABLE.finditer(host) if not OF_OTHERS.search(m[1])]
    variable = variables[0] if variables else ""
    is_local = is_local and not EVERYWHERE.search(said)
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
    """Whether the call, or else the only kind of socket in the source, is for datagrams."""
    if _UDP.search(call):
        return True
    is_plain = re.match(r"\w*(?:sock\w*|s|server|srv|listener)\.bind|htons", call) is not None
    return is_plain and "SOCK_DGRAM" in whole and "SOCK_STREAM" not in whole


def _may_listen(call: ListeningCall, wanted: str) -> bool:
    """Whether a call without a number certainly listens."""
    return (
        bool(re.search(r"(?i)port|addr|listen", wanted)) or "ListenAndServe" in call.pattern.pattern
    )


def _resolved_hosts(said: str, known: KnownNames) -> str:
    names = [m[1] for m in _NAME.finditer(said) if re.search(r"(?i)host|addr|bind|ip", m[1])]
    return " ".join(value for name in names for value in known.get(name, ())[:2])
