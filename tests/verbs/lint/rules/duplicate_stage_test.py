"""BPK221: two stages of one name."""

from bpkit.verbs.lint.rules import duplicate_stage
from tests.verbs.lint.spec import check_cases

test_breaks_the_rule, test_keeps_the_rule = check_cases(
    duplicate_stage.RULE,
    fails=(
        "FROM debian AS a // FROM debian AS a",
        "FROM debian AS Build // FROM debian AS build // FROM scratch",
    ),
    passes=("FROM debian AS a // FROM debian AS b", "FROM debian // FROM debian"),
)
