"""``[[probe]]`` in the settings: which keys its tables may have.

What the values mean is up to ``bpkit try``; a misspelled key is an error for every verb, as
everywhere in the settings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bpkit.project.setting_error import SettingError, check_keys

PROBE_KEYS = (
    "name",
    "command",
    "entrypoint",
    "environment",
    "volumes",
    "user",
    "stdin",
    "network",
    "memory",
    "ready",
    "wait",
    "until-end",
    "status",
    "ignore",
    "expect",
    "step",
)
#: By the key that says what a step does.
STEP_KEYS: Mapping[str, tuple[str, ...]] = {
    "http": ("http", "method", "headers", "body", "port", "status", "expect", "tls"),
    "run": ("run", "stdin", "user", "status", "expect"),
    "tcp": ("tcp", "send", "expect", "exchanges"),
}


def check_probes(tables: Sequence[Mapping[str, object]]) -> None:
    """Raise SettingError for a key that a probe or one of its steps doesn't have."""
    for number, table in enumerate(tables):
        check_keys(table, PROBE_KEYS, f"probe {number + 1}", (number,))
        steps = table.get("step", ())
        for place, step in enumerate(steps if isinstance(steps, list) else ()):
            if isinstance(step, Mapping):
                name = f"step {place + 1} of probe {number + 1}"
                _check_step(step, name, (number, "step", place))


def _check_step(step: Mapping[str, object], name: str, keys: tuple[str | int, ...]) -> None:
    kinds = [kind for kind in STEP_KEYS if kind in step]
    if len(kinds) == 1:
        check_keys(step, STEP_KEYS[kinds[0]], name, keys)
        return
    # A misspelled kind is a key that no step has.
    check_keys(step, {key for known in STEP_KEYS.values() for key in known}, name, keys)
    raise SettingError(f"{name} needs one of http, run and tcp", keys, 'write http = "/health"')
