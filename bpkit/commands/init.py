"""``bpkit init``: look at a project, and write the Dockerfiles of its language's template."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bpkit.commands.new_files import NewFile, as_it_is, check_mine, sealed, write_together
from bpkit.commands.template_files import find_template
from bpkit.errors import InputError, Place
from bpkit.projects.detect import candidates, detect
from bpkit.projects.ignore import MADE, allow_list
from bpkit.projects.listing import Detected, Listing, Wishes, image_name
from bpkit.templates import Template, render, without_buildkit
from bpkit.templates_pair import as_pair

MULTI_STAGE, BUILDER, BOTH = "multi-stage", "builder", "both"
STYLES = (MULTI_STAGE, BUILDER, BOTH)
# A project's own files are near its top; what lies deeper or beyond is somebody else's.
_DEEPEST = 8
_MOST_FILES = 20_000
_LONGEST_TEXT = 1_000_000


@dataclass(frozen=True)
class InitChoices:
    """What the command line says. ``buildkit`` is whether the Dockerfiles may use BuildKit's flags.

    ``write`` is false where the files are only to be shown.
    """

    directory: Path = Path()
    language: str = ""
    style: str = MULTI_STAGE
    wishes: Wishes = field(default_factory=Wishes)
    template: Path | None = None
    buildkit: bool = True
    force: bool = False
    write: bool = True


@dataclass(frozen=True)
class InitResult:
    """What was found out, the template, and the files, written or only shown."""

    detected: Detected
    template: Template
    files: tuple[NewFile, ...]
    buildkit: bool
    written: bool


def init(choices: InitChoices, environ: Mapping[str, str] = os.environ) -> InitResult:
    """Detect, fill the template in, and write its files: all of them or none.

    Raises InputError where the project shows no language or several, where a choice is the
    user's, and for files that bpkit did not write.
    """
    if choices.style not in STYLES:
        raise InputError(f"there is no style {choices.style!r}", hint=f"Known: {', '.join(STYLES)}")
    listing = read_listing(choices.directory)
    detected = _detected(listing, choices)
    template = find_template(detected.template, choices.template, environ)
    files = tuple(
        NewFile(name, text, as_it_is(choices.directory, name))
        for name, text in _files(listing, detected, template, choices)
    )
    if choices.write:
        check_mine(files, force=choices.force)
        write_together(choices.directory, files, force=choices.force)
    return InitResult(detected, template, files, choices.buildkit, choices.write)


def read_listing(directory: Path) -> Listing:
    """The files of a project, without what builds made. Raises InputError."""
    if not directory.is_dir():
        raise InputError("there is no such directory", place=Place(str(directory)))
    files = tuple(sorted(_walk(directory)))

    def read(name: str) -> str:
        try:
            with (directory / name).open("rb") as stream:
                return stream.read(_LONGEST_TEXT).decode("utf-8", "replace")
        except OSError as error:
            raise InputError(str(error.strerror), place=Place(name)) from None

    return Listing(directory.resolve().name, files, read)


def _walk(directory: Path) -> Iterator[str]:
    count = 0
    for folder, folders, names in os.walk(directory):
        below = Path(folder).relative_to(directory)
        too_deep = len(below.parts) >= _DEEPEST
        folders[:] = [] if too_deep else sorted(one for one in folders if one not in MADE)
        for name in names:
            yield (below / name).as_posix()
            count += 1
            if count >= _MOST_FILES:
                return


def _detected(listing: Listing, choices: InitChoices) -> Detected:
    """What the project is; a template of the user's own can do without a language."""
    wishes = choices.wishes
    if choices.template and not choices.language and not candidates(listing):
        name = wishes.name or image_name(listing.name)
        return Detected("unknown", "any", name, wishes.base, {})
    return detect(listing, wishes, choices.language)


def _files(
    listing: Listing, detected: Detected, template: Template, choices: InitChoices
) -> Iterator[tuple[str, str]]:
    values = {"name": detected.name, "base": detected.base, "port": detected.port}
    made_by = f"init, template {template.name}"

    def finished(text: str) -> str:
        return sealed(made_by, text if choices.buildkit else without_buildkit(text))

    if choices.style in {MULTI_STAGE, BOTH}:
        yield "Dockerfile", finished(render(template, {**values, **detected.values}))
    if choices.style in {BUILDER, BOTH}:
        # A pair has no third image to take a probe from.
        unprobed = {"probe": "", "busybox_version": "", "healthcheck": ""}
        no_probe = unprobed if detected.values.get("probe") else {}
        text = render(template, {**values, **detected.values, **no_probe})
        pair = as_pair(text, template.file)
        _check_apart(listing, pair.artifacts)
        yield "Dockerfile.build", finished(pair.build)
        yield "Dockerfile.runtime", finished(pair.runtime)
    yield ".dockerignore", sealed(made_by, allow_list(listing))


def _check_apart(listing: Listing, artifacts: tuple[str, ...]) -> None:
    """Raise InputError where the project has a path that an artifact is copied by."""
    for artifact in artifacts:
        if any(f"{file}/".startswith(f"{artifact}/") for file in listing.files):
            raise InputError(
                f"{artifact} of the project could be mistaken for the artifact of that name",
                hint="Use --style multi-stage, or rename it.",
            )
