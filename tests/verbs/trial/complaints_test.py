"""Error messages of many programs, and the complaints recognized in them."""

from __future__ import annotations

import pytest

from bpkit.verbs.trial.complaints import complaints

SAID = [
    # Loaders and languages.
    ("./till: error while loading shared libraries: libpq.so.5: cannot open shared object file: "
     "No such file or directory", "missing library", "libpq.so.5"),
    ("Error loading shared library libstdc++.so.6: No such file or directory (needed by /till)",
     "missing library", "libstdc++.so.6"),
    ("ImportError: libGL.so.1: cannot open shared object file: No such file or directory",
     "missing library", "libGL.so.1"),
    ("ModuleNotFoundError: No module named 'stock'", "missing module", "stock"),
    ("/usr/bin/python3: No module named stock", "missing module", "stock"),
    ("Error: Cannot find module '/shop/server.js'", "missing module", "/shop/server.js"),
    ("Can't locate Shop/Till.pm in @INC (you may need to install the Shop::Till module) (@INC "
     "contains: /etc/perl)", "missing module", "Shop/Till.pm"),
    ("<internal:/usr/lib/ruby>:85:in `require': cannot load such file -- till (LoadError)",
     "missing module", "till"),
    ("lua5.4: /shop.lua:1: module 'till' not found:", "missing module", "till"),
    ("Error: Could not find or load main class shop.Till", "missing module", "shop.Till"),
    # Shells and what they start.
    ("/entry.sh: line 3: exec: stock: not found", "missing program", "stock"),
    ("sh: 1: stock: not found", "missing program", "stock"),
    ("bash: line 1: stock: command not found", "missing program", "stock"),
    ('exec: "stock": executable file not found in $PATH', "missing program", "stock"),
    ("/usr/bin/env: ‘stock’: No such file or directory", "missing program", "stock"),
    ("env: can't execute 'stock': No such file or directory", "missing program", "stock"),
    ("Error: spawn stock ENOENT", "missing program", "stock"),
    ("exec /till: exec format error", "wrong machine", "/till"),
    # Files.
    ("cat: /goods: No such file or directory", "missing file", "/goods"),
    ("FileNotFoundError: [Errno 2] No such file or directory: 'goods.yml'", "missing file",
     "goods.yml"),
    ("Error: ENOENT: no such file or directory, open '/shop/goods.json'", "missing file",
     "/shop/goods.json"),
    ("open goods.yaml: no such file or directory", "missing file", "goods.yaml"),
    ('nginx: [emerg] open() "/etc/till.conf" failed (2: No such file or directory)',
     "missing file", "/etc/till.conf"),
    ("Error: Unable to access jarfile /till.jar", "missing file", "/till.jar"),
    ("java.io.FileNotFoundException: /goods (Permission denied)", "denied", "/goods"),
    ("PermissionError: [Errno 13] Permission denied: '/goods/till.db'", "denied",
     "/goods/till.db"),
    ("Error: EACCES: permission denied, mkdir '/goods/new'", "denied", "/goods/new"),
    ('nginx: [emerg] mkdir() "/var/till" failed (13: Permission denied)', "denied", "/var/till"),
    ("panic: open /goods: permission denied", "denied", "/goods"),
    ("sh: can't create /goods/till: Permission denied", "denied", "/goods/till"),
    ("touch: /goods: Read-only file system", "read-only", "/goods"),
    # Ports and other machines.
    ("Error: listen EADDRINUSE: address already in use :::3000", "port taken", "3000"),
    ("nginx: [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)", "port denied",
     "0.0.0.0:80"),
    ("Error: listen EACCES: permission denied 0.0.0.0:80", "port denied", "0.0.0.0:80"),
    ("Error: getaddrinfo EAI_AGAIN stock", "unknown host", "stock"),
    ("dial tcp: lookup stock on 127.0.0.11:53: no such host", "unknown host", "stock"),
    ('could not translate host name "stock" to address: Name or service not known',
     "unknown host", "stock"),
    ("Error: connect ECONNREFUSED 127.0.0.1:5432", "unreachable", "127.0.0.1:5432"),
    # Variables and users.
    ("KeyError: 'STOCK_URL'", "missing variable", "STOCK_URL"),
    ("/entry.sh: line 2: STOCK_URL: parameter not set", "missing variable", "STOCK_URL"),
    ("/entry.sh: 3: STOCK_URL: unbound variable", "missing variable", "STOCK_URL"),
    ("You must specify STOCK_PASSWORD to a non-empty value", "missing variable",
     "STOCK_PASSWORD"),
    ('[emerg] 1#1: unknown user "till"', "missing user", "till"),
]  # fmt: skip

HARMLESS = [
    "Ready to accept connections",
    '127.0.0.1 - - "GET /nothing HTTP/1.1" 404 -',
    "listening on 0.0.0.0:8080",
    "opened /goods/till.db",
    "module stock loaded",
    "user till logged in",
]


@pytest.mark.parametrize(("line", "kind", "subject"), SAID)
def test_a_line_is_recognized_as_a_complaint(line: str, kind: str, subject: str) -> None:
    (found,) = complaints(f"starting\n  {line}\n")
    assert (found.kind, found.subject, found.line) == (kind, subject, line)


@pytest.mark.parametrize("line", HARMLESS)
def test_other_lines_are_not_complaints(line: str) -> None:
    assert complaints(line) == ()


def test_each_complaint_is_listed_once_up_to_a_limit() -> None:
    assert len(complaints("cat: /goods: No such file or directory\n" * 3)) == 1
    many = "\n".join(f"cat: /goods/{n}: No such file or directory" for n in range(1000))
    assert 1 < len(complaints(many)) < 100


def test_a_line_of_data_is_not_searched() -> None:
    assert complaints("/" * 1_000_000 + ": No such file or directory") == ()
