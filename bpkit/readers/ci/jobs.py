"""The jobs of a CI file, each a shell script of its own.

Jobs run on machines of their own: one job doesn't have what another builds, unless the file passes
files on (GitLab's and Bitbucket's artifacts, GitHub's upload-artifact, CircleCI's workspace). A job
that receives such files is read after those that provide them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bpkit.formats.yaml import Yaml, YamlText

_NO_JOBS = frozenset(
    {"default", "include", "stages", "variables", "workflow", "image", "services", "cache"}
    | {"before_script", "after_script", "pages_defaults"}
)
_GIVES = re.compile(r"actions/upload-artifact|persist_to_workspace")
_TAKES = re.compile(r"actions/download-artifact|attach_workspace")


@dataclass(frozen=True)
class Job:
    """A job: its content, and the jobs that pass files to it; ``shared`` applies to all jobs."""

    name: str
    body: Yaml
    shared: tuple[tuple[str, Yaml], ...] = ()
    after: tuple[Job, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all jobs that it is read together with."""
        return (*(one.name for one in self.after), self.name)


def jobs_of(root: Yaml) -> tuple[Job, ...]:
    """The jobs in the order of the file; a file without jobs counts as one without a name."""
    if not isinstance(root, dict):
        return (Job("", root),)
    found = tuple(_with_givers(tuple(_own(root))))
    return found or (Job("", root),)


def _own(root: dict[YamlText, Yaml]) -> Iterator[Job]:
    jobs = _at(root, "jobs")
    if isinstance(jobs, dict) and isinstance(_at(jobs, "include"), list):
        yield from _included(root, jobs)
    elif isinstance(jobs, dict):
        shared = tuple((n, v) for n, v in root.items() if n in {"env", "variables", "defaults"})
        yield from (Job(name, body, shared) for name, body in jobs.items())
    elif isinstance(_at(_at(root, "matrix"), "include"), list):
        yield from _included(root, _at(root, "matrix"))
    else:
        listed = tuple(_listed(root, ""))
        yield from listed or _of_gitlab(root)


def _at(value: Yaml, key: str) -> Yaml | None:
    return value.get(YamlText(key)) if isinstance(value, dict) else None


def _included(root: dict[YamlText, Yaml], jobs: Yaml | None) -> Iterator[Job]:
    """Travis: the script at the top applies to jobs without one of their own."""
    items = _at(jobs, "include")
    shared = tuple((n, v) for n, v in root.items() if n not in {"jobs", "matrix"})
    for number, item in enumerate(items if isinstance(items, list) else (), 1):
        own = item if isinstance(item, dict) else {}
        name = own.get(YamlText("name")) or own.get(YamlText("stage")) or f"job {number}"
        yield Job(str(name), item, tuple((n, v) for n, v in shared if n not in own))


def _listed(value: Yaml, key: str) -> Iterator[Job]:
    """Jobs in lists: Azure's ``- job:``, Bitbucket's ``- step:``, Semaphore's tasks."""
    if isinstance(value, dict):
        for inner_key, inner in value.items():
            yield from _listed(inner, inner_key)
    elif isinstance(value, list):
        for number, item in enumerate(value, 1):
            step = _at(item, "step")
            name = _at(item, "job") or _at(item, "deployment") or _at(item, "name")
            if step is not None:
                yield Job(str(_at(step, "name") or f"step {number}"), step)
            elif key == "jobs":
                yield Job(str(name or f"job {number}"), item)
            else:
                yield from _listed(item, "")


def _of_gitlab(root: dict[YamlText, Yaml]) -> Iterator[Job]:
    """Top-level mappings with a script, in the order of their stages."""
    stages = _at(root, "stages")
    order = [str(one) for one in stages] if isinstance(stages, list) else []
    first = {"before_script", "variables", "default"}
    shared = tuple((name, value) for name, value in root.items() if name in first)
    found = []
    for name, body in root.items():
        if name in _NO_JOBS or not isinstance(body, dict) or _at(body, "script") is None:
            continue
        own = tuple((n, v) for n, v in shared if n != "before_script" or _at(body, n) is None)
        stage = str(_at(body, "stage") or "test")
        found.append((order.index(stage) if stage in order else 0, Job(name, body, own)))
    yield from (job for _, job in sorted(found, key=lambda one: one[0]))


def _with_givers(jobs: tuple[Job, ...]) -> Iterator[Job]:
    for number, job in enumerate(jobs):
        givers = tuple(one for one in jobs[:number] if _gives(one))
        yield Job(job.name, job.body, job.shared, givers if _takes(job) else ())


def _gives(job: Job) -> bool:
    return _at(job.body, "artifacts") is not None or _says(job.body, _GIVES)


def _takes(job: Job) -> bool:
    """Whether the job gets files: GitLab and Bitbucket pass them to all later jobs by default."""
    told_off = _at(job.body, "dependencies") == [] or _at(_at(job.body, "artifacts"), "download")
    is_github = _at(job.body, "steps") is not None or _at(job.body, "runs-on") is not None
    return _says(job.body, _TAKES) or not (is_github or told_off)


def _says(value: Yaml, pattern: re.Pattern[str]) -> bool:
    if isinstance(value, dict):
        return any(pattern.search(n) or _says(v, pattern) for n, v in value.items())
    if isinstance(value, list):
        return any(_says(one, pattern) for one in value)
    return isinstance(value, YamlText) and pattern.search(value) is not None
