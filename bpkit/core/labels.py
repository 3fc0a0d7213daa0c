"""The labels on what bpkit made: for which project, and in which role.

An image has only one label: for the classic builder each label is a step, with a
container and a commit, which takes a tenth of a second.
"""

from __future__ import annotations

from collections.abc import Mapping

#: A container carries its project's name and the run that made it …
PROJECT_LABEL = "io.bpkit.project"
RUN_LABEL = "io.bpkit.run"
#: … an image its project's name and its role: ``hellogo/build``.
IMAGE_LABEL = "io.bpkit.image"


def image_label(project: str, role: str) -> str:
    """An image's label, in the form for ``--label``."""
    return f"{IMAGE_LABEL}={project}/{role}"


def owner_of(labels: Mapping[str, str]) -> tuple[str, str]:
    """The project and the role that an image's labels name; both empty without bpkit's label."""
    project, _, role = labels.get(IMAGE_LABEL, "").rpartition("/")
    return project, role if project else ""
