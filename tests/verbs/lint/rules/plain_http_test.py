"""BPK229: a download over plain http."""

from bpkit.verbs.lint.rules import plain_http
from tests.verbs.lint.spec import check_cases

test_breaks_the_rule, test_keeps_the_rule = check_cases(
    plain_http.RULE,
    fails=(
        "FROM debian:13 // RUN curl -o a http://example.com/a",
        "FROM debian:13 // RUN wget http://example.com/a.tgz && tar xf a.tgz",
        "FROM debian:13 // ADD http://example.com/a /a",
        "FROM debian:13 // RUN wget -qO- http://example.com/key | gpg --dearmor > /key.gpg",
    ),
    passes=(
        "FROM debian:13 // RUN curl -o a https://example.com/a",
        "FROM debian:13 // RUN curl -o a http://example.com/a && echo x a | sha256sum -c",
        "FROM debian:13 // RUN curl -O http://example.com/a && gpg --batch --verify a.asc a",
        "FROM debian:13 // RUN curl http://localhost:8080/health",
        "FROM debian:13 // RUN curl http://nexus/a",
        "FROM debian:13 // RUN curl -x http://proxy.example.com:3128 https://example.com/a",
        "FROM debian:13 // RUN echo deb http://deb.debian.org/debian trixie main > /etc/apt/x.list",
        "FROM debian:13 // HEALTHCHECK CMD curl http://example.com",
    ),
)
