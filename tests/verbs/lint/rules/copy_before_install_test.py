"""BPK225: all of the source is copied before the dependencies are installed."""

from bpkit.verbs.lint.rules import copy_before_install
from bpkit.verbs.lint.subject import Context
from tests.verbs.lint.spec import check_cases, found

test_breaks_the_rule, test_keeps_the_rule = check_cases(
    copy_before_install.RULE,
    fails=(
        "FROM node:24 // COPY . . // RUN npm ci",
        "FROM python:3.13 // COPY . /app // RUN pip install -r requirements.txt",
        "FROM ruby:3.4 // ADD . /app // RUN bundle install",
        "FROM golang:1.25 AS b // COPY . . // RUN go mod download // FROM scratch"
        " // COPY --from=b /a /",
        "FROM node:24 // COPY ./ ./ // RUN yarn",
        "FROM python:3.13 // COPY . . // RUN python3 -m pip install -r requirements.txt",
    ),
    passes=(
        "FROM node:24 // COPY package.json . // RUN npm ci // COPY . .",
        "FROM node:24 // COPY . . // RUN npm run build",
        "FROM node:24 // COPY . . // RUN --mount=type=cache,target=/root/.npm npm ci",
        "FROM python:3.13 // COPY . . // RUN pip install .",
        "FROM node:24 // COPY . . // RUN npm install -g serve",
        "FROM node:24 AS b // COPY . . // RUN npm ci // FROM scratch // COPY app /",
        "FROM node:24 // COPY --from=x . . // RUN npm ci",
    ),
)


def test_the_edit_puts_the_installation_first_where_that_does_the_same() -> None:
    line = "FROM node:24 // WORKDIR /app // COPY . . // RUN npm ci // CMD node ."
    context = Context(names=("package.json", "package-lock.json", "src"))
    (one,) = found(line, "BPK225", context=context)
    (edit,) = one.edits
    assert (edit.line, edit.end_line) == (3, 4)
    assert edit.text == "COPY package.json package-lock.json ./\nRUN npm ci\nCOPY . .\n"
    assert found(line, "BPK225")[0].edits == ()


def test_the_installer_is_named_not_what_stands_before_it() -> None:
    (one,) = found("FROM node:24 // COPY . /app // RUN cd /app && npm ci", "BPK225")
    assert "runs npm in line 3" in one.message


def test_a_build_in_the_same_run_is_not_moved_above_its_source() -> None:
    (one,) = found("FROM node:24 // COPY . . // RUN npm ci && npm run build", "BPK225")
    assert one.fix == ()
    assert "leave the other commands of line 3 below the COPY of everything" in one.message
    (one,) = found("FROM node:24 // COPY . . // RUN npm ci && rm -rf /root/.npm", "BPK225")
    assert one.fix[1] == "RUN npm ci && rm -rf /root/.npm"
