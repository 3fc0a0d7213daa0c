"""``bpkit try``: start an image, watch it, probe it, and judge what was seen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bpkit.core import Engine, owner_of, project_name
from bpkit.errors import EngineError, InputError, Place
from bpkit.formats.yaml import read_yaml
from bpkit.project import Project, missing_image, recipe_of
from bpkit.verbs.check import check, check_project
from bpkit.verbs.trial.bench import trial_bench
from bpkit.verbs.trial.probe_tables import StructureTests, read_probes, read_structure_tests
from bpkit.verbs.trial.probes import Probe
from bpkit.verbs.trial.verdict import Verdict, judge


def try_image(engine: Engine, image: str, probe: Probe, project: Project | None = None) -> Verdict:
    """The verdict on the image of this name, which the engine has.

    ``project`` has the Dockerfile that it was built from, if known. Raises EngineError if there is
    no such image, InputError for one that isn't for Linux, NoEngineError, and InterruptedRunError
    on a signal, after the cleanup.
    """
    info = engine.image(image)
    if info.os not in {"linux", ""}:
        raise InputError(
            f"'{image}' is an image for {info.os}", hint="only images for Linux can be tried"
        )
    with trial_bench(engine, owner_of(info.labels)[0] or project_name(image)) as bench:
        trial = bench.observe(image, probe)
    if trial.state == "refused" and f"network {probe.network} not found" in trial.engine_said:
        raise InputError(
            f"the engine has no network '{probe.network}'",
            hint="run 'docker network ls' to list the networks",
        )
    verdict = judge(trial, probe, info)
    if verdict.runs or probe.arguments or probe.entrypoint is not None:
        # The check is only about the image's own command.
        return verdict
    try:
        checked = check_project(engine, project) if project else check(engine, image)
    except EngineError as error:
        unasked = (*verdict.unasked, f"the files of the image: {error.message}")
        return replace(verdict, unasked=unasked)
    return judge(trial, probe, info, checked.findings)


def try_project(engine: Engine, project: Project, probe: Probe) -> Verdict:
    """The verdict on the image that a project ships, as built last; raises like ``try_image``."""
    return try_image(engine, image_of(engine, project), probe, project)


def image_of(engine: Engine, project: Project) -> str:
    """The name of the image that a project ships. Raises EngineError if it doesn't exist."""
    recipe = recipe_of(project)
    tag = recipe.final.tag
    if tag not in engine.inspect_images([tag]):
        raise missing_image(engine, tag, recipe.project)
    return tag


def try_built(engine: Engine, project: Project, image: str) -> tuple[Verdict, ...]:
    """The verdicts on the project's image, started plainly and with each of its probes.

    Raises like ``try_image``, and InputError for a probe that can't be read.
    """
    probes = (Probe(), *probes_of_project(project))
    return tuple(try_image(engine, image, probe, project) for probe in probes)


def probes_of_project(project: Project) -> tuple[Probe, ...]:
    """The probes in the tables of the project's settings. Raises InputError."""
    return read_probes(project.settings.probe_tables, project.settings.probe_places)


def structure_tests_in(path: Path) -> StructureTests:
    """The tests of a container-structure-test file, in YAML or JSON. Raises InputError."""
    place = Place(str(path))
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", "") or "it is not UTF-8"
        raise InputError(f"the file can't be read: {reason}", place=place) from None
    return read_structure_tests(read_yaml(text, str(path)), place)
