"""BPK131: the file that an interpreter is given is not in the image."""

from __future__ import annotations

import json
import re

from bpkit.findings import Finding, Rule
from bpkit.image import Link, Subject

NO_FILE = Rule(
    id="BPK131",
    severity="error",
    title="The file that the interpreter runs is not in the image",
    why="`python app.py`, `node server.js`, `java -jar app.jar` start the interpreter, "
    "which then looks for the file, from WORKDIR if its path is relative. A COPY to another "
    "directory, or a WORKDIR after it, leaves the file behind.",
    says="can't open file|No such file|Cannot find module|Unable to access jarfile",
    failing="FROM python:3-slim\nWORKDIR /src\nRUN echo 'print(1)' > app.py\nWORKDIR /app\n"
    'CMD ["python3", "app.py"]\n',
    passing="FROM python:3-slim\nWORKDIR /app\nRUN echo 'print(1)' > app.py\n"
    'CMD ["python3", "-u", "app.py"]\n',
)


_LIBRARIES = re.compile(r"/(?:lib/python|site-packages|dist-packages|node_modules|share/)")


def missing_file(subject: Subject, link: Link, name: str, path: str) -> Finding:
    """The finding about ``name``, as the command writes it, which means ``path`` in the image."""
    base = path.rpartition("/")[2]
    found = [p for p in subject.rootfs.nodes if p.endswith(f"/{base}")]
    elsewhere = [p for p in found if not _LIBRARIES.search(p)]
    where = (
        f"{path}, which is not in the image"
        if path == name
        else f"{name}, but {path} is not in the image"
    )
    message = f"{link.name} is started with {where}"
    if "$" in name:
        message += "; the exec form has no shell, so nothing expands it"
        fix = f"# write the path itself instead of {name}"
    elif len(elsewhere) == 1:
        message += f"; there is {elsewhere[0]}"
        fix = _at(subject, name, elsewhere[0])
    else:
        message += f"; there are {', '.join(elsewhere[:3])}" if elsewhere else ""
        stage = subject.places.stage_of(path)
        fix = f"# COPY {f'--from={stage} ' if stage else ''}PATH/OF/{base} {path}"
    return Finding(
        NO_FILE,
        message,
        subject.command_place,
        path,
        f"The error is reported by {link.name}, not by Docker: the container just exits.",
        (fix,),
    )


def _at(subject: Subject, name: str, path: str) -> str:
    """The instruction that makes the command find its file at ``path``."""
    if not name.startswith("/") and path.endswith(f"/{name}"):
        return f"WORKDIR {path.removesuffix(name).rstrip('/') or '/'}"
    for keyword, words in (("CMD", subject.config.cmd), ("ENTRYPOINT", subject.config.entrypoint)):
        if name in words:
            chosen = [path if word == name else word for word in words]
            return f"{keyword} {json.dumps(chosen, ensure_ascii=False)}"
    return f"# name {path} in the command"
