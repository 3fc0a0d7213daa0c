"""What a build came to: the image that ships is the last one."""

from __future__ import annotations

from bpkit.verbs.build.result import BuildResult, MadeImage


def test_the_last_image_is_the_one_that_ships() -> None:
    large = MadeImage("build", "build", "p-build", "sha256:1", 700)
    small = MadeImage("runtime", "runtime", "p", "sha256:2", 7)
    result = BuildResult("p", "builder", (large, small), up_to_date=False, seconds=1.0)
    assert result.final is small
