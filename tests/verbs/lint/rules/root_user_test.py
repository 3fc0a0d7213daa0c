"""BPK206: what ships runs as root."""

from bpkit.verbs.lint.rules import root_user
from tests.verbs.lint.spec import check_cases

test_breaks_the_rule, test_keeps_the_rule = check_cases(
    root_user.RULE,
    fails=(
        "FROM busybox // COPY app /app // CMD app",
        "FROM scratch // COPY app / // EXPOSE 80",
        "FROM debian:12 // USER root // EXPOSE 80",
        "FROM debian:12 // USER 0:0 // EXPOSE 80",
        "FROM debian:12 // USER app // RUN true // USER root // EXPOSE 80",
        "FROM debian:12 AS b // USER 1000 // FROM scratch // COPY --from=b /app / // EXPOSE 80",
        "FROM gcr.io/distroless/static-debian12 // EXPOSE 80",
        "FROM debian:12 // COPY init.sql / // CMD app",
        "FROM debian:12 // RUN npm init -y && git init // CMD app",
        "FROM debian:12 // COPY httpd.conf docker-init.sh /etc/systemd/ // CMD app",
        "FROM debian:12 // RUN mkdir -p /etc/cron.d // CMD app --without-init-d",
    ),
    passes=(
        "FROM debian:12 // RUN true",
        "FROM registry.example/shop/base:1 // CMD app",
        "FROM bitnami/nginx:1.27 // CMD app",
        "FROM postgres:16 // CMD app",
        "FROM debian:12 // RUN apt-get install -y gosu // CMD app",
        "FROM debian:12 // COPY --from=tianon/gosu /usr/local/bin/gosu /bin/ // CMD app",
        'FROM debian:12 // CMD ["/usr/sbin/sshd", "-D"]',
        "FROM debian:12 // CMD service x start && exec /usr/sbin/cron -f",
        'FROM debian:12 // ENTRYPOINT ["/sbin/init"]',
        'FROM debian:12 // CMD ["php-fpm8.2", "-F"]',
        "FROM debian:12 AS dev // CMD app",
        "FROM mcr.microsoft.com/windows/servercore:ltsc2022 // CMD app",
        "FROM golang:1.22-windowsservercore // CMD app",
        "FROM --platform=windows/amd64 debian:12 // CMD app",
        "FROM scratch // USER 65532",
        "FROM debian:12 // USER app",
        "FROM debian:12 // USER root // RUN true // USER 1000:0",
        "FROM debian:12 AS base // USER 1000 // FROM base",
        "FROM gcr.io/distroless/static-debian12:nonroot",
        "FROM cgr.dev/chainguard/static:latest",
        "FROM nginxinc/nginx-unprivileged:1.27",
        "FROM debian:12 // ARG U=1000 // USER $U",
    ),
)
