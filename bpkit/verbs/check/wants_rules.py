"""The rules BPK14x: what a running program may miss."""

from __future__ import annotations

from dataclasses import dataclass

from bpkit.findings import Rule


@dataclass(frozen=True)
class _Program:
    """A C program of an example."""

    includes: str
    body: str

    def image(self, after: str = "") -> str:
        """A Dockerfile that puts the program into Debian's image, on which ``after`` is done."""
        return (
            "FROM gcc:latest AS build\n"
            f"RUN printf '{self.includes}\\nint main(void) {{ {self.body} }}\\n' > /app.c"
            " && gcc -o /app /app.c\n"
            "FROM debian:bookworm-slim\nCOPY --from=build /app /app\n"
            f'{after}USER 65532:65532\nCMD ["/app"]\n'
        )


_ROOTS = _Program("#include <stdio.h>", 'return puts("/etc/ssl/certs/ca-certificates.crt") < 0;')
_USER = _Program("#include <pwd.h>", "return getpwuid(65532) != 0;")
_TMP = _Program("#include <stdio.h>", "tmpfile(); return 0;")
_RESOLVES = (
    "FROM golang:latest AS build\n"
    'RUN printf \'package main\\nimport "net"\\nfunc main() { net.LookupHost("localhost") }\\n\''
    " > main.go && CGO_ENABLED=0 go build -o /app main.go\n"
    "FROM scratch\nCOPY --from=build /app /app\n"
)

NO_ROOTS = Rule(
    id="BPK141",
    severity="warning",
    title="TLS certificates: the program will want CA roots, and the image has none",
    why="Each connection by HTTPS will fail with “certificate signed by unknown authority” or the "
    "like. Evidence: the program is linked with a TLS library, or carries the paths where CA "
    "certificates are looked for.",
    failing=_ROOTS.image(),
    passing=_ROOTS.image(
        "RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates\n"
    ),
)
NO_ZONES = Rule(
    id="BPK142",
    severity="warning",
    title="Time zones: the program will want zoneinfo, and the image has none",
    why="A zone by name (`Europe/Berlin`) can't be loaded; with TZ set, the C library takes UTC "
    "instead without a word. Evidence: the program can load zones, or the image sets TZ.",
    failing='FROM alpine:latest\nENV TZ=Europe/Berlin\nCMD ["date"]\n',
    passing='FROM debian:bookworm-slim\nENV TZ=Europe/Berlin\nCMD ["date"]\n',
)
NO_ACCOUNTS = Rule(
    id="BPK143",
    severity="note",
    title="Accounts: the program can look users up, and the image has no /etc/passwd",
    why="It will find no name and no home directory for its own user. Evidence: it imports "
    "`getpwuid` or the like, or Go's os/user.",
    failing=_USER.image("RUN rm /etc/passwd\n"),
    passing=_USER.image(),
)
NO_NSSWITCH = Rule(
    id="BPK144",
    severity="note",
    title="Names of hosts: without /etc/nsswitch.conf Go asks DNS before /etc/hosts",
    why="Entries of /etc/hosts (`docker run --add-host`, compose links) are then looked at only "
    "when DNS does not answer. Evidence: the program has Go's own resolver.",
    failing=_RESOLVES + 'ENTRYPOINT ["/app"]\n',
    passing=_RESOLVES + 'COPY --from=build /etc/nsswitch.conf /etc/\nENTRYPOINT ["/app"]\n',
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
    failing=_TMP.image("RUN rm -rf /tmp\n"),
    passing=_TMP.image(),
)
MAY_OPEN = Rule(
    id="BPK147",
    severity="note",
    title="The program may open libraries by itself that are not in the image",
    why="It calls `dlopen`, and names of libraries are among its texts. That is a hint and no "
    "more: many programs try several and can do without any.",
    failing=_Program("#include <dlfcn.h>", 'return dlopen("libnothere.so.1", 1) != 0;').image(),
    passing=_Program("#include <dlfcn.h>", 'return dlopen("libm.so.6", 1) == 0;').image(),
)

RULES = (NO_ROOTS, NO_ZONES, NO_ACCOUNTS, NO_NSSWITCH, NO_NSS_MODULES, NO_TMP, MAY_OPEN)
