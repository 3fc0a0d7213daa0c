"""Builds the images of a workspace that have changed, and those that are built from them.

The inputs of all members are read first, and the engine is asked once for all images.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from bpkit.core import BuildOptions, Engine
from bpkit.verbs.ls import Survey
from bpkit.verbs.workspace.inspection import Inspection
from bpkit.verbs.workspace.maker import WorkspaceMaker
from bpkit.verbs.workspace.result import WorkspaceResult
from bpkit.verbs.workspace.schedule import Schedule, Watcher
from bpkit.verbs.workspace.sharing import check_names, taking_turns


@dataclass(frozen=True)
class BuildManner:
    """How many images are built at once, whether a failure ends all, what is looked at after.

    ``together`` is the most where BuildKit builds several by one call; 0 for never.
    """

    jobs: int
    together: int = 0
    keep_going: bool = False
    inspection: Inspection = field(default_factory=Inspection)


def build_workspace(
    survey: Survey,
    names: Iterable[str],
    options: BuildOptions,
    engine: Engine,
    watcher: Watcher,
    manner: BuildManner,
) -> WorkspaceResult:
    """Build the images with these names (all by default), and the images that they need.

    A failed image is part of the result. Raises InputError for an unknown name and for two images
    with one name, NoEngineError if no engine answers, InterruptedRunError once the builds
    that a signal ended have cleaned up.
    """
    began = time.monotonic()
    chosen = survey.graph.needed_by(survey.workspace.chosen(names) or survey.graph.names)
    # In build order, so that nothing waits for an image that needs it.
    order = [name for wave in survey.graph.waves() for name in wave if name in chosen]
    targets = [survey.member(name).target for name in order]
    check_names(targets)
    maker = WorkspaceMaker(survey, options, engine, inspection=manner.inspection)
    maker.look(chosen)
    after = taking_turns(targets, buildkit=maker.has_buildkit)
    schedule = Schedule(
        survey.graph,
        chosen,
        maker,
        watcher,
        manner.jobs,
        manner.keep_going,
        after,
        manner.together if maker.has_bake else 0,
    )
    outcomes = schedule.run()
    most = max(manner.jobs, schedule.most)
    return WorkspaceResult(outcomes, most, time.monotonic() - began)
