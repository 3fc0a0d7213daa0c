"""BPK109: a variable in the exec form in place of a program or its file."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.verbs.check.entry import VARIABLE, keyword_of
from bpkit.verbs.check.fixes import command, variable_names
from bpkit.verbs.check.subject import CheckSubject

RULE = Rule(
    id="BPK109",
    severity="error",
    title="The exec form names the program by a variable, which nothing expands",
    why='`ENTRYPOINT ["$APP"]` starts no shell, and only a shell expands `$APP`: the engine looks '
    "for a file with exactly that name. Write the value itself, or start a shell that expands it.",
    says="no such file or directory|executable file not found",
    failing='FROM alpine:latest\nENV APP=/bin/true\nENTRYPOINT ["$APP"]\n',
    passing='FROM alpine:latest\nENTRYPOINT ["/bin/true"]\n',
)


def check(subject: CheckSubject) -> Iterator[Finding]:
    """A first program with a variable in its name."""
    if subject.problem != "variable":
        return
    image, link = subject.image, subject.links[0]
    config = image.config
    values = {**config.process_env}
    names = variable_names(link.name)
    known = all(name in values for name in names)
    expanded = VARIABLE.sub(lambda found: values.get(found[1] or found[2], ""), link.name)
    words = (config.entrypoint or config.cmd)[1:]
    fix: tuple[str, ...]
    if known:
        fix = ("# write its value:", command(image, [expanded, *words]))
    else:
        fix = (f"# write the program itself; {', '.join(names)} is not set in the image",)
    yield Finding(
        RULE,
        f"{keyword_of(image)} names {link.name}; the exec form has no shell, so it is not expanded",
        image.command_place,
        link.name,
        f"Docker looks for a file called {link.name}, and says that it is not found.",
        fix,
    )
