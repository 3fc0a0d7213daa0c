"""The files of the old form: which are no longer needed, and what still needs the others."""

from __future__ import annotations

from dataclasses import dataclass

from bpkit.conversion import Converted
from bpkit.project import NewFile, ProjectTexts
from bpkit.readers.ci import is_workflow
from bpkit.readers.script import Fate
from bpkit.verbs.convert.needed import StillNeeded, names, still_needed
from bpkit.verbs.convert.sources import ConvertSource


@dataclass(frozen=True)
class OldFiles:
    """``all`` are the old form's own files, ``kept`` those of them that something still needs.

    ``script_stays``: the script goes on building the old form.
    """

    all: tuple[str, ...]
    kept: tuple[StillNeeded, ...]
    script_stays: bool

    @property
    def unneeded(self) -> tuple[str, ...]:
        """Those that nothing needs any more."""
        needed = {one.path for one in self.kept}
        return tuple(path for path in self.all if path not in needed)


def old_files(
    source: ConvertSource,
    made: Converted,
    name: str,
    recipe: tuple[list[NewFile], bool],
    texts: ProjectTexts,
) -> OldFiles:
    """The old form's files beside the new file ``name``.

    ``recipe`` is the Makefile with its new recipe, and whether a recipe stays as it is.
    """
    makefile, recipe_stays = recipe
    paths = {image.path for image in source.recipe.images} | {source.script} | set(source.files)
    every = sorted(path for path in paths if path and path != name)
    why = _why_the_script_stays(source, is_rewritten=bool(makefile), recipe_stays=recipe_stays)
    kept = [StillNeeded(path, why) for path in every if path == source.script and why]
    # A script that stays unchanged still needs the files that it names.
    stays_whole = {one.path for one in kept if not makefile}
    rest = [path for path in every if path not in {one.path for one in kept}]
    for path in [one for one in rest if stays_whole and one in source.files]:
        kept.append(StillNeeded(path, f"{source.script} builds from it"))
        rest.remove(path)
    for path in [p for p in rest for file in makefile if names(p, file.text)]:
        kept.append(StillNeeded(path, f"{source.script} names it"))
        rest.remove(path)
    apart = [path for path in every if path not in stays_whole]
    stays = [line for line in source.lines if line.fate is Fate.KEPT]
    kept += still_needed(rest, (apart, stays), made.recipe.final.dockerfile, texts)
    return OldFiles(tuple(every), tuple(kept), bool(stays_whole))


def _why_the_script_stays(source: ConvertSource, *, is_rewritten: bool, recipe_stays: bool) -> str:
    """Why the script is still needed; "" if it isn't."""
    if source.script and is_workflow(source.script):
        return "it does more than build the image; change its commands"
    if recipe_stays and not is_rewritten:
        return "its recipe stays as it is"
    if is_rewritten:
        return "its recipe now builds the single Dockerfile"
    if any(line.fate in {Fate.LEFT, Fate.KEPT} for line in source.lines):
        return "it does more than build the images"
    return "called differently, it makes something else" if source.has_choices else ""
