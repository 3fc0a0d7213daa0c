"""BPK210: a stage is used before it is defined."""

from bpkit.verbs.lint.rules import later_stage, refused
from tests.verbs.lint.spec import check_cases, found

test_breaks_the_rule, test_keeps_the_rule = check_cases(
    later_stage.RULE,
    fails=(
        "FROM debian // COPY --from=build /app / // FROM debian AS build",
        "FROM debian // COPY --from=1 /app / // FROM debian",
        "FROM debian // RUN --mount=type=bind,from=late,target=/x true // FROM debian AS late",
        "FROM debian // COPY --from=nginx /x / // FROM nginx AS nginx",
        # BuildKit takes the last of two.
        "FROM debian AS a // FROM debian // COPY --from=a /x / // FROM debian AS a",
        "FROM debian // FROM debian // RUN --mount=from=0,target=/x true",
    ),
    passes=(
        "FROM debian AS build // FROM scratch // COPY --from=build /app /",
        "FROM debian // FROM scratch // COPY --from=0 /app /",
        "FROM scratch // COPY --from=busybox:1.36 /bin/busybox /",
        "FROM debian AS a // FROM debian // RUN --mount=from=a,target=/x true",
        # No stage at all, and the stage itself: BPK219.
        "FROM debian // COPY --from=7 /app /",
        "FROM debian AS x // COPY --from=x /app /",
    ),
)


def test_stages_that_take_files_of_each_other_are_refused() -> None:
    lines = (
        "FROM debian AS x // COPY --from=x /app /",
        "FROM debian // COPY --from=0 /app /",
        "FROM debian AS a // COPY --from=b /x / // FROM debian AS b // COPY --from=a /x /",
    )
    assert [len(found(line, refused.RULE.id)) for line in lines] == [1, 1, 2]


def test_a_base_is_a_stage_by_its_name_in_lower_case() -> None:
    (finding,) = found("FROM debian AS Base // FROM Base", refused.RULE.id)
    assert "write FROM base" in finding.message
    assert found("FROM debian AS Base // FROM base", refused.RULE.id) == []
