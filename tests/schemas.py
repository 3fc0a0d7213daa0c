"""The schemas of ``--json``, and what is printed held against them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from tests.places import ROOT

SCHEMAS = ROOT / "bpkit" / "report" / "schemas"


def schema_of(kind: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SCHEMAS / f"{kind}.json").read_text())
    return found


def closed(schema: Any) -> Any:
    """The schema, refusing every key that it does not name.

    As shipped it lets more keys through: a later version of bpkit may add some.
    """
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    more = {"additionalProperties": False} if "properties" in schema else {}
    return {**more, **{key: closed(value) for key, value in schema.items()}}


def assert_told(printed: str, kind: str = "") -> dict[str, Any]:
    """What was printed is one object that its schema describes, to the last key; the object."""
    shown: dict[str, Any] = json.loads(printed)
    name, version = shown["schema"].removeprefix("bpkit/").split("/")
    assert version == "1"
    assert name == kind or not kind
    errors = Draft202012Validator(closed(schema_of(name))).iter_errors(shown)
    found = [f"{error.json_path}: {error.message[:300]}" for error in errors]
    assert not found, found
    return shown


def kinds() -> set[str]:
    return {path.stem for path in Path(SCHEMAS).glob("*.json")}
