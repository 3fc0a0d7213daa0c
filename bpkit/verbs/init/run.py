"""``bpkit init``: reads a project, and writes Dockerfiles from its language's template."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from bpkit.core import BuildOptions, Engine, uses_buildkit
from bpkit.errors import BpkitError, InputError, NoEngineError
from bpkit.formats.dockerfile import parse
from bpkit.languages import (
    WITHOUT_PROBE,
    Detected,
    Listing,
    ProjectWishes,
    candidates,
    detect,
    image_name,
    is_compiled,
    old_toolchain,
    on_old_debian,
    plain,
)
from bpkit.project import (
    FOREIGN,
    NewFile,
    ProjectChoices,
    as_it_is,
    put_back,
    sealed,
    write_together,
)
from bpkit.verbs.ignore import IgnoreFile, IgnoreRequest, derive, with_own
from bpkit.verbs.init.above import refuse_lone_member
from bpkit.verbs.init.assets import with_assets
from bpkit.verbs.init.ignore import OF_IMAGES, kept_out_notes, unwanted_patterns
from bpkit.verbs.init.project_files import read_listing
from bpkit.verbs.init.result import InitFile, InitResult
from bpkit.verbs.init.template_files import find_template
from bpkit.verbs.init.templates import Template, render, without_buildkit
from bpkit.verbs.init.templates_pair import as_pair
from bpkit.verbs.init.wishes import kept_wishes, notes_on_kept, wishes_of
from bpkit.verbs.script import script_files

#: Base images without an interpreter.
_WITHOUT_INTERPRETER = re.compile(r"^scratch$|distroless/(?:static|base|cc)(?:-|:|$)")
MULTI_STAGE, BUILDER, BOTH = "multi-stage", "builder", "both"
STYLES = (MULTI_STAGE, BUILDER, BOTH)


@dataclass(frozen=True)
class InitChoices:
    """The command line's choices. ``buildkit`` is whether Dockerfiles may use BuildKit's flags.

    ``dockerfile`` is the name of the multi-stage file. ``keep``: switches about the program are
    recorded in bpkit.toml. ``write`` is false if the files are only shown. ``script`` and
    ``makefile`` ask for what ``bpkit script`` writes. ``beside`` are the results of ``init`` for
    other programs that share the directory and its .dockerignore.
    """

    directory: Path = Path()
    language: str = ""
    style: str = MULTI_STAGE
    wishes: ProjectWishes = field(default_factory=ProjectWishes)
    template: Path | None = None
    buildkit: bool = True
    force: bool = False
    write: bool = True
    script: bool = False
    makefile: bool = False
    dockerfile: str = "Dockerfile"
    keep: bool = True
    beside: tuple[InitResult, ...] = ()


def init(
    choices: InitChoices, environ: Mapping[str, str] = os.environ, engine: Engine | None = None
) -> InitResult:
    """Detect the project, fill in the template, and write the files: all of them or none.

    ``engine`` is the engine that a script is written for; it need not answer. Raises InputError if
    the project shows no language or a choice is the user's, and for files that bpkit didn't
    write.
    """
    check_style(choices.style)
    _check_wishes(choices.wishes)
    listing = read_listing(choices.directory)
    refuse_lone_member(choices.directory, listing)
    choices = replace(choices, wishes=wishes_of(choices.directory, choices.wishes))
    kept_notes = tuple(notes_on_kept(choices.directory, choices.wishes) if choices.keep else ())
    detected = _detected(listing, choices).with_notes(*kept_notes)
    template = find_template(detected.template, choices.template, environ)
    dockerfiles = dict(_dockerfiles(listing, detected, template, choices))
    files: list[NewFile] = [
        NewFile(name, text, as_it_is(choices.directory, name)) for name, text in dockerfiles.items()
    ]
    files += kept_wishes(choices.directory, choices.wishes) if choices.keep else ()
    ignore = _ignore_file(detected, dockerfiles, choices)
    is_theirs = ignore.state == FOREIGN and not choices.force
    if not is_theirs:
        files.append(ignore)
    kept_out = () if is_theirs else tuple(kept_out_notes(listing, detected.sent))
    notes = (*_notes(detected, choices, is_theirs=is_theirs), *kept_out, *_reasons(files))
    if choices.write:
        if not choices.force and any(_is_their_dockerfile(one) for one in files):
            shown = tuple(InitFile(one.name, one.text, one.before, one.state) for one in files)
            raise KeptDockerfileError(
                InitResult(detected, template, shown, choices.buildkit, False, notes)
            )
        files += _written(choices, files, engine or Engine())
    shown = tuple(InitFile(one.name, one.text, one.before, one.state) for one in files)
    return InitResult(detected, template, shown, choices.buildkit, choices.write, notes)


def check_style(style: str) -> None:
    """Raise InputError for a value of --style that isn't one."""
    if style not in STYLES:
        raise InputError(f"{style!r} is not a style", hint=f"pass one of {', '.join(STYLES)}")


class KeptDockerfileError(InputError):
    """Raised for a project's own Dockerfile; ``result`` is what would replace it."""

    def __init__(self, result: InitResult) -> None:
        own = next(one for one in result.files if one.state == FOREIGN)
        super().__init__(
            f"{own.name} was not written by bpkit, or was changed since, and is left as it is",
            hint="run 'bpkit init --diff' to see what would change,"
            " or pass --force to replace it (the old one is kept as .bak)",
        )
        self.result = result


def _is_their_dockerfile(file: NewFile) -> bool:
    return file.name.startswith("Dockerfile") and file.state == FOREIGN


def _ignore_file(
    detected: Detected, dockerfiles: Mapping[str, str], choices: InitChoices
) -> NewFile:
    """The derived .dockerignore, with patterns for what a project in this language doesn't ship.

    Lines that the user added to a .dockerignore from bpkit are kept.
    """
    every = {
        **dockerfiles,
        **{
            file.name: file.text
            for other in choices.beside
            for file in other.files
            if file.name.startswith("Dockerfile")
        },
    }
    names = tuple(sorted(every))
    read = tuple(parse(every[name], name) for name in names)
    is_usual = choices.dockerfile == "Dockerfile" and not choices.beside
    request = IgnoreRequest(choices.directory, () if is_usual else names)
    derivation = derive(request, read)
    text, there = derivation.text, derivation.there
    if there is None and derivation.allowed.whole is not None:
        languages = (detected, *(other.detected for other in choices.beside))
        sent = tuple(dict.fromkeys(path for one in languages for path in one.sent))
        titles = tuple(dict.fromkeys(one.language for one in languages))
        text = with_own(text, unwanted_patterns(titles, sent))
    if choices.wishes.is_one_of and derivation.allowed.whole is not None:
        # An image of one program doesn't need the files that build the others.
        there_already = set(text.splitlines())
        text = with_own(text, [one for one in OF_IMAGES if one not in there_already])
    return IgnoreFile(derivation.name, text, there)


def _written(choices: InitChoices, files: Sequence[NewFile], engine: Engine) -> tuple[NewFile, ...]:
    """Write the files, and the script that follows from them; the script's files."""
    write_together(choices.directory, files, force=choices.force)
    if not choices.script and not choices.makefile:
        return ()
    style = MULTI_STAGE if choices.style == MULTI_STAGE else BUILDER
    try:
        scripts = script_files(
            ProjectChoices(directory=choices.directory, style=style, name=choices.wishes.name),
            BuildOptions(),
            engine,
            arguments=("--style", style) if choices.style == BOTH else (),
            makefile=choices.makefile,
        )
        write_together(choices.directory, scripts, force=choices.force)
    except BpkitError:
        put_back(choices.directory, files)
        raise
    return scripts


def _notes(detected: Detected, choices: InitChoices, *, is_theirs: bool) -> Iterator[str]:
    yield from detected.notes
    if old := old_toolchain(detected.values):
        yield (
            f"{old} is out of support and has no image on Debian bookworm: the Dockerfile uses"
            " images on bullseye, for which Debian may no longer have packages"
        )
    if is_theirs:
        yield ".dockerignore is left as it is; 'bpkit ignore' derives one, --force replaces it"
    if detected.values.get("probe") and choices.style != MULTI_STAGE:
        yield f"the pair has no health check: {detected.base} has no program that can connect"


def _reasons(files: Sequence[NewFile]) -> Iterator[str]:
    """How the project's own Dockerfile could be improved."""
    for one in files:
        if _is_their_dockerfile(one):
            # Imported here, since it loads rules of lint that other projects don't need.
            from bpkit.verbs.init.own_dockerfile import improvements

            for reason in improvements(one.before or "", one.name, one.text):
                yield f"the project's {one.name}: {reason}"


def has_buildkit(engine: Engine) -> bool:
    """Whether builds use BuildKit, the default; true if no engine answers."""
    try:
        return uses_buildkit(engine.versions())
    except NoEngineError:
        return True


def _check_wishes(wishes: ProjectWishes) -> None:
    """Raise InputError for a name or base image that a Dockerfile can't contain."""
    if wishes.name and image_name(wishes.name) != wishes.name:
        raise InputError(
            f"{wishes.name!r} is not a valid image name",
            hint=f"pass a name such as {image_name(wishes.name)}: lower case, digits, hyphens",
        )
    if wishes.base:
        plain(wishes.base, "base")


def _detected(listing: Listing, choices: InitChoices) -> Detected:
    """The detected project; with the user's own template it need not be in a known language."""
    wishes = choices.wishes
    if choices.template and not choices.language and not candidates(listing):
        name = wishes.name or image_name(listing.name)
        return Detected("unknown", "any", name, wishes.base, {})
    detected = detect(listing, wishes, choices.language)
    if _WITHOUT_INTERPRETER.search(detected.base) and not is_compiled(detected.language):
        raise InputError(
            f"--base {detected.base} has no interpreter for {detected.language}",
            hint="omit --base, or name an image with an interpreter",
        )
    return detected


def _dockerfiles(
    listing: Listing, detected: Detected, template: Template, choices: InitChoices
) -> Iterator[tuple[str, str]]:
    values = {"name": detected.name, "base": detected.base, "port": detected.port}
    template = with_assets(template, detected.values)
    made_by = f"init, template {template.name}"

    def finished(text: str) -> str:
        text = on_old_debian(text) if old_toolchain(detected.values) else text
        return sealed(made_by, text if choices.buildkit else without_buildkit(text))

    if choices.style in {BUILDER, BOTH}:
        # A pair has no third image to take a probe from.
        no_probe = WITHOUT_PROBE if detected.values.get("probe") else {}
        text = render(template, {**values, **detected.values, **no_probe})
        pair = as_pair(text, template.file)
        _check_apart(listing, pair.artifacts)
        yield "Dockerfile.build", finished(pair.build)
        yield "Dockerfile.runtime", finished(pair.runtime)
    if choices.style in {MULTI_STAGE, BOTH}:
        yield choices.dockerfile, finished(render(template, {**values, **detected.values}))


def _check_apart(listing: Listing, artifacts: tuple[str, ...]) -> None:
    """Raise InputError if the project itself has a path under an artifact's name."""
    for artifact in artifacts:
        if any(f"{file}/".startswith(f"{artifact}/") for file in listing.files):
            raise InputError(
                f"{artifact} in the project could be mistaken for the artifact of that name",
                hint="pass --style multi-stage, or rename the path",
            )
