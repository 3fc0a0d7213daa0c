"""The instructions that carry over a configuration, parsed again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpkit.errors import InputError
from bpkit.formats.dockerfile.expansion import expand
from bpkit.formats.dockerfile.parser import parse
from bpkit.image.config import DEFAULT_PATH, ImageConfig
from bpkit.verbs.shrink.configuration import instructions

RAW = {
    "Labels": {"a": "b c", "io.bpkit.project": "x", "of-base": "1"},
    "ExposedPorts": {"8080/tcp": {}, "53/udp": {}},
    "Volumes": {"/data": {}},
    "StopSignal": "SIGQUIT",
    "Healthcheck": {
        "Test": ["CMD", "/app", "-health"],
        "Interval": 30_000_000_000,
        "Timeout": 1_500_000_000,
        "Retries": 3,
    },
}
CONFIG = ImageConfig(
    entrypoint=("/app",),
    cmd=("--port", "8080"),
    env={"PATH": DEFAULT_PATH, "MODE": "fast run", "GOPATH": "/go"},
    workdir="/srv",
    user="65532:65532",
)


def test_settings_that_affect_behaviour_are_carried_over() -> None:
    lines = list(instructions(CONFIG, RAW, base={"Labels": {"of-base": "1"}}))
    assert lines == [
        'ENV MODE="fast run"',
        'LABEL a="b c"',
        "WORKDIR /srv",
        "EXPOSE 53/udp 8080",
        'VOLUME ["/data"]',
        "STOPSIGNAL SIGQUIT",
        'HEALTHCHECK --interval=30s --timeout=1500ms --retries=3 CMD ["/app", "-health"]',
        "USER 65532:65532",
        'ENTRYPOINT ["/app"]',
        'CMD ["--port", "8080"]',
    ]


def test_a_health_check_in_shell_form_stays_in_shell_form() -> None:
    raw = {"Healthcheck": {"Test": ["CMD-SHELL", "curl -f localhost || exit 1"]}}
    assert list(instructions(ImageConfig(), raw)) == ["HEALTHCHECK CMD curl -f localhost || exit 1"]
    assert list(instructions(ImageConfig(), {"Healthcheck": {"Test": ["NONE"]}})) == []


def test_a_value_of_several_lines_is_refused() -> None:
    with pytest.raises(InputError, match="several lines"):
        list(instructions(ImageConfig(env={"A": "x\ny"}), {}))


@given(
    value=st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs", "Cc"])),
    escape=st.sampled_from("\\`"),
)
def test_any_value_is_read_back_unchanged(value: str, escape: str) -> None:
    (line,) = instructions(ImageConfig(env={"NAME": value}), {}, escape=escape)
    head = "# escape=`\n" if escape == "`" else ""
    read = parse(f"{head}FROM scratch\n{line}\n").instructions[-1]
    ((name, text),) = read.pairs
    assert name == "NAME"
    assert expand(text or "", {}, escape) == value
