"""BPK207: the user of the image is a name, not a number."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from bpkit.findings import Finding, Rule, TextEdit
from bpkit.formats.dockerfile import copy_of, expand, run_commands
from bpkit.verbs.lint.base_images import BaseImage, root_image
from bpkit.verbs.lint.edits import instead
from bpkit.verbs.lint.rules.root_user import last_user
from bpkit.verbs.lint.subject import LintSubject

RULE = Rule(
    "BPK207",
    "warning",
    "the user of the image is a name, not a number",
    "Kubernetes refuses to start an image with `runAsNonRoot` whose user is a name, because "
    "it can't tell whether that user is root. On an empty base image a name fails at `docker "
    "run` already, because no `/etc/passwd` defines it. A number works everywhere on Linux; "
    "Windows has only names.",
    fix="Replace the name with the user's number: `id -u NAME` in the image prints it. Set the "
    "number where the user is created: `useradd --uid 10001 NAME`.",
    failing='FROM debian:12-slim\nRUN useradd app\nCOPY app /app\nUSER app\nENTRYPOINT ["/app"]\n',
    passing="FROM debian:12-slim\nRUN useradd -u 10001 app\nCOPY app /app\nUSER 10001\n"
    'ENTRYPOINT ["/app"]\n',
)


# The numbers of users in these images, from their Dockerfiles.
_NUMBERS = {"nobody": 65534, "node": 1000, "nonroot": 65532, "nginx": 101, "www-data": 33}
_MAKERS = frozenset({"adduser", "useradd"})
_OF_WINDOWS = frozenset({"containeradministrator", "containeruser"})


def check(subject: LintSubject) -> Iterator[Finding]:
    """The last USER of the stage that ships, if it is a name other than root."""
    step = last_user(subject)
    if step is None or step.state.unresolved(step.instruction.args[0]):
        return
    base = root_image(step.stage)
    if base.system == "windows":
        return
    written = expand(step.instruction.args[0], step.state.env, step.instruction.escape)
    user, _, group = written.partition(":")
    no_passwd = subject.shipped[0].is_scratch and not _has_passwd(subject)
    named = not user.isdecimal() or bool(no_passwd and group and not group.isdecimal())
    if not named or user in {"", "root"} or user.lower() in _OF_WINDOWS:
        return
    number = _number(subject, user, base)
    edits: tuple[TextEdit, ...] = ()
    if number and not group and "$" not in step.instruction.args[0]:
        edits = (instead(step.stage.file, step.instruction, f"USER {number}\n"),)
    yield Finding(
        RULE,
        f"USER {written} is a name; Kubernetes' runAsNonRoot takes only a number",
        step.stage.place(step.instruction),
        written,
        engine_says=f"docker run will say 'unable to find user {user}': on scratch no /etc/passwd "
        "says who that is."
        if no_passwd
        else "",
        fix=(f"USER {number}  # the number of {user}" if number else "USER 65532:65532",)
        if number or no_passwd
        else (f"USER UID  # what `id -u {user}` prints in the image",),
        edits=edits,
    )


def _number(subject: LintSubject, user: str, base: BaseImage) -> int | None:
    """The number that a RUN gives to the user, or the base image does."""
    for step in subject.shipped_steps():
        for command in run_commands(step.instruction):
            if command.program in _MAKERS and user in command.plain:
                for word, following in pairwise(command.words):
                    if word in {"-u", "--uid"} and following.isdecimal():
                        return int(following)
                    if word.startswith("--uid=") and word[6:].isdecimal():
                        return int(word[6:])
                return None
    if user == "www-data" and base.libc == "musl":
        return 82
    is_of_image = user not in {"node", "nginx"} or base.name == user
    return _NUMBERS.get(user) if is_of_image else None


def _has_passwd(subject: LintSubject) -> bool:
    copies = [
        copy_of(step.instruction, step.state.env)
        for step in subject.shipped_steps()
        if step.instruction.keyword in {"COPY", "ADD"}
    ]
    return any(
        "passwd" in copy.destination
        or copy.destination == "/"
        or any("passwd" in source or source.rstrip("/").endswith("etc") for source in copy.sources)
        for copy in copies
    )
