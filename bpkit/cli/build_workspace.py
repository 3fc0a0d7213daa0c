"""``bpkit build`` for several images: which words and switches ask for that, and the build."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bpkit.core import BuildOptions, Engine, quote
from bpkit.errors import BpkitError, InputError
from bpkit.report import Console

if TYPE_CHECKING:
    from bpkit.verbs.ls import Survey
    from bpkit.verbs.workspace import WorkspaceResult

#: More parallel builds only slow down an engine on a single machine. A build spends much time
#: waiting for the engine, the disk and the network: two per core are faster than one.
_MOST_JOBS = 4
#: Where BuildKit builds several by one call, it shares out the cores by itself.
_MOST_TOGETHER = 32


@dataclass(frozen=True)
class WorkspaceOrder:
    """What the command line asks of a workspace: which images, and how."""

    directory: Path
    names: tuple[str, ...] = ()
    changed: str = ""
    jobs: int = 0
    keep_going: bool = False
    explain: bool = False
    quiet: bool = False
    dry_run: bool = False
    strict: bool = False
    tries: bool = False
    push: bool = False
    builder: str = ""


def means_workspace(words: tuple[str, ...], engine: Engine) -> bool:
    """Whether the words name images in a workspace, or a directory that only declares one."""
    from bpkit.project import has_dockerfile

    if not words and has_dockerfile(Path()):
        # Most builds are of one project: don't import anything about workspaces for them.
        return False
    from bpkit.project import declares_workspace

    if len(words) > 1 or (words and not os.path.isdir(words[0])):
        return declares_workspace(Path())
    if words and _is_member(words[0], engine):
        return True
    directory = Path(words[0] if words else ".")
    return not has_dockerfile(directory) and declares_workspace(directory)


def workspace_words(words: tuple[str, ...], engine: Engine) -> tuple[str, tuple[str, ...]]:
    """The directory and the names of images among the words: ``[DIR] [NAME...]``.

    A word that is both, a directory and an image that this directory declares, is the image.
    """
    if words and os.path.isdir(words[0]) and not _is_member(words[0], engine):
        return words[0], words[1:]
    return ".", words


def _is_member(word: str, engine: Engine) -> bool:
    """Whether a file of the current directory declares an image, or a group, of this name."""
    from bpkit.project import declares_workspace

    if not declares_workspace(Path()):
        return False
    from bpkit.verbs.ls import survey

    workspace = survey(Path(), engine).workspace
    return word in workspace.groups or word in {target.name for target in workspace.targets}


def build_in_workspace(
    order: WorkspaceOrder, options: BuildOptions, engine: Engine, console: Console
) -> int:
    """Build and report; the exit status. Raises InputError and NoEngineError."""
    from bpkit.verbs.ls import not_acted_on, survey
    from bpkit.verbs.workspace import (
        BuildManner,
        Inspection,
        News,
        build_workspace,
        failures,
        planned_json,
        planned_text,
        planned_workspace,
        workspace_json,
        workspace_text,
        wrong_text,
    )

    found = survey(order.directory, engine, since=order.changed)
    for note in not_acted_on(found, baked=bool(order.builder)):
        console.note(note)
    names = chosen(found, order)
    if order.changed and not names:
        text = f"no image reads a file that differs from {order.changed}\n"
        console.result(text, {"seconds": 0.0, "jobs": 0, "images": []})
        return 0
    if order.builder:
        return _bake(found, order, options, engine, console)
    if order.dry_run:
        planned = planned_workspace(found, names, options, engine)
        console.result(planned_text(planned), planned_json(planned), schema="bpkit/plans/1")
        return next((image.error.status for image in planned if image.error), 0)
    jobs = order.jobs or min(_MOST_JOBS, 2 * (os.cpu_count() or 1))
    news = News(console, order.quiet)
    manner = BuildManner(
        jobs,
        order.jobs or _MOST_TOGETHER,
        order.keep_going,
        Inspection(checks=order.strict, tries=order.tries),
    )
    with news.shown():
        result = build_workspace(found, names, options, engine, news, manner)
    for text in (*failures(result), *wrong_text(result)):
        console.note(text)
    data = workspace_json(result)
    status = result.status
    if order.push:
        pushed = push_all(found, result, engine, console)
        data["pushed"] = list(pushed.names)
        status = pushed.status or status
    console.result(workspace_text(result, explain=order.explain), data)
    return status


def _bake(
    found: Survey, order: WorkspaceOrder, options: BuildOptions, engine: Engine, console: Console
) -> int:
    """Build on a builder of buildx. Raises InputError and EngineError."""
    if order.strict or order.tries:
        raise InputError(
            f"{'--strict' if order.strict else '--try'} needs the images on the engine, and a "
            "builder may keep them to itself",
            hint="build without --builder, or run bpkit check or bpkit try on the engine's images",
        )
    from bpkit.verbs.bake import BAKE_FILE, bake_command, bake_on, chosen_for

    names = chosen(found, order)
    if order.dry_run:
        names = chosen_for(found, names, options)
        builder = order.builder
        # Without their values: those of build arguments are never shown.
        shown = replace(options, build_args=tuple((name, None) for name, _ in options.build_args))
        command = bake_command(builder, names, shown, engine, file=BAKE_FILE, push=order.push)
        text = f"# {BAKE_FILE} is what 'bpkit bake' writes\n{' '.join(map(quote, command))}\n"
        data = {"builder": builder, "images": list(names), "pushed": False, "command": command}
        console.result(text, data, schema="bpkit/builder/1")
        return 0
    built = bake_on(order.builder, found, names, options, engine, push=order.push)
    how = "built and pushed" if order.push else "built"
    console.result(
        "".join(f"{name}  {how} by {order.builder}\n" for name in built),
        {"builder": order.builder, "images": list(built), "pushed": order.push},
        schema="bpkit/builder/1",
    )
    return 0


@dataclass(frozen=True)
class Pushed:
    """The names that a registry has taken, and the exit status of what ended that."""

    names: tuple[str, ...] = ()
    status: int = 0


def push_all(found: Survey, result: WorkspaceResult, engine: Engine, console: Console) -> Pushed:
    """Push every name of all images; none of them where anything is wrong.

    The first that can't be pushed ends it. What was pushed before stays in its registry, so it is
    said which ones aren't there.
    """
    from bpkit.verbs.build import push

    if result.status:
        console.note("not pushed: an image failed, or something is wrong in one")
        return Pushed()
    targets = [found.member(outcome.name).target for outcome in result.outcomes]
    for target in targets:
        if target.nameless:
            console.note(f"{target.name} is not pushed: its declaration gives it no tag")
    tags = [tag for target in targets if not target.nameless for tag in target.tags]
    waiting = list(dict.fromkeys(tags))
    done: list[str] = []
    while waiting:
        try:
            push(engine, waiting[0])
        except BpkitError as error:
            console.note(str(error))
            if waiting[1:]:
                console.note(f"not pushed after that: {', '.join(waiting[1:])}")
            return Pushed(tuple(done), error.status)
        done.append(waiting.pop(0))
        console.note(f"pushed {done[-1]}")
    return Pushed(tuple(done))


def chosen(found: Survey, order: WorkspaceOrder) -> tuple[str, ...]:
    """The images to build: the named ones; with a revision, only those that differ from it, and
    those that are built from them.

    Raises InputError for an unknown name.
    """
    names = found.workspace.chosen(order.names)
    if not order.changed:
        return names
    differing = found.graph.dependents_of(found.changed)
    return tuple(name for name in differing if not names or name in names)


def jobs_of(text: str | None) -> int:
    """The number given with ``-j``; 0 without it. Raises InputError."""
    if text is None:
        return 0
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 64:
        raise InputError(f"'{text}' is not a valid number of jobs", hint="pass -j 1 to -j 64")
    return int(text)
