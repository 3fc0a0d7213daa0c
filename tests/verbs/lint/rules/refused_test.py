"""BPK219: an instruction that the builder refuses."""

from bpkit.verbs.lint.rules import refused
from tests.verbs.lint.spec import check_cases, found

test_breaks_the_rule, test_keeps_the_rule = check_cases(
    refused.RULE,
    fails=(
        "FROM alpine:3.22 // USER",
        "FROM alpine:3.22 // COPY app",
        "FROM alpine:3.22 // EXPOSE http",
        "FROM alpine:3.22 // COPY --form=x a b",
        "FROM alpine:3.22 // RUN --mount=type=cash,target=/x true",
        "FROM alpine:3.22 // HEALTHCHECK --interval=30 CMD true",
        "FROM alpine:3.22 // STOPSIGNAL SIGTREM",
        "FROM alpine:3.22 // ONBUILD COPY app",
        "FROM alpine:3.22 // ARG P=http // EXPOSE $P",
        "FROM Alpine:3.20",
        "FROM alpine:3.22 AS 1st",
        "FROM debian // FROM scratch // COPY --from=2 /app /",
        "ARG B=debian // FROM alpine:3.22 // COPY --from=$B /a /a",
        "FROM scratch // ENV A=${B",
        "ENV A=b // FROM scratch",
    ),
    passes=(
        "FROM alpine:3.22 // USER app // EXPOSE 80/tcp 8000-8010 // STOPSIGNAL SIGRTMIN+3",
        "FROM alpine:3.22 // COPY --from=debian:12 --chown=1:1 --link a b",
        "FROM alpine:3.22 // RUN --mount=type=secret,id=a,required --network=none true",
        "FROM alpine:3.22 // HEALTHCHECK --interval=1m30s --retries=3 CMD true",
        "FROM alpine:3.22 // HEALTHCHECK NONE",
        "FROM alpine:3.22 // ARG P // EXPOSE $P",
        "FROM registry.example:5000/A-team/x:1".lower(),
    ),
)


def test_a_word_that_is_almost_right_is_named() -> None:
    (one,) = found("FROM scratch // COPY --chwon=1 a b", "BPK219")
    assert one.message == "--chwon is not a flag of COPY; did you mean --chown?"


def test_what_is_refused_hides_nothing_of_the_rest() -> None:
    line = "FROM debian:12 // EXPOSE // EXPOSE http // ENV A=${ // USER app"
    assert [f.place.line for f in found(line, "BPK219") if f.place] == [2, 3, 4]
    assert len(found(line, "BPK207")) == 1


def test_a_trigger_that_is_refused_later_is_said_to_be() -> None:
    (one,) = found("FROM scratch // ONBUILD EXPOSE", "BPK219")
    assert "this image still builds" in one.engine_says
