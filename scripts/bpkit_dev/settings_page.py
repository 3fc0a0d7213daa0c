"""The reference page for ``bpkit.toml``, generated from the package's JSON Schema."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

SCHEMA = Path(__file__).resolve().parents[2] / "bpkit" / "project" / "bpkit.schema.json"
Schema = Mapping[str, Any]

_HEAD = """\
<!-- Made from bpkit/project/bpkit.schema.json; `make golden` renews it. -->

# Settings: `bpkit.toml`

A project's settings for all runs of bpkit are in `bpkit.toml` beside its Dockerfiles, or under
`[tool.bpkit]` in `pyproject.toml`; if there is a `bpkit.toml`, the other is not read. A switch on
the command line overrides a setting, and a setting overrides what bpkit finds out itself. A key
that isn't listed here is an error. Words can be joined by `-` or `_`: `build-args` is `build_args`.

```toml
name = "hellogo"
image = "registry.example/team/hellogo:1.2"
artifacts = ["/myapp/hellogo:hellogo"]
build-args = { VERSION = "1.2" }
budget = "12 MB"
```

Editors with TOML support check and complete it with the schema: [editors](editors.md#bpkittoml).
"""

#: Links that the schema doesn't have, to the pages that describe a table in full.
_MORE = {
    "probe": "[Probes](try.md#probes-in-bpkittoml) has an example of each.",
    "budget": "[A budget](size.md#a-budget) says what is counted.",
    "workspace": "[Workspaces](workspaces.md) says how members are found.",
    "image": "Tables of this name declare [images of a workspace](workspaces.md).",
    "lint": "[What a file is for](lint.md#what-a-file-is-for) lists the profiles.",
}


def settings_page() -> str:
    """The whole page."""
    schema: Schema = json.loads(SCHEMA.read_text())
    lines = [_HEAD, *_table(schema["properties"])]
    for name, said in schema["properties"].items():
        for table, inside in _tables(name, said):
            lines += ["", f"## `{table}`", "", *_table(inside)]
            if more := _MORE.get(name):
                lines += ["", more]
    return "\n".join(lines) + "\n"


def _table(properties: Schema) -> Iterator[str]:
    """A row for each setting, without the spelling with ``_``."""
    yield "| setting | value | |"
    yield "| --- | --- | --- |"
    for name, said in properties.items():
        if "_" not in name:
            yield f"| `{name}` | {_kind(said)} | {_described(said)} |"


def _described(said: Schema) -> str:
    choices = [said, *said.get("anyOf", ())]
    return " ".join(dict.fromkeys(one["description"] for one in choices if "description" in one))


def _kind(said: Schema) -> str:
    """The kind of value: ``a string``, ``a list of strings``, ``a table``."""
    if said.get("type") == "boolean":
        return "`true` or `false`"
    if "enum" in said:
        return " or ".join(f'`"{value}"`' for value in said["enum"])
    if "anyOf" in said:
        kinds = dict.fromkeys(kind for one in said["anyOf"] for kind in _kind(one).split(" or "))
        return " or ".join(kinds)
    kind = said.get("type")
    if isinstance(kind, list):
        return " or ".join(_kind({"type": one}) for one in kind)
    if kind == "array":
        items = _kind(said["items"])
        return "tables" if items == "a table" else f"a list of {items.removeprefix('a ')}s"
    return {"string": "a string", "integer": "a number", "number": "a number", "object": "a table"}[
        str(kind)
    ]


def _tables(name: str, said: Schema) -> Iterator[tuple[str, Schema]]:
    """The tables that a setting can be, each with its keys, and those inside of arrays."""
    for one in (said, *said.get("anyOf", ())):
        if "properties" in one:
            yield f"[{name}]", one["properties"]
        more = one.get("additionalProperties")
        if isinstance(more, dict) and "properties" in more:
            yield f"[{name}.NAME]", more["properties"]
        items = one.get("items", {})
        if "properties" in items:
            yield f"[[{name}]]", items["properties"]
            step = items["properties"].get("step")
            yield from _tables(f"{name}.step", step) if step else ()
