"""The inputs of a workspace's members, and the build of each.

A member is built like ``bpkit build`` in its directory, in its own thread.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import IO

from bpkit.core import BuildOptions, Engine, ImageInfo, Stream, read_images
from bpkit.errors import BpkitError, InputError
from bpkit.project import IMAGE_CONTEXT, Member
from bpkit.readers.workspace import Target, built_alike, short_name
from bpkit.verbs.build import Prepared, Shortcut, build, prepared_of
from bpkit.verbs.ls import Survey
from bpkit.verbs.workspace.inspection import Inspection
from bpkit.verbs.workspace.result import MemberOutcome

#: Only the last bytes of a failed image's output are shown: the reason is at the end.
_MOST_OUTPUT = 200_000


@dataclass
class WorkspaceMaker:
    """Knows the inputs of each member's build, and the engine's images.

    ``problems`` are those of members that can't be built, ``images`` the engine's by name.
    """

    survey: Survey
    options: BuildOptions
    engine: Engine
    need_engine: bool = True
    inspection: Inspection = field(default_factory=Inspection)
    prepared: dict[str, Prepared] = field(default_factory=dict)
    problems: dict[str, BpkitError] = field(default_factory=dict)
    images: dict[str, ImageInfo] = field(default_factory=dict)
    _wanted: dict[str, None] = field(default_factory=dict)
    _builds: dict[object, set[Target]] = field(default_factory=dict)

    @property
    def has_buildkit(self) -> bool:
        """Whether the members are built with BuildKit; true if none can be built."""
        return all(prepared.facts.buildkit for prepared in self.prepared.values())

    def look(self, names: Iterable[str]) -> None:
        """Read the members' inputs, and ask the engine for all images at once."""
        wanted = self._wanted
        for name in names:
            try:
                self.prepared[name] = prepared = self._prepared(self.survey.member(name))
            except BpkitError as error:
                self.problems[name] = error
                continue
            wanted |= dict.fromkeys(self._shortcut(prepared).names)
        if wanted:
            answer = self.engine.ask_images(tuple(wanted)).answer()
            self.images |= read_images(tuple(wanted), answer)

    def reason(self, name: str, rebuilt: frozenset[str]) -> str:
        """Why the image must be built; empty if it is up to date."""
        if name in self.problems:
            return "it was requested"
        if self.options.no_cache or self.options.pull:
            return f"--{'no-cache' if self.options.no_cache else 'pull'} was given"
        shortcut = self._shortcut(self.prepared[name])
        shortcut.look(known=self.images)
        return shortcut.why_not()

    def current(self, name: str) -> MemberOutcome:
        """The outcome of an image that is up to date."""
        prepared = self.prepared[name]
        tag = prepared.recipe.final.tag
        info = self.images[tag]
        outcome = MemberOutcome(name, "current", "nothing has changed", tag, info.id, info.size)
        return self.inspection.of(outcome, prepared, info, self.engine)

    def make(self, name: str, why: str) -> MemberOutcome:
        """Build the image; a failure is part of the outcome."""
        if problem := self.problems.get(name):
            return MemberOutcome(name, "failed", why, error=problem)
        prepared, began = self.prepared[name], time.monotonic()
        output = _Output()
        try:
            built = build(prepared, self.engine, output, known=self.images)
        except BpkitError as error:
            seconds = time.monotonic() - began
            said = output.text()
            return MemberOutcome(name, "failed", why, seconds=seconds, error=error, output=said)
        finally:
            output.close()
        if self._is_asked_for(name):
            # Read after it got its names: images built from it are compared with that. Others may
            # write its name with or without docker.io/ and :latest.
            tags = prepared.recipe.final.tags
            short = set(map(short_name, tags))
            names = [*tags, *(one for one in self._wanted if short_name(one) in short)]
            self.images |= self.engine.inspect_images(names)
        final = built.result.final
        seconds = time.monotonic() - began
        outcome = MemberOutcome(name, "built", why, final.tag, final.id, final.size, seconds)
        return self.inspection.of(outcome, prepared, built.shipped, self.engine)

    def _is_asked_for(self, name: str) -> bool:
        """Whether another member is built from it, or has the same names."""
        tags = set(self.survey.member(name).target.tags)
        return any(need.of == name for need in self.survey.graph.needs) or any(
            other.name != name and tags.intersection(other.target.tags)
            for other in self.survey.members
        )

    def seconds_before(self, name: str) -> float:
        """How long the last build of the image took; 0 if unknown."""
        if name not in self.prepared:
            return 0.0
        shortcut = self._shortcut(self.prepared[name])
        return shortcut.seconds_before()

    def _shortcut(self, prepared: Prepared) -> Shortcut:
        return Shortcut(
            prepared.project, prepared.recipe, prepared.options, prepared.facts, self.engine
        )

    def _prepared(self, member: Member) -> Prepared:
        """Raises BpkitError if the member can't be built."""
        if member.problem is not None:
            raise member.problem
        assert member.project is not None
        target, project = member.target, member.project
        if len(target.platforms) > 1:
            raise InputError(
                f"'{member.name}' is for several platforms, and an engine stores images "
                "for only one",
                place=target.place,
                hint="build on a builder of buildx, for one manifest: --builder NAME --push",
            )
        choices = replace(
            project.choices,
            tag=target.tags[0] if target.tags else "",
            more_tags=target.tags[1:],
            target=target.stage,
            contexts=tuple(self._contexts(member)),
            labels=target.labels,
            member="" if self._is_alone(target) and not target.inline else target.name,
        )
        platform = self.options.platform or "".join(target.platforms) or None
        options = replace(
            self.options,
            build_args=(*target.build_args, *self.options.build_args),
            platform=platform,
            ssh=(*target.ssh, *self.options.ssh),
            secrets=(*map(self._secret, target.secrets), *self.options.secrets),
        )
        return prepared_of(
            replace(project, choices=choices), options, self.engine, need_engine=self.need_engine
        )

    def _is_alone(self, target: Target) -> bool:
        """Whether no other image is built from the same stage, with other arguments, say.

        An image that is declared twice has one entry in the ledger, and is up to date by it.
        """
        if not self._builds:
            for one in (member.target for member in self.survey.members):
                self._builds.setdefault(_stage_of(one), set()).add(built_alike(one))
        return len(self._builds[_stage_of(target)]) == 1

    def _secret(self, text: str) -> str:
        """A secret in the declaration; its file is relative to the workspace."""
        parts = [part.partition("=") for part in text.split(",")]
        return ",".join(
            f"{name}={os.path.abspath(self.survey.directory / value)}"
            if name in {"src", "source"}
            else f"{name}{equals}{value}"
            for name, equals, value in parts
        )

    def _contexts(self, member: Member) -> Iterable[tuple[str, str]]:
        """The named contexts; another member is replaced by its image."""
        for name, value in member.target.contexts:
            kind, _, rest = value.partition(":")
            if kind in {"target", "service"}:
                tags = self.survey.member(rest).target.tags
                if not tags:
                    raise InputError(
                        f"'{member.name}' needs '{rest}', which has no tag",
                        place=member.target.place,
                    )
                yield name, f"{IMAGE_CONTEXT}{tags[0]}"
            elif "://" in value:
                yield name, value
            else:
                yield name, str((self.survey.directory / value).resolve())


def _stage_of(target: Target) -> object:
    """The part of the ledger's key that distinguishes images of one directory."""
    return target.context, target.dockerfile, target.inline, target.stage


class _Output:
    """Collects the output of one image's build without showing it."""

    def __init__(self) -> None:
        # Closed by close(): a build of an image lasts longer than a with block here.
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115

    def begin(self, number: int, total: int, why: str) -> None:
        """The steps of one image among many aren't reported."""

    def note(self, text: str) -> None:
        """Keep it with the engine's output."""
        self._file.write(f"{text}\n".encode("utf-8", "surrogateescape"))
        self._file.flush()

    def streams(self) -> tuple[Stream, Stream]:
        """Both into the same file."""
        return self._file, self._file

    def command_failed(self) -> None:
        """Shown with the outcome, not among the news of other images."""

    def text(self) -> str:
        """The end of the output."""
        size = self._file.seek(0, 2)
        self._file.seek(max(0, size - _MOST_OUTPUT))
        return self._file.read().decode("utf-8", "replace")

    def close(self) -> None:
        self._file.close()
