"""The port on which a program listens, as its source shows it.

Only a call that listens counts: its number, or what the name in its argument is given, or the
default beside a variable of the environment. A backlog, a comment, an address that is connected
to and a URL are no ports to listen on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bpkit.languages.listing import Listing
from bpkit.languages.source_text import constants, without_comments

_PY, _JS, _GO, _RS = (
    (".py",),
    (".js", ".ts", ".mjs", ".cjs", ".mts", ".tsx", ".jsx"),
    (".go",),
    (".rs",),
)
_C = (".c", ".cc", ".cpp", ".cxx", ".h", ".hpp")
_JVM = (".java", ".kt", ".scala", ".groovy")
_RB, _PHP, _CS, _ZIG, _EX = (".rb", ".ru"), (".php",), (".cs", ".fs"), (".zig",), (".ex", ".exs")


@dataclass(frozen=True)
class _Call:
    """A call that listens. The port is in ``argument`` (counted from 0; -1: in any of them).

    ``keyword`` is the name of the argument, where it has one. ``default`` is the port without
    one, ``is_local`` whether the call listens on localhost only unless it is told otherwise.
    """

    suffixes: tuple[str, ...]
    pattern: re.Pattern[str]
    argument: int = -1
    keyword: bool = False
    default: str = ""
    is_local: bool = False


def _call(suffixes: tuple[str, ...], pattern: str, argument: int = -1, **more: object) -> _Call:
    return replace(_Call(suffixes, re.compile(pattern), argument), **more)  # type: ignore[arg-type]


_CALLS = (
    _call(_GO, r"\b(?:ListenAndServe(?:TLS)?|ListenTCP|ListenUDP|ListenPacket)\("),
    _call(_GO, r"\bnet\.Listen\(|\b(?:lc|cfg|config|\w*[lL]istenConfig)\.Listen\("),
    _call(_GO, r"\b(?:app|server|srv|f|fiberApp)\.Listen\(", 0),
    _call(_GO, r"\bhttp\.Server\{"),
    _call(
        _GO,
        r"\b(?:r|router|engine|e|g|app|server|srv|echo)\.(?:Run|Start|StartServer)\((?=[^)]*[\":\w])",
        0,
    ),
    _call(_GO, r"\b(?:r|router|engine)\.Run\((?=\))", default="8080"),
    _call(_PY, r"\buvicorn\.(?:run|Config)\(", keyword=True, default="8000", is_local=True),
    _call(
        _PY,
        r"\b(?:app|application|server|socketio|flask_app|api)\.run\(",
        keyword=True,
        default="5000",
        is_local=True,
    ),
    _call(_PY, r"\b\w*\.run_server\(", keyword=True, default="8050", is_local=True),
    _call(_PY, r"\b(?:web\.)?run_app\(", keyword=True, default="8080"),
    _call(_PY, r"\b(?:\w*HTTPServer|\w*TCPServer|\w*UDPServer|make_server|WSGIServer)\("),
    _call(_PY, r"\b(?:start_server|create_server|TCPSite)\("),
    _call(_PY, r"\.launch\(", keyword=True),
    _call(_PY, r"\b(?:\w*sock\w*|s|server|srv|listener)\.bind\(\s*(?=\()"),
    _call(_PY, r"(?<=\.)add_insecure_port\(|\bserve\(", -1),
    _call(
        _PY,
        r"\b(?:app|application|http_server|server)\.listen\((?!\s*\d{1,4}\s*\)\s*\n[^\n]*accept)",
        0,
    ),
    _call(_PY, r"\bsite\.start\(|\bhypercorn\.run\("),
    _call(_JS, r"\.listen\("),
    _call(_JS, r"\b(?:Bun\.serve|Deno\.serve|serve|Deno\.listen)\(", keyword=True),
    _call(_JS, r"\bHapi\.server\(|\bnew Hapi\.Server\(", keyword=True, is_local=True),
    _call(_JS, r"\bstandaloneServer\(|\bstartStandaloneServer\(", keyword=True, default="4000"),
    _call(
        _JS,
        r"\bnew (?:WebSocket\.Server|WebSocketServer|ws\.Server)\(\s*(?=\{[^}]*\bport\b)",
        keyword=True,
    ),
    _call(_RS, r"\b(?:TcpListener|UdpSocket|Server|axum_server|TcpSocket)::(?:try_)?bind\("),
    _call(_RS, r"\.(?:bind|bind_with_graceful_shutdown|run|serve)\(\s*(?=[(\[&\"'\w])"),
    _call(_RS, r"\bSocketAddr(?:V4)?::(?:from|new)\("),
    _call(_C, r"\bhtons\(", 0),
    _call(_C, r"\btcp::endpoint\("),
    _call(
        _C,
        r"\b(?:listen|app\.port|\.port|svr\.listen|mg_http_listen|mg_bind|uv_ip4_addr)\(\s*(?=[^)]*[,\"]|PORT|port|\d{3,})",
    ),
    _call(_JVM, r"\bnew (?:ServerSocket|InetSocketAddress|Server|DatagramSocket)\(", -1),
    _call(_JVM, r"\b(?:port|setPort|withPort|listen|bind|start)\(\s*(?=\d|[\"\w])", 0),
    _call(_JVM, r"\b(?:embeddedServer|bindAndHandle|newServerAt)\("),
    _call(_RB, r"\b(?:TCPServer|UNIXServer|WEBrick::HTTPServer)\.(?:new|open)\(?"),
    _call(_RB, r"^\s*set\s*:port\s*,"),
    _call(
        _PHP,
        (
            r"\b(?:stream_socket_server|socket_bind|new \\?(?:React\\Socket\\)?SocketServer|"
            r"new \w*Server)\("
        ),
    ),
    _call(
        _CS, r"\b(?:UseUrls|new TcpListener|Prefixes\.Add|ListenAnyIP|ListenLocalhost|app\.Run)\("
    ),
    _call(_ZIG, r"\b(?:Address\.(?:parseIp4?|initIp4|resolveIp)|listen)\("),
    _call(_EX, r"\b(?:Plug\.Cowboy|Bandit|:gen_tcp\.listen|:ranch\.start_listener)\b"),
)
_LISTENS_IN_C = re.compile(r"\blisten\s*\(|\bbind\s*\(|\.run\(|\bCROW_ROUTE|\bacceptor\b")
_LOCAL = re.compile(
    r"127\.0\.0\.1|\blocalhost\b|\[?::1\]?(?!\d)|127\s*,\s*0\s*,\s*0\s*,\s*1|Ipv4Addr::LOCALHOST"
)
_EVERYWHERE = re.compile(r"0\.0\.0\.0|\[::\]|Ipv4Addr::UNSPECIFIED|0\s*,\s*0\s*,\s*0\s*,\s*0")
_HOST_VARIABLE = re.compile(
    r"(?:process\.env\.|env(?:iron)?(?:\.get|::var)?[(\[]\s*['\"]|[gG]etenv\(\s*['\"])(\w*(?:HOST|ADDRESS|BIND)\w*)"
)
#: ``":8080"``, ``"0.0.0.0:8080"``: an address in quotes, and no URL.
_ADDRESS = re.compile(
    r"[\"'`](?:\w+://)?(?:[\w.*+-]*|\[[\w:]*\]|\$\{?\w+\}?):([1-9]\d{1,4})[\"'`/]"
)
_URL = re.compile(r"[\"'`]https?://[\w.*+-]+:([1-9]\d{1,4})")
_NUMBER = re.compile(r"(?<![\w.:$%-])([1-9]\d{1,4})(?![\w.]|\s*\*)")
_QUOTED_NUMBER = re.compile(r"[\"'`]:?([1-9]\d{1,4})[\"'`]")
_NAME = re.compile(r"(?<![\w\"'`])((?:self\.|this\.|\w+\.)*)([A-Za-z_]\w*)\b(?!\s*\()")
_QUOTED_NAME = re.compile(r"[\"'](?:[\w.]*\.)?(\w*port\w*)[\"']", re.IGNORECASE)
#: In the name of a constant: the port is another program's.
_OF_OTHERS = re.compile(
    r"(?i)redis|db|database|mongo|kafka|nats|sql|postgres|pg|smtp|mail|upstream|remote|target|peer"
    r"|rabbit|amqp|cache|elastic|proxy|debug|admin|metric|grpc_client|consul|etcd"
)
_FALLBACK = re.compile(
    r"(?i)\bPORT['\"]?\s*\)?\s*(?:,|\|\||\?\?|\?:|:-|or\b|,\s*default\s*=)\s*(?:int\()?['\"]?:?([1-9]\d{1,4})"
)
#: Numbers in configuration that say what to listen on.
_IN_SETTINGS = re.compile(
    r"(?im)^\s*(?:export\s+)?[\"']?(?:(?:\w+[._])?(?:server|http|app|listen|web|api|bind)[._-]?)?port[\"']?\s*[:=]\s*"
    r"[\"']?(?:\$\{\w+:-?)?([1-9]\d{1,4})\b"
)


@dataclass(frozen=True)
class Listening:
    """That a program listens, as ``file`` shows: on ``port``, empty if the number wasn't found.

    ``is_local``: on localhost only; ``host_variable`` is the variable of the environment that
    says otherwise. ``is_default``: the port is the framework's own.
    """

    file: str
    port: str = ""
    is_local: bool = False
    is_default: bool = False
    host_variable: str = ""

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


def listening(listing: Listing, files: Iterable[str]) -> Listening | None:
    """How the first of these files that listens does so; None if none does."""
    files = tuple(files)
    known: dict[str, list[str]] = {}
    best: Listening | None = None
    for file in files:
        if file not in listing:
            continue
        text = without_comments(listing.read(file), file)
        for call in _CALLS:
            for match in call.pattern.finditer(text) if file.endswith(call.suffixes) else ():
                if call.suffixes is _C and not _LISTENS_IN_C.search(text):
                    continue
                known = known or _constants(listing, (file, *files))
                found = _of_call(
                    call, text[match.end() - 1 :], match.group(), {**known, **_all(text)}
                )
                if found is None:
                    continue
                found = replace(found, file=file)
                if found.port and not found.is_default:
                    return found
                best = best if best and best.port else found
    if best and not best.port:
        return _from_settings(listing, best, known)
    return best


def _constants(listing: Listing, files: Iterable[str]) -> dict[str, list[str]]:
    known: dict[str, list[str]] = {}
    for file in dict.fromkeys(files):
        if file in listing:
            for name, values in _all(without_comments(listing.read(file), file)).items():
                known.setdefault(name, []).extend(values)
    return known


def _all(text: str) -> dict[str, list[str]]:
    return dict(constants(text).items())


def _of_call(call: _Call, text: str, opening: str, known: dict[str, list[str]]) -> Listening | None:
    inside = _inside(text, opening)
    arguments = _split(inside)
    wanted = inside
    if call.argument >= 0:
        wanted = arguments[call.argument] if len(arguments) > call.argument else ""
    if call.keyword:
        named = re.search(
            r"\b(?:server_)?[pP]ort\s*[=:]\s*([^,}]+)|(?:^|[{,]\s*)(port)\s*[,}]", inside
        )
        wanted = (named[1] or named[2]) if named else ""
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
    elif call.suffixes is _JS and arguments:
        wanted = arguments[0]
    port = number_of(wanted, known)
    host = f"{inside} {_resolved_hosts(inside, known)}"
    is_local = bool(_LOCAL.search(host)) or (
        call.is_local and not re.search(r"\bhost\s*[=:]", inside)
    )
    variable = _HOST_VARIABLE.search(host)
    is_local = is_local and not _EVERYWHERE.search(inside)
    if not port and call.default:
        return Listening(
            "",
            call.default,
            is_local,
            is_default=True,
            host_variable=variable[1] if variable else "",
        )
    if not port and not _may_listen(call, wanted):
        return None
    return Listening("", port, is_local, host_variable=variable[1] if variable and is_local else "")


def _may_listen(call: _Call, wanted: str) -> bool:
    """Whether a call without a number is one that listens for sure."""
    return (
        bool(re.search(r"(?i)port|addr|listen", wanted)) or "ListenAndServe" in call.pattern.pattern
    )


def _resolved_hosts(inside: str, known: dict[str, list[str]]) -> str:
    names = [m[2] for m in _NAME.finditer(inside) if re.search(r"(?i)host|addr|bind|ip", m[2])]
    return " ".join(value for name in names for value in known.get(name, ())[:2])


def number_of(text: str, known: dict[str, list[str]] | None = None, depth: int = 0) -> str:
    """The port that an expression comes to, by the constants that are known; empty if none."""
    for shape in (_ADDRESS, _FALLBACK, _QUOTED_NUMBER, _NUMBER):
        for match in shape.finditer(text):
            if _is_port(match[1]):
                return match[1]
    if known and depth < 4:
        for name in [*(m[2] for m in _NAME.finditer(text)), *_QUOTED_NAME.findall(text)]:
            for value in known.get(name, ()):
                if name in value and len(value) < len(name) + 3:
                    continue
                found = number_of(value, known, depth + 1)
                if found:
                    return found
    return ""


def _is_port(number: str) -> bool:
    return 0 < int(number) < 65536


def _from_settings(listing: Listing, found: Listening, known: dict[str, list[str]]) -> Listening:
    """The port that a constant of another name, or a file of settings, gives."""
    for name, values in known.items():
        if re.search(r"(?i)port$|addr(?:ess)?$", name) and not _OF_OTHERS.search(name):
            for value in values:
                if not _URL.search(value) and (port := number_of(value)):
                    return replace(found, port=port)
    if file_port := settings_port(listing):
        return replace(found, port=file_port[0], file=file_port[1])
    return found


_SETTINGS = (
    *("config.yaml", "config.yml", "config.toml", "config.json", "config/default.json"),
    *("config/default.yaml", "config/default.yml", "config/default.toml", "config/config.yaml"),
    *("configs/config.yaml", "configs/config.yml", "conf/config.yaml", "settings.toml"),
    *("config/config.json", "config/config.yml", "config/production.yaml", "config/base.yaml"),
    *("configuration/base.yaml", "configuration.yaml", "settings.yaml", "app.yaml", "Rocket.toml"),
    *(".env.example", ".env.sample", ".env.template", ".env.dist", "example.env", "env.example"),
)


def settings_port(listing: Listing) -> tuple[str, str] | None:
    """The port that a file of settings names, and the file."""
    for file in _SETTINGS:
        if file in listing and (found := _IN_SETTINGS.search(listing.read(file))):
            return found[1], file
    return None


def port_of_command(text: str) -> str:
    """The port that a command line names."""
    for shape in (
        r"(?:--port|--server\.port|--http-port|-p|--listen|-l)[ =]['\"]?(?:tcp://)?(?:[\w.*\[\]]*:)?\$?\{?(?:PORT:-)?([1-9]\d{1,4})\b",
        r"(?:--bind|-b|--address|-a|--host|-S|--addr)[ =]['\"]?(?:tcp://)?[\w.*\[\]]*:([1-9]\d{1,4})\b",
        r"(?:--bind|-b)[ =]['\"]?(?:tcp://)?[\w.*]*:\$\{PORT:-([1-9]\d{1,4})\}",
        r"(?:^|\s)(?:\d+\.\d+\.\d+\.\d+)?:([1-9]\d{1,4})(?:\s|$)",
        r"\b0\.0\.0\.0[: ]([1-9]\d{1,4})\b",
        r"\bPORT=([1-9]\d{1,4})\b",
    ):
        found = re.search(shape, text)
        if found and _is_port(found[1]):
            return found[1]
    return ""


def _inside(text: str, opening: str) -> str:
    """What stands between the bracket at the start and the one that closes it."""
    if not opening.rstrip().endswith(("(", "{", "[")):
        return text[1:200].partition("\n")[0]
    depth = 0
    for at, char in enumerate(text[:500]):
        if char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
            if depth == 0:
                return text[1:at]
    return text[1:200]


def _split(inside: str) -> list[str]:
    """The arguments: what stands between commas, but for those in brackets."""
    parts, depth, last = list[str](), 0, 0
    for at, char in enumerate(inside):
        if char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        elif char == "," and depth == 0:
            parts.append(inside[last:at])
            last = at + 1
    return [*parts, inside[last:]] if inside.strip() else []


def nearest_sources(files: Iterable[str], folder: str) -> Iterator[str]:
    """The files with those of the folder itself in front, then those below it."""
    start = f"{folder}/" if folder else ""
    ordered = sorted(
        files,
        key=lambda f: (f.rpartition("/")[0] != folder, not f.startswith(start), f.count("/"), f),
    )
    yield from ordered
