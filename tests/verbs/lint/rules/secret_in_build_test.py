"""BPK215: a secret in ARG or ENV."""

from bpkit.verbs.lint.rules import secret_in_build
from tests.verbs.lint.spec import check_cases

test_breaks_the_rule, test_keeps_the_rule = check_cases(
    secret_in_build.RULE,
    fails=(
        "FROM alpine:3.22 // ARG GITHUB_TOKEN",
        "FROM alpine:3.22 // ENV DB_PASSWORD=hunter2",
        "FROM alpine:3.22 // ENV AWS_SECRET_ACCESS_KEY=abc",
        "FROM alpine:3.22 // ARG npm_token=x",
        "ARG API_KEY // FROM alpine:3.22",
        "FROM alpine:3.22 AS b // ENV PGPASSWORD=x // FROM scratch",
        "FROM alpine:3.22 // ENV URL=postgres://me:h7Gq0@db.shop.io/x",
        "FROM alpine:3.22 // ENV X=AKIAABCDEFGHIJKLMNOP",
    ),
    passes=(
        'FROM debian // ENV SECRET_KEY "{your key}" // ENV ACCESS_KEY=[KEY]',
        "FROM node:24 // ARG NEXT_PUBLIC_MAPBOX_TOKEN",
        "FROM node:24 // ENV VITE_API_KEY=5ea1",
        "FROM alpine:3.22 // ENV URL=postgres://me:secret@db/x",
        "FROM alpine:3.22 // ENV URL=postgres://me:secret@localhost:5432/x",
        "FROM alpine:3.22 // ENV DB_PASSWORD=changeme",
        "FROM alpine:3.22 // ENV MYSQL_ALLOW_EMPTY_PASSWORD=yes",
        "FROM alpine:3.22 // ENV API_TOKEN=/run/secrets/token",
        "FROM alpine:3.22 // ENV DB_PASSWORD_FILE=/run/secrets/db",
        "FROM alpine:3.22 // ENV DB_PASSWORD=",
        "FROM alpine:3.22 // ARG TARGETARCH",
        "FROM alpine:3.22 // ENV TOKENIZERS_PARALLELISM=false",
        "FROM alpine:3.22 // ENV GPG_KEY=ABCDEF",
        "FROM alpine:3.22 // ENV PUBLIC_KEY_URL=https://example.com/key",
        "FROM alpine:3.22 // ENV PASSWORD=$PASSWORD",
        "FROM alpine:3.22 // ENV URL=postgres://me:$PASSWORD@db/x",
    ),
)
