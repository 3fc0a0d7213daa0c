"""From a fat image to the Dockerfile of the small one: what ``bpkit shrink`` works out.

Nothing is built here, and nothing written.
"""

from __future__ import annotations

from dataclasses import dataclass

from bpkit.core import Container, Engine, ImageInfo, Recipe, container_of
from bpkit.formats.dockerfile import Dockerfile
from bpkit.verbs.check import read_rootfs
from bpkit.verbs.shrink.bases import SCRATCH, base_image, is_dynamic, on_base
from bpkit.verbs.shrink.choose import Choice, choose
from bpkit.verbs.shrink.configuration import instructions
from bpkit.verbs.shrink.draft import ShrinkWishes
from bpkit.verbs.shrink.estimate import estimate, parts_of, verdict
from bpkit.verbs.shrink.read import Fat, read_fat
from bpkit.verbs.shrink.result import Shrunk
from bpkit.verbs.shrink.stage_names import with_tools
from bpkit.verbs.shrink.writing import Carried, appended


@dataclass(frozen=True)
class Order:
    """What is to be made small, and what its owner wants of it; empty where he says nothing.

    ``dockerfile`` is the recipe's last one, its stages named.
    """

    recipe: Recipe
    dockerfile: Dockerfile
    base: str = ""
    keep: tuple[str, ...] = ()
    user: str = ""


def small(container: Container, old: ImageInfo, base: ImageInfo | None, order: Order) -> Shrunk:
    """The Dockerfile of the small image, which is estimated, not built.

    ``container`` is of ``old``, and is released once that is read; ``base`` is the image that
    ``old`` starts from. Raises InputError, EngineError and NoEngineError.
    """
    fat = read_fat(container, old)
    container.release()
    wishes = ShrinkWishes(order.keep, order.user, tuple(fat.raw.get("Volumes") or ()))
    choice = choose(fat.subject, fat.evidence, wishes)
    start, choice = _based(container.engine, choice, fat, order)
    return Shrunk(
        image=order.recipe.final.tag,
        text=_text(order.dockerfile, fat, base, choice, start),
        before=fat.info.size,
        after=estimate(choice.rootfs),
        built=False,
        parts=parts_of(choice),
        findings=verdict(choice),
        hints=choice.hints,
        notes=choice.notes,
    )


def _based(engine: Engine, choice: Choice, fat: Fat, order: Order) -> tuple[str, Choice]:
    """The image that the small one starts from, and the choice as it lies on it."""
    if order.base in {"", SCRATCH}:
        return SCRATCH, choice
    image = base_image(order.base, dynamic=is_dynamic(choice))
    if not engine.inspect_images([image]):
        engine.output("pull", image)
    with container_of(engine, engine.image(image).id, order.recipe.project) as container:
        base = read_rootfs(container)
    return image, on_base(choice, fat.subject.rootfs, base, fat.subject.config.process_env)


def _text(
    dockerfile: Dockerfile, fat: Fat, base: ImageInfo | None, choice: Choice, start: str
) -> str:
    dockerfile, tools = with_tools(dockerfile, fat.subject.rootfs)
    lines = instructions(
        choice.config, fat.raw, base=base.config if base else None, escape=dockerfile.escape
    )
    carried = Carried(
        base=start,
        instructions=tuple(lines),
        user=str(fat.raw.get("User") or ""),
        shell=list(fat.raw.get("Shell") or ["/bin/sh", "-c"]) != ["/bin/sh", "-c"],
        owner=choice.config.user,
        tools=tools,
    )
    return appended(dockerfile, fat.subject.rootfs, choice.selection, carried)
