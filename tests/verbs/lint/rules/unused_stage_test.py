"""BPK205: a stage that nothing uses."""

from bpkit.verbs.lint.rules import unused_stage
from bpkit.verbs.lint.subject import Context
from tests.verbs.lint.spec import check_cases, found

test_breaks_the_rule, test_keeps_the_rule = check_cases(
    unused_stage.RULE,
    fails=(
        "FROM debian AS b // FROM scratch // COPY app /",
        "FROM debian // FROM scratch // COPY app /",
        "FROM debian AS base // FROM base AS test // RUN test // FROM scratch // COPY app /",
        "FROM debian AS a // FROM debian AS b // FROM scratch // COPY --from=b /app /",
        "FROM debian AS a // FROM alpine AS b // COPY --from=a /x / // FROM scratch",
    ),
    passes=(
        "FROM debian AS b // FROM scratch // COPY --from=b /app /",
        "FROM debian // FROM scratch // COPY --from=0 /app /",
        "FROM debian AS b // FROM b",
        "ARG KIND=full // FROM debian AS build-slim // FROM debian AS build-full"
        " // FROM build-${KIND}",
        "FROM debian AS b // FROM alpine // RUN --mount=type=bind,from=b,target=/b true",
        "FROM debian AS a // FROM a AS b // FROM scratch // COPY --from=b /app /",
        "FROM debian",
    ),
)


def test_a_stage_that_a_script_beside_it_speaks_of_is_asked_for() -> None:
    line = "FROM debian AS docs // FROM scratch // COPY app /"
    assert len(found(line, "BPK205")) == 1
    assert found(line, "BPK205", context=Context(mentions=lambda name: name == "docs")) == []
