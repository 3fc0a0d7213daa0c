"""Read ``[workspace]`` and ``[image.NAME]`` in ``bpkit.toml``.

[workspace]
members = ["services/*"]
exclude = ["services/old"]

[image.api]
context = "services/api"
dockerfile = "Dockerfile"
target = "runtime"
tags = ["registry.example/api:1"]
build-args = { VERSION = "1" }
contexts = { shared = "libs/shared" }
platforms = ["linux/amd64"]
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bpkit.errors import InputError, Place
from bpkit.formats.text import nearest
from bpkit.readers.workspace.model import Target

#: The keys of the tables, which the reader of the project's own settings ignores.
WORKSPACE, IMAGE = "workspace", "image"
_OF_WORKSPACE = ("members", "exclude")
_TEXTS = ("context", "dockerfile", "target")
_LISTS = ("tags", "platforms", "cache-from", "cache-to", "secrets", "ssh")
_TABLES = ("build-args", "contexts", "labels")


@dataclass(frozen=True)
class WorkspaceTable:
    """The contents of the tables: patterns of directories, and targets declared one by one."""

    members: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    targets: tuple[Target, ...] = ()


def read_table(document: Mapping[str, Any], text: str, file: str) -> WorkspaceTable | None:
    """The workspace in a parsed ``bpkit.toml``, or None if it has no such table.

    ``text`` is the text of the same file, for line numbers. Raises InputError.
    """
    workspace, images = document.get(WORKSPACE), document.get(IMAGE)
    # image = "name" is the tag of a project that is one image.
    if workspace is None and not isinstance(images, dict):
        return None
    reading = _Reading(text, file)
    table = reading.table(workspace or {}, WORKSPACE, _OF_WORKSPACE)
    return WorkspaceTable(
        members=reading.texts(table, "members", WORKSPACE),
        exclude=reading.texts(table, "exclude", WORKSPACE),
        targets=tuple(reading.targets(images if isinstance(images, dict) else {})),
    )


@dataclass(frozen=True)
class _Reading:
    text: str
    file: str

    def targets(self, images: Mapping[str, Any]) -> Iterator[Target]:
        for name, value in images.items():
            where = f"{IMAGE}.{name}"
            table = self.table(value, where, (*_TEXTS, *_LISTS, *_TABLES))
            yield Target(
                name,
                context=self.one(table, "context", where) or ".",
                dockerfile=self.one(table, "dockerfile", where),
                stage=self.one(table, "target", where),
                tags=self.texts(table, "tags", where) or (name,),
                build_args=self.pairs(table, "build-args", where),
                contexts=self.pairs(table, "contexts", where),
                platforms=self.texts(table, "platforms", where),
                labels=self.pairs(table, "labels", where),
                cache_from=self.texts(table, "cache-from", where),
                cache_to=self.texts(table, "cache-to", where),
                secrets=self.texts(table, "secrets", where),
                ssh=self.texts(table, "ssh", where),
                place=self.place(where),
            )

    def table(self, value: object, where: str, known: tuple[str, ...]) -> dict[str, Any]:
        """The table with normalized keys. Raises InputError for an unknown key."""
        if not isinstance(value, dict):
            raise InputError(f"'{where}' is not a table", place=self.place(where))
        table = {}
        for key, one in value.items():
            name = key.replace("_", "-")
            if name not in known:
                near = nearest(name, known)
                raise InputError(
                    f"unknown setting '{key}' in [{where}]",
                    place=self.place(key),
                    hint=f"did you mean '{near}'?" if near else f"known are: {', '.join(known)}",
                )
            table[name] = one
        return table

    def one(self, table: Mapping[str, Any], key: str, where: str) -> str:
        value = table.get(key, "")
        if not isinstance(value, str):
            raise InputError(
                f"'{key}' in [{where}] is not a string",
                place=self.place(key),
                hint=f'write {key} = "..."',
            )
        return value

    def texts(self, table: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
        value = table.get(key, [])
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            raise InputError(
                f"'{key}' in [{where}] is not a list of strings",
                place=self.place(key),
                hint=f'write {key} = ["..."]',
            )
        return tuple(items)

    def pairs(self, table: Mapping[str, Any], key: str, where: str) -> tuple[tuple[str, str], ...]:
        value = table.get(key, {})
        if not isinstance(value, dict) or not all(isinstance(v, str | int) for v in value.values()):
            raise InputError(
                f"'{key}' in [{where}] is not a table of strings",
                place=self.place(key),
                hint=f'write {key} = {{ NAME = "..." }}',
            )
        return tuple((str(name), str(one)) for name, one in value.items())

    def place(self, key: str) -> Place:
        """The line of a key, or of a table's heading."""
        name = re.escape(key.rpartition(".")[2])
        written = re.compile(rf"\s*[\"']?{name}[\"']?\s*=|\s*\[(?:.*\.)?\s*[\"']?{name}[\"']?\s*\]")
        for number, line in enumerate(self.text.splitlines(), 1):
            if written.match(line):
                return Place(self.file, number)
        return Place(self.file)
