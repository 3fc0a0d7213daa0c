"""Lines for a Dockerfile that several rules propose, with the project's stage names."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Sequence

from bpkit.image import Rootfs, Subject
from bpkit.verbs.check.entry import VARIABLE, keyword_of

_PACKAGES_OF = {"node": "nodejs", "php": "php-cli"}
#: Programs that Debian and Alpine have in a package of the same name (or in the table above).
_PACKAGED = frozenset(
    [
        *("bash", "curl", "gawk", "git", "gosu", "jq", "make", "nginx", "node", "openssl", "perl"),
        *("php", "python3", "rsync", "ruby", "socat", "sudo", "tini", "unzip", "wget", "zip"),
    ]
)


def command(subject: Subject, words: Sequence[str]) -> str:
    """The instruction that starts ``words``; a CMD that only has arguments isn't changed."""
    return f"{keyword_of(subject)} {json_form(words)}"


def renamed(subject: Subject, program: str) -> str:
    """The image's command with another program."""
    config = subject.config
    return command(subject, [program, *(config.entrypoint or config.cmd)[1:]])


def install(rootfs: Rootfs, package: str) -> Iterator[str]:
    """The RUN that installs a package in an image of Debian or Alpine."""
    if rootfs.file("/sbin/apk"):
        yield f"RUN apk add --no-cache {package}"
    elif rootfs.file("/usr/bin/apt-get"):
        yield (
            "RUN apt-get update && apt-get install -y --no-install-recommends "
            f"{_PACKAGES_OF.get(package, package)} && rm -rf /var/lib/apt/lists/*"
        )


def copy_from(subject: Subject, near: str, path: str, *, to: str = "") -> str:
    """The COPY of ``path`` from the stage that ``near`` was copied from.

    If the stage isn't known, it is a comment, for the user to complete.
    """
    stage = subject.places.stage_of(near)
    line = f"COPY --from={stage or 'STAGE'} {path} {to or path}"
    return line if stage else f"# {line}"


def json_form(words: Sequence[str]) -> str:
    """The words in the exec form."""
    return json.dumps(list(words), ensure_ascii=False)


def copy_into(subject: Subject, name: str, path: str) -> str:
    """The COPY of a file at an unknown path, as a comment for the user to complete."""
    stage = subject.places.stage_of(path)
    return f"# COPY {f'--from={stage} ' if stage else ''}PATH/OF/{name} {path}"


def variable_names(text: str) -> tuple[str, ...]:
    """The variables that a shell would expand in ``text``."""
    return tuple(found[1] or found[2] for found in VARIABLE.finditer(text))


def in_shell(words: Sequence[str]) -> tuple[str, ...]:
    """The command through a shell that expands its variables and then becomes the program."""
    quoted = " ".join(f'"{word}"' if variable_names(word) else shlex.quote(word) for word in words)
    return ("/bin/sh", "-c", f"exec {quoted}")


def is_package(name: str) -> bool:
    """Whether distributions have the program in a package of the same name."""
    return name in _PACKAGED
