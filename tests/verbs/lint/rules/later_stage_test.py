"""BPK210: a stage is used before it is defined."""

from bpkit.verbs.lint.rules import later_stage
from tests.verbs.lint.spec import check_cases

test_breaks_the_rule, test_keeps_the_rule = check_cases(
    later_stage.RULE,
    fails=(
        "FROM debian // COPY --from=build /app / // FROM debian AS build",
        "FROM debian AS x // COPY --from=x /app /",
        "FROM debian // COPY --from=0 /app /",
        "FROM debian // RUN --mount=type=bind,from=late,target=/x true // FROM debian AS late",
    ),
    passes=(
        "FROM debian AS build // FROM scratch // COPY --from=build /app /",
        "FROM debian // FROM scratch // COPY --from=0 /app /",
        "FROM scratch // COPY --from=busybox:1.36 /bin/busybox /",
        "FROM debian // COPY --from=nginx /x / // FROM nginx AS nginx",
    ),
)
