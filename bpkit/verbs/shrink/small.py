"""From an old image to the Dockerfile of the new one: the core of ``bpkit shrink``.

Nothing is built or written here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bpkit.core import Engine, ImageInfo, Recipe, container_of
from bpkit.formats.dockerfile import Dockerfile, stages
from bpkit.image import Node, Rootfs, packages_of, places_of
from bpkit.verbs.check import read_rootfs
from bpkit.verbs.shrink.bases import SCRATCH, base_image, is_dynamic, on_base
from bpkit.verbs.shrink.choose import Choice, choose
from bpkit.verbs.shrink.configuration import instructions
from bpkit.verbs.shrink.contents import FileSource
from bpkit.verbs.shrink.draft import OWN, ShrinkWishes
from bpkit.verbs.shrink.estimate import estimate, parts_of, verdict
from bpkit.verbs.shrink.java_runtime import has_linker
from bpkit.verbs.shrink.learned import Learned
from bpkit.verbs.shrink.read import Fat, read_fat
from bpkit.verbs.shrink.result import Shrunk
from bpkit.verbs.shrink.stage_names import with_tools
from bpkit.verbs.shrink.starts import ScriptUses
from bpkit.verbs.shrink.surroundings import Surroundings
from bpkit.verbs.shrink.symbols import symbols_note, with_symbols
from bpkit.verbs.shrink.texts import entry_packages, worth_reading
from bpkit.verbs.shrink.writing import Carried, appended

#: The number of rounds in which scripts lead to more scripts; longer chains are rare.
_MOST_ROUNDS = 8
#: A larger base image isn't read: its files are then recognized by its packages alone.
_MOST_BASE = 3_000_000_000


@dataclass(frozen=True)
class Order:
    """The image to shrink, and the user's choices; empty if not given.

    ``dockerfile`` is the recipe's last one, with named stages; ``sources`` are the texts of the
    sources in its context.
    """

    recipe: Recipe
    dockerfile: Dockerfile
    base: str = ""
    keep: tuple[str, ...] = ()
    user: str = ""
    drop: tuple[str, ...] = ()
    rounding: str = ""
    accept: bool = False
    sources: tuple[str, ...] = ()
    strip: bool = False


@dataclass(frozen=True)
class Known:
    """Everything that is known about an image before any of its files is chosen."""

    fat: Fat
    base: ImageInfo | None
    around: Surroundings

    def learning(self, learned: Learned | None) -> Known:
        """With the observations from runs of the image; None if none was traced."""
        if learned is None:
            return self
        return replace(self, around=replace(self.around, learned=learned, traced=True))


def known_of(
    source: FileSource,
    old: ImageInfo,
    order: Order,
    base: ImageInfo | None = None,
    base_files: Rootfs | None = None,
) -> Known:
    """What the files of ``old``, read from ``source``, show; ``base`` is its base image with its
    files, as far as they are known. Raises EngineError, NoEngineError and InputError."""
    fat = read_fat(source, old)
    copies = tuple(
        dict.fromkeys(path for path, _ in places_of(stages(order.dockerfile).last).copies)
    )
    around = Surroundings(
        base=base_files,
        packages=packages_of(fat.subject.rootfs),
        copies=copies,
        sources=order.sources,
    )
    return Known(fat, base, around)


def files_of_base(
    engine: Engine, base: ImageInfo | None, old: ImageInfo, project: str
) -> Rootfs | None:
    """The base image's files; None without a base, or if it is too large. Raises EngineError."""
    if base is None or base.size > _MOST_BASE or base.id == old.id:
        return None
    with container_of(engine, base.id, project) as container:
        return read_rootfs(container)


def small(
    source: FileSource, known: Known, order: Order, engine: Engine | None = None
) -> tuple[Shrunk, Known]:
    """The new image's Dockerfile with an estimate of its size, and what was read for it.

    Without an engine it starts from ``scratch``. Raises InputError, EngineError and NoEngineError.
    """
    volumes = tuple(known.fat.raw.get("Volumes") or ())
    wishes = ShrinkWishes(order.keep, order.user, volumes, order.drop, order.rounding, order.strip)
    fat, choice = _chosen(source, known.fat, wishes, known.around)
    if order.accept and choice.proposals:
        wishes = replace(wishes, keep=(*wishes.keep, *choice.proposals))
        fat, choice = _chosen(source, fat, wishes, known.around)
    start, choice = _based(engine, choice, fat, order) if engine else (SCRATCH, choice)
    symbols = with_symbols(choice.rootfs, known.around.packages)
    note = symbols_note(fat.subject.rootfs, symbols, strip=order.strip)
    result = Shrunk(
        image=order.recipe.final.tag,
        text=_text(order, fat, known.base, choice, start, symbols if order.strip else ()),
        before=fat.info.size,
        after=estimate(choice.rootfs),
        built=False,
        parts=parts_of(choice),
        findings=verdict(choice),
        hints=choice.hints,
        notes=(*choice.notes, note) if note else choice.notes,
        left=choice.left,
        proposals=choice.proposals,
        unopened=choice.unopened,
        unproven=choice.unproven,
        traced=known.around.traced,
        absent=frozenset(fat.subject.rootfs.nodes.keys() - choice.rootfs.nodes.keys()),
        became_nonroot=_became_nonroot(fat, choice),
    )
    return result, replace(known, fat=fat)


def _became_nonroot(fat: Fat, choice: Choice) -> bool:
    before = str(fat.raw.get("User") or "").partition(":")[0]
    return before in {"", "0", "root"} and choice.config.user.partition(":")[0] not in {"", "0"}


def _chosen(
    source: FileSource, fat: Fat, wishes: ShrinkWishes, around: Surroundings
) -> tuple[Fat, Choice]:
    """The choice, repeated as long as kept files are worth reading."""
    scripts: tuple[str, ...] = ()
    uses: ScriptUses = {}
    for _ in range(_MOST_ROUNDS):
        choice = choose(fat.subject, fat.evidence, wishes, around, scripts, uses)
        before = len(fat.evidence)
        fat = fat.with_started(source, choice.started, around.packages)
        own = tuple(p for g in choice.selection.groups if g.why in OWN for p in g.paths)
        started = [link.node for link in choice.started.links if link.node]
        entry = tuple(entry_packages(choice.rootfs, started, fat.evidence))
        unread = worth_reading(
            *(choice.rootfs, fat.evidence, around.packages, own, entry),
            archives=has_linker(fat.subject.rootfs),
        )
        unread += tuple(path for path in choice.sources if path not in fat.evidence)
        fat = fat.with_texts(source, unread)
        found = tuple(
            p for p in choice.rootfs.nodes if p in fat.evidence and fat.evidence[p].script
        )
        if not unread and len(fat.evidence) == before and found == scripts:
            break
        scripts = found
    return fat, choice


def _based(engine: Engine, choice: Choice, fat: Fat, order: Order) -> tuple[str, Choice]:
    """The new image's base, and the choice adapted to it."""
    if order.base in {"", SCRATCH}:
        return SCRATCH, choice
    image = base_image(order.base, dynamic=is_dynamic(choice))
    if not engine.inspect_images([image]):
        engine.output("pull", image)
    with container_of(engine, engine.image(image).id, order.recipe.project) as container:
        base = read_rootfs(container)
    return image, on_base(choice, fat.subject.rootfs, base, fat.subject.config.process_env)


def _text(
    order: Order,
    fat: Fat,
    base: ImageInfo | None,
    choice: Choice,
    start: str,
    symbols: tuple[Node, ...],
) -> str:
    dockerfile, tools = with_tools(order.dockerfile, fat.subject.rootfs)
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
        symbols=() if tools else symbols,
        runtime=choice.runtime,
    )
    return appended(dockerfile, fat.subject.rootfs, choice.selection, carried)
