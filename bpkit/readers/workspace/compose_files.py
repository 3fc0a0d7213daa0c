"""The services of Compose files that belong together: overrides, ``include`` and ``extends``.

The rules are those of https://docs.docker.com/reference/compose-file/merge/ and its neighbours, for
the keys that decide an image. Paths come out relative to the directory of the first file.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from bpkit.errors import InputError, Place
from bpkit.formats.yaml import TaggedYaml, Yaml, YamlText, read_tagged_yaml, yaml_at
from bpkit.readers.workspace.dotenv import read_dotenv
from bpkit.readers.workspace.interpolation import interpolated

#: Lists whose items are ``NAME=VALUE``, which may be written as mappings too.
_PAIRS = frozenset(["args", "additional_contexts", "labels"])
_DEEPEST = 20
_RESET = "!reset"


@dataclass(frozen=True)
class ComposeService:
    """The keys that decide a service's image; ``build`` is None if it isn't built.

    ``directory`` is where a build section without a context has it: the project's directory.
    """

    name: str
    place: Place
    build: Mapping[str, Yaml] | None = None
    image: str = ""
    platform: str = ""
    directory: str = ""


@dataclass(frozen=True)
class _Ground:
    """The directory that a file's paths start from, and the values of its variables.

    ``project`` is the directory of the project that the file is part of: an extended file's paths
    start from its own, but a build without a context is in the project's.
    """

    file: str
    directory: str
    values: Mapping[str, str]
    project: str = ""


@dataclass
class ComposeFiles:
    """Reads files one after the other, each merged over those before it.

    ``read`` returns the text of a file by its path relative to the workspace, None if it doesn't
    exist; without it, only the files that are added are read. ``secrets`` are the declared ones in
    the form for ``docker build``, without their id.
    """

    read: Callable[[str], str | None] | None = None
    name: str = ""
    services: dict[str, ComposeService] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    sources: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, file: str, text: str, values: Mapping[str, str]) -> None:
        """Read a file of the project itself. Raises InputError."""
        document = self._document(file, text)
        self._take(document, _Ground(file, "", values), 0)
        name = self._text(yaml_at(document.value, "name"), file, values)
        self.name = name or self.name

    def _read(self, path: str) -> str | None:
        return self.read(path) if self.read else None

    def _document(self, file: str, text: str) -> TaggedYaml:
        self.sources.append(file)
        document = read_tagged_yaml(text, file)
        for key in document.repeated:
            # Compose refuses it too; which of the two is meant isn't known.
            raise InputError(f"the key '{key}' is written twice", place=Place(file, key.line))
        known = yaml_at(document.value, "services"), yaml_at(document.value, "include")
        if not isinstance(known[0], dict) and not known[1]:
            raise InputError(
                "the file has no services", place=Place(file), hint="write them below 'services:'"
            )
        return document

    def _take(self, read: TaggedYaml, ground: _Ground, depth: int) -> None:
        document = read.value
        included = self._included(document, ground, depth)
        found = yaml_at(document, "services")
        services = found if isinstance(found, dict) else {}
        for name in services:
            if name in included:
                raise InputError(
                    f"the service '{name}' is declared here and in an included file",
                    place=Place(ground.file, name.line),
                    hint="rename one, or put what differs into compose.override.yaml",
                )
            if read.tags.get(("services", name)) == _RESET:
                self.services.pop(name, None)
                continue
            made = self._service(name, services, ground, read.tags, ())
            before = self.services.get(name)
            self.services[name] = (
                merged_service(_without_replaced(before, name, read.tags), made) if before else made
            )
        secrets = yaml_at(document, "secrets")
        for name, value in secrets.items() if isinstance(secrets, dict) else ():
            file = self._text(yaml_at(value, "file"), ground.file, ground.values)
            variable = self._text(yaml_at(value, "environment"), ground.file, ground.values)
            if file:
                self.secrets[name] = f"src={at_directory(ground.directory, file)}"
            elif variable:
                self.secrets[name] = f"env={variable}"

    def _included(self, document: Yaml, ground: _Ground, depth: int) -> set[str]:
        """Take the files of ``include``, and return the names of the services that they declare."""
        entries = yaml_at(document, "include")
        before = set(self.services)
        for entry in entries if isinstance(entries, list) else [entries] if entries else []:
            paths = yaml_at(entry, "path") if isinstance(entry, dict) else entry
            listed = paths if isinstance(paths, list) else [paths]
            files = [self._text(one, ground.file, ground.values) for one in listed]
            if depth > _DEEPEST:
                raise InputError("files include each other in a circle", place=Place(ground.file))
            unread = [file for file in files if is_remote(file) or not file or not self.read]
            if unread:
                what = unread[0] or "an entry of 'include'"
                self.notes.append(f"{ground.file}: '{what}' is not read; its services are missing")
                continue
            self._include(entry, files, ground, depth)
        return set(self.services) - before

    def _include(self, entry: Yaml, files: list[str], ground: _Ground, depth: int) -> None:
        """Take an entry; its first file may be elsewhere. The project's variables come first."""
        paths = [posixpath.normpath(at_directory(ground.directory, file)) for file in files]
        own = self._text(yaml_at(entry, "project_directory"), ground.file, ground.values)
        directory = at_directory(ground.directory, own) if own else posixpath.dirname(paths[0])
        named = yaml_at(entry, "env_file")
        listed = named if isinstance(named, list) else [named] if named else []
        environments = [
            at_directory(ground.directory, self._text(one, ground.file, ground.values))
            for one in listed
        ] or [posixpath.join(directory, ".env")]
        values: dict[str, str] = {}
        for name in environments:
            self.sources.append(name)
            values |= read_dotenv(self._read(name) or "", ground.values)
        values |= ground.values
        for path in paths:
            text = self._read(path)
            if text is None:
                raise InputError(
                    f"the included file '{path}' is not found", place=Place(ground.file)
                )
            document = self._document(path, text)
            self._take(document, _Ground(path, directory, values, directory), depth + 1)

    def _service(
        self,
        name: YamlText,
        services: Mapping[YamlText, Yaml],
        ground: _Ground,
        tags: Mapping[tuple[str, ...], str],
        seen: tuple[str, ...],
    ) -> ComposeService:
        service = services[name]
        place = Place(ground.file, name.line)
        kept = {
            key: None if tags.get(("services", name, key)) == _RESET else yaml_at(service, key)
            for key in ("build", "image", "platform")
        }
        made = ComposeService(
            name,
            place,
            self._build(name, kept["build"], ground, place, tags),
            self._text(kept["image"], ground.file, ground.values),
            self._text(kept["platform"], ground.file, ground.values),
            ground.project,
        )
        extends = yaml_at(service, "extends")
        if extends is None:
            return made
        named = extends if isinstance(extends, YamlText) else yaml_at(extends, "service")
        base = self._text(named, ground.file, ground.values)
        other = self._text(yaml_at(extends, "file"), ground.file, ground.values)
        base_tags = tags
        if not base:
            raise InputError(f"'extends' of service '{name}' names no service", place=place)
        if other and not self.read:
            self.notes.append(f"{place}: '{other}', which '{name}' extends, is not read")
            return made
        if other:
            path = posixpath.normpath(at_directory(ground.directory, other))
            text = self._read(path)
            if text is None:
                raise InputError(f"'{path}', which '{name}' extends, is not found", place=place)
            project = ground.project
            ground = _Ground(path, posixpath.dirname(path), ground.values, project)
            read = self._document(path, text)
            found = yaml_at(read.value, "services")
            services = found if isinstance(found, dict) else {}
            base_tags = read.tags
        key = f"{ground.file}:{base}"
        if base not in services or key in seen:
            why = "which extends it" if key in seen else "which is not declared"
            raise InputError(f"'{name}' extends '{base}', {why}", place=place)
        declared = next(one for one in services if one == base)
        extended = self._service(declared, services, ground, base_tags, (*seen, key))
        return merged_service(_without_replaced(extended, name, tags), made)

    def _build(
        self,
        name: str,
        build: Yaml,
        ground: _Ground,
        place: Place,
        tags: Mapping[tuple[str, ...], str],
    ) -> Mapping[str, Yaml] | None:
        """The section with its variables replaced, and paths relative to the workspace.

        A value that is only there to be reset is left out.
        """
        if build is None:
            return None
        if isinstance(build, YamlText):
            build = {YamlText("context", build.line): build}
        if not isinstance(build, dict):
            raise InputError(f"'build' of service '{name}' is not a mapping", place=place)
        found: dict[str, Yaml] = {}
        for key, value in build.items():
            where = ("services", name, "build", key)
            if tags.get(where) == _RESET:
                continue
            filled = self._filled(value, ground)
            found[key] = dict(_pairs(filled)) if key in _PAIRS else filled
            if isinstance(value, dict):
                reset = {one for one in value if tags.get((*where, one)) == _RESET}
                found[key] = {k: v for k, v in dict(_pairs(filled)).items() if k not in reset}
        args = found.get("args")
        if isinstance(args, dict):
            # Compose takes a missing value from its own variables, including those of .env.
            found["args"] = {
                key: YamlText(ground.values[key], place.line or 0)
                if value is None and key in ground.values
                else value
                for key, value in args.items()
            }
        directory = ground.directory
        context = found.get("context")
        if directory and isinstance(context, YamlText):
            found["context"] = YamlText(at_directory(directory, context or "."))
        contexts = found.get("additional_contexts")
        if directory and isinstance(contexts, dict):
            found["additional_contexts"] = {
                key: YamlText(at_directory(directory, value or "."))
                if value is None or isinstance(value, str)
                else value
                for key, value in contexts.items()
            }
        return found

    def _filled(self, value: Yaml, ground: _Ground) -> Yaml:
        if isinstance(value, YamlText):
            return YamlText(self._text(value, ground.file, ground.values), value.line)
        if isinstance(value, list):
            return [self._filled(one, ground) for one in value]
        if isinstance(value, dict):
            return {key: self._filled(one, ground) for key, one in value.items()}
        return value

    def _text(self, value: Yaml, file: str, values: Mapping[str, str]) -> str:
        """A scalar with its variables replaced; empty for anything else."""
        if not isinstance(value, YamlText):
            return ""
        return interpolated(value, values, Place(file, value.line))


def _without_replaced(
    service: ComposeService, name: str, tags: Mapping[tuple[str, ...], str]
) -> ComposeService:
    """What is left of an earlier declaration where a later one resets or overrides values.

    Compose forgets these before it merges (``!reset``, ``!override``); nothing is joined with them.
    """
    top = ("services", name)
    if top in tags:
        return replace(service, build=None, image="", platform="")
    build = None if (*top, "build") in tags else service.build
    if build is not None:
        build = {
            key: {k: v for k, v in value.items() if (*top, "build", key, k) not in tags}
            if isinstance(value, dict)
            else value
            for key, value in build.items()
            if (*top, "build", key) not in tags
        }
    return replace(
        service,
        build=build,
        image="" if (*top, "image") in tags else service.image,
        platform="" if (*top, "platform") in tags else service.platform,
    )


def merged_service(before: ComposeService, over: ComposeService) -> ComposeService:
    """``before`` with ``over``: mappings are joined, sequences appended, scalars replaced."""
    build = over.build
    if before.build is not None and build is not None:
        build = {
            **before.build,
            **{
                key: _joined(before.build[key], value) if key in before.build else value
                for key, value in build.items()
            },
        }
    return replace(
        over,
        build=before.build if build is None else build,
        image=over.image or before.image,
        platform=over.platform or before.platform,
    )


def _joined(before: Yaml, over: Yaml) -> Yaml:
    if over is None:
        return before
    if isinstance(before, dict) and isinstance(over, dict):
        return {**before, **over}
    if isinstance(before, list) and isinstance(over, list):
        return [*before, *(one for one in over if one not in before)]
    return over


def _pairs(value: Yaml) -> Iterator[tuple[YamlText, Yaml]]:
    """A mapping, or a sequence of ``NAME=VALUE``; None if there is no value."""
    if isinstance(value, dict):
        yield from value.items()
    for one in value if isinstance(value, list) else ():
        if isinstance(one, YamlText):
            name, equals, rest = one.partition("=")
            yield YamlText(name, one.line), YamlText(rest, one.line) if equals else None


def at_directory(directory: str, path: str) -> str:
    """``path``, written in a file of ``directory``, relative to the workspace."""
    if not directory or is_remote(path):
        return path
    return posixpath.normpath(posixpath.join(directory, path))


def is_remote(path: str) -> bool:
    """Whether this is a URL, a repository, or another kind of named context."""
    return (
        "://" in path
        or path.startswith(("git@", "github.com/", "service:", "target:", "oci:"))
        or path.endswith(".git")
    )
