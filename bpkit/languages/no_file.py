"""BPK131: the file that an interpreter is given is not in the image."""

from __future__ import annotations

from bpkit.findings import Finding, Rule
from bpkit.image import Link, Subject

NO_FILE = Rule(
    id="BPK131",
    severity="error",
    title="The file that the interpreter is to run is not in the image",
    why="`python app.py`, `node server.js`, `java -jar app.jar` start the interpreter, "
    "which then looks for the file, from WORKDIR if its path is relative. A COPY to another "
    "directory, or a WORKDIR after it, leaves the file behind.",
    says="can't open file|No such file|Cannot find module|Unable to access jarfile",
    failing="FROM python:3-slim\nWORKDIR /src\nRUN echo 'print(1)' > app.py\nWORKDIR /app\n"
    'CMD ["python3", "app.py"]\n',
    passing="FROM python:3-slim\nWORKDIR /app\nRUN echo 'print(1)' > app.py\n"
    'CMD ["python3", "-u", "app.py"]\n',
)


def missing_file(subject: Subject, link: Link, name: str, path: str) -> Finding:
    """The finding about ``name``, as the command writes it, which is ``path`` in the image."""
    base = path.rpartition("/")[2]
    elsewhere = [p for p in subject.rootfs.nodes if p.endswith(f"/{base}")]
    where = (
        f"{path}, which is not in the image" if path == name else f"{name}, and there is no {path}"
    )
    message = f"{link.name} is to run {where}"
    mend: tuple[str, ...] = (f"COPY {base} {path}",)
    if elsewhere:
        message += f"; there is {elsewhere[0]}"
        mend = (f"WORKDIR {elsewhere[0].rpartition('/')[0] or '/'}",)
    return Finding(
        NO_FILE,
        message,
        subject.command_place,
        path,
        f"The message is of {link.name}; docker itself says nothing, the container just ends.",
        mend,
    )
