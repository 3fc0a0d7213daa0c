"""BPK201: an artifact that nothing makes."""

from bpkit.verbs.lint.rules import artifact_not_made
from tests.verbs.lint.spec import check_cases

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
