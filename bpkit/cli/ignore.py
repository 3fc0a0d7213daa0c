"""``bpkit ignore``: its switches."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bpkit.cli.verb import FOUND, EngineVerb, cli, in_directory, pairs


class Ignore(EngineVerb):
    """Derive the .dockerignore of the project in DIR from what its Dockerfiles copy.

    Prints it; writes only with --write or -o.
    """

    USAGE = "bpkit ignore [SWITCH...] [DIR]\n"
    EXAMPLES = (
        ("bpkit ignore --write", "write .dockerignore for the Dockerfiles in this directory"),
        ("bpkit ignore --check", "fail in CI when it no longer fits the Dockerfiles"),
        (
            "bpkit ignore --list --why",
            "list the files that are sent now, and the instruction that copies each",
        ),
    )
    STATUSES = (
        *EngineVerb.STATUSES,
        (
            1,
            "--check: the file is not up to date, excludes a file that is needed, or lets "
            "a secret through",
        ),
        (1, "--verify: the build with the derived file fails, or its images differ"),
    )
    files: Any = cli.SwitchAttr(
        ["-f", "--file"],
        str,
        list=True,
        argname="FILE",
        help=("a Dockerfile built with this context; default: all in DIR"),
    )
    build_args: Any = cli.SwitchAttr(
        ["--build-arg"], str, list=True, argname="NAME[=VALUE]", help="a build argument"
    )
    write: Any = cli.Flag(["--write"], help="write it to the context")
    output: Any = cli.SwitchAttr(
        ["-o", "--output"],
        str,
        argname="FILE",
        help="write it to FILE in the context; default: .dockerignore",
    )
    force: Any = cli.Flag(["--force"], help="replace a file that bpkit did not write (keeps .bak)")
    check: Any = cli.Flag(
        ["--check"],
        excludes=["--write", "--force"],
        help="write nothing; exit with status 1 if it is not up to date, or a secret would be sent",
    )
    verify: Any = cli.Flag(
        ["--verify"],
        excludes=["--check"],
        help="build with the current ignore file and with the derived one, and compare the images",
    )
    list: Any = cli.Flag(
        ["--list"],
        excludes=["--write", "--force", "--check", "--verify"],
        help="list the files that are sent to the builder now",
    )
    why: Any = cli.Flag(
        ["--why"], requires=["--list"], help="with the instruction that copies each, and its line"
    )
    make: Any = cli.Flag(
        ["--make"], requires=["--list"], help="as prerequisites for a Makefile, one per line"
    )

    @in_directory
    def main(self, directory: str = ".") -> int:
        from bpkit.formats.dockerignore import NAME
        from bpkit.verbs.ignore import IgnoreRequest, builder_of, derive

        request = IgnoreRequest(
            Path(directory),
            tuple(self.files),
            pairs(self.build_args, "--build-arg"),
            self.output or NAME,
        )
        engine = self.engine()
        derivation = derive(request, builder=lambda: builder_of(engine))
        if self.list:
            return self._listed(derivation)
        if self.verify and not self._verified(request, derivation, engine):
            return FOUND
        return self._checked(derivation) if self.check else self._shown(derivation)

    def _verified(self, request: Any, derivation: Any, engine: Any) -> bool:
        """Whether both builds make the same images; if not, report it and write nothing."""
        from bpkit.verbs.compare import verify_ignore
        from bpkit.verbs.convert import verdict_text

        console = self.console()
        proof = verify_ignore(request, derivation, engine, console)
        told = verdict_text(proof.verdicts) if proof.verdicts else ""
        if proof.intended:
            told += f"  kept out by name: {', '.join(proof.intended[:5])}"
            more = len(proof.intended) - 5
            told += f" and {more} more\n" if more > 0 else "\n"
        if proof.is_same:
            for line in told.splitlines():
                console.note(line)
            return True
        if proof.broken:
            told += (
                f"with the derived file the build fails, without it it doesn't: {proof.broken}\n"
            )
        data = {
            "broken": proof.broken,
            "differences": [
                {"image": one.image, "difference": str(found)}
                for one in proof.verdicts
                for found in one.differences
            ],
        }
        console.result(told, data, schema="bpkit/ignore-verify/1")
        return False

    def _listed(self, derivation: Any) -> int:
        from bpkit.verbs.ignore import listed, listing_json, listing_text, prerequisites_text

        files = listed(derivation)
        text = prerequisites_text(files) if self.make else listing_text(files, why=bool(self.why))
        data = {
            "builder": derivation.builder.name,
            "files": list(listing_json(files)),
            "bytes": sum(file.size for file in files),
        }
        self.console().result(text, data, schema="bpkit/ignore-list/1")
        return 0

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
        written = f"wrote {derivation.name}\n"
        data = {**derivation_json(derivation), "written": writing}
        console.result(written if writing else derivation.text, data)
        if not self.quiet:
            for note in (*notes(derivation), saving_text(derivation)):
                console.note(note)
        return 0
