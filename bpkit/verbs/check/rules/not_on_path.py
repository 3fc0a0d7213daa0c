"""BPK123: ``env`` in a script's first line finds no such program."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from bpkit.findings import Finding, Rule
from bpkit.verbs.check.fixes import install, is_package
from bpkit.verbs.check.subject import CheckSubject

_SCRIPT = "RUN printf '#!/usr/bin/env {}\\nputs 1\\n' > /start && chmod +x /start\n"
RULE = Rule(
    id="BPK123",
    severity="error",
    title="`env` in the script's first line finds no such program",
    why="`#!/usr/bin/env python3` looks for `python3` in the image's PATH.",
    says="No such file or directory|not found|can't execute",
    failing="FROM debian:bookworm-slim\n" + _SCRIPT.format("ruby") + 'CMD ["/start"]\n',
    passing="FROM debian:bookworm-slim\n" + _SCRIPT.format("-S echo") + 'CMD ["/start"]\n',
)


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The programs that a script's ``env`` starts."""
    for first, second in pairwise(subject.links):
        if first.how != "shebang" or second.how != "wrapper" or second.node is not None:
            continue
        script = next(link for link in subject.links if link.line is not None)
        if "\r" in (script.line or ""):
            continue
        path = script.node.path if script.node else script.name
        yield Finding(
            RULE,
            f"{path} asks env for {second.name}, which is in no directory of PATH",
            subject.image.places.of_path(path),
            path,
            f"The message is from env and names {second.name}; the status is 127.",
            tuple(_fix(subject, second.name)),
        )


def _fix(subject: CheckSubject, name: str) -> Iterator[str]:
    same = [
        path
        for path, node in subject.rootfs.nodes.items()
        if path.endswith(f"/bin/{name}") and node.kind != "directory"
    ]
    found = [path for path in same if subject.rootfs.file(path)]
    if found:
        yield f"ENV PATH={found[0].rpartition('/')[0]}:$PATH"
        return
    installed = tuple(install(subject.rootfs, name)) if is_package(name) else ()
    yield from installed or (f"# use a base image that has {name}",)
