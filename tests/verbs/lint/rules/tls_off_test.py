"""BPK232: certificates are not checked."""

from bpkit.verbs.lint.rules import tls_off
from tests.verbs.lint.spec import check_cases

test_breaks_the_rule, test_keeps_the_rule = check_cases(
    tls_off.RULE,
    fails=(
        "FROM debian:13 // RUN curl -k https://example.com/a",
        "FROM debian:13 // RUN curl -sSLk https://example.com/a -o a",
        "FROM debian:13 // RUN wget --no-check-certificate https://example.com/a",
        "FROM node:24 // ENV NODE_TLS_REJECT_UNAUTHORIZED=0",
        "FROM debian:13 // RUN git config --global http.sslVerify false",
        "FROM node:24 // RUN npm config set strict-ssl false",
        "FROM python:3.13 // RUN pip install --trusted-host example.com x",
    ),
    passes=(
        "FROM debian:13 // RUN curl -fsSL https://example.com/a",
        "FROM debian:13 // RUN curl -k https://localhost/health",
        "FROM debian:13 // RUN curl -k https://example.com/a -o a && sha256sum -c sums",
        "FROM debian:13 // RUN tar -xkf a",
        "FROM node:24 // ENV NODE_TLS_REJECT_UNAUTHORIZED=1",
    ),
)
