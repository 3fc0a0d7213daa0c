"""The recipes of a project's Makefile, changed to build the single Dockerfile."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace

from bpkit.conversion import Converted, MergeChoices, Note, merged
from bpkit.core import (
    quote,
)
from bpkit.errors import BpkitError, Place
from bpkit.formats.dockerfile import Dockerfile, stages
from bpkit.formats.makefile import Assign, RecipeLine, makefile_lines
from bpkit.project import (
    DiskGround,
    NewFile,
    ProjectTexts,
)
from bpkit.readers.makefile import is_makefile, targets_by_line
from bpkit.verbs.convert.files import file_to_write
from bpkit.verbs.convert.makefile_edit import AUTOMATIC, NotRewrittenError, RecipeChange, rewritten
from bpkit.verbs.convert.request import DOCKERFILE, ConvertRequest
from bpkit.verbs.convert.sources import ConvertSource, find_source, trees_of, wanted_of


def makefile_change(
    request: ConvertRequest, ground: DiskGround, source: ConvertSource, made: Converted, name: str
) -> tuple[list[NewFile], list[Note]]:
    """The Makefile with a recipe that builds the single Dockerfile, or why it stays unchanged."""
    script = source.script
    text = ground.text(script) if script and is_makefile(script) else None
    if script is None or text is None:
        return [], []
    fixed = list(_fixed_values(source, made, text))
    files, why = _rewritten(request, ground, text, (source, made, name))
    return files, [*([why] if why else []), *fixed]


def _rewritten(
    request: ConvertRequest,
    ground: DiskGround,
    text: str,
    form: tuple[ConvertSource, Converted, str],
) -> tuple[list[NewFile], Note | None]:
    source, made, name = form
    script = source.script or ""
    if request.environment or request.build_args:
        given = ", ".join(name for name, _ in (*request.environment, *request.build_args))
        why = f"the recipe stays as it is: {given} is fixed in the Dockerfile"
        return [], Note(why, Place(script))
    try:
        change = _recipe_change(script, source, made, name)
        _check_shared(request, ground, text, (source, made, name))
        edited = rewritten(text, change, source.lines)
    except NotRewrittenError as error:
        why = f"the recipe is unchanged: {error.why}; --report shows the new command"
        return [], Note(why, Place(script, error.line))
    return [file_to_write(request.directory, script, edited)], None


def _fixed_values(source: ConvertSource, made: Converted, text: str) -> Iterator[Note]:
    """Values of the Makefile's variables that are now fixed in the Dockerfile."""
    script = source.script or ""
    lines = list(makefile_lines(text))
    carried = {p.line for p in source.carried}
    values = {one.name: one for one in lines if isinstance(one, Assign) and one.operator != "?="}
    waiting = [one.text for one in lines if isinstance(one, RecipeLine) and one.line in carried]
    used: set[str] = set()
    while waiting:
        for name in set(re.findall(r"\$[({](\w+)[)}]", waiting.pop())) & set(values) - used:
            used.add(name)
            waiting.append(values[name].text)
    before = {line for one in source.recipe.images for line in one.dockerfile.text.splitlines()}
    after = made.recipe.final.dockerfile
    new = [line for line in after.text.splitlines() if line not in before]
    for name in sorted(used):
        assigned = values[name]
        found = rf"(?<![A-Za-z0-9]){re.escape(assigned.text)}(?![A-Za-z0-9])"
        if re.fullmatch(r"[\w.-]*\w[\w.-]*", assigned.text) and any(
            re.search(found, line) for line in new if not line.startswith("FROM ")
        ):
            why = f"{after.name} has the value of {name} ('{assigned.text}'): change it there too"
            yield Note(why, Place(script, assigned.line))


def _recipe_change(script: str, source: ConvertSource, made: Converted, name: str) -> RecipeChange:
    """The changes to lines of the Makefile. Raises NotRewrittenError."""
    builds: dict[int, tuple[str, ...]] = {}
    places = dict(source.builds)
    for image in made.recipe.images:
        place = places.get(image.name)
        is_default = posixpath.normpath(posixpath.join(image.context, DOCKERFILE)) == name
        options = () if is_default else (f"-f {quote(name)}",)
        target = (f"--target {image.target}",) if image.target else ()
        line = place.line or 0 if place is not None and place.file == script else 0
        if not line:
            raise NotRewrittenError(place.line if place else None, "another file builds the image")
        if line in builds:
            raise NotRewrittenError(line, "it builds several images in one line")
        builds[line] = (*options, *target, image.context)
    shipped = {image.name for image in made.recipe.images}
    makers = [p.line or 0 for n, p in source.builds if n not in shipped and p.file == script]
    carried = frozenset(p.line or 0 for p in source.carried if p.file == script)
    tidying = frozenset(p.line or 0 for p in source.tidying if p.file == script)
    return RecipeChange(builds, makers, carried, tidying, source.has_added)


# Any name that the pattern matches besides those in the Makefile.
_ANY = "any-name"


def _check_shared(
    request: ConvertRequest,
    ground: DiskGround,
    text: str,
    form: tuple[ConvertSource, Converted, str],
) -> None:
    """Raises NotRewrittenError if a recipe serves other targets too, and is wrong for them.

    Each target is converted on its own, and the results must be the same.
    """
    source, made, name = form
    script = source.script or ""
    changed = {p.line or 0 for p in (*source.carried, *dict(source.builds).values())}
    shipped = {image.name for image in made.recipe.images}
    ships = {p.line or 0 for image, p in source.builds if image in shipped}
    says = {one.line: one.text for one in makefile_lines(text) if isinstance(one, RecipeLine)}
    rules: dict[tuple[str, ...], list[int]] = {}
    for line, targets in sorted(targets_by_line(text, script, ProjectTexts(ground)).items()):
        if line in changed and (len(targets) > 1 or "%" in targets[0]):
            rules.setdefault(targets, []).append(line)
    for targets, lines in rules.items():
        if ships & set(lines):
            for goal in (target.replace("%", _ANY) for target in targets):
                one = replace(request, arguments=(goal,))
                if why := _differs(one, ground, (source, made, name)):
                    raise NotRewrittenError(lines[0], f"it is also the recipe of '{goal}', {why}")
            continue
        # The files that it copies to the host are no longer needed, if that holds for all targets.
        for line in lines:
            if found := AUTOMATIC.search(says[line]):
                raise NotRewrittenError(
                    line, f"it contains {found.group()}: for other targets it makes something else"
                )


def _differs(
    request: ConvertRequest, ground: DiskGround, form: tuple[ConvertSource, Converted, str]
) -> str:
    """How the conversion for the request's goal differs from that of ``form``; "" if it doesn't."""
    source, made, name = form
    script = source.script or ""
    try:
        other = find_source(wanted_of(replace(request, script=script)), ground)
        trees = trees_of(other, ground)
        there = merged(other.recipe, MergeChoices(name, request.keep_entrypoint, trees))
        change = _recipe_change(script, other, there, name)
        own = _recipe_change(script, source, made, name)
    except (BpkitError, NotRewrittenError):
        return "which can't be converted in the same way"
    if _nameless(there.recipe.final.dockerfile) != _nameless(made.recipe.final.dockerfile):
        return "which needs another Dockerfile"
    if any(own.builds.get(line, how) != how for line, how in change.builds.items()):
        return "which is built by another command"
    return ""


def _nameless(dockerfile: Dockerfile) -> str:
    """The text with numbers in place of stage names, which are derived from the images' names."""
    text = dockerfile.text
    for number, stage in enumerate(stages(dockerfile)):
        if stage.name:
            name = re.escape(stage.name)
            used = rf"(?i:(?<=\bAS )|(?<=from=)|(?<=^FROM )){name}(?![\w.-])"
            text = re.sub(used, f"stage-{number}", text, flags=re.MULTILINE)
    return text
