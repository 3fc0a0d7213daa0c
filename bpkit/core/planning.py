"""Recipe → Plan: how the images of a recipe are made on an engine, step by step.

Every image is built without a name and named at the very end, all names together: a run that
fails or is killed leaves the names where they were, and an engine that continues to build after
its client has died tags nothing. Artifacts go through a staging directory, never through the
project; host files go there only if the engine would otherwise be sent more than it needs.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from bpkit.core.arguments import Given, Join, Lit, Param, Rest, Var, Word, Words, join, words
from bpkit.core.earlier_stages import all_named, earlier_stages, given_name
from bpkit.core.labels import PROJECT_LABEL, RUN_LABEL, image_label
from bpkit.core.options import WHOLE, BuildOptions, Facts, HostFiles
from bpkit.core.recipe import STAGE, Artifact, Image, Recipe
from bpkit.core.steps import (
    RUN_ID,
    Capture,
    EndIf,
    Plan,
    Run,
    Step,
    TempDir,
    Undo,
    WriteFile,
    staged,
)
from bpkit.formats.dockerfile import is_likely_secret, stages

# The command for ``docker create``, for images without one; it is never run.
NO_COMMAND = "bpkit-never-runs"
# Of clean-ups that run beside a build.
_MOST_AT_ONCE = 4
# Runs a command with its output redirected to the file named first.
_INTO_FILE = 'exec "$@" >"$0"'
# Makes a link, named first, to a directory.
_LINK_TO = 'ln -s -- "$(cd -- "$1" && pwd -P)" "$0"'


def plan(recipe: Recipe, options: BuildOptions, facts: Facts, *, engine: Words) -> Plan:
    """The steps that make all images of ``recipe``."""
    maker = _Planner(recipe, options, facts, engine)
    return Plan(
        recipe.project,
        engine,
        tuple(maker.steps()),
        makes=tuple(tag for image in recipe.images for tag in image.tags),
    )


def image_id(image: Image) -> Var:
    """The variable that holds the id of ``image`` once it is built."""
    return Var(f"{_identifier(image.name)}_id")


def tag_param(recipe: Recipe, image: Image) -> Param:
    """The image's name, which the user of a script can set: ``IMAGE``, ``BUILD_IMAGE``."""
    if image is recipe.final:
        return Param("IMAGE", image.tag)
    return Param(f"{_identifier(image.name).upper()}_IMAGE", image.tag)


def _identifier(name: str) -> str:
    word = re.sub(r"[^a-zA-Z0-9]", "_", name)
    return word if word[:1].isalpha() else f"image_{word}"


@dataclass(frozen=True)
class _Planner:
    recipe: Recipe
    options: BuildOptions
    facts: Facts
    engine: Words

    def steps(self) -> Iterator[Step]:
        yield TempDir(self.recipe.project, "create a staging directory for this run")
        bases = self._bases()
        created: set[str] = set()
        for image in self.recipe.images:
            yield from self._context(image, created)
            yield from self._removals(image)
            # Before the image, so that they are labelled even if it fails. Without the cache they
            # would be built twice, and the second build's leftovers remain: then after the image.
            if not self.options.no_cache:
                yield from self._stages(image)
            yield self._build(image)
            if self.options.no_cache:
                cached = replace(self, options=replace(self.options, no_cache=False))
                yield from cached._stages(image)
            if image is self.recipe.images[0] and self.facts.enough:
                what = _what(image)
                why = f"stop here if the {what} has not changed since the last run"
                yield EndIf(image_id(image), self.facts.enough, why)
            if image.name in bases:
                yield self._name(image, Lit(image.tag), image.tag)
        for image in self.recipe.images:
            if image.name not in bases:
                yield self._name(image, tag_param(self.recipe, image), image.tag)
            for tag in image.more_tags:
                yield self._name(image, Lit(tag), tag)
        for output in self.options.outputs:
            final = self.recipe.final
            argv = self._build_words(final, *self._target(final), "--output", output)
            yield Run(argv, f"write the {_what(final)} to {output}")

    def _name(self, image: Image, name: Lit | Param, tag: str) -> Run:
        argv = (*self.engine, *words("tag", image_id(image), name))
        return Run(argv, f"name the {_what(image)} {tag}", names=(image_id(image), name))

    def _bases(self) -> frozenset[str]:
        """The images that a later image starts from, or copies out of, by their tags.

        Such an image is tagged before the others, with exactly the name that FROM uses.
        """
        found: set[str] = set()
        named_later: set[str] = set()
        for image in reversed(self.recipe.images):
            if named_later & {name for tag in image.tags for name in (tag, f"{tag}:latest")}:
                found.add(image.name)
            # What the first image names, no image before it can be.
            if image is not self.recipe.images[0]:
                named_later.update(_named_in(image))
        return frozenset(found)

    def _context(self, image: Image, created: set[str]) -> Iterator[Step]:
        """Fill the image's staged context, if it has one."""
        if image.path is None:
            where = staged(f"{image.name}.Dockerfile")
            yield WriteFile(where, image.dockerfile.text, f"write the Dockerfile of {image.name}")
        if not self._is_staged(image):
            if (link := self._link(image)) and link not in created:
                created.add(link)
                yield Run(
                    words("sh", "-c", _LINK_TO, _unique(link), plain_path(image.context)),
                    "link the build context under a new name, so that BuildKit reuses no old file",
                    engine=False,
                )
            return
        directories = {""}
        yield _make_directory(image, "", f"create the build context of the {_what(image)}")
        # Artifacts come after host files: an old file of the same name must not replace the new
        # one.
        yield from self._host_files(image, directories)
        for artifact in sorted(image.artifacts, key=lambda a: a.destination.count("/")):
            if artifact.maker not in created:
                created.add(artifact.maker)
                yield self._create(self.recipe.image(artifact.maker))
            yield from self._carry(image, artifact, directories)
        yield from self._ignore_file(image)

    def _link(self, image: Image) -> str:
        """The name of the link through which the image's context is reached; empty without one."""
        if image.name not in self.facts.linked:
            return ""
        alike = (i for i in self.recipe.images if i.name in self.facts.linked)
        return f"{next(i.name for i in alike if i.context == image.context)}.link"

    def _is_staged(self, image: Image) -> bool:
        return bool(image.artifacts) or image.name in self.facts.staged

    def _create(self, image: Image) -> Run:
        name = self._container(image)
        labels = (
            *("--label", f"{PROJECT_LABEL}={self.recipe.project}"),
            *("--label", join(f"{RUN_LABEL}=", RUN_ID)),
        )
        return Run(
            (
                *self.engine,
                *words("create", "--name", name, *labels, image_id(image), NO_COMMAND),
            ),
            f"create a container of the {_what(image)} to copy from",
            undo=self._undo(image),
        )

    def _undo(self, image: Image) -> Undo:
        argv = (*self.engine, *words("rm", "-f", "-v", self._container(image)))
        return Undo(argv, f"remove the container of the {_what(image)}")

    def _removals(self, image: Image) -> Iterator[Run]:
        """Begin to remove the containers that ``image`` was the last to take artifacts from."""
        last = {a.maker: one.name for one in self.recipe.images for a in one.artifacts}
        makers = dict.fromkeys(a.maker for a in image.artifacts if last[a.maker] == image.name)
        for maker in islice(makers, _MOST_AT_ONCE):
            undo = self._undo(self.recipe.image(maker))
            yield Run(undo.argv, undo.why, early=True)

    def _container(self, image: Image) -> Join:
        return join(f"{_container_stem(self.recipe, image)}-container-", RUN_ID)

    def _carry(self, image: Image, artifact: Artifact, directories: set[str]) -> Iterator[Step]:
        target = _staged_at(image, artifact.destination)
        above = posixpath.dirname(posixpath.normpath(artifact.destination))
        if above not in directories:
            directories.add(above)
            yield _make_directory(image, above, "create its directory")
        container = self._container(self.recipe.image(artifact.maker))
        flags = ("-L",) if artifact.follow_link else ()
        source = join(container, f":{artifact.source}")
        copy = (*self.engine, *words("cp", *flags, source))
        yield Run(
            (*words("sh", "-c", _INTO_FILE, target), *copy, *words("-"))
            if artifact.archive
            else (*copy, target),
            f"copy the artifact {artifact.source} from the container",
        )
        yield Run(
            words("test", "-s", target),
            f"check that the artifact {artifact.destination} is not empty",
            engine=False,
        )

    def _host_files(self, image: Image, directories: set[str]) -> Iterator[Step]:
        files = self.facts.staged.get(image.name, HostFiles())
        for directory, paths in _by_directory(image.context, files.paths):
            if directory not in directories:
                directories.add(directory)
                yield _make_directory(image, directory, "create a directory for host files")
            yield Run(
                words("cp", "-RPp", "--", *paths, join(_staged_at(image, directory), "/")),
                "copy host files to the build context",
                engine=False,
            )

    def _ignore_file(self, image: Image) -> Iterator[Step]:
        files = self.facts.staged.get(image.name, HostFiles())
        if files.ignore is not None:
            text = _ignore_with(files.ignore, image.artifacts)
            yield WriteFile(
                _staged_at(image, ".dockerignore"),
                text,
                "write the .dockerignore of the build context",
            )

    def _stages(self, image: Image) -> Iterator[Step]:
        """Label the earlier stages: the classic builder leaves each as an image <none>.

        It doesn't accept a number as a target, so stages without a name get one, in a copy of the
        file.
        """
        if self.facts.buildkit:
            return
        earlier = earlier_stages(image.dockerfile, image.target)
        of = image
        if any(not stage.name for stage in earlier):
            where = staged(f"{image.name}.stages.Dockerfile")
            text = all_named(image.dockerfile)
            yield WriteFile(where, text, "write the Dockerfile with a name for each stage")
            of = replace(image, path=None, name=f"{image.name}.stages")
        for stage in earlier:
            label = stage.name or given_name(stage.number)
            id_file = staged(f"{image.name}.stage-{stage.number}.id")
            argv = self._build_words(
                image, "--target", label, "--iidfile", id_file, *self._label(STAGE), file_of=of
            )
            yield Run(
                argv,
                f"build the stage {label} to label its intermediate image",
                binds=Capture(f"{image_id(image).name}_of_stage_{stage.number}", id_file),
            )

    def _build(self, image: Image) -> Run:
        id_file = staged(f"{image.name}.id")
        more: list[str | Word] = ["--iidfile", id_file, *self._target(image)]
        if image is self.recipe.final:
            more += ["--load"] if self.options.load else []
            if self.options.metadata_file:
                more += ["--metadata-file", self.options.metadata_file]
        argv = self._build_words(image, *more, *self._label(image.role))
        return Run(argv, f"build the {_what(image)}", binds=Capture(image_id(image).name, id_file))

    def _target(self, image: Image) -> tuple[str, ...]:
        return ("--target", image.target) if image.target else ()

    def _build_words(self, image: Image, *more: str | Word, file_of: Image | None = None) -> Words:
        file = file_of or image
        where: Word = (
            staged(f"{file.name}.Dockerfile")
            if file.path is None
            else words(plain_path(file.path))[0]
        )
        context: Word
        if self._is_staged(image):
            context = _staged_at(image)
        elif link := self._link(image):
            context = _unique(link)
        else:
            reached = self.facts.reached_by.get(image.context, image.context)
            context = words(plain_path(reached))[0]
        return words(
            *self.engine, "build", *more, *self._flags(image), Rest(), "-f", where, context
        )

    def _flags(self, image: Image) -> Iterator[str | Word]:
        options = self.options
        given = dict(options.build_args)
        for name, value in image.build_args:
            if name not in given:
                public = value is not None and not is_likely_secret(name, value)
                yield from ("--build-arg", name if value is None else Given(name, value, public))
        for name, value in options.build_args:
            yield from ("--build-arg", Given(name, value))
        for name, value in image.contexts:
            yield from ("--build-context", f"{name}={value}")
        for name, value in image.labels:
            yield from ("--label", f"{name}={value}")
        if platform := options.platform or image.platform:
            yield from ("--platform", platform)
        if options.no_cache:
            yield "--no-cache"
        if options.pull:
            yield "--pull"
        for secret in options.secrets:
            yield from ("--secret", secret)
        for ssh in options.ssh:
            yield from ("--ssh", ssh)

    def _label(self, role: str) -> tuple[str, str]:
        return "--label", image_label(self.recipe.project, role)


def _what(image: Image) -> str:
    return f"{image.name} image" if image.name == image.role else f"image {image.name}"


def _container_stem(recipe: Recipe, image: Image) -> str:
    """The start of the names of an image's containers, unique in the recipe."""
    stem = _repository(image)
    alike = [other for other in recipe.images if _repository(other) == stem]
    return stem if len(alike) == 1 else f"{stem}-{_plain(image.name)}"


def _repository(image: Image) -> str:
    """The image's name without registry and tag, as part of a container's name."""
    return _plain(image.tag.rpartition("/")[2].partition(":")[0] or image.name)


def _plain(name: str) -> str:
    return re.sub(r"[^a-zA-Z0-9_.-]", "-", name)


def _staged_at(image: Image, path: str = "") -> Join:
    """The word for a path in the image's staged context."""
    context = _unique(f"{image.name}.context")
    return context if path in {"", "."} else join(context, f"/{path}")


def _unique(name: str) -> Join:
    """A directory in the staging directory whose name no other run uses.

    BuildKit keeps the copies of contexts by the last part of their paths alone (seen on Docker
    26.1): from a copy with the same name it would reuse the files with the same size and time.
    """
    return join(staged(f"{name}-"), RUN_ID)


def _make_directory(image: Image, path: str, why: str) -> Run:
    return Run(words("mkdir", "-p", "--", _staged_at(image, path)), why, engine=False)


def plain_path(path: str) -> str:
    """``path``, with ``./`` in front if it could be read as a flag."""
    return f"./{path}" if path.startswith("-") else path


def _by_directory(context: str, paths: tuple[str, ...]) -> Iterator[tuple[str, list[str]]]:
    """The host paths, by the directory of the context that they are copied to."""
    if paths == (WHOLE,):
        yield "", [posixpath.join(plain_path(context), ".")]
        return
    found: dict[str, list[str]] = {}
    for path in paths:
        found.setdefault(posixpath.dirname(path), []).append(
            plain_path(posixpath.normpath(posixpath.join(context, path)))
        )
    yield from found.items()


def _ignore_with(text: str, artifacts: tuple[Artifact, ...]) -> str:
    """The project's ``.dockerignore``, with exceptions for the artifacts."""
    if not artifacts:
        return text
    lines = "".join(f"!{artifact.destination}\n" for artifact in artifacts)
    return f"{text.rstrip()}\n{lines}"


def _named_in(image: Image) -> Iterator[str]:
    """The external images that its Dockerfile names."""
    known = {name: value for name, value in image.build_args if value is not None}
    for stage in stages(image.dockerfile, known):
        yield stage.base_image
        yield from (origin for one in stage.instructions if (origin := one.flag("from")))
