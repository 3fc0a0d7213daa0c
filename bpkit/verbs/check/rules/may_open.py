"""BPK147: libraries that a program may open by itself."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.verbs.check.examples import CProgram
from bpkit.verbs.check.subject import CheckSubject
from bpkit.verbs.check.wanted import clues_of, last_program

_INCLUDE = "#include <dlfcn.h>"
RULE = Rule(
    id="BPK147",
    severity="note",
    title="The program may open libraries by itself that are not in the image",
    why="It calls `dlopen`, and its strings include library names. That is only a "
    "hint: many programs try several and can do without any.",
    failing=CProgram(_INCLUDE, 'return dlopen("libnothere.so.1", 1) != 0;').image(),
    passing=CProgram(_INCLUDE, 'return dlopen("libm.so.6", 1) == 0;').image(),
)


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The last program that is started."""
    node = last_program(subject)
    if node is None:
        return
    names = {path.rpartition("/")[2] for path in subject.rootfs.nodes}
    loaded = {library.name for library in subject.closure(node).libraries}
    absent = [name for name in clues_of(node).opens if name not in names | loaded]
    if absent:
        yield Finding(
            RULE,
            f"{node.path} may open {', '.join(absent[:5])} by itself, judging by its strings; "
            "not in the image",
            subject.image.places.of_path(node.path),
            node.path,
            "Docker says nothing; only the program's authors know whether it can do without.",
            (f"# if it is needed, install or copy {absent[0]}",),
        )
