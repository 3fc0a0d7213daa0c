"""Read probes: the tables ``[[probe]]`` in bpkit.toml, and container-structure-test files.

A table that can't be read completely is refused, with the key: a probe that tests less than its
table says would prove less than it claims.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bpkit.errors import InputError, Place
from bpkit.formats.text import nearest
from bpkit.project import PROBE_KEYS, STEP_KEYS
from bpkit.verbs.trial.probes import (
    CommandStep,
    Expectation,
    HttpStep,
    Probe,
    ProbeStep,
    Readiness,
    TcpStep,
    memory_limit,
)

_MOST_SECONDS = 3600


@dataclass(frozen=True)
class _Table:
    """A table in the file: its values by key, with ``-`` for ``_``, and its name in messages."""

    values: Mapping[str, Any]
    name: str
    place: Place

    @classmethod
    def of(cls, value: object, name: str, place: Place, keys: frozenset[str]) -> _Table:
        if not isinstance(value, Mapping):
            raise InputError(f"{name} is not a table", place=place, hint="write [[probe]]")
        values = {str(key).replace("_", "-"): item for key, item in value.items()}
        for key in values:
            if key not in keys:
                near = nearest(key, sorted(keys))
                known = f"the keys are: {', '.join(sorted(keys))}"
                hint = f"did you mean '{near}'?" if near else known
                raise InputError(f"{name} has an unknown key '{key}'", place=place, hint=hint)
        return cls(values, name, place)

    def error(self, key: str, what: str) -> InputError:
        return InputError(f"'{key}' of {self.name} is not {what}", place=self.place)

    def text(self, key: str) -> str:
        value = self.values.get(key, "")
        if not isinstance(value, str):
            raise self.error(key, "a string")
        return value

    def number(self, key: str, most: int) -> int | None:
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
            raise self.error(key, f"a number from 0 to {most}")
        return value

    def flag(self, key: str) -> bool:
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            raise self.error(key, "true or false")
        return value

    def words(self, key: str) -> tuple[str, ...]:
        """A command: a list of words, or a string with shell quotes."""
        value = self.values.get(key, [])
        if isinstance(value, str) and value:
            try:
                return tuple(shlex.split(value))
            except ValueError as error:
                raise self.error(key, f"a command: {error}".lower()) from None
        return self.texts(key)

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.values.get(key, [])
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, Sequence) or not all(isinstance(one, str) for one in items):
            raise self.error(key, "a list of strings")
        return tuple(items)

    def pairs(self, key: str) -> tuple[tuple[str, str], ...]:
        value = self.values.get(key, {})
        if not isinstance(value, Mapping) or not all(
            isinstance(one, str | int | float) for one in value.values()
        ):
            raise self.error(key, "a table of names and values")
        return tuple((str(name), str(one)) for name, one in value.items())

    def patterns(self, key: str) -> tuple[str, ...]:
        found = self.texts(key)
        for pattern in found:
            try:
                re.compile(pattern)
            except re.error as error:
                raise InputError(
                    f"'{key}' of {self.name}: '{pattern}' is not a valid pattern: {error}",
                    place=self.place,
                ) from None
        return found

    def pattern(self, key: str) -> str:
        if not isinstance(self.values.get(key, ""), str):
            raise self.error(key, "a pattern")
        return next(iter(self.patterns(key)), "")


def read_probes(tables: Sequence[object], places: Sequence[Place]) -> tuple[Probe, ...]:
    """The probes of ``[[probe]]`` tables, which begin at ``places``. Raises InputError."""
    each = enumerate(zip(tables, places, strict=True), 1)
    return tuple(_probe(table, f"probe {number}", place) for number, (table, place) in each)


def _probe(value: object, name: str, place: Place) -> Probe:
    table = _Table.of(value, name, place, frozenset(PROBE_KEYS))
    steps = table.values.get("step", [])
    if not isinstance(steps, Sequence) or isinstance(steps, str):
        raise table.error("step", "an array of tables: [[probe.step]]")
    until_end = table.flag("until-end")
    status = table.number("status", 255)
    expected = tuple(Expectation("output", pattern) for pattern in table.patterns("expect"))
    return Probe(
        name=table.text("name") or name,
        arguments=table.words("command"),
        entrypoint=table.text("entrypoint") if "entrypoint" in table.values else None,
        environment=table.pairs("environment"),
        volumes=table.texts("volumes"),
        user=table.text("user"),
        stdin=table.text("stdin") if "stdin" in table.values else None,
        network=table.text("network") or "none",
        memory=_memory(table),
        readiness=_readiness(table),
        steps=tuple(_step(one, f"step {n} of {name}", place) for n, one in enumerate(steps, 1)),
        ignore=table.patterns("ignore"),
        until_end=until_end or status is not None or bool(expected),
        patience=float(table.number("wait", _MOST_SECONDS) or 30),
        status=status,
        expected=expected,
    )


def _memory(table: _Table) -> str:
    try:
        return memory_limit(table.text("memory") or "2g")
    except InputError as error:
        raise InputError(error.message, place=table.place, hint=error.hint) from None


def _readiness(table: _Table) -> Readiness:
    """``ready``: a port, ``"health"``, or any other text that the program writes."""
    value = table.values.get("ready")
    if value is None:
        return Readiness()
    if isinstance(value, str) and value:
        return Readiness(health=True) if value == "health" else Readiness(text=value)
    port = table.number("ready", 65535)
    if not port:
        raise table.error("ready", 'a port, "health" or a string that the program writes')
    return Readiness(port=port)


def _step(value: object, name: str, place: Place) -> ProbeStep:
    keys = set(value) if isinstance(value, Mapping) else set()
    kinds = [kind for kind in STEP_KEYS if kind in keys]
    if len(kinds) != 1:
        raise InputError(
            f"{name} needs one of http, run and tcp", place=place, hint='write http = "/health"'
        )
    table = _Table.of(value, name, place, frozenset(STEP_KEYS[kinds[0]]))
    match kinds[0]:
        case "http":
            return _http(table)
        case "run":
            words, status = table.words("run"), table.number("status", 255)
            if not words:
                raise table.error("run", "a command")
            stdin, user = table.text("stdin"), table.text("user")
            return CommandStep(words, stdin, user, status or 0, table.pattern("expect"))
    return _tcp(table)


def _http(table: _Table) -> HttpStep:
    path = table.text("http")
    if not path.startswith("/") or any(c.isspace() for c in path):
        raise table.error("http", "a path that begins with /")
    return HttpStep(
        path,
        method=table.text("method").upper() or "GET",
        headers=table.pairs("headers"),
        body=table.text("body"),
        port=table.number("port", 65535) or None,
        status=table.number("status", 599),
        expect=table.pattern("expect"),
        tls=table.flag("tls"),
    )


def _tcp(table: _Table) -> TcpStep:
    port = table.number("tcp", 65535)
    if not port:
        raise table.error("tcp", "a port")
    if "exchanges" not in table.values:
        return TcpStep(port, ((table.text("send"), table.text("expect")),))
    exchanges = table.values["exchanges"]
    if not isinstance(exchanges, Sequence) or isinstance(exchanges, str):
        raise table.error("exchanges", 'a list of tables: [{ send = "…", expect = "…" }]')
    pair = frozenset({"send", "expect"})
    tables = [_Table.of(one, table.name, table.place, pair) for one in exchanges]
    return TcpStep(port, tuple((one.text("send"), one.text("expect")) for one in tables))


@dataclass(frozen=True)
class StructureTests:
    """A container-structure-test file: its command tests as probes, and the tests not made."""

    probes: tuple[Probe, ...] = ()
    unread: tuple[str, ...] = ()


_COMMAND_TEST = frozenset(
    """name setup teardown command args envVars exitCode expectedOutput excludedOutput expectedError
    excludedError""".split()  # noqa: SIM905
)
_UNREAD = (
    "fileExistenceTests",
    "fileContentTests",
    "metadataTest",
    "licenseTests",
    "containerRunOptions",
)


def read_structure_tests(document: object, place: Place) -> StructureTests:
    """The tests of a ``container-structure-test`` file, version 2. Raises InputError.

    ``document`` is the parsed YAML or JSON; its scalars may be strings.
    """
    if not isinstance(document, Mapping) or not str(document.get("schemaVersion", "")):
        raise InputError("'schemaVersion' is not set", place=place)
    shared = _variables(document.get("globalEnvVars") or [], place)
    probes, unread = [], [key for key in _UNREAD if document.get(key)]
    for number, value in enumerate(document.get("commandTests") or [], 1):
        table = _structure_table(value, f"command test {number}", place)
        name = str(table.values.get("name") or table.name)
        if table.values.get("setup") or table.values.get("teardown"):
            # It would run in the image after other commands.
            unread.append(f"command test '{name}' with setup or teardown")
            continue
        probes.append(_command_test(table, name, shared))
    return StructureTests(tuple(probes), tuple(unread))


def _structure_table(value: object, name: str, place: Place) -> _Table:
    if not isinstance(value, Mapping):
        raise InputError(f"{name} is not a table", place=place)
    for key in value:
        if str(key) not in _COMMAND_TEST:
            raise InputError(f"{name} has no key '{key}'", place=place)
    return _Table({str(key): one for key, one in value.items()}, name, place)


def _command_test(table: _Table, name: str, shared: tuple[tuple[str, str], ...]) -> Probe:
    command = table.text("command")
    if not command:
        raise table.error("command", "a program")
    try:
        status = int(str(table.values.get("exitCode") or 0))
    except ValueError:
        raise table.error("exitCode", "a number") from None
    kinds = (
        ("output", "expectedOutput", False),
        ("output", "excludedOutput", True),
        ("errors", "expectedError", False),
        ("errors", "excludedError", True),
    )
    return Probe(
        name=name,
        entrypoint=command,
        arguments=tuple(str(one) for one in table.values.get("args") or []),
        environment=(*shared, *_variables(table.values.get("envVars") or [], table.place)),
        until_end=True,
        status=status,
        expected=tuple(
            Expectation("errors" if stream == "errors" else "output", pattern, absent)
            for stream, key, absent in kinds
            for pattern in table.patterns(key)
        ),
    )


def _variables(value: object, place: Place) -> tuple[tuple[str, str], ...]:
    found = []
    for one in value if isinstance(value, Sequence) else [None]:
        if not isinstance(one, Mapping) or not one.get("key"):
            raise InputError("a variable needs 'key' and 'value'", place=place)
        found.append((str(one["key"]), str(one.get("value") or "")))
    return tuple(found)
