"""``bpkit script``: its switches."""

from __future__ import annotations

from typing import Any

from bpkit.cli.project_verb import BuildingVerb
from bpkit.cli.verb import FOUND, cli, in_directory


class Script(BuildingVerb):
    """Write the build of the project in DIR as a shell script that needs no Python.

    The script does what ``bpkit build`` does, step by step; it runs under sh, bash, dash and
    busybox ash. The Makefile calls ``bpkit`` if it is on PATH, otherwise ``python3 -m bpkit``;
    ``make BPKIT=COMMAND`` has it call another.
    """

    USAGE = "bpkit script [SWITCH...] [DIR]\n"
    EXAMPLES = (
        ("bpkit script --makefile", "write setup_builder_pattern.sh, and a Makefile that calls it"),
        ("bpkit script --check", "fail in CI when the script is not up to date"),
    )
    STATUSES = (*BuildingVerb.STATUSES, (1, "--check: the script is not up to date"))
    output: Any = cli.SwitchAttr(
        ["-o", "--output"],
        str,
        argname="FILE",
        help="write it to FILE, - for standard output; default: setup_builder_pattern.sh",
    )
    makefile: Any = cli.Flag(["--makefile"], help="also write a Makefile that calls it")
    force: Any = cli.Flag(["--force"], help="replace files that bpkit did not write (keeps .bak)")
    check: Any = cli.Flag(
        ["--check"], help="write nothing; exit with status 1 if it is not up to date"
    )

    @in_directory
    def main(self, directory: str = ".") -> int:
        from bpkit.project import SAME, write_together
        from bpkit.verbs.script import SCRIPT, script_files

        to_stdout = self.output == "-"
        choices = self.choices(directory)
        files = script_files(
            choices,
            self.options(),
            self.engine(),
            arguments=self._given(),
            name=SCRIPT if to_stdout or not self.output else self.output,
            makefile=bool(self.makefile),
        )
        console = self.console()
        if to_stdout:
            if self.json:
                console.result("", {"written": [], "text": files[0].text})
            else:
                console.file(files[0].text)
            return 0
        stale = [file.name for file in files if file.state != SAME]
        if self.check:
            text = "".join(f"{name} is not up to date\n" for name in stale)
            console.result(text, {"stale": stale}, schema="bpkit/script-check/1")
            return FOUND if stale else 0
        write_together(choices.directory, files, force=bool(self.force))
        lines = [
            f"wrote {file.name}\n" if file.name in stale else f"{file.name} is up to date\n"
            for file in files
        ]
        console.result("".join(lines), {"written": stale})
        return 0

    def _given(self) -> tuple[str, ...]:
        """The switches that shape the script, in a fixed order.

        The directory is left out, because the script is in it, and so are switches that affect
        only this call.
        """
        single = {
            "--engine": self.engine_name,
            "--context": self.context_name,
            "--style": self.style,
            "--build-tag": self.build_tag,
            "--name": self.name,
            "--platform": self.platform,
            "-o": None if self.output == "-" else self.output,
        }
        several = {
            "-f": self.files,
            "-t": self.tags,
            "--artifact": self.artifacts,
            # Values of build arguments are never written to a file.
            "--build-arg": [given.partition("=")[0] for given in self.build_args],
            "--secret": self.secrets,
            "--ssh": self.ssh,
        }
        flags = {"--no-cache": self.no_cache, "--pull": self.pull, "--makefile": self.makefile}
        values = [(switch, value) for switch, value in single.items() if value is not None]
        values += [(switch, value) for switch, each in several.items() for value in each]
        words = [word for pair in values for word in pair]
        return (*words, *(switch for switch, given in flags.items() if given))
