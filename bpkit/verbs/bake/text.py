"""A workspace as ``docker-bake.json``, which ``docker buildx bake`` builds to the same images.

The format is that of https://docs.docker.com/build/bake/reference/. An image that is built from
another one in the workspace gets it as a named context (``contexts = {tag = "target:name"}``),
so that buildx builds both in the right order, wherever its builder runs.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable, Mapping

from bpkit.readers.workspace import Graph, Target, short_name


def write_bake(
    targets: Iterable[Target], graph: Graph, groups: Mapping[str, tuple[str, ...]]
) -> str:
    """The text of the file. Each target has its context, Dockerfile and tags filled in."""
    known = {target.name: target for target in targets}
    tables = {name: _table(target, graph, known) for name, target in known.items()}
    # An argument without a value comes from the environment, as with docker build; if it isn't set
    # there, the variable is null, and buildx passes nothing.
    asked = sorted({n for one in known.values() for n, value in one.build_args if value is None})
    document: dict[str, object] = {
        "group": {
            "default": {"targets": sorted(tables)},
            **{name: {"targets": list(members)} for name, members in groups.items()},
        },
        "target": tables,
    }
    if asked:
        document = {"variable": {name: {"default": None} for name in asked}, **document}
    return bake_json(document)


def _own_tags(target: Target) -> list[str]:
    """The tags of its declaration: to one without any, buildx gives no name, and can't push it."""
    return [] if target.nameless else list(target.tags)


def _argument(name: str, value: str | None) -> str:
    return _Expression(f"${{{name}}}") if value is None else value


def bake_json(document: Mapping[str, object]) -> str:
    """The document with what buildx would evaluate escaped: every string is a template of HCL."""
    return json.dumps(_literal(document), indent=2) + "\n"


class _Expression(str):
    """A string that buildx is to evaluate."""

    __slots__ = ()


def _literal(value: object) -> object:
    if isinstance(value, Mapping):
        return {_literal(key): _literal(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_literal(one) for one in value]
    if isinstance(value, str) and not isinstance(value, _Expression):
        return re.sub(r"([$%])\{", r"\1\1{", value)
    return value


def _table(target: Target, graph: Graph, known: Mapping[str, Target]) -> dict[str, object]:
    contexts = {short_name(name): value for name, value in target.contexts}
    for name, value in contexts.items():
        # Compose writes service: for bake's target:.
        if value.startswith("service:"):
            contexts[name] = f"target:{value.removeprefix('service:')}"
    for need in graph.needs:
        if need.by == target.name and need.of in known:
            # Under its tags too, even if it is already a named context: a FROM may name these.
            names = map(short_name, _own_tags(known[need.of]))
            contexts = {**dict.fromkeys(names, f"target:{need.of}"), **contexts}
    table = {
        "context": posixpath.normpath(target.context),
        "dockerfile": target.dockerfile,
        "dockerfile-inline": target.inline,
        "target": target.stage,
        "tags": _own_tags(target),
        "args": {name: _argument(name, value) for name, value in target.build_args},
        "contexts": contexts,
        "platforms": list(target.platforms),
        "labels": dict(target.labels),
        "cache-from": list(target.cache_from),
        "cache-to": list(target.cache_to),
        "secret": list(target.secrets),
        "ssh": list(target.ssh),
        "output": list(target.outputs),
        "attest": list(target.attests),
    }
    return {key: value for key, value in table.items() if value}
