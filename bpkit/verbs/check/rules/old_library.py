"""BPK114: a library that is older than the one that the program was linked with."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.image import Node
from bpkit.verbs.check.rules.other_machine import fits
from bpkit.verbs.check.subject import CheckSubject

_MAKE = (
    "FROM gcc:latest AS build\n"
    "RUN echo 'V_2 { global: f; };' > /map && echo 'int f(void){return 0;}' > /f.c"
    " && gcc -shared -fPIC /f.c -o /new.so -Wl,-soname,libf.so,--version-script,/map"
    " && sed -i s/V_2/V_1/ /map"
    " && gcc -shared -fPIC /f.c -o /old.so -Wl,-soname,libf.so,--version-script,/map"
    " && echo 'int f(void); int main(void){return f();}' > /m.c && gcc /m.c /new.so -o /app\n"
)
RULE = Rule(
    id="BPK114",
    severity="error",
    title="A library in the image is older than the one the program was linked with",
    why="Symbols of glibc, libstdc++ and others carry versions. A program that was linked on a "
    "newer system needs versions (`GLIBC_2.38`, `GLIBCXX_3.4.31`) that an older library does not "
    "offer; the loader refuses it.",
    says="version .* not found",
    failing=f"{_MAKE}FROM debian:bookworm-slim\nCOPY --from=build /old.so /usr/lib/libf.so\n"
    'COPY --from=build /app /app\nCMD ["/app"]\n',
    passing=f"{_MAKE}FROM debian:bookworm-slim\nCOPY --from=build /new.so /usr/lib/libf.so\n"
    'COPY --from=build /app /app\nCMD ["/app"]\n',
)


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The programs that are started."""
    for node in subject.binaries:
        yield from of_program(subject, node)


def of_program(subject: CheckSubject, node: Node) -> Iterator[Finding]:
    """The finding about one program, for all versions that it lacks."""
    if not fits(subject, node) or (found := subject.closure(node)).kind == "no loader":
        return
    if not found.versions:
        return
    first = found.versions[0]
    names = ", ".join(dict.fromkeys(missing.version for missing in found.versions))
    offered = f" ends with {first.offered}" if first.offered else " does not offer it"
    by = "" if first.wanted_by == node.path else f" (by way of {first.wanted_by})"
    stage = subject.image.places.stage_of(node.path)
    where = f"the stage {stage} starts from" if stage else "it was built on"
    yield Finding(
        RULE,
        f"{node.path} needs {names}{by}, and {first.library}{offered}",
        subject.image.places.of_path(node.path),
        node.path,
        f"The loader says that version {first.version} is “not found”, which sounds as if a file "
        "were missing. The library is there, and too old.",
        (
            f"# build on the release that you run on, or run on the one that {where},",
            "# or link statically",
        ),
    )
