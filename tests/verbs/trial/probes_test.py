"""Requests as they are written on the command line."""

from __future__ import annotations

import pytest

from bpkit.errors import InputError
from bpkit.verbs.trial.probes import HttpStep, http_step


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("/health", HttpStep("/health")),
        ("8080/health", HttpStep("/health", port=8080)),
        (":8080/", HttpStep("/", port=8080)),
        ("443/", HttpStep("/", port=443, tls=True)),
        ("https:/health", HttpStep("/health", tls=True)),
        ("https:8443/health?a=b", HttpStep("/health?a=b", port=8443, tls=True)),
        ("https://localhost:8443/x", HttpStep("/x", port=8443, tls=True)),
        ("https://127.0.0.1/x", HttpStep("/x", tls=True)),
        ("http://localhost:443/x", HttpStep("/x", port=443)),
        ("http://[::1]:8080", HttpStep("/", port=8080)),
        ("//two", HttpStep("//two")),
    ],
)
def test_a_request_has_its_port_and_scheme(text: str, step: HttpStep) -> None:
    assert http_step(text, "--http") == step


@pytest.mark.parametrize(
    "text", ["", "health", "8080", "0/x", "70000/x", "https://till.example/x", "ftp:/x", "/a b"]
)
def test_an_invalid_request_is_refused_with_the_switch(text: str) -> None:
    with pytest.raises(InputError, match=r"--http '.*' is not a valid path"):
        http_step(text, "--http")
