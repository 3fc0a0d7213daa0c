"""``bpkit doctor``: which engine answers, what it supports, and what is missing, with the fix."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from typing import Any

from bpkit.core import Engine, Versions, has_buildx, quote, uses_buildkit
from bpkit.errors import NoEngineError
from bpkit.project import broken_kept, cache_directory, program_here
from bpkit.report import human
from bpkit.verbs.doctor.diagnosis import Diagnosis, DiagnosisItem
from bpkit.verbs.doctor.remedies import another_staging, install, start_docker

_LOW_DISK = 2 * 10**9


def diagnose(engine: Engine) -> Diagnosis:
    """Examine the engine and what else bpkit uses; nothing is changed."""
    program = shutil.which(engine.words[0])
    if program is None:
        return Diagnosis((_no_program(engine), *_machine()), usable=False)
    client = DiagnosisItem("client", "ok", " ".join((program, *engine.words[1:])))
    try:
        versions = engine.versions()
    except NoEngineError as error:
        return Diagnosis((client, _no_answer(engine, error), *_machine()), usable=False)
    info = _info(engine)
    items = (client, *_engine_items(versions, info), _builder(versions), *_storage(info))
    return Diagnosis((*items, *_machine()), usable=True)


def _no_program(engine: Engine) -> DiagnosisItem:
    fix = install("docker") if engine.words[0] == "docker" else "bpkit doctor --engine docker"
    return DiagnosisItem("client", "missing", f"'{engine.words[0]}' is not on PATH", fix)


def _no_answer(engine: Engine, error: NoEngineError) -> DiagnosisItem:
    host = os.environ.get("DOCKER_HOST", "")
    if "permission denied" in error.message.lower():
        fix = 'usermod -aG docker "$USER", then log in again'
    elif host:
        fix = f"DOCKER_HOST is {host}: start that engine, or unset DOCKER_HOST"
    elif engine.is_podman:
        fix = "podman machine start"
    else:
        fix = start_docker()
    return DiagnosisItem("engine", "missing", error.message, fix)


def _info(engine: Engine) -> Mapping[str, Any]:
    done = engine.attempt("info", "--format", "{{json .}}")
    try:
        said = json.loads(done.stdout)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _engine_items(versions: Versions, info: Mapping[str, Any]) -> Iterator[DiagnosisItem]:
    kind = "podman" if versions.podman else "docker"
    host = info.get("host") or {}
    system = info.get("OSType") or host.get("os") or ""
    machine = info.get("Architecture") or host.get("arch") or ""
    where = f"{system}/{machine}".strip("/")
    found = f"{kind} {versions.server} (client {versions.client}) on {where}"
    yield DiagnosisItem("engine", "ok", found)


def _builder(versions: Versions) -> DiagnosisItem:
    if versions.podman:
        return DiagnosisItem("builder", "ok", "buildah, as part of podman")
    if uses_buildkit(versions):
        plugin = ", by the buildx plugin" if has_buildx() else ", built into the engine"
        return DiagnosisItem("builder", "ok", f"BuildKit{plugin}")
    if os.environ.get("DOCKER_BUILDKIT"):
        return DiagnosisItem(
            "builder", "note", "classic: DOCKER_BUILDKIT is 0", "unset DOCKER_BUILDKIT"
        )
    fix = "export DOCKER_BUILDKIT=1"
    if versions.client_major >= 23:
        fix = install("buildx")
    found = "classic: without --secret, --ssh, RUN --mount and heredocs"
    return DiagnosisItem("builder", "note", found, fix)


def _storage(info: Mapping[str, Any]) -> Iterator[DiagnosisItem]:
    driver = info.get("Driver") or (info.get("store") or {}).get("graphDriverName")
    if not driver:
        return
    root = info.get("DockerRootDir") or (info.get("store") or {}).get("graphRoot") or ""
    snapshotter = any("containerd" in str(row) for row in info.get("DriverStatus") or ())
    store = ", containerd's image store" if snapshotter else ""
    free = _free(root)
    if free is None:
        yield DiagnosisItem("storage", "ok", f"{driver}{store}")
    elif free < _LOW_DISK:
        found = f"{driver}{store}, only {human(free)} free in {root}"
        yield DiagnosisItem("storage", "missing", found, "docker system prune")
    else:
        yield DiagnosisItem("storage", "ok", f"{driver}{store}, {human(free)} free in {root}")


def _free(root: str) -> int | None:
    """The free bytes in the engine's data directory, if it is on this machine."""
    try:
        return shutil.disk_usage(root).free if root else None
    except OSError:
        return None


def _machine() -> Iterator[DiagnosisItem]:
    staging = os.environ.get("TMPDIR") or tempfile.gettempdir()
    if os.access(staging, os.W_OK):
        yield DiagnosisItem("staging", "ok", staging)
    else:
        yield DiagnosisItem(
            "staging", "missing", f"{staging} can't be written to", another_staging()
        )
    yield from _cache()
    yield DiagnosisItem("python", "ok", f"{platform.python_version()}, plumbum {_plumbum()}")
    for tool, use, fix in (
        ("hadolint", "bpkit lint would run it too", "pip install 'docker-bpkit[lint]'"),
        ("shellcheck", "checks generated scripts", install("shellcheck")),
    ):
        path = program_here(tool)
        state = (
            DiagnosisItem(tool, "ok", path)
            if path
            else DiagnosisItem(tool, "note", f"not installed; {use}", fix)
        )
        yield state


def _cache() -> Iterator[DiagnosisItem]:
    """The cache of earlier runs, and parts of it that can't be read and count as absent."""
    broken = tuple(broken_kept())
    for path, why in broken:
        fix = f"rm -rf {quote(str(path))}"
        yield DiagnosisItem("cache", "note", f"{path} {why}; it counts as absent", fix)
    if not broken:
        yield DiagnosisItem("cache", "ok", str(cache_directory()))


def _plumbum() -> str:
    from importlib.metadata import version

    return re.sub(r"[^\w.]", "", version("plumbum"))
