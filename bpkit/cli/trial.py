"""``bpkit try``: its switches."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from bpkit.cli.build import ProjectVerb
from bpkit.cli.verb import FOUND, cli, pairs

if TYPE_CHECKING:
    from bpkit.verbs.trial import Probe


class Try(ProjectVerb):
    """Start the image of the project in DIR, or IMAGE, and tell what it does.

    The container has no network but its own, 2 GB of memory, and is removed at the end. Arguments
    after ``--`` are handed to the image, as 'docker run IMAGE ARG...' does.
    """

    USAGE = "bpkit try [SWITCH...] [DIR | IMAGE] [-- ARG...]\n"
    EXAMPLES = (
        ("bpkit try --http /health", "start the project's image, and make a request"),
        ("bpkit try redis:7 --run 'redis-cli ping'", "start redis:7, and run a command in it"),
    )
    STATUSES = (
        *ProjectVerb.STATUSES,
        (1, "the image doesn't run, or an answer is a failure; with --strict a warning too"),
    )
    http: Any = cli.SwitchAttr(
        ["--http"],
        str,
        list=True,
        argname="[PORT]/PATH",
        help="request this path; a status of 400 or more is a failure",
    )
    run_words: Any = cli.SwitchAttr(
        ["--run"],
        str,
        list=True,
        argname="COMMAND",
        help="run this command in the container, as 'docker exec' does",
    )
    env: Any = cli.SwitchAttr(
        ["-e", "--env"], str, list=True, argname="NAME[=VALUE]", help="set a variable"
    )
    volume: Any = cli.SwitchAttr(
        ["--volume"], str, list=True, argname="SOURCE:PATH", help="mount a volume or a directory"
    )
    user: Any = cli.SwitchAttr(["--user"], str, argname="USER", help="start it as this user")
    network: Any = cli.SwitchAttr(
        ["--network"],
        str,
        argname="NAME",
        default="none",
        help="connect it to this network; default: none",
    )
    memory: Any = cli.SwitchAttr(
        ["--memory"], str, argname="SIZE", default="2g", help="limit its memory; default: 2g"
    )
    wait: Any = cli.SwitchAttr(
        ["--wait"],
        cli.Range(1, 3600),
        argname="SECONDS",
        default=30,
        help="wait this long for its port, or an answer; default: 30",
    )
    strict: Any = cli.Flag(["--strict"], help="a warning is a failure too")

    def main(self, *words: str) -> int:
        from bpkit.project import load
        from bpkit.verbs.trial import try_image, try_project, verdict_json, verdict_text

        target, arguments = target_of(words)
        probe = self._probe(arguments)
        engine = self.engine()
        if os.path.isdir(target):
            verdict = try_project(engine, load(self.choices(target)), probe)
        else:
            verdict = try_image(engine, target, probe)
        self.console().result(verdict_text(verdict), verdict_json(verdict))
        return FOUND if not verdict.runs or (self.strict and verdict.warnings) else 0

    def _probe(self, arguments: tuple[str, ...]) -> Probe:
        from bpkit.verbs.trial import Probe, command_step, http_step

        return Probe(
            arguments=arguments,
            environment=pairs(self.env, "--env"),
            volumes=tuple(self.volume),
            user=self.user or "",
            network=self.network,
            memory=self.memory,
            patience=float(self.wait),
            steps=(
                *(http_step(text, "--http") for text in self.http),
                *(command_step(text, "--run") for text in self.run_words),
            ),
        )


def target_of(words: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """What is tried, a directory or an image, and the image's arguments."""
    return (words[0], words[1:]) if words else (".", ())
