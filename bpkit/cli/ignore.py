"""``bpkit ignore``: its switches."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bpkit.cli.verb import Verb, cli, pairs


class Ignore(Verb):
    """Derive the .dockerignore of the project in DIR from what its Dockerfiles take.

    Prints it; writes only with --write or -o.
    """

    USAGE = "bpkit ignore [SWITCH...] [DIR]\n"
    EXAMPLES = (
        ("bpkit ignore --write", "write .dockerignore for the Dockerfiles in this directory"),
        ("bpkit ignore --check", "fail in CI when it no longer fits them"),
    )
    STATUSES = (
        *Verb.STATUSES,
        (1, "--check: the file is stale, leaves out what is needed, or lets a secret through"),
    )
    files: Any = cli.SwitchAttr(
        ["-f", "--file"],
        str,
        list=True,
        argname="FILE",
        help="a Dockerfile built from this context; may be given again; default: all in DIR",
    )
    build_args: Any = cli.SwitchAttr(
        ["--build-arg"], str, list=True, argname="NAME[=VALUE]", help="a build argument"
    )
    write: Any = cli.Flag(["--write"], help="write it into the context")
    output: Any = cli.SwitchAttr(
        ["-o", "--output"],
        str,
        argname="FILE",
        help="write it there in the context; default: .dockerignore",
    )
    force: Any = cli.Flag(["--force"], help="replace a file that bpkit did not write (keeps .bak)")
    check: Any = cli.Flag(
        ["--check"],
        excludes=["--write", "--force"],
        help="write nothing; status 1 if it is stale, or a secret would be sent",
    )

    def main(self, directory: str = ".") -> int:
        from bpkit.formats.dockerignore import NAME
        from bpkit.verbs.ignore import IgnoreRequest, derive

        request = IgnoreRequest(
            Path(directory),
            tuple(self.files),
            pairs(self.build_args, "--build-arg"),
            self.output or NAME,
        )
        derivation = derive(request)
        return self._checked(derivation) if self.check else self._shown(derivation)

    def _checked(self, derivation: Any) -> int:
        from bpkit.findings import exit_status
        from bpkit.report import findings_json, findings_text
        from bpkit.verbs.ignore import check

        found = check(derivation)
        self.console().result(
            findings_text(found), {"findings": findings_json(found)}, schema="bpkit/ignore-check/1"
        )
        return exit_status(found)

    def _shown(self, derivation: Any) -> int:
        from bpkit.verbs.ignore import derivation_json, notes, saving_text, write

        console = self.console()
        writing = bool(self.write or self.output)
        if writing:
            write(derivation, force=bool(self.force))
        written = f"{derivation.name} is written\n"
        data = {**derivation_json(derivation), "written": writing}
        console.result(written if writing else derivation.text, data)
        if not self.quiet:
            for note in (*notes(derivation), saving_text(derivation)):
                console.note(note)
        return 0
