"""Which port a program listens on, as its source shows it, and what only looks like one."""

from __future__ import annotations

import pytest

from bpkit.languages.port_numbers import port_of_command
from bpkit.languages.ports import listening
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
        ("m.py", "add_argument('--port', default=7007)\napp.run(args.host, args.port)", "7007"),
        ("m.js", "const at = want > 1024 && want <= 65000 ? want : 8101;\napp.listen(at)", "8101"),
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
        ("m.py", "server = create(config)\nserver.run()"),
        ("m.py", "from own.queue import api\napi.run(jobs)"),
        ("m.c", "a.sin_port = htons(6379);\nconnect(s, &a, 1);"),
    ],
)
def test_client_calls_comments_and_backlogs_are_not_ports(file: str, text: str) -> None:
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
def test_a_program_on_localhost_only_gets_a_note(file: str, text: str, port: str) -> None:
    assert found(file, text) == (port, True)
    listens = listening(listing({file: text}), [file])
    assert listens is not None
    assert "localhost only" in listens.note


def test_a_host_from_a_variable_needs_no_note() -> None:
    text = 'const HOST = process.env.HOST || "127.0.0.1";\napp.listen(8080, HOST)'
    listens = listening(listing({"m.js": text}), ["m.js"])
    assert listens is not None
    assert (listens.host_variable, listens.note) == ("HOST", "")


def test_the_port_may_be_in_a_settings_file_only() -> None:
    settings = {"config.yaml": "server:\n  port: 8088\n"}
    files = {"m.go": "http.ListenAndServe(cfg.Addr, r)", **settings}
    listens = listening(listing(files), ["m.go"])
    assert listens is not None
    assert (listens.port, listens.file) == ("8088", "config.yaml")


@pytest.mark.parametrize(("host", "is_local"), [("127.0.0.1", True), ("0.0.0.0", False)])
def test_a_local_host_beside_the_port_in_settings_gets_a_note(host: str, is_local: bool) -> None:
    settings = f"module.exports = {{\n  host: '{host}',\n  port: 8456,\n}};\n"
    files = {"m.js": "server.listen(choice.port)", "config.js": settings}
    listens = listening(listing(files), ["m.js", "config.js"])
    assert listens is not None
    assert (listens.port, listens.is_local) == ("8456", is_local)


def test_the_bound_of_a_range_is_not_a_port() -> None:
    files = {"m.js": "server.listen(choice.port)", "range.js": "const MAX_PORT = 65535;"}
    listens = listening(listing(files), ["m.js", "range.js"])
    assert listens is not None
    assert (listens.port, listens.note[:16]) == ("", "m.js listens, bu")


def test_an_endless_chain_of_names_in_a_bundle_is_given_up() -> None:
    # Each name is given two others, as a bundle does it: to follow all of them takes for ever.
    chain = "".join(f"x{n}port=x{n + 1}port,x{n}port=y{n + 1}port;" for n in range(4000))
    bundle = f"{chain}a.listen(x0port);b.listen(4321)"
    assert found("m.js", f"{chain}a.listen(x0port)") == ("", False)
    listens = listening(listing({"m.js": "app.listen(cfg.at)", "b.js": bundle}), ["m.js", "b.js"])
    assert listens is None or not listens.port


def test_a_listener_on_an_unknown_port_gets_a_note() -> None:
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


def test_a_number_passed_to_another_function_is_not_a_port() -> None:
    text = (
        "def serve(port, secret):\n    server.serve(port, secret)\n"
        "secret = os.urandom(32).hex()\npool = Pool(50)\n"
        "WSGIServer(where, app, spawn=pool, backlog=4000)\n"
    )
    listens = listening(listing({"m.py": text}), ["m.py"])
    assert listens is None or not listens.port


def test_an_options_default_is_found_across_lines_and_brackets() -> None:
    text = (
        '@click.option(\n  "-p",\n  "--port",\n  type=click.IntRange(0, 65535),\n  default=7201,\n'
        '  help="where (see --host)",\n)\ndef serve(port):\n'
        "    more = dict(port=port)\n    uvicorn.run(app, **more)\n"
    )
    assert found("m.py", text) == ("7201", False)
    declared = "program.option('-p, --port <number>', 'where to listen', '7202');\n"
    assert found("m.js", f"{declared}app.listen(program.opts().port)") == ("7202", False)


def test_a_name_with_two_ports_makes_the_port_a_guess() -> None:
    text = (
        "#define PLAIN 80\n#define SECURE 443\nif (tls) port = SECURE;\nelse port = PLAIN;\n"
        "a.sin_port = htons(port);\nbind(s);\nlisten(s, 1024);\n"
    )
    listens = listening(listing({"m.c": text}), ["m.c"])
    assert listens is not None
    assert (listens.port, listens.others, listens.is_guess) == ("80", ("443",), True)
    assert "a guess" in " ".join(listens.notes)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("m.go", 'c, _ := net.ListenPacket("udp", ":7301")'),
        ("m.py", 'socketserver.UDPServer(("", 7301), H).serve_forever()'),
        ("m.py", 's = socket(AF_INET, SOCK_DGRAM)\ns.bind(("", 7301))'),
        ("m.rs", 'let s = UdpSocket::bind("0.0.0.0:7301")?;'),
    ],
)
def test_a_udp_port_is_marked_as_udp(file: str, text: str) -> None:
    assert found(file, text) == ("7301/udp", False)


def test_tcp_comes_before_udp_and_both_are_reported() -> None:
    text = 'u, _ := net.ListenPacket("udp", ":7302")\nl, _ := net.Listen("tcp", ":7303")\n'
    listens = listening(listing({"m.go": text}), ["m.go"])
    assert listens is not None
    assert (listens.port, listens.besides) == ("7303", ("7302/udp",))
    assert "7302/udp" in " ".join(listens.notes)


def test_the_fact_names_the_file_with_the_number() -> None:
    files = {"m.py": "import s\napp.run(port=s.PORT)", "s.py": "PORT = 7304\n"}
    listens = listening(listing(files), ["m.py", "s.py"])
    assert listens is not None
    assert (listens.port, listens.file) == ("7304", "s.py")


def test_request_variables_and_other_services_ports_are_ignored() -> None:
    for name in ("HTTP_X_FORWARDED_HOST", "REDIS_HOST"):
        text = f"host = env.get('{name}') or '127.0.0.1'\nmake_server(host, 7305, app)"
        listens = listening(listing({"m.py": text}), ["m.py"])
        assert listens is not None
        assert (listens.port, listens.host_variable) == ("7305", "")


def test_a_port_in_another_services_section_is_ignored() -> None:
    settings = "database:\n  port: 5432\nserver:\n  port: 7306\n"
    files = {"m.go": "http.ListenAndServe(cfg.Addr, r)", "config.yaml": settings}
    listens = listening(listing(files), ["m.go"])
    assert listens is not None
    assert (listens.port, listens.file) == ("7306", "config.yaml")


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("m.py", "c = redis.Redis(host='x', port=6379)\nport = 7401\napp.run(port=port)"),
        ("m.js", "const c = createClient({ port: 6379 });\nconst port = 7401;\napp.listen(port)"),
        ("m.js", "const s = { redis: { port: 6379 }, port: 7401 };\napp.listen(s.port)"),
    ],
)
def test_a_clients_port_is_not_the_programs_own(file: str, text: str) -> None:
    listens = listening(listing({file: text}), [file])
    assert listens is not None
    assert (listens.port, listens.others) == ("7401", ())


def test_a_settings_key_is_looked_up_in_the_settings_file() -> None:
    files = {
        "m.js": "createClient({port: 6379});\napp.listen(config.get('server.port'))",
        "config/default.json": '{"redis": {"port": 6379}, "server": {"port": 7402}}',
    }
    listens = listening(listing(files), ["m.js"])
    assert listens is not None
    assert (listens.port, listens.file) == ("7402", "config/default.json")


def test_a_port_is_a_guess_if_another_file_listens_too() -> None:
    files = {
        "main.js": "require('./a'); require('./b')",
        "a.js": "net.createServer().listen(7001)",
        "b.js": "http.createServer().listen(settings.port)",
    }
    listens = listening(listing(files), ["main.js", "a.js", "b.js"])
    assert listens
    assert listens.port == "7001"
    assert listens.is_guess
    alone = listening(listing({**files, "b.js": ""}), ["main.js", "a.js", "b.js"])
    assert alone
    assert not alone.is_guess


def test_a_port_in_a_client_source_is_not_listened_on() -> None:
    files = {"m.c": "int main(void) { return 0; }", "client.c": "bind(s); a.sin_port = htons(113);"}
    listens = listening(listing(files), ["client.c", "m.c"])
    assert listens
    assert not listens.port


def test_a_name_with_many_values_gives_no_port() -> None:
    codes = "\n".join(f"if x == {n} {{ code = {n} }}" for n in range(10001, 10012))
    go = f'package main\n{codes}\nhttp.ListenAndServe(":"+code, nil)\n'
    listens = listening(listing({"m.go": go}), ["m.go"])
    assert listens
    assert not listens.port


def test_a_number_base_is_not_a_port() -> None:
    listens = listening(
        listing({"m.js": "const port = parseInt(process.env.PORT, 10);\napp.listen(port)"}),
        ["m.js"],
    )
    assert listens
    assert not listens.port


def test_names_with_ever_new_values_are_resolved_in_bounded_time() -> None:
    # Each name leads to all others: followed one by one, their paths would be millions.
    names = [f"addr{n}" for n in range(40)]
    text = "\n".join(f"{one} = {other} + 1" for one in names for other in names)
    listens = listening(listing({"m.py": f"{text}\nserver = HTTPServer(('', addr0))"}), ["m.py"])
    assert listens is None or not listens.port


def test_an_address_printed_in_a_callback_is_not_listened_on() -> None:
    text = "s.listen(4100, function () { open('http://localhost:4100') })\n"
    assert found("m.js", text) == ("4100", False)
    assert found("m.js", "s.listen(4100, 'localhost', () => {})\n") == ("4100", True)


def test_the_default_in_an_option_object_is_its_value() -> None:
    text = (
        "yargs.option('port', { alias: 'p', type: 'number', default: 4101 })\n"
        "  .option('host', { default: process.env.IN_BOX ? '0.0.0.0' : '127.0.0.1' })\n"
        "function open(host, port) { server.listen(port, host) }\n"
    )
    assert found("m.js", text) == ("4101", True)
    listens = listening(listing({"m.js": text}), ["m.js"])
    assert listens is not None
    assert listens.host_switch == "--host"
