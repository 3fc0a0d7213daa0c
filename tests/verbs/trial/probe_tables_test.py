"""Probes as people write them: tables of bpkit.toml, files of container-structure-test."""

from __future__ import annotations

from typing import Any

import pytest

from bpkit.errors import InputError, Place
from bpkit.formats.yaml import read_yaml
from bpkit.project.settings import read_settings
from bpkit.verbs.trial.probe_tables import read_probes, read_structure_tests
from bpkit.verbs.trial.probes import (
    CommandStep,
    Expectation,
    HttpStep,
    Probe,
    Readiness,
    TcpStep,
)

PLACE = Place("bpkit.toml")
WHOLE = """
name = "shop"
[[probe]]
name = "till"
command = "serve --port 7000"
environment = { STOCK_URL = "memory:", WORKERS = 2 }
volumes = ["./goods:/goods:ro"]
user = "1000"
stdin = "open\\n"
ready = 7000
wait = 20
ignore = ['request [0-9a-f]+']
[[probe.step]]
http = "/goods"
method = "post"
headers = { Content-Type = "application/json" }
body = '{"name": "tea"}'
port = 7000
status = 201
[[probe.step]]
run = ["till", "count"]
stdin = "all"
[[probe.step]]
tcp = 6379
send = "PING\\r\\n"
expect = "+PONG"

[[probe]]
command = ["--version"]
expect = "^till [0-9]"
"""


def probes(text: str) -> tuple[Probe, ...]:
    settings = read_settings(text, "bpkit.toml")
    return read_probes(settings.probe_tables, settings.probe_places)


def test_a_table_has_the_start_of_the_container_and_its_steps() -> None:
    service, version = probes(WHOLE)
    assert service == Probe(
        name="till",
        arguments=("serve", "--port", "7000"),
        environment=(("STOCK_URL", "memory:"), ("WORKERS", "2")),
        volumes=("./goods:/goods:ro",),
        user="1000",
        stdin="open\n",
        readiness=Readiness(port=7000),
        patience=20.0,
        ignore=("request [0-9a-f]+",),
        steps=(
            HttpStep(
                "/goods",
                "POST",
                (("Content-Type", "application/json"),),
                '{"name": "tea"}',
                7000,
                201,
            ),
            CommandStep(("till", "count"), stdin="all"),
            TcpStep(6379, (("PING\r\n", "+PONG"),)),
        ),
    )
    assert version.name == "probe 2"
    assert version.until_end
    assert version.expected == (Expectation("output", "^till [0-9]"),)


def test_commands_in_a_list_are_probes_with_arguments() -> None:
    settings = read_settings('probe = ["--help"]', "bpkit.toml")
    assert (settings.probe, settings.probe_tables) == (("--help",), ())


@pytest.mark.parametrize(
    ("ready", "wanted"),
    [
        ("7000", Readiness(port=7000)),
        ('"health"', Readiness(health=True)),
        ('"ready to serve"', Readiness(text="ready to serve")),
    ],
)
def test_ready_decides_when_the_steps_begin(ready: str, wanted: Readiness) -> None:
    (probe,) = probes(f"[[probe]]\nready = {ready}")
    assert probe.readiness == wanted


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('comand = "x"', "did you mean 'command'"),
        ("user = 7", "'user' of probe 1"),
        ("wait = -1", "'wait' of probe 1"),
        ('ignore = ["("]', "not a valid pattern"),
        ('command = "a \'b"', "not a command: no closing quotation"),
        ("ready = 0", "'ready' of probe 1"),
        ("step = 1", "'step' of probe 1"),
        ("[[probe.step]]\nport = 1", "needs one of http, run and tcp"),
        ('[[probe.step]]\nhttp = "goods"', "begins with /"),
        ('[[probe.step]]\nhttp = "/"\nsend = "x"', "has no setting 'send'"),
        ("[[probe.step]]\ntcp = 70000", "'tcp' of step 1"),
        ("[[probe.step]]\nrun = []", "'run' of step 1"),
    ],
)
def test_a_table_with_a_mistake_is_refused(line: str, said: str) -> None:
    with pytest.raises(InputError, match=r"bpkit\.toml") as caught:
        probes(f"[[probe]]\n{line}")
    assert said in str(caught.value)


STRUCTURE = """
schemaVersion: 2.0.0
globalEnvVars:
  - key: GREETING
    value: hello
commandTests:
  - name: version
    command: till
    args: ["--version"]
    exitCode: 3
    expectedOutput: ["^till"]
    excludedError: ["warning"]
    envVars: [{key: COLOUR, value: "no"}]
  - name: after
    setup: [["touch", "/x"]]
    command: till
fileExistenceTests:
  - {name: goods, path: /goods, shouldExist: true}
  - {name: none, path: /gone, shouldExist: false}
metadataTest:
  exposedPorts: ["80"]
"""


def test_command_tests_become_probes_and_other_tests_are_reported() -> None:
    tests = read_structure_tests(read_yaml(STRUCTURE), Place("tests.yaml"))
    assert tests.probes == (
        Probe(
            name="version",
            entrypoint="till",
            arguments=("--version",),
            environment=(("GREETING", "hello"), ("COLOUR", "no")),
            until_end=True,
            status=3,
            expected=(
                Expectation("output", "^till"),
                Expectation("errors", "warning", absent=True),
            ),
        ),
    )
    assert tests.unread == (
        *("fileExistenceTests", "metadataTest"),
        "command test 'after' with setup or teardown",
    )


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (None, "schemaVersion"),
        ({"schemaVersion": "2.0.0", "commandTests": [{"name": "x"}]}, "'command'"),
        ({"schemaVersion": "2.0.0", "commandTests": [{"comand": "x"}]}, "no key 'comand'"),
        ({"schemaVersion": "2.0.0", "commandTests": ["x"]}, "not a table"),
        (
            {"schemaVersion": "2.0.0", "commandTests": [{"command": "x", "exitCode": "one"}]},
            "'exitCode'",
        ),
        ({"schemaVersion": "2.0.0", "globalEnvVars": [{"value": "x"}]}, "'key'"),
    ],
)
def test_a_file_without_structure_tests_is_refused(document: Any, said: str) -> None:
    with pytest.raises(InputError) as caught:
        read_structure_tests(document, Place("tests.yaml"))
    assert said in str(caught.value)


def test_a_table_in_pyproject_is_read_too() -> None:
    text = '[tool.bpkit]\n[[tool.bpkit.probe]]\ncommand = "--help"\n'
    assert len(read_settings(text, "pyproject.toml").probe_tables) == 1


def test_a_step_may_use_https() -> None:
    (probe,) = probes('[[probe]]\n[[probe.step]]\nhttp = "/goods"\nport = 8443\ntls = true\n')
    assert probe.steps == (HttpStep("/goods", port=8443, tls=True),)
    with pytest.raises(InputError, match=r"'tls' of step 1 .* is not true or false"):
        probes('[[probe]]\n[[probe.step]]\nhttp = "/goods"\ntls = "yes"\n')
