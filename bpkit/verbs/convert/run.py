"""``bpkit convert``: a project in the one form becomes a project in the other."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from bpkit import __version__
from bpkit.conversion import Converted, MergeChoices, Note, Wish, merged, split
from bpkit.core import (
    RUNTIME,
    BuildOptions,
    Facts,
    Image,
    Recipe,
    check_tag,
    plan,
    project_name,
    quote,
)
from bpkit.errors import Place
from bpkit.formats.context import Tree, needs
from bpkit.formats.dockerfile import stages
from bpkit.formats.dockerignore import NAME as IGNORE
from bpkit.project import (
    SETTINGS_FILES,
    DiskGround,
    NewFile,
    ProjectTexts,
    as_it_is,
    check_mine,
    read_dockerfile,
    sealed,
    set_aside,
    staged_files,
    whole_contexts,
    write_together,
)
from bpkit.readers.ci import is_workflow
from bpkit.readers.makefile import is_makefile
from bpkit.readers.script import Fate
from bpkit.verbs.convert.commands import build_commands, leaving_commands
from bpkit.verbs.convert.ignore_lines import joined_ignore
from bpkit.verbs.convert.makefile_edit import NotRewrittenError, RecipeChange, rewritten
from bpkit.verbs.convert.needed import (
    StillNeeded,
    names,
    still_needed,
    uses_of,
    uses_of_files,
)
from bpkit.verbs.convert.request import ConvertRequest
from bpkit.verbs.convert.result import Conversion, FileChange, WrittenForm
from bpkit.verbs.convert.settings_edit import followed_settings
from bpkit.verbs.convert.sources import ConvertSource, Wanted, find_source
from bpkit.verbs.ignore import allow_list, derived_text
from bpkit.verbs.script import ENGINE, SCRIPT
from bpkit.writers import write_script

MULTI_STAGE, BUILDER = "multi-stage", "builder"
DOCKERFILE = "Dockerfile"


def convert(request: ConvertRequest) -> Conversion:
    """The project in the other form. Raises InputError, with all that is in the way."""
    return _to_multi_stage(request) if request.to == MULTI_STAGE else _to_builder(request)


def check_files(files: Sequence[FileChange], *, force: bool) -> None:
    """Raises InputError for a file that would be written over and is a person's."""
    check_mine([file for file in files if isinstance(file, NewFile)], force=force)


def write(conversion: Conversion, files: Sequence[FileChange], *, force: bool) -> None:
    """Write these files of the conversion, those of one directory together or not at all.

    Raises InputError, before anything is written, for a file that a person wrote.
    """
    check_files(files, force=force)
    by_place: dict[str, list[NewFile]] = {}
    for file in files:
        if isinstance(file, NewFile):
            place, _, name = file.name.rpartition("/")
            by_place.setdefault(place, []).append(replace(file, name=name))
    for place, group in by_place.items():
        directory = conversion.directory / place
        directory.mkdir(parents=True, exist_ok=True)
        write_together(directory, group, force=force)


def remove_unneeded(conversion: Conversion) -> tuple[str, ...]:
    """Remove the files that only the old form needs, each kept as ``.bak``; returns their names."""
    for name in conversion.unneeded:
        set_aside(conversion.directory / name)
    return conversion.unneeded


# To one Dockerfile with stages


def _to_multi_stage(request: ConvertRequest) -> Conversion:
    ground = DiskGround(request.directory)
    source = find_source(_wanted(request), ground)
    trees = dict(_trees(source, ground))
    name = request.output or DOCKERFILE
    made = merged(source.recipe, MergeChoices(name, request.keep_entrypoint, trees))
    files = [_file(request.directory, name, made.recipe.final.dockerfile.text)]
    makefile, hints = _makefile(request, ground, source, made, name)
    files += makefile
    style = {"style": MULTI_STAGE} | ({"dockerfile": name} if name != DOCKERFILE else {})
    settings, unsaid = _settings(request, ground, style)
    files += settings
    hints += unsaid
    paths = {image.path for image in source.recipe.images}
    old = paths | {source.script} | set(source.files)
    gone = sorted(path for path in old if path and path != name)
    is_kept = any(line.fate in {Fate.LEFT, Fate.KEPT} for line in source.lines)
    why = "called differently, it makes something else" if source.has_choices else ""
    why = "it does more than build the images" if is_kept else why
    why = "its recipe now builds the single Dockerfile" if makefile else why
    if hints and not makefile:
        why = "its recipe stays as it is"
    if source.script and is_workflow(source.script):
        why = "it says more than how to build; change its commands"
    kept = [StillNeeded(path, why) for path in gone if path == source.script and why]
    stays_as_it_is = bool(kept and not makefile)
    files[1:1] = _ignore_files(request, ground, source, made, is_read_on=stays_as_it_is)
    rest = [path for path in gone if path not in {one.path for one in kept}]
    # A script that stays as it is still needs the files that it names.
    stays_whole = {one.path for one in kept if not makefile}
    apart = [path for path in gone if path not in stays_whole]
    for path in [one for one in rest if stays_whole and one in source.files]:
        kept.append(StillNeeded(path, f"{source.script} builds from it"))
        rest.remove(path)
    texts = ProjectTexts(ground)
    stays = [line for line in source.lines if line.fate is Fate.KEPT]
    for path in [p for p in rest for file in makefile if names(p, file.text)]:
        kept.append(StillNeeded(path, f"{source.script} names it"))
        rest.remove(path)
    kept += still_needed(rest, (apart, stays), made.recipe.final.dockerfile, texts)
    return Conversion(
        MULTI_STAGE,
        request.directory,
        tuple(files),
        WrittenForm(source.recipe, source.virtual, dict(_merged_into(source, trees))),
        WrittenForm(_by_name(made.recipe, name)),
        source.lines,
        (*source.notes, *made.notes, *hints, *_other_stages(name, source)),
        tuple(build_commands(name, source, made)),
        tuple(path for path in gone if path not in {one.path for one in kept}),
        tuple(kept),
        (*(one.note for one in source.host_files), *source.left_behind),
        (
            *uses_of(source.unmade, ([*gone, name], stays), texts),
            *uses_of_files([o.path for o in source.host_files if makefile and not o.is_own], stays),
        ),
        tuple(leaving_commands(name, source, made)),
    )


def _trees(source: ConvertSource, ground: DiskGround) -> Iterator[tuple[str, Tree]]:
    """What the context of each image has of the project's own when the script builds it."""
    cleared = dict(source.cleared)
    for image in source.recipe.images:
        if image.name in source.virtual:
            continue
        tree = ground.tree(image)
        away = cleared.get(image.name, ())
        kept = {e.path: e for e in tree if not any(_is_cleared(e.path, one) for one in away)}
        yield image.name, replace(tree, entries=kept)


def _is_cleared(path: str, away: str) -> bool:
    if away.endswith("/*"):
        start = away.removesuffix("*")
        return path.startswith(start) and not path.startswith(f"{start}.")
    return path == away or path.startswith(f"{away}/")


def _merged_into(
    source: ConvertSource, trees: Mapping[str, Tree]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The project's own files in directories that artifacts come into, by image."""
    for image in source.recipe.images:
        places = tuple(f"{one.destination}/" for one in image.artifacts)
        files = tuple(
            entry.path
            for entry in trees.get(image.name, Tree())
            if entry.kind != "directory" and entry.path.startswith(places)
        )
        if places and files:
            yield image.name, files


def _by_name(recipe: Recipe, name: str) -> Recipe:
    """The recipe built from the file ``name``, once it is written."""
    return replace(recipe, images=tuple(replace(one, path=name) for one in recipe.images))


def _wanted(request: ConvertRequest) -> Wanted:
    return Wanted(
        request.directory,
        request.script,
        request.arguments,
        request.files,
        request.tag,
        request.artifacts,
        request.build_args,
        request.environment,
    )


def _file(directory: Path, name: str, text: str, *, executable: bool = False) -> NewFile:
    return NewFile(name, text, as_it_is(directory, name), executable)


def _ignore_files(
    request: ConvertRequest,
    ground: DiskGround,
    source: ConvertSource,
    made: Converted,
    *,
    is_read_on: bool,
) -> Iterator[NewFile]:
    """A ``.dockerignore`` for the new form, where the one that is there does not serve it.

    What the old form took from the context besides, artifacts on the host above all, is gone. Where
    the script goes on building the old form (``is_read_on``), its context stays as it is.
    """
    context = made.recipe.final.context
    name = posixpath.normpath(posixpath.join(context, IGNORE))
    if name.startswith("../"):
        return
    there = ground.text(name)
    parts = {
        posixpath.relpath(image.context, context): ground.text(
            posixpath.join(image.context, IGNORE)
        )
        for image in source.recipe.images
        if posixpath.normpath(image.context) != posixpath.normpath(context)
    }
    if any(parts.values()) or (parts and there):
        text = joined_ignore(there or "", {path: text or "" for path, text in parts.items()})
        yield _file(request.directory, name, text)
    elif there is None and not is_read_on and not _other_dockerfiles(request, source):
        final = made.recipe.final.dockerfile
        allowed = allow_list(needs(final))
        if allowed.whole is None and allowed.lines:
            text = derived_text(allowed, [final.name], ())
            yield _file(request.directory, name, sealed(f"convert {__version__}", text))


def _makefile(
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
    return [_file(request.directory, script, edited)], []


def _settings(
    request: ConvertRequest, ground: DiskGround, wanted: dict[str, str]
) -> tuple[list[NewFile], list[Note]]:
    """The settings of the project as the new form needs them, where they say anything of a form."""
    for name in SETTINGS_FILES:
        text = ground.text(name)
        if text is None or (name != SETTINGS_FILES[0] and "[tool.bpkit]" not in text):
            continue
        new = followed_settings(text, name, wanted)
        if new is None:
            shown = ", ".join(f'{key} = "{value}"' for key, value in wanted.items())
            return [], [Note(f"say there: {shown}", Place(name))]
        return ([_file(request.directory, name, new)] if new != text else []), []
    return [], []


def _other_stages(name: str, source: ConvertSource) -> Iterator[Note]:
    """What ``docker build`` of the old file by hand made, and that of the new one doesn't."""
    for image in source.recipe.images:
        last = stages(image.dockerfile).last
        if image.path == name and image.target and last.label != image.target:
            yield Note(
                "this stage is no longer the last one of the file, which "
                "'docker build' without --target builds",
                last.place(last.from_),
            )


def _other_dockerfiles(request: ConvertRequest, source: ConvertSource) -> bool:
    """Whether the project has Dockerfiles besides, which an allow-list made here would break."""
    known = {image.dockerfile.name for image in source.recipe.images} | {DOCKERFILE, request.output}
    found = {path.name for path in request.directory.glob("*ockerfile*")}
    return bool(found - known)


# To Dockerfiles without stages, and a script


def _to_builder(request: ConvertRequest) -> Conversion:
    name = request.files[0] if request.files else DOCKERFILE
    dockerfile = read_dockerfile(request.directory, name)
    project = project_name(request.directory.resolve().name)
    output = posixpath.normpath(request.output or ".")
    wish = Wish(
        project,
        check_tag(request.tag or project),
        request.target or None,
        posixpath.relpath(".", output),
        request.build_args,
    )
    made = split(dockerfile, wish)
    files = tuple(_builder_files(request, made.recipe, output, name))
    settings, hints = _builder_settings(request, made.recipe, output)
    whole = Image(
        RUNTIME,
        wish.tag,
        dockerfile,
        path=name,
        build_args=request.build_args,
        target=wish.target,
    )
    # For --verify nothing is written yet: the plan writes the Dockerfiles where it stages.
    unwritten = tuple(replace(i, path=None, context=".") for i in made.recipe.images)
    return Conversion(
        BUILDER,
        request.directory,
        (*files, *settings),
        WrittenForm(Recipe(project, (whole,))),
        WrittenForm(replace(made.recipe, images=unwritten)),
        notes=(*made.notes, *hints),
        commands=(f"./{files[-1].name}",),
        unneeded=() if made.left else (name,),
        lost=made.left,
    )


def _builder_settings(
    request: ConvertRequest, recipe: Recipe, output: str
) -> tuple[list[NewFile], list[Note]]:
    """That the project is a builder's from now on: its Dockerfile of several stages is there, too.

    Pairs only: bpkit itself builds no other project of the builder pattern.
    """
    if output != "." or len(recipe.images) != 2:
        return [], []
    ground = DiskGround(request.directory)
    wanted = {"style": BUILDER}
    found, hints = _settings(request, ground, wanted)
    there = next((name for name in SETTINGS_FILES if ground.text(name) is not None), None)
    if there is None:
        found = [_file(request.directory, SETTINGS_FILES[0], 'style = "builder"\n')]
    return found, hints


def _builder_files(
    request: ConvertRequest, recipe: Recipe, output: str, origin: str
) -> Iterator[NewFile]:
    """The Dockerfiles, and the script last."""
    for image in recipe.images:
        path = posixpath.normpath(posixpath.join(output, image.dockerfile.name))
        yield _file(request.directory, path, image.dockerfile.text)
    path = posixpath.normpath(posixpath.join(output, SCRIPT))
    text = _script(request, recipe, output, origin)
    yield _file(request.directory, path, text, executable=True)


def _script(request: ConvertRequest, recipe: Recipe, output: str, origin: str) -> str:
    build_args = {n: v for n, v in request.build_args if v is not None}
    # As seen from the project: the directory of the script may not be there yet.
    images = tuple(
        replace(one, context=posixpath.normpath(posixpath.join(output, one.context)))
        for one in recipe.images
    )
    seen = replace(recipe, images=images)
    staged = staged_files(seen, request.directory, build_args, buildkit=True)
    linked = whole_contexts(seen, request.directory, build_args, staged)
    facts = Facts(True, staged, linked=linked)
    made = plan(recipe, BuildOptions(), facts, engine=(ENGINE,))
    tags = " and ".join(image.tag for image in recipe.images)
    title = f"Makes {tags} on a container engine; needs a POSIX shell, and no Python."
    words = ["bpkit convert --to builder", f"-f {quote(origin)}"]
    if request.output:
        words.append(f"-o {quote(request.output)}")
    seal = f"convert {__version__}; renew it with: {' '.join(words)}"
    return sealed(seal, write_script(made, title=title))
