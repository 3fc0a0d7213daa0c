"""BPK222: a variable that has no value where it is used."""

from bpkit.verbs.lint.rules import argument_scope
from tests.verbs.lint.spec import check_cases, found

test_breaks_the_rule, test_keeps_the_rule = check_cases(
    argument_scope.RULE,
    fails=(
        "ARG DIR=a // FROM debian:12 // COPY $DIR /",
        "ARG DIR=a // FROM example.com/base // RUN cp -r $DIR /x",
        "ARG DIR=a // FROM debian:12 // WORKDIR ${DIR}/b // COPY ${DIR} .",
        "FROM debian:12 // COPY $DIR /x // ARG DIR=a",
        "FROM debian:12 // COPY app-$TARGETARCH /app",
        'FROM debian:12 // RUN echo "$TARGETPLATFORM"',
        "FROM example.com/base // ARG VERSION=1 // ENV V=$VERISON",
        "FROM scratch // COPY $NOWHERE /x",
        "ARG VERSION=1 // FROM debian:12 AS a // ARG VERSION // FROM debian:12 // LABEL v=$VERSION",
        "ARG DIR=a // FROM debian:12 // COPY --chown=$DIR a b",
    ),
    passes=(
        "ARG DIR=a // FROM debian:12 // ARG DIR // COPY $DIR /",
        "ARG DIR=a // FROM debian:12 AS b // ARG DIR // FROM b // COPY $DIR /",
        "ARG DIR=a // FROM debian:12 // COPY ${DIR:-x} /",
        "ARG DIR=a // FROM debian:12 // RUN DIR=x && cp $DIR /",
        "ARG DIR=a // FROM debian:12 // RUN for DIR in a b; do cp $DIR /; done",
        "ARG DIR=a // FROM debian:12 // RUN awk '{print $DIR}' && echo \\$DIR",
        "ARG VERSION_ID=a // FROM debian:12 // RUN . /etc/os-release && echo $VERSION_ID",
        "ARG PYTHON_VERSION=3.12 // FROM python:$PYTHON_VERSION // LABEL v=$PYTHON_VERSION",
        "FROM debian:12 // ARG TARGETARCH // COPY app-$TARGETARCH /app",
        "FROM example.com/base // COPY $APP_HOME /x",
        "FROM golang:1.22 // ENV PATH=$PATH:/x // COPY a $GOPATH/src",
        "FROM debian:12 // RUN echo $HOSTNAME $HOME $anything",
        'FROM debian:12 // RUN ["echo", "$TARGETARCH"]',
        "ARG DIR=a // FROM mcr.microsoft.com/windows/servercore:ltsc2022 // RUN echo $DIR",
        "ARG X=a // FROM debian:12 // ENV X=b // COPY $X /",
    ),
)


def test_the_message_names_the_line_of_the_argument_and_the_edit_declares_it() -> None:
    (one,) = found("ARG DIR=a // FROM debian:12 // COPY $DIR /", "BPK222")
    assert one.message == "DIR is empty here: the ARG in line 1 is for FROM only"
    assert one.place is not None
    assert one.place.line == 3
    (edit,) = one.edits
    assert (edit.line, edit.end_line, edit.text) == (3, 2, "ARG DIR\n")


def test_of_a_base_that_may_set_it_no_more_is_said_than_is_known() -> None:
    (one,) = found("ARG DIR=a // FROM example.com/base // COPY $DIR /", "BPK222")
    assert one.message.endswith(", unless the base image sets it")
