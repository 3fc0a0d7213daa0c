"""The calls that listen, a row for each way in a language or a framework."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bpkit.languages.source_suffixes import (
    C_FAMILY,
    DOTNET,
    ELIXIR,
    GO,
    JAVASCRIPT,
    JVM,
    PHP,
    PYTHON,
    RUBY,
    RUST,
    ZIG,
)

_RACK = (*RUBY, ".ru")


@dataclass(frozen=True)
class ListeningCall:
    """A call that listens. The port is in ``argument`` (counted from 0; -1: in any of them).

    ``keyword`` is the argument's name, if it has one. ``default`` is the port if none is passed,
    ``is_local`` whether the call listens on localhost by default. ``libraries`` are those that
    define the call: without an import of one of them it is some other function.
    """

    suffixes: tuple[str, ...]
    pattern: re.Pattern[str]
    argument: int = -1
    keyword: bool = False
    default: str = ""
    is_local: bool = False
    libraries: re.Pattern[str] | None = None


_OF_FLASK = re.compile(
    r"^\s*(?:from|import)\s+\w*(?i:flask|quart|connexion|eve|socketio|sanic|bottle|dash)",
    re.MULTILINE,
)


def _call(
    suffixes: tuple[str, ...], pattern: str, argument: int = -1, **more: object
) -> ListeningCall:
    return replace(ListeningCall(suffixes, re.compile(pattern), argument), **more)  # type: ignore[arg-type]


CALLS = (
    _call(GO, r"\b(?:ListenAndServe(?:TLS)?|ListenTCP|ListenUDP|ListenPacket)\("),
    _call(GO, r"\bnet\.Listen\(|\b(?:lc|cfg|config|\w*[lL]istenConfig)\.Listen\("),
    _call(GO, r"\b(?:app|server|srv|f|fiberApp)\.Listen\(", 0),
    _call(GO, r"\bhttp\.Server\{"),
    _call(
        GO,
        r"\b(?:r|router|engine|e|g|app|server|srv|echo)\.(?:Run|Start|StartServer)\((?=[^)]*[\":\w])",
        0,
    ),
    _call(GO, r"\b(?:r|router|engine)\.Run\((?=\))", default="8080"),
    _call(PYTHON, r"\buvicorn\.(?:run|Config)\(", keyword=True, default="8000", is_local=True),
    _call(
        PYTHON,
        r"\b(?:app|application|flask_app)\.run\(",
        1,
        keyword=True,
        default="5000",
        is_local=True,
    ),
    _call(
        PYTHON,
        r"\b(?:server|socketio|api)\.run\(",
        1,
        keyword=True,
        default="5000",
        is_local=True,
        libraries=_OF_FLASK,
    ),
    _call(PYTHON, r"\b\w*\.run_server\(", keyword=True, default="8050", is_local=True),
    _call(PYTHON, r"\b(?:web\.)?run_app\(", keyword=True, default="8080"),
    _call(PYTHON, r"\b(?:\w*HTTPServer|\w*TCPServer|\w*UDPServer|make_server|WSGIServer)\("),
    _call(PYTHON, r"\b(?:start_server|create_server|TCPSite)\("),
    _call(PYTHON, r"\.launch\(", keyword=True),
    _call(PYTHON, r"\b(?:\w*sock\w*|s|server|srv|listener)\.bind\(\s*(?=\()"),
    _call(PYTHON, r"(?<=\.)add_insecure_port\(|\bserve\(", -1),
    _call(
        PYTHON,
        r"\b(?:app|application|http_server|server)\.listen\((?!\s*\d{1,4}\s*\)\s*\n[^\n]*accept)",
        0,
    ),
    _call(PYTHON, r"\bsite\.start\(|\bhypercorn\.run\("),
    _call(JAVASCRIPT, r"\.listen\("),
    _call(JAVASCRIPT, r"\b(?:Bun\.serve|Deno\.serve|serve|Deno\.listen)\(", keyword=True),
    # https://bun.sh/docs/api/http: the default export of a module is served.
    _call(JAVASCRIPT, r"\bexport default \{(?=[^}]*\bfetch\b)", keyword=True, default="3000"),
    _call(JAVASCRIPT, r"\bHapi\.server\(|\bnew Hapi\.Server\(", keyword=True, is_local=True),
    _call(
        JAVASCRIPT, r"\bstandaloneServer\(|\bstartStandaloneServer\(", keyword=True, default="4000"
    ),
    _call(
        JAVASCRIPT,
        r"\bnew (?:WebSocket\.Server|WebSocketServer|ws\.Server)\(\s*(?=\{[^}]*\bport\b)",
        keyword=True,
    ),
    _call(RUST, r"\b(?:TcpListener|UdpSocket|Server|axum_server|TcpSocket)::(?:try_)?bind\("),
    _call(RUST, r"\.(?:bind|bind_with_graceful_shutdown|run|serve)\(\s*(?=[(\[&\"'\w])"),
    _call(RUST, r"\bSocketAddr(?:V4)?::(?:from|new)\("),
    _call(C_FAMILY, r"\bhtons\(", 0),
    _call(C_FAMILY, r"\btcp::endpoint\("),
    _call(
        C_FAMILY,
        r"\b(?:listen|app\.port|\.port|svr\.listen|mg_http_listen|mg_bind|uv_ip4_addr)\(\s*(?=[^)]*[,\"]|PORT|port|\d{3,})",
    ),
    _call(JVM, r"\bnew (?:ServerSocket|InetSocketAddress|Server|DatagramSocket)\(", -1),
    _call(JVM, r"\b(?:port|setPort|withPort|listen|bind|start)\(\s*(?=\d|[\"\w])", 0),
    _call(JVM, r"\b(?:embeddedServer|bindAndHandle|newServerAt)\("),
    _call(_RACK, r"\b(?:TCPServer|UNIXServer|WEBrick::HTTPServer)\.(?:new|open)\(?"),
    _call(_RACK, r"(?m)^\s*set\s*:port\s*,"),
    _call(
        PHP,
        (
            r"\b(?:stream_socket_server|socket_bind|new \\?(?:React\\Socket\\)?SocketServer|"
            r"new \w*Server)\("
        ),
    ),
    _call(
        DOTNET,
        r"\b(?:UseUrls|new TcpListener|Prefixes\.Add|ListenAnyIP|ListenLocalhost|app\.Run)\(",
    ),
    _call(ZIG, r"\b(?:Address\.(?:parseIp4?|initIp4|resolveIp)|listen)\("),
    _call(ELIXIR, r"\b(?:Plug\.Cowboy|Bandit)\b"),
    _call(ELIXIR, r":(?:gen_tcp\.listen|gen_udp\.open)\(", 0),
)
