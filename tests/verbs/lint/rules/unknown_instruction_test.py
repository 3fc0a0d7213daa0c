"""BPK218: an instruction that does not exist."""

from bpkit.verbs.lint.rules import unknown_instruction
from tests.verbs.lint.spec import check_cases

test_breaks_the_rule, test_keeps_the_rule = check_cases(
    unknown_instruction.RULE,
    fails=(
        "FROM alpine:3.22 // COYP app /app",
        "FROM alpine:3.22 // RUN true && // apk add curl",
        "FROM alpine:3.22 // INCLUDE other",
    ),
    passes=(
        "FROM alpine:3.22 // copy app /app",
        "FROM alpine:3.22 // MAINTAINER me",
        "FROM alpine:3.22 // RUN true && \\ // apk add curl",
    ),
)
