"""The rules BPK10x: what can be wrong with the image's command."""

from __future__ import annotations

from bpkit.findings import Rule

NO_COMMAND = Rule(
    id="BPK101",
    severity="error",
    title="The image has no command",
    why="Neither ENTRYPOINT nor CMD names a program, and none comes with the base image, so "
    "`docker run IMAGE` has nothing to start. `FROM scratch` starts without any.",
    says="No command specified|no command specified",
    failing="FROM alpine:latest AS build\nFROM scratch\nCOPY --from=build /bin/busybox /app\n",
    passing="FROM alpine:latest AS build\nFROM scratch\nCOPY --from=build /bin/busybox /busybox\n"
    'ENTRYPOINT ["/busybox", "true"]\n',
)
NOT_THERE = Rule(
    id="BPK102",
    severity="error",
    title="The program of ENTRYPOINT or CMD is not in the image",
    why="A name with a slash is looked for at that path (from WORKDIR, if it is relative), any "
    "other name in the directories of PATH, and never in WORKDIR. An exec form with one long "
    "string is one name, blanks and all.",
    says="no such file or directory|executable file not found",
    failing='FROM alpine:latest\nWORKDIR /srv\nRUN cp /bin/true app\nCMD ["app"]\n',
    passing='FROM alpine:latest\nWORKDIR /srv\nRUN cp /bin/busybox true\nCMD ["./true"]\n',
)
NOT_EXECUTABLE = Rule(
    id="BPK103",
    severity="error",
    title="The program of ENTRYPOINT or CMD can't be executed: mode, or a directory",
    why="COPY keeps the mode that a file has in the build context or in the stage it comes from. "
    "A file that nobody may execute can't be started, by root neither.",
    says="permission denied|is a directory",
    failing="FROM alpine:latest\nRUN printf '#!/bin/sh\\necho hi\\n' > /start\nCMD [\"/start\"]\n",
    passing="FROM alpine:latest\nRUN printf '#!/bin/sh\\necho hi\\n' > /start && chmod +x /start\n"
    'CMD ["/start"]\n',
)
NOT_ALLOWED = Rule(
    id="BPK104",
    severity="warning",
    title="The image's USER may not execute the program",
    why="The mode lets its owner execute it and not the USER of the image; or a directory on the "
    "way to it is closed to that user. Programs installed below /root are of this kind. A script "
    "must be readable too, since its interpreter opens it. Docker 20.10 refuses to start it; 26.1 "
    "starts a binary all the same, with rights that the program then loses.",
    says="permission denied|Permission denied|can't open",
    failing="FROM alpine:latest\nRUN chmod 700 /root && cp /bin/busybox /root/true\n"
    'USER 1000\nCMD ["/root/true"]\n',
    passing='FROM alpine:latest\nRUN cp /bin/busybox /true\nUSER 1000\nCMD ["/true"]\n',
)
NO_SHELL = Rule(
    id="BPK105",
    severity="error",
    title="The shell form needs a shell, and the image has none",
    why='`CMD app` is `CMD ["/bin/sh", "-c", "app"]`. In `FROM scratch` and distroless images '
    "there is no shell.",
    says="/bin/sh.*no such file or directory",
    failing="FROM alpine:latest AS build\nFROM scratch\nCOPY --from=build /bin/busybox /true\n"
    "CMD /true\n",
    passing="FROM alpine:latest AS build\nFROM scratch\nCOPY --from=build /bin/busybox /true\n"
    'CMD ["/true"]\n',
)
BAD_WORKDIR = Rule(
    id="BPK106",
    severity="error",
    title="WORKDIR is a file",
    why="The engine makes a WORKDIR that is not there, but it can't enter a file. It comes about "
    "where a later step puts a file in the place of the directory.",
    says="[Nn]ot a directory",
    failing="FROM alpine:latest\nWORKDIR /app\n"
    'RUN cd / && rmdir /app && cp /bin/busybox /app\nCMD ["/bin/true"]\n',
    passing="FROM alpine:latest AS build\nFROM scratch\nWORKDIR /app\n"
    'COPY --from=build /bin/busybox ./true\nCMD ["/app/true"]\n',
)
NOT_STARTED = Rule(
    id="BPK107",
    severity="error",
    title="What the shell (or a wrapper such as tini) is to start is not in the image",
    why="The engine starts the shell or the wrapper with success; that one then finds no program "
    "of the name, and the container ends with status 127 (126 if it may not be executed). A JSON "
    "array in single quotes is no JSON: docker takes it for a shell command.",
    says="not found|No such file",
    failing="FROM debian:bookworm-slim\nCMD curl --version\n",
    passing="FROM debian:bookworm-slim\nCMD echo hello && date\n",
)
PROBE_FAILS = Rule(
    id="BPK108",
    severity="warning",
    title="The program of HEALTHCHECK is not in the image",
    why="The container starts, then it is called unhealthy and, by an orchestrator, killed. Small "
    "images have no curl and often no shell: let the program probe itself.",
    failing='FROM debian:bookworm-slim\nHEALTHCHECK CMD curl -f http://localhost/\nCMD ["true"]\n',
    passing='FROM debian:bookworm-slim\nHEALTHCHECK CMD ["true"]\nCMD ["true"]\n',
)

RULES = (
    NO_COMMAND,
    NOT_THERE,
    NOT_EXECUTABLE,
    NOT_ALLOWED,
    NO_SHELL,
    BAD_WORKDIR,
    NOT_STARTED,
    PROBE_FAILS,
)
