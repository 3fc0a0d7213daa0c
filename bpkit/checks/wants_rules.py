"""The rules BPK14x: what a running program may miss."""

from __future__ import annotations

from bpkit.findings import Rule


def _go(*source: str, copies: str = "") -> str:
    """A Dockerfile that puts a Go program of these lines into an image with nothing else."""
    text = "\\n".join(("package main", *source, ""))
    return (
        f"FROM golang:latest AS build\nRUN printf '{text}' > main.go"
        " && CGO_ENABLED=0 go build -o /app main.go\n"
        f"FROM scratch\n{copies}"
        'COPY --from=build /app /app\nUSER 65532:65532\nENTRYPOINT ["/app"]\n'
    )


_HTTPS = ('import "net/http"', 'func main() { http.Get("https://localhost/") }')
_ZONE = ('import "time"', 'func main() { time.LoadLocation("Europe/Berlin") }')
_TMP = ('import "os"', 'func main() { os.CreateTemp("", "x") }')
_USER = ('import "os/user"', "func main() { user.Current() }")

NO_ROOTS = Rule(
    id="BPK141",
    severity="warning",
    title="TLS certificates: the program will want CA roots, and the image has none",
    why="Each connection by HTTPS will fail with “certificate signed by unknown authority” or the "
    "like. Evidence: the program is linked with a TLS library, or carries the paths where CA "
    "certificates are looked for.",
    failing=_go(*_HTTPS),
    passing=_go(
        *_HTTPS,
        copies="COPY --from=python:3-slim /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/\n",
    ),
)
NO_ZONES = Rule(
    id="BPK142",
    severity="warning",
    title="Time zones: the program will want zoneinfo, and the image has none",
    why="A zone by name (`Europe/Berlin`) can't be loaded; with TZ set, the C library takes UTC "
    "instead without a word. Evidence: the program can load zones, or the image sets TZ.",
    failing=_go(*_ZONE),
    passing=_go('import ("time"; _ "time/tzdata")', _ZONE[1]),
)
NO_ACCOUNTS = Rule(
    id="BPK143",
    severity="note",
    title="Accounts: the program can look users up, and the image has no /etc/passwd",
    why="It will find no name and no home directory for its own user. Evidence: it imports "
    "`getpwuid` or the like, or Go's os/user.",
    failing=_go(*_USER),
    passing=_go(*_USER, copies="COPY --from=build /etc/passwd /etc/group /etc/\n"),
)
NO_NSSWITCH = Rule(
    id="BPK144",
    severity="note",
    title="Names of hosts: without /etc/nsswitch.conf Go asks DNS before /etc/hosts",
    why="Entries of /etc/hosts (`docker run --add-host`, compose links) are then looked at only "
    "when DNS does not answer. Evidence: the program has Go's own resolver.",
    failing=_go(*_HTTPS),
    passing=_go(*_HTTPS, copies="COPY --from=build /etc/nsswitch.conf /etc/\n"),
)
NO_NSS_MODULES = Rule(
    id="BPK145",
    severity="warning",
    title="Names of hosts: glibc's resolver modules are not in the image",
    why="Before version 2.34, glibc opens `libnss_dns.so.2` and `libnss_files.so.2` when a name is "
    "looked up; no binary is linked with them, so that they are easily left behind. Evidence: the "
    "program imports `getaddrinfo` or the like.",
)
NO_TMP = Rule(
    id="BPK146",
    severity="warning",
    title="Temporary files: the program makes some, and its USER has no /tmp to write to",
    why="`FROM scratch` has no /tmp. Evidence: the program imports `tmpfile` or the like, or Go's "
    "os.CreateTemp; interpreters make temporary files too.",
    failing=_go(*_TMP),
    passing=_go(*_TMP, copies="COPY --from=build --chown=65532:65532 /tmp /tmp\n"),
)
MAY_OPEN = Rule(
    id="BPK147",
    severity="note",
    title="The program may open libraries by itself that are not in the image",
    why="It calls `dlopen`, and names of libraries are among its texts. That is a hint and no "
    "more: many programs try several and can do without any.",
)

RULES = (NO_ROOTS, NO_ZONES, NO_ACCOUNTS, NO_NSSWITCH, NO_NSS_MODULES, NO_TMP, MAY_OPEN)
