"""The recipes of a project's Makefile that build by the one Dockerfile from now on."""

from __future__ import annotations

import posixpath

from bpkit.conversion import Converted, Note
from bpkit.core import (
    quote,
)
from bpkit.errors import Place
from bpkit.project import (
    DiskGround,
    NewFile,
)
from bpkit.readers.makefile import is_makefile
from bpkit.verbs.convert.files import file_to_write
from bpkit.verbs.convert.makefile_edit import NotRewrittenError, RecipeChange, rewritten
from bpkit.verbs.convert.request import DOCKERFILE, ConvertRequest
from bpkit.verbs.convert.sources import ConvertSource


def makefile_change(
    request: ConvertRequest, ground: DiskGround, source: ConvertSource, made: Converted, name: str
) -> tuple[list[NewFile], list[Note]]:
    """The Makefile with the recipe that builds by the one Dockerfile, or why it stays as it is."""
    script = source.script
    text = ground.text(script) if script and is_makefile(script) else None
    if script is None or text is None:
        return [], []
    if request.environment or request.build_args:
        given = ", ".join(name for name, _ in (*request.environment, *request.build_args))
        why = f"the recipe stays as it is: {given} is fixed in the Dockerfile"
        return [], [Note(why, Place(script))]
    builds: dict[int, tuple[str, ...]] = {}
    places = dict(source.builds)
    for image in made.recipe.images:
        place = places.get(image.name)
        is_default = posixpath.normpath(posixpath.join(image.context, DOCKERFILE)) == name
        options = () if is_default else (f"-f {quote(name)}",)
        target = (f"--target {image.target}",) if image.target else ()
        if place is not None and place.file == script and place.line not in builds:
            builds[place.line or 0] = (*options, *target, image.context)
        else:
            why = "the recipe is unchanged: it builds several images in one line"
            return [], [Note(why, place)]
    shipped = {image.name for image in made.recipe.images}
    makers = [p.line or 0 for n, p in source.builds if n not in shipped and p.file == script]
    carried = frozenset(p.line or 0 for p in source.carried if p.file == script)
    try:
        tidying = frozenset(p.line or 0 for p in source.tidying if p.file == script)
        change = RecipeChange(builds, makers, carried, tidying, source.has_added)
        edited = rewritten(text, change, source.lines)
    except NotRewrittenError as error:
        why = f"the recipe is unchanged: {error.why}; --report shows the new command"
        return [], [Note(why, Place(script, error.line))]
    return [file_to_write(request.directory, script, edited)], []
