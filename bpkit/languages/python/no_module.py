"""BPK133: the module of ``python -m`` is not where the interpreter looks."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from bpkit.findings import Finding, Rule
from bpkit.image import Link, Rootfs, Subject, join
from bpkit.languages.python.command import COMMAND

RULE = Rule(
    id="BPK133",
    severity="error",
    title="The Python module that is started is not where the interpreter looks",
    why="`python -m app` looks for a module or package of that name in WORKDIR, in PYTHONPATH and "
    "among the packages of the interpreter that is started. Most often they were installed in "
    "another stage, or in a virtual environment whose `python` is not the one that is started.",
    says="No module named",
    failing="FROM python:3-slim\nRUN python3 -m venv --without-pip /env"
    ' && cd /env/lib/python3.*/site-packages && echo "print(1)" > shop.py\n'
    'CMD ["python3", "-m", "shop"]\n',
    passing="FROM python:3-slim\nRUN python3 -m venv --without-pip /env"
    ' && cd /env/lib/python3.*/site-packages && echo "print(1)" > shop.py\n'
    'CMD ["/env/bin/python3", "-m", "shop"]\n',
)
_PACKAGES = re.compile(r"(.*)/lib/python3[.\d]*/(?:site|dist)-packages$")
_ARCHIVES = (".zip", ".pyz", ".pex", ".egg")
#: Path files that are part of Python itself and add no directory.
_OWN_PATH_FILES = frozenset({"distutils-precedence.pth", "_virtualenv.pth"})


def check(subject: Subject, links: Sequence[Link]) -> Iterator[Finding]:
    """The module that the command's last program, Python, will not find."""
    last = links[-1]
    # The file is the script whose first line names this interpreter.
    if COMMAND.starts(last.name) and not any(link.how == "shebang" for link in links):
        module = COMMAND.read(last.argv).value("-m")
        if module:
            yield from _of_module(subject, last, module)


def _of_module(subject: Subject, link: Link, module: str) -> Iterator[Finding]:
    """Reports only what is certain: no file has that name, or all are in other environments."""
    name = module.partition(".")[0]
    pattern = re.compile(
        rf"/{re.escape(name)}(?:$|\.py$|\.pyc$|\.[\w.-]*so$|[-_.].*(?:pth|egg.*)$)"
    )
    there = [path for path in subject.rootfs.nodes if pattern.search(path)]
    if any(path.endswith(_ARCHIVES) for path in subject.rootfs.nodes):
        return
    if not there:
        yield _nowhere(subject, link, module, name)
        return
    packages = [_PACKAGES.match(posixpath.dirname(path)) for path in there]
    prefixes = [found[1] for found in packages if found]
    # Outside the packages' directories it may be on the path for reasons not visible here.
    if len(prefixes) < len(there) or set(prefixes) & set(_prefixes(subject, link)):
        return
    if "PYTHONPATH" in subject.config.env or "PYTHONHOME" in subject.config.env:
        return
    if _has_path_file(subject.rootfs, _prefixes(subject, link)):
        return
    yield _elsewhere(subject, link, module, there[0])


def _prefixes(subject: Subject, link: Link) -> tuple[str, ...]:
    """The prefixes whose ``lib`` the interpreter searches (PEP 405, and Debian's own)."""
    started = posixpath.dirname(posixpath.dirname(link.lookup.path))
    real = link.node.path if link.node else link.lookup.path
    base = posixpath.dirname(posixpath.dirname(real))
    home = subject.config.env.get("HOME", "/root" if subject.who.uid == 0 else "")
    user = (f"{home}/.local",) if home else ()
    if subject.rootfs.resolve(f"{started}/pyvenv.cfg") is not None:
        # Its pyvenv.cfg may include its base interpreter's packages.
        return (started, base, *_beside(base), *user)
    return (base, started, *_beside(base), *_beside(started), *user)


def _beside(prefix: str) -> tuple[str, ...]:
    """The prefix; for Debian's interpreter in /usr, /usr/local too."""
    return ("/usr/local", "/usr") if prefix in {"/usr", "/"} else ()


def _has_path_file(rootfs: Rootfs, prefixes: tuple[str, ...]) -> bool:
    """Whether a path file among its packages adds directories that are not known here."""
    for path in rootfs.nodes:
        if path.endswith((".pth", ".egg-link")):
            found = _PACKAGES.match(posixpath.dirname(path))
            is_own = posixpath.basename(path) in _OWN_PATH_FILES
            if found and found[1] in prefixes and not is_own:
                return True
    return False


def _elsewhere(subject: Subject, link: Link, module: str, path: str) -> Finding:
    directory = posixpath.dirname(path)
    found = _PACKAGES.match(directory)
    prefix = found[1] if found else ""
    other = next(
        (f"{prefix}/bin/{one}" for one in ("python3", "python") if _runs(subject, prefix, one)), ""
    )
    words = [other, *(subject.config.entrypoint or subject.config.cmd)[1:]]
    keyword = "ENTRYPOINT" if subject.config.entrypoint else "CMD"
    quoted = ", ".join(f'"{word}"' for word in words)
    is_first = link.argv[0] == (subject.config.argv or ("",))[0] and '"' not in "".join(words)
    return Finding(
        RULE,
        f"{link.name} is started with -m {module}, which is in {directory}, among the packages "
        "of another interpreter",
        subject.command_place,
        path,
        "Python reports “No module named”; Docker itself reports nothing.",
        (f"{keyword} [{quoted}]",)
        if other and is_first
        else (f"ENV PATH={prefix}/bin:$PATH",)
        if other
        else (f"# install {module} for {link.name}, or start the interpreter that has it",),
    )


def _runs(subject: Subject, prefix: str, name: str) -> bool:
    return subject.rootfs.file(f"{prefix}/bin/{name}") is not None


def _nowhere(subject: Subject, link: Link, module: str, name: str) -> Finding:
    place = join(subject.config.workdir, name)
    return Finding(
        RULE,
        f"{link.name} is started with -m {module}, but nothing in the image is named {name}",
        subject.command_place,
        name,
        "Python reports “No module named”; Docker itself reports nothing.",
        (
            f"# install the package that has it, with the pip of {link.name}, or copy it to",
            f"# {place}, or copy what another stage has installed (the same Python, the same path)",
        ),
    )
