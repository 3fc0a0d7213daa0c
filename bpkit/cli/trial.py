"""``bpkit try``: its switches."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bpkit.cli.project_verb import ProjectVerb
from bpkit.cli.verb import FOUND, cli, in_directory, pairs

if TYPE_CHECKING:
    from bpkit.verbs.trial import Probe


class Try(ProjectVerb):
    """Start the image of the project in DIR, or IMAGE, and report what it does.

    The container has no outside network and 2 GB of memory, and is removed at the
    end. Arguments after ``--`` are passed to the image, as in 'docker run IMAGE
    ARG...'. The probes in bpkit.toml ([[probe]]) are run too, each in a new container.
    """

    USAGE = "bpkit try [SWITCH...] [DIR | IMAGE] [-- ARG...]\n"
    EXAMPLES = (
        ("bpkit try --http /health", "start the project's image, and request /health"),
        (
            "bpkit try redis:7 --run 'redis-cli ping'",
            "start redis:7, and run a command in the container",
        ),
    )
    STATUSES = (
        *ProjectVerb.STATUSES,
        (1, "the image doesn't run, or a probe failed; with --strict also for a warning"),
    )
    http: Any = cli.SwitchAttr(
        ["--http"],
        str,
        list=True,
        argname="[PORT]/PATH",
        help="request this path; a status of 400 or more is a failure; https:PORT/PATH for HTTPS",
    )
    run_words: Any = cli.SwitchAttr(
        ["--run"],
        str,
        list=True,
        argname="COMMAND",
        help="run this command in the container, as 'docker exec' does",
    )
    env: Any = cli.SwitchAttr(
        ["-e", "--env"], str, list=True, argname="NAME[=VALUE]", help="set an environment variable"
    )
    volume: Any = cli.SwitchAttr(
        ["--volume"], str, list=True, argname="SOURCE:PATH", help="mount a volume or a directory"
    )
    user: Any = cli.SwitchAttr(["--user"], str, argname="USER", help="run as this user")
    network: Any = cli.SwitchAttr(
        ["--network"],
        str,
        argname="NAME",
        default="none",
        help="connect the container to this network; default: none",
    )
    memory: Any = cli.SwitchAttr(
        ["--memory"], str, argname="SIZE", default="2g", help="limit the memory; default: 2g"
    )
    wait: Any = cli.SwitchAttr(
        ["--wait"],
        cli.Range(1, 3600),
        argname="SECONDS",
        default=30,
        help="the seconds to wait for a port or an answer; default: 30",
    )
    structure_tests: Any = cli.SwitchAttr(
        ["--structure-test"],
        str,
        list=True,
        argname="FILE",
        help="also run the command tests of this container-structure-test file",
    )
    strict: Any = cli.Flag(["--strict"], help="treat warnings as failures")

    @in_directory
    def main(self, *words: str) -> int:
        from bpkit.project import Project, load
        from bpkit.verbs.trial import (
            image_of,
            probes_of_project,
            structure_tests_in,
            try_image,
            verdict_json,
            verdict_text,
        )

        target, arguments = target_of(words)
        probes: list[Probe] = [self._probe(arguments)]
        engine, console = self.engine(), self.console()
        project: Project | None = None
        if os.path.isdir(target):
            project = load(self.choices(target))
            if not (arguments or self.http or self.run_words):
                probes += probes_of_project(project)
        for file in self.structure_tests:
            tests = structure_tests_in(Path(file))
            probes += tests.probes
            for unread in tests.unread:
                console.note(f"{file}: {unread}: not run")
        image = image_of(engine, project) if project else target
        verdicts = [try_image(engine, image, probe, project) for probe in probes]
        data = verdict_json(verdicts[0]) | {"probes": [verdict_json(one) for one in verdicts[1:]]}
        console.result("\n".join(map(verdict_text, verdicts)), data)
        failed = [one for one in verdicts if not one.runs or (self.strict and one.warnings)]
        return FOUND if failed else 0

    def _probe(self, arguments: tuple[str, ...]) -> Probe:
        from bpkit.verbs.trial import Probe, command_step, http_step, memory_limit

        return Probe(
            arguments=arguments,
            environment=pairs(self.env, "--env"),
            volumes=tuple(self.volume),
            user=self.user or "",
            network=self.network,
            memory=memory_limit(self.memory),
            patience=float(self.wait),
            steps=(
                *(http_step(text, "--http") for text in self.http),
                *(command_step(text, "--run") for text in self.run_words),
            ),
        )


def target_of(words: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """What is started, a directory or an image, and the image's arguments."""
    return (words[0], words[1:]) if words else (".", ())
