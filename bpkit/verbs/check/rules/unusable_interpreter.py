"""BPK124: the interpreter of a script may not be executed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from bpkit.findings import Finding, Rule
from bpkit.image import interpreter_of, mode_text
from bpkit.verbs.check.subject import CheckSubject

_SCRIPT = "RUN printf '#!{}\\necho hi\\n' > /start && chmod +x /start\n"
_CLOSED = "RUN cp /bin/busybox /usr/bin/busybox-sh && chmod {} /usr/bin/busybox-sh\n"
RULE = Rule(
    id="BPK124",
    severity="error",
    title="The script's interpreter may not be executed",
    why="The interpreter is there, but its mode (or a directory on the way) keeps the image's "
    "USER from executing it, or it is a directory.",
    says="[Pp]ermission denied",
    failing="FROM alpine:latest\n"
    + _CLOSED.format("644")
    + _SCRIPT.format("/usr/bin/busybox-sh sh")
    + 'CMD ["/start"]\n',
    passing="FROM alpine:latest\n" + _SCRIPT.format("/bin/sh") + 'CMD ["/start"]\n',
)


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The scripts of the chain whose interpreter can't be executed."""
    for script, interpreter in pairwise(subject.links):
        blocked = interpreter.lookup.blocked
        line = script.line
        if line is None or "\r" in line or interpreter.node or interpreter.how != "shebang":
            continue
        if blocked is None or blocked.kind == "link":
            continue
        path = script.node.path if script.node else script.name
        name = interpreter_of(line)[0]
        what = "may not be executed" if blocked.kind == "file" else f"is a {blocked.kind}"
        fix = f"RUN chmod a+rx {name}"
        if blocked.kind != "file":
            fix = f"# name a program in the first line of {path}"
        elif interpreter.lookup.barred:
            fix = f"RUN chmod a+x {interpreter.lookup.barred.path}"
        yield Finding(
            RULE,
            f"{path} names the interpreter {name}, which {what} ({mode_text(blocked)})",
            subject.image.places.of_path(path),
            path,
            f"Docker says “permission denied” of {path}, whose own mode is right.",
            (fix,),
        )
