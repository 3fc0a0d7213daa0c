"""BPK216: the shell form, where there is no shell."""

from bpkit.verbs.lint.rules import no_shell
from tests.verbs.lint.spec import check_cases

test_breaks_the_rule, test_keeps_the_rule = check_cases(
    no_shell.RULE,
    fails=(
        "FROM scratch // COPY app / // CMD /app",
        "FROM scratch // COPY app / // ENTRYPOINT /app",
        "FROM scratch // COPY app / // RUN /app",
        'FROM scratch // COPY app / // HEALTHCHECK CMD /app // CMD ["/app"]',
        "FROM gcr.io/distroless/base-debian12 // CMD /app",
        "FROM scratch // COPY --from=busybox /bin/busybox /app // CMD /app",
        "FROM scratch AS base // COPY app / // FROM base AS x // COPY y / // FROM scratch"
        " // COPY --from=x /app / // CMD /app",
    ),
    passes=(
        'FROM scratch // COPY app / // CMD ["/app"]',
        "FROM scratch // COPY app / // HEALTHCHECK NONE",
        'FROM scratch // COPY app / // HEALTHCHECK CMD ["/app"]',
        "FROM gcr.io/distroless/base-debian12:debug // CMD /app",
        "FROM scratch // COPY --from=busybox /bin/busybox /bin/sh // CMD /app",
        "FROM scratch // COPY rootfs/ / // CMD /app",
        "FROM scratch // ADD root.tar.gz / // CMD /app",
        "FROM alpine:3.22 // CMD /app",
        'FROM scratch // COPY app / // SHELL ["/app"] // CMD /app',
    ),
)
