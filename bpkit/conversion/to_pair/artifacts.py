"""The files that COPY --from and RUN --mount=from= read from a stage, as context artifacts."""

from __future__ import annotations

import functools
import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bpkit.conversion.copies import literal
from bpkit.conversion.owners import is_certainly_foreign, may_be_foreign
from bpkit.conversion.references import with_field
from bpkit.conversion.remarks import Remarks
from bpkit.conversion.rewriting import with_flag_at
from bpkit.conversion.supplies import FromHost, Supply, takes
from bpkit.conversion.to_pair.image_names import FromImage
from bpkit.core import Artifact
from bpkit.formats.context import Tree
from bpkit.formats.dockerfile import (
    DockerfileError,
    Instruction,
    Stage,
    StageState,
    copy_of,
    mounts_of,
    output_of,
    walk,
    with_args,
    without_flag,
)
from bpkit.formats.text import is_glob, parents, source_path

Finder = Callable[[str], FromImage]


@dataclass(frozen=True)
class Drawn:
    """An instruction without references to stages, and the artifacts that it now needs."""

    instruction: Instruction
    artifacts: tuple[Artifact, ...] = ()


@dataclass
class ArtifactNames:
    """The artifacts' paths in one stage's context, which don't clash with the host's files."""

    stage: Stage
    build_args: Mapping[str, str]
    placed: dict[tuple[str, str], str] = field(default_factory=dict)
    # The paths in use, and the directories above them.
    _used: set[str] = field(default_factory=set)
    _above_used: set[str] = field(default_factory=set)

    def place(self, maker: str, source: str) -> str:
        """The path for what ``maker`` has at ``source``: its own name, if that is free."""
        key = (maker, source)
        if key not in self.placed:
            name = posixpath.basename(source)
            choices = [name, f"{maker}/{name}", f"{maker}{source}", f"from-{maker}{source}"]
            chosen = next((c for c in choices if self._is_free(c)), choices[-1])
            self.placed[key] = chosen
            self._used.add(chosen)
            self._above_used.update(parents(chosen))
        return self.placed[key]

    def _is_free(self, path: str) -> bool:
        if path in self._used or path in self._above_used or self._used & set(parents(path)):
            return False
        supply = (Supply(path, "/", ""),)
        return all(
            isinstance(taken, FromHost)
            for pattern in self._host_patterns
            if not _is_wide(pattern)
            for taken in takes(pattern, supply, Tree())
        )

    @functools.cached_property
    def _host_patterns(self) -> tuple[str, ...]:
        """The paths of the host files that the stage copies, each once."""
        walked = walk(self.stage, None, self.build_args)
        return tuple(dict.fromkeys(one for step in walked for one in self.patterns(*step)))

    def patterns(self, instruction: Instruction, state: StageState) -> tuple[str, ...]:
        """The paths of the host files that the instruction copies."""
        if instruction.keyword in {"COPY", "ADD"} and instruction.flag("from") is None:
            return tuple(source_path(path) for path in copy_of(instruction, state.env).sources)
        if instruction.keyword == "RUN":
            return tuple(
                source_path(mount.source or "")
                for mount in mounts_of(instruction, state.env)
                if mount.type == "bind" and not mount.from_
            )
        return ()


def _is_wide(pattern: str) -> bool:
    """Whether it may match any name in the context's root."""
    return pattern == "." or is_glob(pattern.partition("/")[0])


def drawn_copy(
    instruction: Instruction,
    state: StageState,
    names: ArtifactNames,
    find: Finder,
    remarks: Remarks,
) -> Drawn:
    """The equivalent COPY from the context. Raises DockerfileError if there is none."""
    copy = copy_of(instruction, state.env)
    maker = find(copy.from_ or "")
    if copy.parents or copy.exclude:
        raise DockerfileError(
            "--parents and --exclude apply to paths in the stage, which the build context "
            "doesn't have",
            hint="copy without these flags",
        )
    place = names.stage.place(instruction)
    _check_owner(maker, instruction, names.stage, remarks)
    words: list[str] = []
    artifacts: list[Artifact] = []
    for word, path in zip(instruction.args[:-1], copy.sources, strict=True):
        unknown = state.unresolved(word, instruction.escape)
        if unknown:
            raise DockerfileError(
                f"the path {word} depends on {', '.join(sorted(unknown))}, which is "
                "known only during a build",
                hint="write the path, or set the variable in this file",
            )
        if "$" in word:
            remarks.note(
                f"{word} is always {path} in the script; --build-arg doesn't change it", place
            )
        directory, rest = _split(path, copy.from_ or "")
        destination = names.place(maker.name, directory)
        artifacts.append(_artifact(maker, directory, destination, names, instruction))
        words.append(posixpath.join(literal(destination), rest) if rest else literal(destination))
    new = without_flag(without_flag(instruction, "from"), "link")
    new = with_args(new, [*words, instruction.args[-1]])
    return Drawn(new, tuple(artifacts))


def _artifact(
    maker: FromImage, source: str, destination: str, names: ArtifactNames, wanted: Instruction
) -> Artifact:
    made = () if maker.stage is None else output_of(maker.stage, names.build_args).made
    # docker cp copies a link as a link, COPY --from copies its target. If the stage shows that the
    # path isn't a link, a plain docker cp reads better (and podman's cp has no such flag).
    shown = any(one.path == source and one.own for one in made)
    links = maker.stage is None or any(
        one.keyword == "RUN" and re.search(r"\bln\b", " ".join(one.args))
        for one in maker.stage.instructions
    )
    return Artifact(
        maker.name,
        source,
        destination,
        wanted=names.stage.place(wanted),
        follow_link=links or not shown,
    )


def _split(path: str, stage: str) -> tuple[str, str]:
    """The path copied out of the stage, and the pattern with which COPY selects from it."""
    absolute = posixpath.normpath("/" + path).replace("//", "/", 1)
    parts = absolute.split("/")
    first = next((n for n, part in enumerate(parts) if is_glob(part)), len(parts))
    directory = "/".join(parts[:first]) or "/"
    if directory == "/":
        raise DockerfileError(
            f"{path} copies the whole file system of {stage}, which docker cp can't copy "
            "from a container",
            hint="copy only the directories needed",
        )
    return directory, "/".join(parts[first:])


def _check_owner(
    maker: FromImage, instruction: Instruction, stage: Stage, remarks: Remarks
) -> None:
    """Check owners: COPY --from keeps them, docker cp followed by COPY gives all files to root."""
    if maker.stage is None or instruction.flag("chown") is not None:
        return
    if is_certainly_foreign(maker.stage):
        raise DockerfileError(
            f"files of the stage {maker.stage.label} belong to a user other than root, "
            "which is lost when they are copied to the host",
            hint="set the owner: COPY --chown=user:group",
        )
    if may_be_foreign(maker.stage):
        remarks.note(
            f"all files of {maker.stage.label} now belong to root; if some did not, add --chown",
            stage.place(instruction),
        )


def drawn_mounts(
    instruction: Instruction,
    state: StageState,
    names: ArtifactNames,
    find: Finder,
    remarks: Remarks,
) -> Drawn:
    """The RUN with its mounts from the context. Raises DockerfileError if that isn't possible."""
    places = [i for i, flag in enumerate(instruction.flags) if flag.name == "mount"]
    artifacts: list[Artifact] = []
    for index, mount in zip(places, mounts_of(instruction, state.env), strict=True):
        if not mount.from_:
            continue
        if mount.type != "bind":
            raise DockerfileError(
                f"a mount of type {mount.type} with from= needs a stage",
                hint="omit from=: the mount then starts empty",
            )
        maker = find(mount.from_)
        directory, _ = _split(mount.source or "/", mount.from_)
        destination = names.place(maker.name, directory)
        artifacts.append(_artifact(maker, directory, destination, names, instruction))
        value = with_field(instruction.flags[index].value or "", "from", None)
        value = with_field(value, "source", destination)
        instruction = with_flag_at(instruction, index, value)
        if maker.stage is not None and may_be_foreign(maker.stage):
            remarks.note("all files in the mount belong to root", names.stage.place(instruction))
    return Drawn(instruction, tuple(artifacts))
