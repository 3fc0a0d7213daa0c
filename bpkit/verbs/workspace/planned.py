"""The builds that a workspace needs, image by image; nothing is run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bpkit.core import BuildOptions, Engine, Plan
from bpkit.errors import BpkitError, NoEngineError
from bpkit.verbs.build import plan_json, plan_text
from bpkit.verbs.ls import Survey
from bpkit.verbs.workspace.maker import WorkspaceMaker
from bpkit.verbs.workspace.sharing import check_names


@dataclass(frozen=True)
class PlannedImage:
    """The planned outcome of one image: built by ``plan`` because of ``why``, or why it can't be.

    Neither plan nor error: it is up to date.
    """

    name: str
    why: str = ""
    plan: Plan | None = None
    error: BpkitError | None = None


def planned_workspace(
    survey: Survey, names: Iterable[str], options: BuildOptions, engine: Engine
) -> tuple[PlannedImage, ...]:
    """The images with these names (all by default), and those that they need, in order.

    Without an engine, no image is up to date. Raises InputError for an unknown name.
    """
    chosen = survey.graph.needed_by(survey.workspace.chosen(names) or survey.graph.names)
    check_names(survey.member(name).target for name in chosen)
    maker = WorkspaceMaker(survey, options, engine, need_engine=False)
    try:
        maker.look(chosen)
    except NoEngineError:
        maker.images.clear()
    order = [name for wave in survey.graph.waves() for name in wave if name in chosen]
    made: dict[str, PlannedImage] = {}
    for name in order:
        made[name] = _planned(name, maker, made)
    return tuple(made.values())


def _planned(name: str, maker: WorkspaceMaker, made: dict[str, PlannedImage]) -> PlannedImage:
    if problem := maker.problems.get(name):
        return PlannedImage(name, error=problem)
    before = [n.of for n in maker.survey.graph.needs if n.by == name and n.of in made]
    rebuilt = [other for other in before if made[other].plan or made[other].error]
    why = maker.reason(name, frozenset(rebuilt))
    if rebuilt and not why:
        why = f"{rebuilt[0]} is built first"
    return PlannedImage(name, why, maker.prepared[name].plan if why else None)


def planned_text(images: Iterable[PlannedImage]) -> str:
    """Each image with its steps, in a possible build order."""
    return "\n".join(_lines(images))


def _lines(images: Iterable[PlannedImage]) -> Iterator[str]:
    for image in images:
        if image.error:
            yield f"# {image.name}: can't be built: {image.error}".replace("\n", "\n#  ")
        elif image.plan:
            yield f"# {image.name}: {image.why}\n{plan_text(image.plan)}"
        else:
            yield f"# {image.name}: up to date"
    yield ""


def planned_json(images: Iterable[PlannedImage]) -> dict[str, object]:
    """The same as JSON."""
    return {
        "images": [
            {
                "name": image.name,
                "why": image.why or None,
                "plan": plan_json(image.plan) if image.plan else None,
                "error": str(image.error) if image.error else None,
            }
            for image in images
        ]
    }
