"""BPK230: an ADD of a URL without a checksum."""

from bpkit.verbs.lint.rules import unchecked_add
from tests.verbs.lint.spec import check_cases

test_breaks_the_rule, test_keeps_the_rule = check_cases(
    unchecked_add.RULE,
    fails=("FROM debian:13 // ADD https://example.com/a /a",),
    passes=(
        f"FROM debian:13 // ADD --checksum=sha256:{'0a' * 32} https://example.com/a /a",
        "FROM debian:13 // ADD a /a",
        "FROM debian:13 // ADD https://api.github.com/repos/x/y/git/refs/heads/main /version.json",
        "FROM debian:13 // ADD https://github.com/x/y.git#v1 /a",
    ),
)
