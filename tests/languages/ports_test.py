"""Which port a program listens on, as its source shows it, and what only looks like one."""

from __future__ import annotations

import pytest

from bpkit.languages.ports import listening, port_of_command
from tests.languages.listings import listing


def found(file: str, text: str, **beside: str) -> tuple[str, bool] | None:
    """The port and whether it is localhost's only; None if nothing listens."""
    listens = listening(listing({file: text, **beside}), [file])
    return (listens.port, listens.is_local) if listens else None


@pytest.mark.parametrize(
    ("file", "text", "port"),
    [
        ("m.go", 'http.ListenAndServe(":9000", nil)', "9000"),
        (
            "m.go",
            'p := os.Getenv("PORT")\nif p == "" {\n p = "81"\n}\nhttp.ListenAndServe(":"+p, nil)',
            "81",
        ),
        (
            "m.go",
            'var addr = flag.String("addr", ":9001", "x")\nhttp.ListenAndServe(*addr, nil)',
            "9001",
        ),
        ("m.go", "r := gin.Default()\nr.Run()", "8080"),
        ("m.go", 'e.Logger.Fatal(e.Start(":1323"))', "1323"),
        ("m.py", 'app.run(host="0.0.0.0", port=8000, debug=True)', "8000"),
        (
            "m.py",
            'port = int(os.environ.get("PORT", 5001))\napp.run(host="0.0.0.0", port=port)',
            "5001",
        ),
        ("m.py", 's.bind(("0.0.0.0", 9999))\ns.listen(5)', "9999"),
        ("m.js", "const PORT = process.env.PORT || 4000;\napp.listen(PORT)", "4000"),
        ("m.js", "fastify.listen({ port: 3002, host: '0.0.0.0' })", "3002"),
        ("m.ts", "await app.listen(process.env.PORT ?? 3000);", "3000"),
        ("m.rs", "let a = SocketAddr::from(([0, 0, 0, 0], 3000));\naxum::Server::bind(&a)", "3000"),
        ("m.c", "#define PORT 8085\na.sin_port = htons(PORT);\nbind(s);\nlisten(s, 1024);", "8085"),
        ("m.cpp", 'svr.listen("0.0.0.0", 8081);\nsvr.bind();', "8081"),
        ("M.java", "new ServerSocket(8080, 50)", "8080"),
        ("m.rb", "server = TCPServer.new 2000", "2000"),
        ("m.zig", 'const a = try std.net.Address.parseIp4("0.0.0.0", 8090);', "8090"),
    ],
)
def test_the_port_of_a_call_that_listens(file: str, text: str, port: str) -> None:
    assert found(file, text) == (port, False)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("m.go", 'net.Dial("tcp", "db:6672")'),
        ("m.go", '// http.ListenAndServe(":6671", nil)\nfmt.Println("x")'),
        ("m.py", 'redis.Redis(host="localhost", port=6379)'),
        ("m.js", "fetch('http://localhost:9200')"),
        ("m.js", 'bus.listen("ready")'),
        ("m.rs", "socket.listen(1024)"),
        ("m.c", "a.sin_port = htons(6379);\nconnect(s, &a, 1);"),
    ],
)
def test_what_connects_or_is_a_comment_or_a_queue_is_no_port(file: str, text: str) -> None:
    assert found(file, text) is None


@pytest.mark.parametrize(
    ("file", "text", "port"),
    [
        ("m.py", "app.run()", "5000"),
        ("m.py", 'HOST, PORT = "localhost", 9998\ns.bind((HOST, PORT))', "9998"),
        ("m.rs", 'TcpListener::bind("127.0.0.1:7878")', "7878"),
        ("m.js", "app.listen(3001, '127.0.0.1')", "3001"),
    ],
)
def test_localhost_only_is_told(file: str, text: str, port: str) -> None:
    assert found(file, text) == (port, True)
    listens = listening(listing({file: text}), [file])
    assert listens is not None
    assert "localhost only" in listens.note


def test_a_host_that_a_variable_decides_needs_no_word() -> None:
    text = 'const HOST = process.env.HOST || "127.0.0.1";\napp.listen(8080, HOST)'
    listens = listening(listing({"m.js": text}), ["m.js"])
    assert listens is not None
    assert (listens.host_variable, listens.note) == ("HOST", "")


def test_a_number_that_only_a_file_of_settings_has() -> None:
    settings = {"config.yaml": "server:\n  port: 8088\n"}
    files = {"m.go": "http.ListenAndServe(cfg.Addr, r)", **settings}
    listens = listening(listing(files), ["m.go"])
    assert listens is not None
    assert (listens.port, listens.file) == ("8088", "config.yaml")


def test_a_program_that_listens_somewhere_unknown_says_so() -> None:
    listens = listening(listing({"m.go": "http.ListenAndServe(os.Args[1], r)"}), ["m.go"])
    assert listens is not None
    assert "--port" in listens.note


@pytest.mark.parametrize(
    ("command", "port"),
    [
        ("gunicorn --bind 0.0.0.0:8000 shop.wsgi", "8000"),
        ("gunicorn shop.wsgi -b :$PORT", ""),
        ("uvicorn app:app --port=80", "80"),
        ("gunicorn app:app --bind 0.0.0.0:${PORT:-5000}", "5000"),
        ("node server.js", ""),
    ],
)
def test_the_port_of_a_command_line(command: str, port: str) -> None:
    assert port_of_command(command) == port
