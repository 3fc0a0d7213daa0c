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
    ),
    passes=(
        "FROM debian AS build // FROM scratch // COPY --from=build /app /",
        "FROM debian // FROM scratch // COPY --from=0 /app /",
        "FROM scratch // COPY --from=busybox:1.36 /bin/busybox /",
        "FROM debian AS a // FROM scratch // COPY --from=a /x / // FROM debian AS a",
        # No stage at all, and the stage itself: the builder refuses both.
        "FROM debian // COPY --from=7 /app /",
        "FROM debian AS x // COPY --from=x /app /",
    ),
)


def test_the_message_says_what_the_other_builders_do() -> None:
    (by_name,) = found("FROM debian // COPY --from=b /app / // FROM debian AS b", "BPK210")
    (by_number,) = found("FROM debian // COPY --from=1 /app / // FROM debian", "BPK210")
    assert by_name.message.endswith("Podman pull an image of that name")
    assert by_number.message.endswith("Podman refuse it")


def test_stages_that_take_files_of_each_other_are_refused() -> None:
    lines = (
        "FROM debian AS x // COPY --from=x /app /",
        "FROM debian // COPY --from=0 /app /",
        "FROM debian AS a // COPY --from=b /x / // FROM debian AS b // COPY --from=a /x /",
    )
    assert [len(found(line, refused.RULE.id)) for line in lines] == [1, 1, 2]
