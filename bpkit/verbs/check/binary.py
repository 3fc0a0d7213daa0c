"""BPK11x: binaries that the image's machine, loader and libraries can start."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding
from bpkit.formats.elf import Elf
from bpkit.image import Closure, Link, MissingLibrary, MissingVersion, Node, Subject, chain, closure
from bpkit.verbs.check.binary_rules import (
    NO_LIBRARY,
    NO_LOADER,
    NO_PRELOAD,
    NO_PROGRAM,
    OLD_LIBRARY,
    OTHER_MACHINE,
    RULES,
    UNSTARTABLE_ARTIFACT,
)
from bpkit.verbs.check.packages import packages_line

__all__ = ["RULES", "findings"]

#: What the kernels of these platforms start besides their own (CONFIG_COMPAT).
_ALSO = {"amd64": {"386", "x32"}, "arm64": {"arm"}}
#: How files of other kinds begin, and what they are.
_KINDS = (
    (b"!<arch>\n", "an archive (go build makes one of a package that is not main)"),
    (b"\xca\xfe\xba\xbe", "a Java class file, or a program for macOS"),
    (b"\xcf\xfa\xed\xfe", "a program for macOS"),
    (b"MZ", "a program for Windows"),
    (b"PK\x03\x04", "a zip or jar"),
    (b"\x1f\x8b", "a file compressed with gzip"),
    (b"\xef\xbb\xbf#!", "a script with a byte order mark before its “#!”"),
    (b"\xff\xfe", "a text in UTF-16"),
)


def findings(subject: Subject) -> Iterator[Finding]:
    """What keeps the kernel or the loader from coming to the program's own code."""
    links = chain(subject)
    started = {link.node.path for link in links if link.node}
    for link in links:
        if link.node and link.node.elf:
            yield from _of_elf(subject, link.node, link.node.elf)
        elif link.node and _is_no_program(link, link.node):
            yield _no_program(subject, link, link.node)
    for node in _artifacts(subject):
        if node.elf and node.path not in started:
            for finding in _of_elf(subject, node, node.elf):
                yield Finding(
                    UNSTARTABLE_ARTIFACT,
                    finding.message,
                    finding.place,
                    node.path,
                    "Docker says nothing: the image's command is another program.",
                    finding.fix,
                )


def _artifacts(subject: Subject) -> Iterator[Node]:
    """The files that were copied, and the programs in directories that were."""
    found: dict[str, Node] = {}
    for path in subject.artifacts:
        node = subject.rootfs.resolve(path)
        if node and node.kind == "directory":
            inside = subject.rootfs.below(path)
            found |= {n.path: n for n in inside if n.elf and n.elf.interpreter and n.mode & 0o111}
        elif node:
            found[node.path] = node
    yield from found.values()


def _is_no_program(link: Link, node: Node) -> bool:
    """Whether the kernel refuses it; a wrapper or a shell then tries it as a shell script."""
    return link.how in {"engine", "shebang"} and link.line is None and not node.partly_read


def _of_elf(subject: Subject, node: Node, elf: Elf) -> Iterator[Finding]:
    wanted = subject.config.architecture
    if elf.machine not in {wanted, *_ALSO.get(wanted, set())}:
        yield _other_machine(subject, node, elf)
        return
    env = subject.config.process_env
    found = closure(
        subject.rootfs, node.path, env, directory=subject.config.workdir, who=subject.who
    )
    if found.kind == "no loader":
        yield _no_loader(subject, node, elf, found)
        return
    for missing in found.missing:
        yield (
            _no_preload(subject, missing)
            if missing.preload
            else _no_library(subject, node, missing)
        )
    if found.versions:
        yield _old_library(subject, node, found.versions)


def _other_machine(subject: Subject, node: Node, elf: Elf) -> Finding:
    platform = f"{subject.config.os}/{subject.config.architecture}"
    return Finding(
        OTHER_MACHINE,
        f"{node.path} is a program for {elf.machine}, and the image is for {platform}",
        subject.places.of_path(node.path),
        node.path,
        "Docker says “exec format error”, as it does for a script without “#!”.",
        (
            "# compile for the platform that is built for:",
            "ARG TARGETARCH",
            "RUN GOARCH=$TARGETARCH go build …",
            f"# or build the image for the program: docker build --platform {subject.config.os}"
            f"/{elf.machine} .",
        ),
    )


def _no_loader(subject: Subject, node: Node, elf: Elf, found: Closure) -> Finding:
    there = subject.rootfs.resolve(found.interpreter or "")
    problem = "is not in the image" if there is None else "is no loader"
    return Finding(
        NO_LOADER,
        f"{node.path} needs the loader {found.interpreter}, which {problem}",
        subject.places.of_path(node.path),
        node.path,
        f"Docker says that {node.path} does not exist (“no such file or directory”). It does: what "
        f"does not exist is {found.interpreter}.",
        tuple(_instead_of_loader(subject, node, elf, found.interpreter or "")),
    )


def _instead_of_loader(subject: Subject, node: Node, elf: Elf, interpreter: str) -> Iterator[str]:
    musl = "ld-musl" in interpreter
    if node.clues and node.clues.go:
        yield "# in the build stage: without cgo, Go links statically"
        yield f"RUN CGO_ENABLED=0 go build -o {node.path} ."
    elif "libstdc++.so.6" in elf.needed:
        yield "# in the build stage: link statically"
        yield f"RUN g++ -static -o {node.path} …"
    else:
        yield "# in the build stage: link statically (gcc -static; for Rust"
        yield "# cargo build --target x86_64-unknown-linux-musl)"
    yield f"# or run on a base image with {'musl' if musl else 'glibc'}"
    yield "FROM alpine:latest" if musl else "FROM debian:bookworm-slim"


def _no_library(subject: Subject, node: Node, missing: MissingLibrary) -> Finding:
    by = "" if missing.needed_by == node.path else f" (by way of {missing.needed_by})"
    message = f"{node.path} needs {missing.name}{by}, which is not in the image"
    if missing.rejected:
        first = missing.rejected[0]
        message = f"{node.path} needs {missing.name}{by}; {first.path} is not taken: {first.reason}"
    elsewhere = [p for p in subject.rootfs.nodes if p.endswith(f"/{missing.name}")]
    if elsewhere and not missing.rejected:
        message += f" where the loader looks; it is at {elsewhere[0]}"
    return Finding(
        NO_LIBRARY,
        message,
        subject.places.of_path(node.path),
        node.path,
        f"The loader's message names {missing.name}, the first of those that are missing; docker "
        "itself says nothing, and the status is 127.",
        tuple(_instead_of_library(subject, missing.name, elsewhere)),
    )


def _instead_of_library(subject: Subject, name: str, elsewhere: list[str]) -> Iterator[str]:
    if elsewhere:
        directory = elsewhere[0].rpartition("/")[0] or "/"
        if subject.rootfs.file("/sbin/ldconfig") or subject.rootfs.file("/usr/sbin/ldconfig"):
            yield f"RUN echo {directory} > /etc/ld.so.conf.d/app.conf && ldconfig"
        else:
            yield f"ENV LD_LIBRARY_PATH={directory}"
        return
    yield from packages_line(subject.rootfs, name)
    yield "# or copy it from the stage that the program was linked in (ldd shows its path)"
    yield f"COPY --from=build /usr/lib/x86_64-linux-gnu/{name} /usr/lib/"


def _old_library(subject: Subject, node: Node, versions: tuple[MissingVersion, ...]) -> Finding:
    first = versions[0]
    names = ", ".join(dict.fromkeys(missing.version for missing in versions))
    offered = f" ends with {first.offered}" if first.offered else " does not offer it"
    by = "" if first.wanted_by == node.path else f" (by way of {first.wanted_by})"
    return Finding(
        OLD_LIBRARY,
        f"{node.path} wants {names}{by}, and {first.library}{offered}",
        subject.places.of_path(node.path),
        node.path,
        f"The loader says that version {first.version} is “not found”, which sounds as if a file "
        "were missing. The library is there, and too old.",
        (
            "# build on the release that you run on:",
            "FROM debian:bookworm AS build",
            "# or run on the one that you build on, or link statically",
        ),
    )


def _no_preload(subject: Subject, missing: MissingLibrary) -> Finding:
    return Finding(
        NO_PRELOAD,
        f"LD_PRELOAD names {missing.name}, which is not where the loader looks",
        subject.places.of("ENV"),
        missing.name,
        "The loader writes “cannot be preloaded: ignored” and starts the program.",
        (*packages_line(subject.rootfs, missing.name), "# or do without:", "ENV LD_PRELOAD="),
    )


def _no_program(subject: Subject, link: Link, node: Node) -> Finding:
    head = node.text or b""
    kind = next((kind for start, kind in _KINDS if head.startswith(start)), None)
    mend: tuple[str, ...] = ("# begin the script with the line:", "#   #!/bin/sh")
    if kind is None and node.broken:
        kind = f"an ELF file that can't be loaded: {node.broken}"
    if kind is None and not node.size:
        kind = "an empty file"
    if kind is None:
        kind = "neither a binary nor a script with “#!” in its first two bytes"
    else:
        mend = ("# copy the program itself, not this",)
    return Finding(
        NO_PROGRAM,
        f"{node.path} is {kind}",
        subject.places.of_path(node.path),
        node.path,
        "Docker says “exec format error”, as it does for a program for another machine.",
        mend,
    )
