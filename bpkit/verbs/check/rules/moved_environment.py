"""BPK126: a script of a virtual environment that was copied to another path."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from itertools import pairwise

from bpkit.findings import Finding, Rule
from bpkit.image import Link, interpreter_of
from bpkit.verbs.check.subject import CheckSubject

_STAGES = (
    "FROM python:3-slim AS build\nRUN python3 -m venv --without-pip /build/env"
    " && printf '#!/build/env/bin/python3\\n' > /build/env/bin/app"
    " && chmod +x /build/env/bin/app\nFROM python:3-slim\n"
)
RULE = Rule(
    id="BPK126",
    severity="error",
    title="The virtual environment was created at another path",
    why="`python -m venv` and `pip` write the full path of the environment's interpreter into the "
    "first line of each script. Copied to another path, the scripts name an interpreter that is "
    "not in the image, and the kernel reports the script itself as missing.",
    says="no such file or directory",
    failing=_STAGES + 'COPY --from=build /build/env /srv/env\nCMD ["/srv/env/bin/app"]\n',
    passing=_STAGES + 'COPY --from=build /build/env /build/env\nCMD ["/build/env/bin/app"]\n',
)


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The scripts of the chain that name the interpreter of their environment's old path."""
    for script, interpreter in pairwise(subject.links):
        old = made_at(subject, script, interpreter)
        if old and script.node:
            yield _of_script(subject, script.node.path, old)


def made_at(subject: CheckSubject, script: Link, interpreter: Link) -> str | None:
    """Where a script's environment was created, if it is elsewhere now."""
    if script.line is None or script.node is None or interpreter.node is not None:
        return None
    words = interpreter_of(script.line)
    name = words[0] if words else ""
    old, new = (posixpath.dirname(posixpath.dirname(path)) for path in (name, script.node.path))
    base = posixpath.basename(name)
    if not base.startswith("python") or posixpath.basename(posixpath.dirname(name)) != "bin":
        return None
    has_own = subject.rootfs.resolve(f"{new}/bin/{base}") is not None
    is_environment = subject.rootfs.resolve(f"{new}/pyvenv.cfg") is not None
    return old if old != new and is_environment and has_own else None


def _of_script(subject: CheckSubject, path: str, old: str) -> Finding:
    new = posixpath.dirname(posixpath.dirname(path))
    places = subject.image.places
    stage = places.stage_of(path)
    copy = f"COPY --from={stage or 'STAGE'} {old} {old}"
    return Finding(
        RULE,
        f"{path} names the Python in {old}: the environment was created there, and is now at {new}",
        places.of_path(path),
        path,
        f"Docker says that {path} does not exist (“no such file or directory”). It does: what does "
        f"not exist is {old}/bin.",
        (
            f"# have its scripts name the path {new}:",
            f"RUN grep -l '^#!{old}/' {new}/bin/* | xargs sed -i '1s|^#!{old}/|#!{new}/|'",
            f"# or copy it to the path where it was created: {copy}",
        ),
    )
