"""BPK110: a variable of the image in an argument of the exec form."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.image import SHELLS
from bpkit.verbs.check.entry import keyword_of
from bpkit.verbs.check.fixes import command, in_shell, variable_names
from bpkit.verbs.check.subject import CheckSubject

RULE = Rule(
    id="BPK110",
    severity="warning",
    title="An argument in the exec form has a variable, which nothing expands",
    why='`CMD ["app", "--port=$PORT"]` starts no shell, so the program is given the dollar sign '
    "and the name as they are. Evidence: the image sets a variable of that name. Programs that "
    "expand their arguments themselves are rare.",
    failing='FROM alpine:latest\nENV PORT=80\nCMD ["/bin/echo", "--port=$PORT"]\n',
    passing='FROM alpine:latest\nENV PORT=80\nCMD ["/bin/sh", "-c", "echo --port=$PORT"]\n',
)
#: Programs with a language of their own, in which a dollar sign means something.
_EXPAND = frozenset({"envsubst", "awk", "gawk", "mawk", "perl", "php", "sed", "jq", "busybox"})


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Arguments with a variable that the image sets, of a program that isn't a shell or script."""
    image = subject.image
    programs = {link.name.rpartition("/")[2] for link in subject.links}
    is_script = any(link.line is not None for link in subject.links)
    if not subject.links or is_script or programs & (SHELLS | _EXPAND):
        return
    words = image.config.argv
    found = [
        name
        for word in words[1:]
        for name in variable_names(word)
        if name in image.config.env or name in {"HOME", "HOSTNAME", "PATH"}
    ]
    if not found or subject.problem == "variable":
        return
    yield Finding(
        RULE,
        f"{keyword_of(image)} has ${found[0]} in an argument; the exec form has no shell, so "
        f"{words[0]} gets it literally",
        image.command_place,
        found[0],
        "Docker starts the program and says nothing.",
        (
            *(("# if the image has a shell, let it expand the variable:",)),
            command(image, in_shell(words)),
        ),
    )
