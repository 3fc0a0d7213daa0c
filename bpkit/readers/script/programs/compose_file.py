"""The services of a Compose file, as far as a script builds and runs them.

Their values are values of a script: what the environment decides stays a variable. For the rules,
see https://docs.docker.com/reference/compose-file/.
"""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bpkit.errors import InputError, Place
from bpkit.formats.yaml import Yaml, YamlText, read_yaml, yaml_at
from bpkit.readers.script.model.docker_actions import ImageSetting, VolumeMount
from bpkit.readers.script.model.state import ShellState
from bpkit.readers.script.model.values import (
    Default,
    HostPath,
    Origin,
    Symbol,
    Value,
    host_path,
    value,
)

NAMES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
_OVERRIDES = tuple(name.replace(".y", ".override.y") for name in NAMES)
_VARIABLE = re.compile(
    r"\$(?:(?P<dollar>\$)|(?P<plain>[A-Za-z_]\w*)"
    r"|\{(?P<name>[A-Za-z_]\w*)(?:(?P<how>:?[-?+])(?P<other>[^{}]*))?\})"
)
# Sequences that a later file, or an extending service, replaces; others it adds to.
_REPLACED = frozenset({"command", "entrypoint", "test"})
# Keys that a service doesn't inherit from the one that it extends.
_NOT_EXTENDED = frozenset({"depends_on", "links", "volumes_from", "extends"})


@dataclass(frozen=True)
class ScriptService:
    """A service: how its image is built (not at all if ``context`` is None), and how it is run.

    ``remote`` is a context that isn't a directory, ``inline`` the text of the Dockerfile where the
    file has it. ``image`` and ``container`` are their names in
    the file. ``needs`` are the services that start before it.
    """

    name: str
    place: Place
    image: Value | None = None
    context: HostPath | None = None
    remote: Value | None = None
    dockerfile: HostPath | None = None
    inline: Value | None = None
    build_args: tuple[ImageSetting, ...] = ()
    target: Value | None = None
    labels: tuple[ImageSetting, ...] = ()
    container: Value | None = None
    command: tuple[Value, ...] = ()
    entrypoint: tuple[Value, ...] | None = None
    environment: tuple[ImageSetting, ...] = ()
    mounts: tuple[VolumeMount, ...] = ()
    user: Value | None = None
    workdir: Value | None = None
    needs: tuple[str, ...] = ()

    @property
    def is_built(self) -> bool:
        """Whether Compose builds its image."""
        return self.context is not None or self.remote is not None


def compose_files(given: Sequence[Value], state: ShellState) -> tuple[HostPath, ...]:
    """The files that Compose reads: those of ``-f``, or the default file and its override.

    Raises InputError if there is no file.
    """
    if given:
        return tuple(host_path(one, state.directory) for one in given)
    usual = _first(NAMES, state)
    if usual is None:
        raise InputError("the script runs docker compose in a directory without a Compose file")
    override = _first(_OVERRIDES, state)
    return (usual,) if override is None else (usual, override)


def _first(names: Sequence[str], state: ShellState) -> HostPath | None:
    paths = (host_path(value(name), state.directory) for name in names)
    return next((p for p in paths if p.in_project and state.file_text(p.path) is not None), None)


def read_services(files: Sequence[HostPath], state: ShellState) -> dict[str, ScriptService]:
    """The files' services; a later file overrides an earlier one. Raises InputError."""
    whole: Yaml = {}
    for path in files:
        text = state.file_text(path.path) if path.in_project else None
        if text is None:
            raise InputError(f"the Compose file {path} doesn't exist")
        whole = _joined(whole, read_yaml(text, path.path))
    services = yaml_at(whole, "services")
    if not isinstance(services, dict):
        raise InputError("the Compose file has no services", place=Place(files[0].path))
    reading = _Reading(files[0], state, _settings_file(files[0], state))
    found: dict[str, ScriptService] = {}
    for name, one in services.items():
        whole = _extended(files[0], name, one, services, state)
        found[str(name)] = reading.service(name, whole)
    return found


def _extended(
    file: HostPath,
    name: YamlText,
    service: Yaml,
    services: Mapping[YamlText, Yaml],
    state: ShellState,
    seen: tuple[str, ...] = (),
) -> Yaml:
    """The service with the settings that it inherits by ``extends``. Raises InputError."""
    extends = yaml_at(service, "extends")
    if extends is None or not isinstance(service, dict):
        return service
    place = Place(file.path, name.line)
    base = str(extends if isinstance(extends, YamlText) else yaml_at(extends, "service"))
    other = yaml_at(extends, "file")
    if isinstance(other, YamlText):
        path = posixpath.normpath(posixpath.join(posixpath.dirname(file.path), other))
        text = state.file_text(path)
        if text is None or posixpath.dirname(path) != posixpath.dirname(file.path):
            why = "is in another directory" if text is not None else "doesn't exist"
            raise InputError(f"service '{name}' extends one of {other}, which {why}", place=place)
        file = HostPath(path)
        found = yaml_at(read_yaml(text, path), "services")
        services = found if isinstance(found, dict) else {}
    key = f"{file.path}:{base}"
    declared = next((one for one in services if one == base), None)
    if declared is None or key in seen:
        why = "which extends it" if key in seen else "which is not declared"
        raise InputError(f"service '{name}' extends '{base}', {why}", place=place)
    below = _extended(file, declared, services[declared], services, state, (*seen, key))
    kept = (
        {k: v for k, v in below.items() if k not in _NOT_EXTENDED}
        if isinstance(below, dict)
        else {}
    )
    own = {k: v for k, v in service.items() if k != "extends"}
    return _joined(kept, own)


def _joined(below: Yaml, above: Yaml) -> Yaml:
    if isinstance(below, list) and isinstance(above, dict):
        below = _as_mapping(below)
    if isinstance(above, list) and isinstance(below, dict):
        above = _as_mapping(above)
    if isinstance(below, list) and isinstance(above, list):
        return [*(one for one in below if one not in above), *above]
    if not isinstance(below, dict) or not isinstance(above, dict):
        return above
    merged = dict(below)
    for key, one in above.items():
        merged[key] = _joined(below[key], one) if key in below and key not in _REPLACED else one
    return merged


def _as_mapping(found: list[Yaml]) -> dict[YamlText, Yaml]:
    """A sequence of ``NAME=VALUE`` as a mapping; a name alone has no value."""
    pairs = ((*one.partition("="), one.line) for one in found if isinstance(one, YamlText))
    return {
        YamlText(name, line): YamlText(after, line) if equals else None
        for name, equals, after, line in pairs
    }


def _settings_file(file: HostPath, state: ShellState) -> dict[str, str]:
    """The variables in the ``.env`` beside the Compose file, which the environment overrides."""
    text = state.file_text(posixpath.join(posixpath.dirname(file.path), ".env")) or ""
    found = re.findall(r"^(?:export )?([A-Za-z_]\w*)=(.*)$", text, re.MULTILINE)
    return {name: one.strip().strip("\"'") for name, one in found}


@dataclass(frozen=True)
class _Reading:
    file: HostPath
    state: ShellState
    settings: dict[str, str]

    @property
    def directory(self) -> Value:
        """The directory that paths in the file are relative to."""
        project = value(Symbol(Origin.PROJECT, "project"))
        place = posixpath.dirname(self.file.path)
        return project + f"/{place}" if place else project

    def service(self, name: YamlText, found: Yaml) -> ScriptService:
        """One service. Raises InputError for what isn't followed."""
        place = Place(self.file.path, name.line)
        read = ScriptService(
            str(name),
            place,
            self.said(yaml_at(found, "image")),
            container=self.said(yaml_at(found, "container_name")),
            command=tuple(self.words(yaml_at(found, "command")) or ()),
            entrypoint=self.words(yaml_at(found, "entrypoint")),
            environment=tuple(self.pairs(yaml_at(found, "environment"))),
            mounts=tuple(self.mounts(yaml_at(found, "volumes"))),
            user=self.said(yaml_at(found, "user")),
            workdir=self.said(yaml_at(found, "working_dir")),
            needs=tuple(str(one) for one in yaml_at(found, "depends_on") or ()),
        )
        build = yaml_at(found, "build")
        return self._with_build(read, build) if build is not None else read

    def _with_build(self, service: ScriptService, build: Yaml) -> ScriptService:
        if isinstance(build, YamlText):
            build = {YamlText("context"): build}
        context = self.said(yaml_at(build, "context")) or value(".")
        if re.match(r"(?:https?|git|ssh)://|git@", str(context)):
            return replace(service, remote=context)
        where = host_path(context, self.directory)
        inside = self.directory + "/" + context
        if context.startswith("/") or not context.parts:
            inside = context
        inline = self.said(yaml_at(build, "dockerfile_inline"))
        dockerfile = self.said(yaml_at(build, "dockerfile")) or value("Dockerfile")
        args = {one.name: one for one in self.pairs(yaml_at(build, "args"))}
        return replace(
            service,
            context=where,
            dockerfile=host_path(dockerfile, inside) if inline is None else None,
            inline=inline,
            build_args=tuple(args.values()),
            target=self.said(yaml_at(build, "target")),
            labels=tuple(self.pairs(yaml_at(build, "labels"))),
        )

    def said(self, found: Yaml) -> Value | None:
        """A scalar with its variables; None for anything else."""
        if not isinstance(found, YamlText):
            return None
        parts: list[str | Symbol] = []
        at = 0
        for match in _VARIABLE.finditer(found):
            parts += [found[at : match.start()], *self._variable(match).parts]
            at = match.end()
        return Value((*parts, str(found[at:])))

    def _variable(self, match: re.Match[str]) -> Value:
        if match["dollar"]:
            return value("$")
        name, how = match["plain"] or match["name"], match["how"] or ""
        known = self.state.variables.get(name)
        if isinstance(known, Value):
            return known
        given = self.state.surroundings.environment.get(name)
        if given is not None:
            return value(given)
        default = self.settings.get(name, match["other"] if how.endswith("-") else None)
        if default is not None:
            return value(Default(default, name, f"${{{name}:-{default}}}", name))
        return value(Symbol(Origin.ENVIRONMENT, name, Place(self.file.path)))

    def words(self, found: Yaml) -> tuple[Value, ...] | None:
        """The words of a command. Raises InputError if they aren't known."""
        if isinstance(found, list):
            return tuple(one for one in map(self.said, found) if one is not None)
        whole = self.said(found)
        if whole is None:
            return None
        if whole.text is None:
            return (value("sh"), value("-c"), whole)
        try:
            return tuple(map(value, shlex.split(whole.text)))
        except ValueError as error:
            raise InputError(f"'{whole.text}' can't be split into words: {error}") from error

    def pairs(self, found: Yaml) -> Iterator[ImageSetting]:
        """A mapping, or a sequence of ``NAME=VALUE``."""
        if isinstance(found, dict):
            for key, one in found.items():
                yield ImageSetting(str(key), self.said(one))
        for one in found if isinstance(found, list) else ():
            whole = self.said(one)
            if whole is not None:
                name, equals, after = whole.partition("=")
                yield ImageSetting(str(name), after if equals else None)

    def mounts(self, found: Yaml) -> Iterator[VolumeMount]:
        """The mounts of the service's containers."""
        for one in found if isinstance(found, list) else ():
            if isinstance(one, dict):
                yield self._long_mount(one)
                continue
            whole = self.said(one) or Value()
            source, colon, rest = whole.partition(":")
            if not colon:
                yield VolumeMount(source)
                continue
            target, _, options = rest.partition(":")
            flags = tuple(filter(None, str(options).split(",")))
            if (
                source.startswith(".")
                or source.startswith("/")
                or source.startswith("~")
                or source.symbol is not None
            ):
                yield VolumeMount(target, host=host_path(source, self.directory), options=flags)
            else:
                yield VolumeMount(target, volume=source, options=flags)

    def _long_mount(self, found: Yaml) -> VolumeMount:
        target = self.said(yaml_at(found, "target")) or Value()
        source = self.said(yaml_at(found, "source"))
        flags = ("ro",) if str(yaml_at(found, "read_only")) == "true" else ()
        if str(yaml_at(found, "type")) == "bind" and source is not None:
            return VolumeMount(target, host=host_path(source, self.directory), options=flags)
        return VolumeMount(target, volume=source, options=flags)
