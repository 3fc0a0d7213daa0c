"""Whether an artifact flows between the two files of a pair, and whether the files show it.

Without a script only the files themselves show how the two belong together.
"""

from __future__ import annotations

from bpkit.conversion import Part, full_tag, references_outside
from bpkit.core import Image, Recipe
from bpkit.errors import InputError, Place
from bpkit.formats.context import needs


def check_flow(recipe: Recipe) -> None:
    """Raises InputError if nothing flows, or if the artifact would be a guess."""
    build, runtime = recipe.images[0], recipe.final
    for artifact in runtime.artifacts:
        if artifact.evidence is None and artifact.wanted is not None:
            raise InputError(
                f"{build.dockerfile.name} doesn't show where "
                f"'{artifact.destination}' is made; {artifact.source} would be a guess",
                place=artifact.wanted,
                hint="pass --artifact "
                "/path/in/the/build/image:{artifact.destination}, or the script that "
                "builds the images with --script",
            )
    if not runtime.artifacts and full_tag(build.tag) not in _bases(runtime):
        known = {name: value for name, value in runtime.build_args if value is not None}
        asked = [f"'{source.text}'" for source in needs(runtime.dockerfile, None, known).sources]
        takes = f"it copies {', '.join(asked)} from the project" if asked else ""
        takes = takes or "it copies nothing from the project"
        raise InputError(
            f"nothing is copied from the image of {build.dockerfile.name}: {takes}, so "
            "there is nothing to convert",
            place=Place(runtime.dockerfile.name),
            hint="pass --artifact SRC:DST, or the script with --script",
        )


def _bases(image: Image) -> set[str]:
    return {full_tag(one) for one in references_outside(_part(image))}


def _part(image: Image) -> Part:
    return Part(0, image.dockerfile, (image,))
