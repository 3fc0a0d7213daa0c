"""The sources of a compiled program: they show which programs it starts, which its machine code
often doesn't.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from itertools import islice

from bpkit.core import Recipe
from bpkit.project import DiskGround, Project

#: Source files for compilers. Interpreted languages ship their sources, which are in the image.
SOURCE_SUFFIXES = (".c", ".cc", ".cpp", ".cxx", ".go", ".rs", ".zig", ".java", ".kt", ".scala")
MOST_SOURCES = 400


def source_texts(project: Project, recipe: Recipe) -> tuple[str, ...]:
    """The texts of the sources in the build contexts, without tests."""
    return tuple(islice(_texts(project, recipe), MOST_SOURCES))


def _texts(project: Project, recipe: Recipe) -> Iterator[str]:
    ground = DiskGround(project.directory)
    for context in dict.fromkeys(image.context for image in recipe.images):
        image = next(one for one in recipe.images if one.context == context)
        for path in sorted(ground.tree(image).entries):
            if path.endswith(SOURCE_SUFFIXES) and not path.endswith("_test.go"):
                text = ground.text(posixpath.join(context, path))
                if text:
                    yield text
