"""BPK226: the same files in two layers."""

from bpkit.verbs.lint.rules import recursive_owner
from tests.verbs.lint.spec import check_cases, found

test_breaks_the_rule, test_keeps_the_rule = check_cases(
    recursive_owner.RULE,
    fails=(
        "FROM debian:13 // COPY app /app // RUN chown -R 1:1 /app",
        "FROM debian:13 // WORKDIR /app // COPY . . // RUN chown -R app .",
        "FROM debian:13 // COPY a /srv/a // RUN chmod -R 755 /srv",
        "FROM debian:13 // ENV HOME=/srv/app // COPY a $HOME/a // RUN chown -R 7 ${HOME}",
        "FROM debian:13 // COPY --chown=5 a /srv/a // RUN chown -R root:root /srv",
        "FROM debian:13 // COPY a /srv/a/ // RUN chown --recursive app /srv && chmod -R g+w /srv",
    ),
    passes=(
        "FROM debian:13 // COPY --chown=1:1 app /app",
        "FROM debian:13 // COPY app /app // RUN chown 1:1 /app",
        "FROM debian:13 // COPY app /app // RUN chown -R root:root /app",
        "FROM debian:13 // COPY --chown=app:app a /app // RUN chown -R app:app /app",
        "FROM debian:13 // COPY bin /app/bin // RUN chmod -R +x /app/bin",
        "FROM debian:13 // COPY app /app // RUN chown -R 1:1 /var/lib/x",
        "FROM debian:13 // COPY app /app // RUN make && chown -R 1:1 /app",
        "FROM debian:13 AS b // COPY app /app // RUN chown -R 1 /app // FROM scratch"
        " // COPY --from=b /app /app",
    ),
)


def test_the_edit_moves_the_owner_to_the_copy() -> None:
    (one,) = found("FROM debian:13 // COPY app /app // RUN chown -R 1:2 /app // USER 1", "BPK226")
    assert [(e.line, e.end_line, e.text) for e in one.edits] == [
        (2, 2, "COPY --chown=1:2 app /app\n"),
        (3, 3, ""),
    ]
