"""BPK13x: interpreters of languages, and the file, module or jar that they are given."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bpkit.findings import Finding, Rule
from bpkit.image import SHELLS, Link, Subject, chain, join

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
NO_CLASS_PATH = Rule(
    id="BPK132",
    severity="error",
    title="Nothing of Java's class path is in the image",
    why="`java -cp /app/classes Main` finds the class in none of the places that are named, "
    "because none of them is there.",
    says="Could not find or load main class",
    failing='FROM eclipse-temurin:21-jre\nCMD ["java", "-cp", "/app/classes", "Main"]\n',
    passing='FROM eclipse-temurin:21-jre\nCMD ["java", "-version"]\n',
)
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
NO_PACKAGE_JSON = Rule(
    id="BPK134",
    severity="error",
    title="There is no package.json in WORKDIR for npm",
    why="`npm start` and `npm run` read package.json of the directory that they are started in.",
    says="package.json|ENOENT",
    failing='FROM node:lts-slim\nWORKDIR /app\nCMD ["npm", "start"]\n',
    passing="FROM node:lts-slim\nWORKDIR /app\n"
    'RUN echo \'{"scripts": {"start": "true"}}\' > package.json\n'
    'CMD ["npm", "start"]\n',
)

RULES = (NO_FILE, NO_CLASS_PATH, NO_MODULE, NO_PACKAGE_JSON)


@dataclass(frozen=True)
class _Language:
    """How an interpreter's command line is read, up to the file that it runs.

    ``flags`` are options without a value, ``values`` those whose value is the next word. At any
    other option, what follows is not understood, and nothing is said of it. ``endings`` may be
    left off the name of the file.
    """

    flags: frozenset[str]
    values: frozenset[str]
    endings: tuple[str, ...] = ("",)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LANGUAGES = {
    "python": _Language(
        _words("-u -B -E -s -S -I -O -OO -v -b -bb -q -d -i -P -x"), _words("-W -X")
    ),
    "node": _Language(
        _words("--enable-source-maps --trace-warnings --no-warnings --expose-gc --inspect"),
        _words("-r --require --import --loader --experimental-loader -C --conditions"),
        ("", ".js", ".json", ".node", "/index.js", "/package.json"),
    ),
    "ruby": _Language(_words("-w -W -v"), _words("-I -r -C")),
    "perl": _Language(_words("-w -T -t -W"), frozenset()),
    "php": _Language(_words("-n -q"), _words("-d -c")),
    "shell": _Language(_words("-e -x -u -ex -eu -eux -euxo -l -i"), _words("-o")),
}
_NAMES = re.compile(r"(python|node|ruby|perl|php)(?:[\d.]*|js)")


def findings(subject: Subject) -> Iterator[Finding]:
    """What the interpreter that is started last will not find."""
    links = chain(subject)
    if not links or links[-1].node is None:
        return
    yield from _of_npm(subject, links[0])
    last = links[-1]
    name = last.name.rpartition("/")[2]
    if any(link.how == "shebang" for link in links):
        # The file is the script that brought the interpreter here.
        return
    if name == "java":
        yield from _of_java(subject, last)
        return
    matched = _NAMES.fullmatch(name)
    language = "shell" if name in SHELLS else matched[1] if matched else None
    if language:
        yield from _of_language(subject, last, language)


def _of_language(subject: Subject, link: Link, language: str) -> Iterator[Finding]:
    reading = _LANGUAGES[language]
    words = list(link.argv[1:])
    while words and words[0].startswith("-"):
        word = words.pop(0)
        if word == "-m" and language == "python" and words:
            yield from _of_module(subject, link, words[0])
        if word in reading.values and words:
            words.pop(0)
        elif word not in reading.flags and "=" not in word:
            return
    if not words or words[0] in {"", "inspect"}:
        return
    path = join(subject.config.workdir, words[0]) if words[0][0] != "/" else words[0]
    if any(subject.rootfs.resolve(path + ending) for ending in reading.endings):
        return
    if language == "shell" and "/" not in words[0]:
        # Some shells go on to look in PATH.
        return
    yield _no_file(subject, link, words[0], path)


def _no_file(subject: Subject, link: Link, name: str, path: str) -> Finding:
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


def _of_java(subject: Subject, link: Link) -> Iterator[Finding]:
    words = list(link.argv[1:])
    class_path = subject.config.env.get("CLASSPATH", "")
    while words and words[0].startswith("-"):
        word = words.pop(0)
        if word == "-jar" and words:
            path = join(subject.config.workdir, words[0]) if words[0][0] != "/" else words[0]
            if subject.rootfs.resolve(path) is None:
                yield _no_file(subject, link, words[0], path)
            return
        if word in {"-cp", "-classpath", "--class-path"} and words:
            class_path = words.pop(0)
        elif not re.match(r"-(?:D|X|ea$|server$|javaagent:|agentlib:)", word):
            return
    if words and class_path:
        yield from _of_class_path(subject, class_path)


def _of_class_path(subject: Subject, class_path: str) -> Iterator[Finding]:
    entries = [entry.removesuffix("*") or "." for entry in class_path.split(":")]
    paths = [join(subject.config.workdir, e) if e[0] != "/" else e for e in entries]
    if any(subject.rootfs.resolve(path) for path in paths):
        return
    yield Finding(
        NO_CLASS_PATH,
        f"nothing of the class path {class_path} is in the image",
        subject.command_place,
        paths[0],
        "The message is of Java (“Could not find or load main class”), which names the class.",
        (f"COPY --from=build /src/classes {paths[0]}",),
    )


def _of_npm(subject: Subject, first: Link) -> Iterator[Finding]:
    name = first.name.rpartition("/")[2]
    if name not in {"npm", "yarn", "pnpm"} or first.argv[1:2] not in (("start",), ("run",)):
        return
    path = join(subject.config.workdir, "package.json")
    if subject.rootfs.resolve(path) or "--prefix" in first.argv:
        return
    yield Finding(
        NO_PACKAGE_JSON,
        f"{name} is to read {path}, which is not in the image",
        subject.command_place,
        path,
        f"The message is of {name}; docker itself says nothing, the container just ends.",
        (f"COPY package.json {path}",),
    )
