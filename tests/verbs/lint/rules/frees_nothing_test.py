"""BPK227: a removal that frees nothing."""

from bpkit.verbs.lint.rules import frees_nothing
from tests.verbs.lint.spec import check_cases

test_breaks_the_rule, test_keeps_the_rule = check_cases(
    frees_nothing.RULE,
    fails=(
        "FROM debian:13 // RUN apt-get update // RUN rm -rf /var/lib/apt/lists/*",
        "FROM debian:13 // RUN make // RUN apt-get clean && rm -rf /tmp/*",
        "FROM fedora:43 // RUN dnf install -y x // RUN dnf clean all",
        "FROM alpine:3.22 // RUN apk add gcc // RUN apk del gcc",
    ),
    passes=(
        "FROM debian:13 // RUN apt-get update && rm -rf /var/lib/apt/lists/*",
        "FROM nginx:1.29 // RUN true // RUN rm /etc/nginx/conf.d/default.conf",
        "FROM debian:13 // RUN rm -rf /tmp/*",
        "FROM debian:13 AS b // RUN make // RUN rm -rf /tmp/* // FROM scratch // COPY --from=b a /",
        "FROM debian:13 // RUN true // RUN rm -rf /app/node_modules",
    ),
)
