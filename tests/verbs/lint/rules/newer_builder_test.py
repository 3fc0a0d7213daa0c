"""BPK220: a flag that needs a newer builder."""

from bpkit.verbs.lint.rules import newer_builder
from tests.verbs.lint.spec import check_cases

test_breaks_the_rule, test_keeps_the_rule = check_cases(
    newer_builder.RULE,
    fails=(
        "FROM alpine // RUN --mount=type=secret,id=a,env=TOKEN true",
        "FROM alpine:3.22 // COPY --parents a /b",
        "FROM alpine:3.22 // COPY --exclude=*.md . /b",
        "FROM alpine:3.22 // COPY --chmod=u+x a /b",
        "FROM alpine:3.22 // RUN --security=insecure true",
        "FROM alpine:3.22 // RUN cat << EOF // true // EOF",
        "# syntax=docker/dockerfile:1.4 // FROM alpine:3.22 // COPY --parents a /b",
        "# syntax=docker/dockerfile:1 // FROM alpine:3.22 // RUN --device=x true",
    ),
    passes=(
        "FROM alpine // RUN --mount=type=secret,id=a true",
        "# syntax=docker/dockerfile:1.10 // FROM alpine // RUN --mount=type=secret,id=a,env=A true",
        "FROM alpine:3.22 // COPY --chmod=755 --link a /b",
        "FROM alpine:3.22 // RUN cat <<EOF // true // EOF",
        "# syntax=docker/dockerfile:1 // FROM alpine:3.22 // COPY --parents a /b",
        "# syntax=docker/dockerfile:1.7-labs // FROM alpine:3.22 // COPY --parents a /b",
        "# syntax=docker/dockerfile:1.20 // FROM alpine:3.22 // COPY --parents a /b",
        "# syntax=example.com/own/frontend // FROM alpine:3.22 // COPY --parents a /b",
    ),
)
