"""BPK121: the interpreter in a script's first line is not in the image."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from itertools import pairwise

from bpkit.findings import Finding, Rule
from bpkit.image import SHELLS, Link, interpreter_of
from bpkit.verbs.check.fixes import copy_from, install, is_package
from bpkit.verbs.check.links import link_end
from bpkit.verbs.check.rules import moved_environment
from bpkit.verbs.check.subject import CheckSubject

_SCRIPT = "RUN printf '#!{}\\necho hi\\n' > /start && chmod +x /start\n"
RULE = Rule(
    id="BPK121",
    severity="error",
    title="The script's interpreter is not in the image",
    why="The first line of a script, after `#!`, is the path of the program that runs it. The "
    "kernel reports a missing interpreter as if the script itself were missing. `bash` is not in "
    "Alpine, and `scratch` has no shell at all. A link counts as what it leads to: the `python` "
    "of a virtual environment is a link to the interpreter that made it.",
    says="no such file or directory",
    failing="FROM alpine:latest\n" + _SCRIPT.format("/bin/bash") + 'CMD ["/start"]\n',
    passing="FROM alpine:latest\n" + _SCRIPT.format("/bin/sh") + 'CMD ["/start"]\n',
)
#: Directories in which distributions put their interpreters.
_SYSTEM = frozenset({"/bin", "/usr/bin"})


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The scripts of the chain whose interpreter doesn't exist."""
    for script, interpreter in pairwise(subject.links):
        line = script.line
        if line is None or "\r" in line or interpreter.how != "shebang":
            continue
        blocked = interpreter.lookup.blocked
        is_missing = interpreter.node is None and (blocked is None or blocked.kind == "link")
        if is_missing and moved_environment.made_at(subject, script, interpreter) is None:
            yield _of_script(subject, script, interpreter)


def _of_script(subject: CheckSubject, script: Link, interpreter: Link) -> Finding:
    path = script.node.path if script.node else script.name
    name = interpreter_of(script.line or "")[0]
    end = link_end(subject.rootfs, interpreter.lookup.path)
    missing = f"{name}, a link to {end}, which is not in the image" if end else name
    return Finding(
        RULE,
        f"{path} names the interpreter {missing}" + ("" if end else ", which is not in the image"),
        subject.image.places.of_path(path),
        path,
        f"Docker says that {path} does not exist (“no such file or directory”). It does: what does "
        f"not exist is {end or name}.",
        tuple(_fix(subject, path, name, end)),
    )


def _fix(subject: CheckSubject, path: str, name: str, end: str) -> Iterator[str]:
    rootfs = subject.rootfs
    if end:
        yield "# copy the link's target as well, to the same path:"
        yield copy_from(subject.image, path, _with_its_library(end))
        return
    base = name.rpartition("/")[2]
    installed: tuple[str, ...] = ()
    if posixpath.dirname(name) in _SYSTEM and is_package(base):
        installed = tuple(install(rootfs, base))
    yield from installed
    if base in SHELLS and rootfs.file("/bin/sh"):
        yield ("# or, " if installed else "# ") + "if it is written for any POSIX shell:"
        line = f"RUN sed -i '1s|{name}|/bin/sh|' {path}"
        yield f"# {line}" if installed else line
    elif not installed:
        yield f"# start from a base image that has {name}, or copy it from the stage that does"


def _with_its_library(path: str) -> str:
    """The directory of an interpreter that stands alone in one; else the interpreter itself.

    An interpreter below a home directory has its library beside ``bin``.
    """
    prefix = posixpath.dirname(posixpath.dirname(path))
    is_bin = posixpath.basename(posixpath.dirname(path)) == "bin"
    return prefix if is_bin and prefix not in {"/", "/usr", "/usr/local"} else path
