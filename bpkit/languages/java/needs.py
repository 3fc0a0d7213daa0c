"""Java: the runtime without the JDK's tools, the jar or class path, and the files beside it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from bpkit.image import Evidence, FileGroup, Link, Subject, join
from bpkit.languages.needs import SHARED, LanguageParts, Sources, caches_in, existing

#: Imports don't decide what is left out.
MODULES = None

_RUNTIME = ("bin/java", "conf", "lib", "release", "jre")
#: Files for javac, jlink, debuggers and editors; and the class archive for heaps too large for
#: compressed pointers, without which such a process starts more slowly but still works.
_OF_TOOLS = (
    *("lib/ct.sym", "lib/src.zip", "lib/jexec", "lib/classlist", "lib/libsaproc.so"),
    *("lib/jrt-fs.jar", "lib/server/classes_nocoops.jsa"),
)
_CLASS_PATHS = frozenset({"-cp", "-classpath", "--class-path", "-p", "--module-path"})
#: Directories beside a jar that its manifest or a framework refers to.
_BESIDE = ("lib", "libs", "config", "dependency-jars", "quarkus", "app")


def sources(_subject: Subject, _link: Link) -> Sources:
    """None: imports don't decide what is left out."""
    return Sources()


def parts(subject: Subject, link: Link, _evidence: Mapping[str, Evidence]) -> LanguageParts:
    """The runtime that this ``java`` belongs to, and the files that its command line names."""
    assert link.node is not None
    home = posixpath.dirname(posixpath.dirname(link.node.path))
    own = tuple(dict.fromkeys(_application(subject, link)))
    directories = tuple(p for p in own if subject.rootfs.nodes[p].kind == "directory")
    runtime = existing(subject, *(f"{home}/{name}" for name in _RUNTIME))
    java_home = subject.config.env.get("JAVA_HOME", "")
    there = existing(subject, java_home) if java_home else iter(())
    links = [path for path in there if subject.rootfs.nodes[path].kind == "link"]
    tools = (f"{home}/{name}" for name in _OF_TOOLS)
    return LanguageParts(
        groups=(
            FileGroup("Java's runtime", tuple(dict.fromkeys([*links, *runtime]))),
            FileGroup("the application", own),
        ),
        left_out=tuple(path for path in tools if path in subject.rootfs.nodes),
        left_out_names=caches_in(directories),
    )


def _application(subject: Subject, link: Link) -> Iterator[str]:
    rootfs, workdir = subject.rootfs, subject.config.workdir
    for entry in _entries(subject, link):
        path = entry if entry.startswith("/") else join(workdir, entry)
        if join(path) in SHARED.split():
            # Classes there were copied by name, so they belong to the application.
            continue
        yield from existing(subject, path)
        directory = posixpath.dirname(rootfs.real_path(path))
        if rootfs.file(path) and directory not in SHARED.split():
            yield from existing(subject, *(f"{directory}/{name}" for name in _BESIDE))


def _entries(subject: Subject, link: Link) -> Iterator[str]:
    """The jars and directories that the command names."""
    named = False
    words = list(link.argv[1:])
    while words:
        word = words.pop(0)
        if word == "-jar" and words:
            yield words.pop(0)
            named = True
        elif word in _CLASS_PATHS and words:
            yield from (entry.removesuffix("*") or "." for entry in words.pop(0).split(":"))
            named = True
        elif word.startswith("-javaagent:"):
            yield word.removeprefix("-javaagent:").partition("=")[0]
        elif word.startswith("@"):
            yield word[1:]
    if not named:
        entries = subject.config.env.get("CLASSPATH", ".").split(":")
        yield from (entry.removesuffix("*") or "." for entry in entries)
