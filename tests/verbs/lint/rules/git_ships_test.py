"""BPK214: a .git ships."""

from bpkit.verbs.lint.rules import git_ships
from tests.verbs.lint.spec import check_cases

test_breaks_the_rule, test_keeps_the_rule = check_cases(
    git_ships.RULE,
    fails=(
        "FROM alpine:3.22 // COPY .git /app/.git",
        "FROM alpine:3.22 // COPY app/.git/config /x",
        "FROM alpine:3.22 // RUN apk add git && git clone https://example.com/x.git",
        "FROM alpine:3.22 // ADD --keep-git-dir=true https://example.com/x.git /x",
    ),
    passes=(
        "FROM alpine:3.22 // COPY .gitignore /app/",
        "FROM alpine:3.22 AS b // COPY .git /g // FROM scratch // COPY --from=b /app /",
        "FROM alpine:3.22 // RUN git clone https://example.com/x.git && rm -rf x/.git",
        "FROM alpine:3.22 // RUN git clone https://example.com/x.git && make -C x && rm -rf x",
        "FROM alpine:3.22 // ADD https://example.com/x.git /x",
    ),
)
