"""``bpkit shrink``: its switches."""

from __future__ import annotations

import sys
from typing import Any

from bpkit.cli.project_verb import BuildingVerb
from bpkit.cli.verb import FOUND, cli, in_directory


class Shrink(BuildingVerb):
    """Write the Dockerfile of the smallest image that runs, for the project in DIR.

    The project's image is built, read and reduced to what its program needs; the result is built,
    checked and probed before it is written. Exits with status 1 if it fails one of these.
    """

    USAGE = "bpkit shrink [SWITCH...] [DIR]\n"
    EXAMPLES = (
        (
            "bpkit shrink --probe-http /health",
            "write Dockerfile.shrunk if its image answers /health in the same way",
        ),
        ("bpkit shrink --no-build", "estimate the size from the image that was built last"),
    )
    STATUSES = (*BuildingVerb.STATUSES, (1, "the new image failed its check or a probe"))
    output: Any = cli.SwitchAttr(
        ["-o", "--output"],
        str,
        argname="FILE",
        help="write to FILE in the project, - for standard output; default: Dockerfile.shrunk",
    )
    keep: Any = cli.SwitchAttr(
        ["--keep"], str, list=True, argname="PATH", help="also keep this path of the image"
    )
    base: Any = cli.SwitchAttr(
        ["--base"],
        str,
        argname="IMAGE",
        help=(
            "the base image: alpine, debian-slim, distroless, chiselled or an image; default: "
            "scratch"
        ),
    )
    user: Any = cli.SwitchAttr(
        ["--user"],
        str,
        argname="UID[:GID]",
        help="the user to run as; default: the image's, or 65532 instead of root",
    )
    probe: Any = cli.SwitchAttr(
        ["--probe"],
        str,
        list=True,
        argname="CMD",
        help="run both images with CMD, as in docker run IMAGE CMD, and compare the results",
    )
    probe_http: Any = cli.SwitchAttr(
        ["--probe-http"],
        str,
        list=True,
        argname="[PORT]/PATH",
        help="start both images, request /PATH and compare the answers; https:PORT/PATH for HTTPS",
    )
    drop: Any = cli.SwitchAttr(
        ["--drop"], str, list=True, argname="PATH", help="leave out this path; can be a pattern"
    )
    keep_from: Any = cli.SwitchAttr(
        ["--keep-from"],
        str,
        list=True,
        argname="FILE",
        help="keep the paths listed in FILE, one per line",
    )
    accept: Any = cli.Flag(["--accept"], help="keep all paths that are proposed")
    rounding: Any = cli.SwitchAttr(
        ["--round"],
        str,
        argname="HOW",
        help=(
            "file: only files that are used, also of an interpreter's library; package: with the "
            "rest of their package, and the library; default: package"
        ),
    )
    strip: Any = cli.Flag(
        ["--strip"], help="remove the symbols that a build left in the application's programs"
    )
    no_try: Any = cli.Flag(["--no-try"], help="do not start the images")
    trace: Any = cli.Flag(["--trace"], help="fail if the image can't be run under strace")
    no_trace: Any = cli.Flag(["--no-trace"], help="do not run the image under strace")
    no_build: Any = cli.Flag(
        ["--no-build"], help="build and probe nothing: estimate from the image that was built last"
    )
    image: Any = cli.SwitchAttr(
        ["--image"],
        str,
        argname="IMAGE",
        help="with --no-build: estimate from this image of the project instead: a name, a file of "
        "'docker save', or an OCI layout",
    )
    force: Any = cli.Flag(["--force"], help="replace a file that bpkit did not write (keeps .bak)")

    @in_directory
    def main(self, directory: str = ".") -> int:
        from bpkit.verbs.check import saved_path
        from bpkit.verbs.shrink import Probes, ShrinkRequest, shrink, shrink_saved

        request = ShrinkRequest(
            choices=self.choices(directory),
            output=self.output or "",
            keep=tuple(self.keep),
            keep_from=tuple(self.keep_from),
            drop=tuple(self.drop),
            accept=bool(self.accept),
            rounding=self.rounding or "",
            strip=bool(self.strip),
            tries=not self.no_try,
            trace=True if self.trace else False if self.no_trace else None,
            base=self.base or "",
            user=self.user or "",
            probes=Probes(tuple(self.probe), tuple(self.probe_http)),
            image=self.image or "",
            build=not self.no_build,
            force=bool(self.force),
            options=self.options(),
        )
        console = self.console()
        saved = saved_path(self.image) if self.image else None
        if saved:
            result = shrink_saved(request, saved)
        else:
            result = shrink(request, self.engine(), console, _load_what_follows)
        from bpkit.report import coloured
        from bpkit.verbs.shrink import shrink_json, shrink_text

        text = shrink_text(result, colour=coloured(sys.stdout))
        to_stdout = not result.refused and not result.file
        if to_stdout:
            console.note(text.rstrip())
            text = result.text
        console.result(text, shrink_json(result))
        return FOUND if result.refused else 0


def _load_what_follows() -> None:
    """Import the modules that show the result while the engine is working."""
    from bpkit.verbs.shrink import shrink_text  # noqa: F401
