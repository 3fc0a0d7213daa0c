"""Reads the ``build`` sections of a compose file into a workspace.

The rules are those of https://docs.docker.com/reference/compose-file/build/. Variables take their
values from the environment that is handed in, as compose itself does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bpkit.core import project_name
from bpkit.errors import InputError, Place
from bpkit.formats.yaml import Yaml, YamlText, read_yaml, yaml_at
from bpkit.readers.workspace.interpolation import interpolated
from bpkit.readers.workspace.model import Target, Workspace

_READ = frozenset(
    [
        "context",
        "dockerfile",
        "args",
        "target",
        "tags",
        "additional_contexts",
        "platforms",
        "labels",
        "cache_from",
        "cache_to",
        "secrets",
        "ssh",
    ]
)


def read_compose(
    text: str, file: str, directory_name: str, environment: Mapping[str, str]
) -> Workspace:
    """The services of a compose file that are built, each as a target.

    ``directory_name`` is that of the project, which names images where the file has no ``name``.
    Raises InputError for what is not valid YAML or not a compose file.
    """
    document = read_yaml(text, file)
    services = yaml_at(document, "services")
    if not isinstance(services, dict):
        raise InputError(
            "the file has no services", place=Place(file), hint="write them below 'services:'"
        )
    reading = _Reading(file, environment)
    project = reading.text(yaml_at(document, "name")) or project_name(directory_name)
    targets = tuple(
        target
        for name, service in services.items()
        if (target := reading.target(name, service, project)) is not None
    )
    notes = []
    if yaml_at(document, "include") is not None:
        notes.append(f"{file}: 'include' is not read; the files that it names are not")
    for name, service in services.items():
        if yaml_at(service, "extends") is not None:
            notes.append(f"{file}:{name.line}: 'extends' of service '{name}' is not read")
    return Workspace(targets, file, {}, tuple(notes))


@dataclass(frozen=True)
class _Reading:
    file: str
    environment: Mapping[str, str]

    def target(self, name: YamlText, service: Yaml, project: str) -> Target | None:
        """The image of a service; None where it is not built."""
        build = yaml_at(service, "build")
        if build is None:
            return None
        place = Place(self.file, name.line)
        if isinstance(build, str):
            build = {YamlText("context"): build}
        if not isinstance(build, dict):
            raise InputError(f"'build' of service '{name}' is not a mapping", place=place)
        tags = [self.text(yaml_at(service, "image")), *self.texts(build.get(YamlText("tags")))]
        tags = [tag for tag in tags if tag] or [f"{project}-{name}".lower()]
        return Target(
            name,
            context=self.text(yaml_at(build, "context")) or ".",
            dockerfile=self.text(yaml_at(build, "dockerfile")),
            stage=self.text(yaml_at(build, "target")),
            tags=tuple(dict.fromkeys(tags)),
            build_args=tuple(self.pairs(yaml_at(build, "args"))),
            contexts=tuple(
                (k, v or "") for k, v in self.pairs(yaml_at(build, "additional_contexts"))
            ),
            platforms=tuple(self.texts(yaml_at(build, "platforms"))),
            labels=tuple((k, v or "") for k, v in self.pairs(yaml_at(build, "labels"))),
            cache_from=tuple(self.texts(yaml_at(build, "cache_from"))),
            cache_to=tuple(self.texts(yaml_at(build, "cache_to"))),
            secrets=tuple(self.texts(yaml_at(build, "secrets"))),
            ssh=tuple(self.texts(yaml_at(build, "ssh"))),
            place=place,
            unread=tuple(key for key in build if key not in _READ and not key.startswith("x-")),
        )

    def text(self, value: Yaml) -> str:
        """A scalar with its variables replaced; empty for anything else."""
        if not isinstance(value, YamlText):
            return ""
        return interpolated(value, self.environment, Place(self.file, value.line))

    def texts(self, value: Yaml) -> Iterator[str]:
        """The scalars of a sequence, or the scalar."""
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, YamlText):
                yield self.text(one)

    def pairs(self, value: Yaml) -> Iterator[tuple[str, str | None]]:
        """A mapping, or a sequence of ``NAME=VALUE``; None where there is no value."""
        if isinstance(value, dict):
            for key, one in value.items():
                yield key, self.text(one) if one is not None else None
        for text in self.texts(value) if isinstance(value, list) else ():
            name, equals, rest = text.partition("=")
            yield name, rest if equals else None
