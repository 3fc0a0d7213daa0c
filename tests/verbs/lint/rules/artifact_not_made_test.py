"""BPK201: an artifact that nothing makes."""

import pytest

from bpkit.verbs.lint.rules import artifact_not_made
from bpkit.verbs.lint.subject import Context
from tests.verbs.lint.spec import check_cases, found

test_breaks_the_rule, test_keeps_the_rule = check_cases(
    artifact_not_made.RULE,
    fails=(
        "FROM debian AS b // RUN gcc -o /hellogo a.c // FROM scratch // COPY --from=b /helogo /",
        "FROM debian AS b // RUN cp a /out/app // FROM scratch // COPY --from=b /out/apq /",
        "FROM scratch AS b // COPY app /app // FROM alpine // COPY --from=b /other /",
        "FROM debian AS b // RUN cc -o /app a.c // FROM scratch // COPY --from=0 /appp /",
    ),
    passes=(
        "FROM debian AS b // RUN make && cp x /x/app // FROM scratch // COPY --from=b /x/ap /",
        "FROM debian AS b // RUN cc -o /app1 a.c // FROM b AS c // RUN cc -o /app2 a.c"
        " // FROM scratch // COPY --from=c /app1 /",
        "FROM debian AS b // RUN gcc -o /hellogo a.c // FROM scratch // COPY --from=b /hellogo /",
        "FROM debian AS b // RUN gcc -o /out/app a.c // FROM scratch // COPY --from=b /out /",
        "FROM debian AS b // RUN make // FROM scratch // COPY --from=b /src/app /",
        "FROM debian AS b // RUN cp a /app // FROM scratch // COPY --from=b /etc/passwd /etc/",
        "FROM scratch AS b // COPY . / // FROM alpine // COPY --from=b /other /",
        "FROM scratch AS b // ADD root.tar / // FROM alpine // COPY --from=b /other /",
        "FROM scratch AS b // COPY etc /etc // FROM alpine // COPY --from=b /etc/app.conf /",
        "FROM debian AS b // RUN cc -o /app1 a.c // FROM scratch // COPY --from=b /app* /",
        "FROM debian AS b // RUN cc -o /app1 a // FROM scratch // ARG N // COPY --from=b /app$N /",
        "FROM scratch // COPY --from=alpine /hellogo /",
    ),
)


@pytest.mark.parametrize(
    ("names", "path", "count"),
    [
        # A directory of the sources, or one that may be: no slip in the program's name.
        ((), "/src/apps", 0),
        (("ap",), "/src/ap", 0),
        ((), "/src/ap", 1),
        ((), "/src/appp", 1),
    ],
)
def test_what_may_come_with_the_sources_is_no_slip(
    names: tuple[str, ...], path: str, count: int
) -> None:
    line = (
        "FROM golang:1.22 AS b // WORKDIR /src // COPY . . // RUN CGO_ENABLED=0 go build -o app . "
        f"// FROM scratch // COPY --from=b {path} /x"
    )
    assert len(found(line, "BPK201", context=Context(names=names))) == count
