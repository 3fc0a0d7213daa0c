"""BPK133: the module that ``python -m`` names is nowhere in the image."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bpkit.findings import Finding, Rule
from bpkit.image import Link, Subject
from bpkit.languages.python.command import COMMAND

NO_MODULE = Rule(
    id="BPK133",
    severity="error",
    title="The Python module that is to be run is nowhere in the image",
    why="`python -m app` looks for a module or package of the name in WORKDIR, in PYTHONPATH and "
    "among the installed packages. No file in the image is called so; most often its packages "
    "were installed in another stage, or for another interpreter.",
    says="No module named",
    failing='FROM python:3-slim\nCMD ["python3", "-m", "flask", "--version"]\n',
    passing='FROM python:3-slim\nCMD ["python3", "-m", "json.tool", "--help"]\n',
)
RULES = (NO_MODULE,)


def findings(subject: Subject, links: Sequence[Link]) -> Iterator[Finding]:
    """The module that Python, started last, will not find."""
    last = links[-1]
    # The file is the script that brought the interpreter here.
    if COMMAND.starts(last.name) and not any(link.how == "shebang" for link in links):
        module = COMMAND.read(last.argv).value("-m")
        if module:
            yield from _of_module(subject, last, module)


def _of_module(subject: Subject, link: Link, module: str) -> Iterator[Finding]:
    """Wherever it may be: a search path is not worth a false alarm."""
    name = module.partition(".")[0]
    pattern = re.compile(
        rf"/{re.escape(name)}(?:$|\.py$|\.pyc$|\.[\w.-]*so$|[-_.].*(?:pth|egg.*)$)"
    )
    if any(pattern.search(path) for path in subject.rootfs.nodes):
        return
    if any(path.endswith((".zip", ".pyz", ".pex", ".egg")) for path in subject.rootfs.nodes):
        return
    yield Finding(
        NO_MODULE,
        f"{link.name} is to run the module {module}, and nothing in the image is called {name}",
        subject.command_place,
        name,
        "The message is of Python (“No module named”); docker itself says nothing.",
        (
            f"RUN pip install --no-cache-dir {name}",
            "# or copy what another stage has installed (the same Python, the same path):",
            "COPY --from=build /usr/local/lib/python3.11/site-packages"
            " /usr/local/lib/python3.11/site-packages",
        ),
    )
