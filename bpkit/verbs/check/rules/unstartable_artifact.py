"""BPK116: a copied program that isn't the image's command, and couldn't be started."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.verbs.check.rules import no_library, no_loader, old_library, other_machine
from bpkit.verbs.check.subject import CheckSubject

_HELLO = "echo 'int main(void){return 0;}' | gcc -x c - -o /app"
RULE = Rule(
    id="BPK116",
    severity="warning",
    title="An artifact that is not the image's command could not be started",
    why="It was copied into the image, and its loader, a library or a symbol version is missing "
    "there. The image's command starts all the same, until it starts or opens this file.",
    failing=f"FROM gcc:latest AS build\nRUN {_HELLO}\n"
    'FROM alpine:latest\nCOPY --from=build /app /app\nCMD ["true"]\n',
    passing=f"FROM gcc:latest AS build\nRUN {_HELLO} -static\n"
    'FROM alpine:latest\nCOPY --from=build /app /app\nCMD ["true"]\n',
)


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The copied programs, checked by the rules for those that are started."""
    for node in subject.artifacts:
        if node.elf is None:
            continue
        for rule in (other_machine, no_loader, no_library, old_library):
            for finding in rule.of_program(subject, node):
                yield Finding(
                    RULE,
                    finding.message,
                    finding.place,
                    node.path,
                    "Docker says nothing: the image's command is another program.",
                    finding.fix,
                )
