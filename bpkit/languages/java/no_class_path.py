"""BPK132: no entry of the class path is in the image, nor is the jar of ``java -jar``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bpkit.findings import Finding, Rule
from bpkit.image import Link, Subject, join
from bpkit.languages.java.command import COMMAND
from bpkit.languages.no_file import missing_file

RULE = Rule(
    id="BPK132",
    severity="error",
    title="No entry of Java's class path is in the image",
    why="`java -cp /app/classes Main` doesn't find the class, because none of the entries exists.",
    says="Could not find or load main class",
    failing='FROM eclipse-temurin:21-jre\nCMD ["java", "-cp", "/app/classes", "Main"]\n',
    passing='FROM eclipse-temurin:21-jre\nCMD ["java", "-version"]\n',
)


def check(subject: Subject, links: Sequence[Link]) -> Iterator[Finding]:
    """The jar or class path that the command's last program, Java, will not find."""
    last = links[-1]
    if not COMMAND.starts(last.name) or any(link.how == "shebang" for link in links):
        return
    read = COMMAND.read(last.argv)
    jar = read.value("-jar")
    if jar:
        path = join(subject.config.workdir, jar) if jar[0] != "/" else jar
        if subject.rootfs.resolve(path) is None:
            yield missing_file(subject, last, jar, path)
        return
    named = read.value("-cp", "-classpath", "--class-path")
    class_path = named or subject.config.env.get("CLASSPATH", "")
    if read.rest and class_path:
        yield from _of_class_path(subject, class_path)


def _of_class_path(subject: Subject, class_path: str) -> Iterator[Finding]:
    entries = [entry.removesuffix("*") or "." for entry in class_path.split(":")]
    paths = [join(subject.config.workdir, e) if e[0] != "/" else e for e in entries]
    if any(subject.rootfs.resolve(path) for path in paths):
        return
    yield Finding(
        RULE,
        f"no entry of the class path {class_path} is in the image",
        subject.command_place,
        paths[0],
        "Java reports “Could not find or load main class” and names the class.",
        (f"# copy the classes, or the jars, to {paths[0]}",),
    )
