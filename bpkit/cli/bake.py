"""``bpkit bake``: its switches."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bpkit.cli.verb import FOUND, EngineVerb, cli, in_directory


class Bake(EngineVerb):
    """Write the workspace in DIR as docker-bake.json, which 'docker buildx bake' builds.

    An image that another one needs becomes a named context of it, so that buildx
    builds them in order, on a remote builder too.
    """

    USAGE = "bpkit bake [SWITCH...] [DIR]\n"
    EXAMPLES = (
        ("bpkit bake", "write docker-bake.json"),
        ("bpkit bake --check", "fail in CI when the file is not up to date"),
    )
    STATUSES = (*EngineVerb.STATUSES, (1, "--check: the file is not up to date"))
    output: Any = cli.SwitchAttr(
        ["-o", "--output"],
        str,
        argname="FILE",
        help="write to this file, - for standard output; default: docker-bake.json",
    )
    force: Any = cli.Flag(["--force"], help="replace a file that bpkit did not write (keeps .bak)")
    check: Any = cli.Flag(
        ["--check"], help="write nothing; exit with status 1 if it is not up to date"
    )

    @in_directory
    def main(self, directory: str = ".") -> int:
        from bpkit.project import SAME, write_together
        from bpkit.readers.workspace import clashes
        from bpkit.verbs.bake import BAKE_FILE, bake_file
        from bpkit.verbs.ls import not_acted_on, survey

        to_stdout = self.output == "-"
        found = survey(Path(directory), self.engine())
        file = bake_file(found, BAKE_FILE if to_stdout or not self.output else self.output)
        console = self.console()
        for note in not_acted_on(found, baked=True):
            console.note(note)
        for clash in clashes(member.target for member in found.members):
            console.note(str(clash))
        if to_stdout:
            if self.json:
                console.result("", {"file": file.name, "written": False, "text": file.text})
            else:
                console.file(file.text)
            return 0
        is_stale = file.state != SAME
        if self.check:
            text = f"{file.name} is {'not ' if is_stale else ''}up to date\n"
            console.result(text, {"file": file.name, "up_to_date": not is_stale})
            return FOUND if is_stale else 0
        write_together(Path(directory), (file,), force=bool(self.force))
        text = f"wrote {file.name}\n" if is_stale else f"{file.name} is up to date\n"
        console.result(text, {"file": file.name, "written": is_stale})
        return 0
