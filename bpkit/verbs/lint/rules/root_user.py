"""BPK206: the image starts as root."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.formats.dockerfile import final_state
from bpkit.light import regex
from bpkit.verbs.lint.base_images import root_image
from bpkit.verbs.lint.edits import user_at_the_end
from bpkit.verbs.lint.subject import LintSubject, Step

RULE = Rule(
    "BPK206",
    "warning",
    "the image starts as root",
    "Without a USER in the stage that ships, its program starts as root, and a flaw in the "
    "program gives an attacker the rights of root in the container. It is reported only where "
    "the base image is known to start as root, for an image that says what it runs (CMD, "
    "ENTRYPOINT, EXPOSE), and not if the program is known to drop root itself.",
    fix="A numeric user (`USER 65532:65532`) needs no `/etc/passwd` and works on every base "
    "image, `scratch` included. Files that the program writes must belong to it: `COPY "
    "--chown=65532:65532`.",
    failing='FROM scratch\nCOPY app /app\nENTRYPOINT ["/app"]\n',
    passing='FROM scratch\nCOPY app /app\nUSER 65532:65532\nENTRYPOINT ["/app"]\n',
)


# Programs that only change the user: an image that has one uses it, mostly in a script.
_CHANGES_USER = regex(
    r"(?<![\w.-])(?:gosu|su-exec|setpriv|runuser|chroot --userspec|s6-setuidgid|fixuid)(?![\w.-])"
)
# Services that start as root and run what they serve as another user, where the command names them:
# their names also stand in paths and packages (init.sql, httpd.conf, npm init).
_SERVICES = regex(
    r"(?:^|[\s\"'/\[,;&|(])(?:dropbear|sshd|cron|crond|supervisord|dockerd|systemd|init|php-fpm[\d.]*"
    r"|apache2|apache2-foreground|apachectl|apache2ctl|httpd|httpd-foreground)(?=[\s\"',;&|)]|$)"
)


def check(subject: LintSubject) -> Iterator[Finding]:
    """The last USER of the stage that ships if it is root; the FROM if there is no USER."""
    if not subject.shipped or subject.profile != "ships" or _gives_root_up(subject):
        return
    last = subject.shipped[-1]
    base = root_image(last)
    user = last_user(subject)
    if user is None:
        if base.root and base.system == "linux":
            yield Finding(
                RULE,
                f"no USER is set here or in {base.reference}: the container starts as root",
                last.place(last.from_),
                fix=("USER 65532:65532",),
                edits=user_at_the_end(last, "65532:65532"),
            )
        return
    name = final_state(last).user.partition(":")[0]
    if name in {"root", "0"} and base.system != "windows":
        yield Finding(
            RULE,
            f"USER is {name}: the container starts as root",
            user.stage.place(user.instruction),
            fix=("USER 65532:65532",),
            edits=user_at_the_end(last, "65532:65532"),
        )


def _gives_root_up(subject: LintSubject) -> bool:
    """Whether a command in the image, or what starts it, is known to change to another user."""
    started = [_CHANGES_USER, _SERVICES]
    known = {"RUN": [_CHANGES_USER], "COPY": [_CHANGES_USER]}
    known |= {"CMD": started, "ENTRYPOINT": started}
    return any(
        pattern.search(step.instruction.original)
        for step in subject.shipped_steps()
        for pattern in known.get(step.instruction.keyword, ())
    )


def last_user(subject: LintSubject) -> Step | None:
    """The USER instruction that holds in the image that ships."""
    users = [step for step in subject.shipped_steps() if step.instruction.keyword == "USER"]
    return users[-1] if users else None
