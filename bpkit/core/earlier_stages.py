"""The stages before the one that is built, in a form that the classic builder can build.

It leaves each stage as an image without a name or an owner, and doesn't accept a number as a
target: stages without a name get one, in a copy of the Dockerfile that builds the same images.
"""

from __future__ import annotations

from dataclasses import replace

from bpkit.formats.dockerfile import Dockerfile, Stage, stages, with_instruction


def earlier_stages(dockerfile: Dockerfile, target: str | None) -> tuple[Stage, ...]:
    """The stages before the one that is built."""
    every = stages(dockerfile, open_bases=True)
    last = len(every) - 1
    if target is not None:
        named = [s.number for s in every if s.name == target.lower() or str(s.number) == target]
        last = named[-1] if named else last
    return every.stages[:last]


def given_name(number: int) -> str:
    """The name given to a stage that has none; unlikely to be in use."""
    return f"bpkit-stage-{number}"


def all_named(dockerfile: Dockerfile) -> str:
    """The Dockerfile's text, with a name for each stage that has none; it builds the same."""
    named = dockerfile
    for stage in stages(dockerfile, open_bases=True):
        if not stage.name:
            flags = (f"--{flag.name}={flag.value or ''}" for flag in stage.from_.flags)
            line = " ".join(["FROM", *flags, stage.base, "AS", given_name(stage.number)])
            new = replace(stage.from_, text=f"{line}\n")
            named = with_instruction(named, stage.from_, new)
    return named.text
