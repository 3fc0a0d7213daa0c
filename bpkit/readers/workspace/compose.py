"""Read the ``build`` sections of Compose files into a workspace.

The rules are those of https://docs.docker.com/reference/compose-file/build/. Variables take their
values from the environment that is passed in, as in Compose itself. Profiles only decide what runs;
here every service that is built is an image.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from bpkit.errors import InputError
from bpkit.formats.yaml import Yaml, YamlText, yaml_at
from bpkit.readers.workspace.compose_files import ComposeFiles, ComposeService
from bpkit.readers.workspace.model import Target, Workspace

_READ = frozenset(
    [
        "context",
        "dockerfile",
        "dockerfile_inline",
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
    text: str,
    file: str,
    directory_name: str,
    environment: Mapping[str, str],
    more: tuple[str, ...] = (),
    read: Callable[[str], str | None] | None = None,
) -> Workspace:
    """The services of a Compose file that are built, each as a target.

    ``directory_name`` is the project's, which names images if the file has no ``name``.
    ``more`` are files merged over it, ``read`` returns these and the files that they include;
    without it only this file is read. Raises InputError for text that isn't valid YAML or not a
    Compose file.
    """
    files = ComposeFiles(read)
    files.add(file, text, environment)
    for name in more:
        over = read(name) if read else None
        if over is None:
            raise InputError(f"the Compose file '{name}' is not found")
        files.add(name, over, environment)
    named = environment.get("COMPOSE_PROJECT_NAME") or files.name
    project = compose_project(named or directory_name)
    targets = tuple(
        _target(service, service.build, project, files)
        for service in files.services.values()
        if service.build is not None
    )
    return Workspace(targets, file, {}, tuple(files.notes), tuple(dict.fromkeys(files.sources)))


def compose_project(name: str) -> str:
    """The project name that Compose forms: only letters, digits, ``_`` and ``-`` are kept."""
    return re.sub(r"[^a-z0-9_-]", "", name.lower()).lstrip("_-") or "default"


def _target(
    service: ComposeService, build: Mapping[str, Yaml], project: str, files: ComposeFiles
) -> Target:
    tags = [service.image, *_texts(build.get("tags"))]
    tags = [tag for tag in tags if tag] or [f"{project}-{service.name}".lower()]
    platforms = tuple(_texts(build.get("platforms")))
    return Target(
        service.name,
        context=_text(build.get("context")) or service.directory or ".",
        dockerfile=_text(build.get("dockerfile")),
        inline=_text(build.get("dockerfile_inline")),
        stage=_text(build.get("target")),
        tags=tuple(dict.fromkeys(tags)),
        build_args=tuple(_pairs(build.get("args"))),
        contexts=tuple((k, v or "") for k, v in _pairs(build.get("additional_contexts"))),
        platforms=platforms or tuple(filter(None, [service.platform])),
        labels=tuple((k, v or "") for k, v in _pairs(build.get("labels"))),
        cache_from=tuple(_texts(build.get("cache_from"))),
        cache_to=tuple(_texts(build.get("cache_to"))),
        secrets=tuple(_secrets(service, build.get("secrets"), files.secrets)),
        ssh=tuple(_texts(build.get("ssh"))),
        place=service.place,
        unread=tuple(key for key in build if key not in _READ and not key.startswith("x-")),
    )


def _secrets(service: ComposeService, value: Yaml, declared: Mapping[str, str]) -> Iterator[str]:
    """A build's secrets, in the form for ``docker build``. Raises InputError."""
    for one in value if isinstance(value, list) else []:
        name = _text(one) or _text(yaml_at(one, "source"))
        if name not in declared:
            raise InputError(
                f"the secret '{name}' of service '{service.name}' has no file and no variable",
                place=service.place,
                hint="declare it below 'secrets:', with 'file' or 'environment'",
            )
        yield f"id={_text(yaml_at(one, 'target')) or name},{declared[name]}"


def _text(value: Yaml) -> str:
    return str(value) if isinstance(value, YamlText) else ""


def _texts(value: Yaml) -> Iterator[str]:
    """The scalars of a sequence, or the scalar."""
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, YamlText):
            yield str(one)


def _pairs(value: Yaml) -> Iterator[tuple[str, str | None]]:
    for key, one in value.items() if isinstance(value, dict) else ():
        yield str(key), _text(one) if one is not None else None
