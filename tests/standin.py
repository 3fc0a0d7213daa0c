"""A stand-in for the docker command line, for what a real engine can't show on request.

Each call appends its arguments to a log; call number N fails, hangs, or the daemon "dies" there.
``build`` writes the image id that it was asked for and ``cp`` makes the file, so that a plan goes
on as it would. A hanging call is one process without children, as docker's own client is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_SCRIPT = r"""#!/bin/sh
log=$STANDIN_LOG
printf '%s\0' "$#" "$@" >>"$log"
printf . >>"$log.count"
calls=$(wc -c <"$log.count")
if [ "$1" = ps ]; then printf '%s\n' "${STANDIN_PS-}"; exit 0; fi
if [ "$1" = version ]; then exit "${STANDIN_VERSION:-0}"; fi
# Calls beside each other have no fixed number: a word names them.
named() { case " $* " in *" $word "*) [ -n "$word" ] ;; *) false ;; esac; }
word=${STANDIN_HANG_WORD-}
if [ "$calls" -eq "${STANDIN_HANG:-0}" ] || named "$@"; then
    echo $$ >"$log.hangs.new"
    mv "$log.hangs.new" "$log.hangs"
    exec sleep 60
fi
word=${STANDIN_FAIL_WORD-}
if [ "$calls" -eq "${STANDIN_FAIL:-0}" ] || named "$@"; then
    # Of two calls beside each other, the one that hangs comes first.
    [ -z "${STANDIN_HANG_WORD-}" ] || until [ -e "$log.hangs" ]; do sleep 0.01; done
    echo "stand-in: call $calls fails" >&2
    exit 1
fi
if [ "$1 $2" = "image inspect" ]; then
    # What the names stand for; as docker's does, it fails if one of two is missing.
    set -- ${STANDIN_NAMED-}
    [ $# -eq 0 ] || printf '%s\n' "$@"
    [ $# -gt 1 ]
    exit
fi
verb=$1
[ "$verb" != build ] || printf . >>"$log.builds"
while [ $# -gt 0 ]; do
    if [ "$1" = --iidfile ]; then echo "sha256:$(wc -c <"$log.builds")" >"$2"; fi
    last=$1
    shift
done
if [ "$verb" = cp ]; then echo made >"$last"; fi
"""


@dataclass(frozen=True)
class Standin:
    """The stand-in's place: a directory to put first on PATH, and the log of its calls."""

    directory: Path

    @property
    def log(self) -> Path:
        return self.directory / "calls"

    @property
    def hangs(self) -> Path:
        """A file that holds the number of the process that hangs, once it does."""
        return self.directory / "calls.hangs"

    def calls(self) -> list[list[str]]:
        """The arguments of each call, with what differs from run to run made the same."""
        if not self.log.exists():
            return []
        words = self.log.read_bytes().decode("utf-8", "surrogateescape").split("\0")
        calls = []
        at = 0
        while at < len(words) - 1:
            # Each call is logged behind the number of its arguments, which may hold anything.
            end = at + 1 + int(words[at])
            calls.append([_steady(argument) for argument in words[at + 1 : end]])
            at = end
        return calls


def make_standin(directory: Path) -> Standin:
    """A stand-in whose program ``docker`` is in ``directory``."""
    directory.mkdir(parents=True, exist_ok=True)
    program = directory / "docker"
    program.write_text(_SCRIPT)
    program.chmod(0o755)
    return Standin(directory)


def _steady(argument: str) -> str:
    """The argument without the process number and the random part of a run's directory."""
    argument = re.sub(r"(/bpkit\.[^/]*?)\.\d+\.\w{8}(?=/|$)", r"\1.PID.RUN", argument)
    argument = re.sub(r"(?<=\.context-)\w{8}(?=/|$)|(?<=\.link-)\w{8}$", "RUN", argument)
    return re.sub(r"(?<=container-)\w{8}(?=:|$)|(?<=bpkit\.run=)\w{8}$", "RUN", argument)
