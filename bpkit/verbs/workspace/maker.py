"""The inputs of a workspace's members, and the build of each.

A member is built like ``bpkit build`` in its directory, in its own thread.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import IO

from bpkit.core import (
    BuildOptions,
    Engine,
    ImageInfo,
    InterruptedRunError,
    Orders,
    Stream,
    carry_out,
    has_buildx,
    project_name,
    read_images,
)
from bpkit.errors import BpkitError, InputError
from bpkit.project import IMAGE_CONTEXT, Member
from bpkit.readers.workspace import Target, built_alike, short_name
from bpkit.verbs.build import Prepared, Shortcut, build, prepared_of
from bpkit.verbs.ls import Survey
from bpkit.verbs.workspace.inspection import Inspection
from bpkit.verbs.workspace.joint import JointBuild, can_join, failed_in, own_builder, seconds_of
from bpkit.verbs.workspace.result import JointOutcome, MemberOutcome

#: Only the last bytes of a failed image's output are shown: the reason is at the end.
_MOST_OUTPUT = 200_000
#: An image whose last build took more seconds is built by itself.
_LONG = 20.0
_MOST_INSPECTED = 4


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
    _shortcuts: dict[str, Shortcut] = field(default_factory=dict)

    @property
    def has_buildkit(self) -> bool:
        """Whether the members are built with BuildKit; true if none can be built."""
        return all(prepared.facts.buildkit for prepared in self.prepared.values())

    @property
    def has_bake(self) -> bool:
        """Whether several images can be built by one call of buildx."""
        return self.has_buildkit and has_buildx() and bool(own_builder(self.engine.words))

    def look(self, names: Iterable[str]) -> None:
        """Read the members' inputs, and ask the engine for all images at once."""
        wanted = self._wanted
        for name in names:
            try:
                self.prepared[name] = self._prepared(self.survey.member(name))
            except BpkitError as error:
                self.problems[name] = error
                continue
            wanted |= dict.fromkeys(self._shortcut(name).names)
        if wanted:
            answer = self.engine.ask_images(tuple(wanted)).answer()
            self.images |= read_images(tuple(wanted), answer)

    def reason(self, name: str, rebuilt: frozenset[str]) -> str:
        """Why the image must be built; empty if it is up to date."""
        if name in self.problems:
            return "it was requested"
        if self.options.no_cache or self.options.pull:
            self._shortcut(name, anew=True).look(known=self.images)
            return f"--{'no-cache' if self.options.no_cache else 'pull'} was given"
        shortcut = self._shortcut(name, anew=True)
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
            # Read after it got its names: images built from it are compared with that.
            self.images |= self.engine.inspect_images(self._names_of(name))
        final = built.result.final
        seconds = time.monotonic() - began
        outcome = MemberOutcome(name, "built", why, final.tag, final.id, final.size, seconds)
        return self.inspection.of(outcome, prepared, built.shipped, self.engine)

    def joins(self, name: str) -> bool:
        """Whether the image may be built with others by one call: not if it took long, since all
        of them end when one fails."""
        prepared = self.prepared.get(name)
        if prepared is None or self.seconds_before(name) > _LONG:
            return False
        return can_join(prepared)

    def make_jointly(self, whys: Mapping[str, str]) -> JointOutcome:
        """Build these images by one call; those that it doesn't build are left out."""
        names = list(whys)
        joint = JointBuild([(self.prepared[name], self._shortcut(name)) for name in names])
        project = project_name(f"{self.survey.directory.resolve().name}-workspace")
        output, began = _Output(), time.monotonic()
        try:
            plan = joint.plan(project, own_builder(self.engine.words), self.options)
            carry_out(plan, output, Orders(self.survey.directory, bound=joint.take))
            bases = [one for name in names for one in self.prepared[name].project.origins]
            own = [one for name in names for one in self._names_of(name)]
            infos = self.engine.inspect_images([*own, *bases])
        except InterruptedRunError:
            return JointOutcome(())
        except BpkitError:
            return JointOutcome((), self._first(names, failed_in(output.text())))
        finally:
            took = seconds_of(output.text(most=0))
            output.close()
        self.images |= infos
        whole = time.monotonic() - began
        made: list[tuple[MemberOutcome, Prepared, ImageInfo]] = []
        for number, name in enumerate(names):
            prepared = self.prepared[name]
            final, info = prepared.recipe.final, infos.get(prepared.recipe.final.tag)
            if info is None or info.id not in joint.ids[number]:
                # Another run has named its own meanwhile, or the engine shows other ids.
                continue
            # Steps that run at the same time count each.
            seconds = min(took.get(number, 0.0), whole)
            known = {one: infos[one] for one in prepared.project.origins if one in infos}
            self._shortcut(name).remember([info], known, (), seconds)
            outcome = MemberOutcome(
                name, "built", whys[name], final.tag, info.id, info.size, seconds
            )
            made.append((outcome, prepared, info))
        # Each looks into its image, and mostly waits for the engine.
        with ThreadPoolExecutor(max_workers=_MOST_INSPECTED) as threads:
            found = threads.map(
                lambda one: self.inspection.of(one[0], one[1], one[2], self.engine), made
            )
            return JointOutcome(tuple(found))

    def _first(self, names: Sequence[str], failed: int | None) -> tuple[str, ...]:
        """The one that failed, and those that were built before that, and so have their names."""
        if failed is None:
            return ()
        asked = [tag for name in names for tag in self.prepared[name].recipe.final.tags]
        try:
            now = self.engine.inspect_images(asked)
        except BpkitError:
            return ()
        moved = [
            name
            for name in names
            for tag in self.prepared[name].recipe.final.tags
            if _id(now, tag) != _id(self.images, tag)
        ]
        return tuple(dict.fromkeys((names[failed], *moved)))

    def _names_of(self, name: str) -> list[str]:
        """The image's names, as others may write them: with or without docker.io/ and :latest."""
        tags = self.prepared[name].recipe.final.tags
        short = set(map(short_name, tags))
        others = (one for one in self._wanted if short_name(one) in short)
        return [*tags, *others]

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
        shortcut = self._shortcut(name)
        if shortcut.before is not None:
            return shortcut.before.seconds
        return shortcut.seconds_before()

    def _shortcut(self, name: str, *, anew: bool = False) -> Shortcut:
        """What is known of the image's last build; ``anew`` to look at its files again."""
        if anew or name not in self._shortcuts:
            one = self.prepared[name]
            self._shortcuts[name] = Shortcut(
                one.project, one.recipe, one.options, one.facts, self.engine
            )
        return self._shortcuts[name]

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


def _id(images: Mapping[str, ImageInfo], name: str) -> str:
    info = images.get(name)
    return info.id if info else ""


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

    def text(self, *, most: int = _MOST_OUTPUT) -> str:
        """The last ``most`` bytes of the output; all for 0."""
        size = self._file.seek(0, 2)
        self._file.seek(max(0, size - most) if most else 0)
        return self._file.read().decode("utf-8", "replace")

    def close(self) -> None:
        self._file.close()
