"""BPK222: a variable without a value where it is used."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule, TextEdit
from bpkit.formats.dockerfile import AUTOMATIC_ARGS, Instruction, Stage
from bpkit.formats.text import nearest
from bpkit.verbs.lint.base_images import is_plain_system, root_image
from bpkit.verbs.lint.subject import LintSubject, Step, steps
from bpkit.verbs.lint.variables import bare_uses, script_of, shell_uses

RULE = Rule(
    "BPK222",
    "warning",
    "a variable without a value where it is used",
    "An `ARG` holds from its line to the end of its stage. One before the first `FROM` is for "
    "the `FROM` lines only, and `TARGETARCH` and similar ones have a value only where they are "
    "declared (Dockerfile reference, "
    "[ARG](https://docs.docker.com/reference/dockerfile/#arg)). Elsewhere such a variable is "
    "empty, without a warning: `COPY $DIR/app /` copies `/app`. A variable that is declared "
    "nowhere is reported only where the base image is known not to set it.",
    fix="Declare it in the stage, before its first use: `ARG NAME` (the value of an `ARG` before "
    "the first `FROM` is taken over), or give it a default where it is used: `${NAME:-value}`.",
    failing="ARG DIR=out\nFROM debian:12-slim\nCOPY ${DIR}/app /app\nUSER 65532\n",
    passing="ARG DIR=out\nFROM debian:12-slim\nARG DIR\nCOPY ${DIR}/app /app\nUSER 65532\n",
)

_EXPANDED = frozenset({"ADD", "COPY", "ENV", "EXPOSE", "LABEL", "STOPSIGNAL", "USER", "VOLUME"}) | {
    "WORKDIR"
}
# Variables that an engine gives every RUN, or that every image has.
_ALWAYS = frozenset({"PATH", "HOME", "HOSTNAME", "PWD", "TERM", "SHELL", "USER", "OLDPWD", "IFS"})
_PROXIES = frozenset(
    f"{name}_PROXY" for name in ("HTTP", "HTTPS", "FTP", "NO", "ALL")
)  # predefined: https://docs.docker.com/reference/dockerfile/#predefined-args
# Variables of official images whose names files also give to an ARG before FROM.
_OF_IMAGES = frozenset(
    {"PYTHON_VERSION", "NODE_VERSION", "YARN_VERSION", "GOLANG_VERSION", "RUBY_VERSION"}
    | {"PHP_VERSION", "NGINX_VERSION", "JAVA_VERSION", "JAVA_HOME", "RUST_VERSION", "GOPATH"}
    | {"GOLANG_VERSION", "CARGO_HOME", "RUSTUP_HOME", "PG_VERSION", "PG_MAJOR", "REDIS_VERSION"}
    | {"MAVEN_VERSION", "MAVEN_HOME", "GRADLE_VERSION", "GRADLE_HOME", "LANG", "LC_ALL"}
    | {"TOMCAT_VERSION", "CATALINA_HOME", "OTP_VERSION", "ELIXIR_VERSION", "DOTNET_VERSION"}
    | {"ASPNET_VERSION", "SWIFT_VERSION", "JULIA_VERSION", "PERL_VERSION", "CUDA_VERSION"}
    | {"ALPINE_VERSION", "DEBIAN_VERSION", "UBUNTU_VERSION", "GO_VERSION", "NGINX_VERSION"}
)
_SHORTEST_SLIP = 6


def check(subject: LintSubject) -> Iterator[Finding]:
    """The first use in each stage of a variable that is empty there."""
    for stage in subject.stages:
        told: set[str] = set()
        for step in steps(stage):
            for name in _uses(step):
                if name in told or name in step.state.env:
                    continue
                if reason := _reason(subject, stage, step, name):
                    told.add(name)
                    yield _finding(stage, step, name, reason)


def _uses(step: Step) -> Iterator[str]:
    instruction = step.instruction
    if instruction.keyword == "RUN":
        if root_image(step.stage).system != "windows":
            yield from shell_uses(script_of(instruction, step.state.shell))
    elif instruction.keyword in _EXPANDED:
        values = [flag.value or "" for flag in instruction.flags if flag.name != "from"]
        args = instruction.args
        if instruction.keyword in {"ADD", "COPY"} and instruction.heredocs:
            args = args[-1:]
        for text in (*values, *args):
            yield from bare_uses(text, instruction.escape)


def _reason(subject: LintSubject, stage: Stage, step: Step, name: str) -> str:
    """Why the variable has no value here; empty if it may have one."""
    base = root_image(stage)
    if name in _ALWAYS or name.upper() in _PROXIES:
        return ""
    if any(name == n for i in step.stage.instructions for n, _ in _pairs(i, "ENV")):
        # Set further down; here it may be the base's own value that is added to.
        return ""
    later = [i.line for i in stage.instructions if name in {n for n, _ in _pairs(i, "ARG")}]
    if later:
        return f"its ARG comes later (line {later[0]})"
    if name in subject.stages.global_args and name not in AUTOMATIC_ARGS:
        if name in _OF_IMAGES and not is_plain_system(base):
            return ""
        line = next((i.line for i in subject.stages.head if name in dict(i.pairs)), 0)
        unless = "" if is_plain_system(base) else ", unless the base image sets it"
        return f"the ARG in line {line} is for FROM only{unless}"
    if name in AUTOMATIC_ARGS:
        return "the builder gives it a value only where the stage has an ARG of that name"
    if step.instruction.keyword == "RUN":
        return ""
    declared = [n for n in step.state.env if len(n) >= _SHORTEST_SLIP]
    near = nearest(name, declared) if len(name) >= _SHORTEST_SLIP else None
    if near and near.rstrip("0123456789_") != name.rstrip("0123456789_"):
        return f"nothing sets it; did you mean '{near}'?"
    if is_plain_system(base):
        return f"no ARG and no ENV sets it, nor does {base.reference}"
    return ""


def _pairs(instruction: Instruction, keyword: str) -> tuple[tuple[str, str | None], ...]:
    return instruction.pairs if instruction.keyword == keyword else ()


def _finding(stage: Stage, step: Step, name: str, reason: str) -> Finding:
    place = stage.place(step.instruction)
    edits: tuple[TextEdit, ...] = ()
    if "did you mean" not in reason:
        line = step.instruction.line
        edits = (TextEdit(stage.file, line, line - 1, f"ARG {name}\n"),)
    return Finding(
        RULE,
        f"{name} is empty here: {reason}",
        place,
        name,
        fix=(f"ARG {name}  # in this stage, before line {step.instruction.line}",) if edits else (),
        edits=edits,
    )
