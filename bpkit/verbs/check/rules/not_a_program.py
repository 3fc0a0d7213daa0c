"""BPK115: a file that the kernel doesn't accept as a program."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.image import Link, Node
from bpkit.verbs.check.subject import CheckSubject

RULE = Rule(
    id="BPK115",
    severity="error",
    title="The file is not a program",
    why="The kernel starts ELF executables, and scripts that begin with `#!` in their first two "
    "bytes. A script without that line runs from a shell, but not as ENTRYPOINT or CMD; an "
    "archive, an object file, a class or source file does not run at all. `go build` of a package "
    "that is not `main` produces an archive.",
    says="exec format error",
    failing="FROM alpine:latest\nRUN echo 'echo hi' > /start && chmod +x /start\n"
    'CMD ["/start"]\n',
    passing="FROM alpine:latest\nRUN printf '#!/bin/sh\\necho hi\\n' > /start"
    ' && chmod +x /start\nCMD ["/start"]\n',
)
#: How files of other kinds begin, and what they are.
_KINDS = (
    (b"!<arch>\n", "an archive (go build produces one from a package that is not main)"),
    (b"\xca\xfe\xba\xbe", "a Java class file, or a program for macOS"),
    (b"\xcf\xfa\xed\xfe", "a program for macOS"),
    (b"MZ", "a program for Windows"),
    (b"PK\x03\x04", "a zip or jar"),
    (b"\x1f\x8b", "a file compressed with gzip"),
    (b"\xff\xfe", "a text in UTF-16"),
)
#: A byte order mark before “#!” has a rule of its own.
_MARK = b"\xef\xbb\xbf#!"


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The files that the engine, or the kernel for a script, starts."""
    for link in subject.links:
        node = link.node
        if node and not node.elf and _is_refused(link, node):
            yield _of_file(subject, node)


def _is_refused(link: Link, node: Node) -> bool:
    """Whether the kernel refuses it; a wrapper or a shell then tries it as a shell script."""
    is_marked = (node.text or b"").startswith(_MARK)
    by_kernel = link.how in {"engine", "shebang"}
    return by_kernel and link.line is None and not node.partly_read and not is_marked


def _of_file(subject: CheckSubject, node: Node) -> Finding:
    head = node.text or b""
    kind = next((kind for start, kind in _KINDS if head.startswith(start)), None)
    fix: tuple[str, ...] = ("# copy the program itself instead of this file",)
    if kind is None and node.broken:
        kind = f"an ELF file that can't be loaded: {node.broken}"
    if kind is None and not node.size:
        kind = "an empty file"
    if kind is None:
        kind = "neither a binary nor a script with “#!” in its first two bytes"
        # Should it be a script of a shell: only its author knows.
        has_shell = subject.rootfs.file("/bin/sh") is not None and b"\0" not in head
        if has_shell:
            fix = (
                "# if it is a script for a shell:",
                f"RUN sed -i '1s|^|#!/bin/sh\\n|' {node.path}",
            )
    return Finding(
        RULE,
        f"{node.path} is {kind}",
        subject.image.places.of_path(node.path),
        node.path,
        "Docker says “exec format error”, as it does for a program for another machine.",
        fix,
    )
