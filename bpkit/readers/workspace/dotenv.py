"""The variables of a ``.env`` file: one ``NAME=value`` per line, the value perhaps in quotes.

The rules are those of
https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/.
"""

from __future__ import annotations

from collections.abc import Mapping

from bpkit.errors import InputError
from bpkit.readers.workspace.interpolation import interpolated


def read_dotenv(text: str, environment: Mapping[str, str]) -> dict[str, str]:
    """The variables; a value without single quotes may use those above it, and ``environment``."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if not equals or name.startswith("#"):
            continue
        value = value.strip()
        quote = value[:1] if value[:1] in ("'", '"') else ""
        end = value.find(quote, 1) if quote else -1
        if end > 0:
            value = value[1:end]
        else:
            value = "" if value.startswith("#") else value.partition(" #")[0].strip()
        if quote != "'":
            value = _filled(value, {**found, **environment})
        found[name.strip()] = value
    return found


def _filled(value: str, known: Mapping[str, str]) -> str:
    try:
        return interpolated(value, known)
    except InputError:
        # A password with a dollar sign, which Compose uses unchanged.
        return value
