"""sbt: what sbt-native-packager stages, or the jar that sbt-assembly builds."""

from __future__ import annotations

import re

from bpkit.errors import InputError, Place
from bpkit.languages.detected import Candidate, Fact, ProjectWishes, Values, choose
from bpkit.languages.dockerfile_words import copied, plain, words
from bpkit.languages.java.build import JavaBuild
from bpkit.languages.java.projects import java_version
from bpkit.languages.listing import Listing

SBT_VERSION = "1.11.7"
_PROJECT = re.compile(
    r"lazy\s+val\s+`?([\w-]+)`?\s*(?::\s*Project\s*)?=\s*(.*?)(?=\nlazy\s+val|\Z)", re.S
)


def of_sbt(listing: Listing, wishes: ProjectWishes) -> JavaBuild:
    """The build with sbt. Raises InputError if no plug-in collects the program."""
    text = re.sub(r"//[^\n]*|/\*.*?\*/", "", listing.read("build.sbt"), flags=re.DOTALL)
    plugins = "\n".join(
        listing.text(f) for f in listing.files if re.fullmatch(r"project/[\w-]+\.sbt", f)
    )
    said = re.search(r"sbt\.version\s*=\s*([\d.]+)", listing.text("project/build.properties"))
    is_play = "sbt-plugin" in plugins and "play" in plugins.lower()
    stages = is_play or "sbt-native-packager" in plugins
    if not stages and "sbt-assembly" not in plugins:
        raise InputError(
            "the build has no plug-in that collects the program and its libraries",
            place=Place("build.sbt"),
            hint="add sbt-native-packager to project/plugins.sbt, and"
            " enablePlugins(JavaAppPackaging) to build.sbt",
        )
    name, folder, notes = _project(listing, wishes, text)
    own = re.search(r"\bname\s*:=\s*\"([^\"]+)\"", text)
    # https://www.scala-sbt.org: the name in lower case, other characters as hyphens.
    title = re.sub(
        r"[^a-z0-9]+", "-", (name if folder else (own[1] if own else listing.name)).lower()
    )
    start = f"{folder}/" if folder else ""
    task = f"{name}/" if folder else ""
    if stages:
        task += "stage"
        install = f"mkdir -p rootfs/srv && cp -a {start}target/universal/stage rootfs/srv/app"
        command: tuple[str, ...] = (f"/srv/app/bin/{plain(title, 'name', 'build.sbt')}",)
    else:
        task += "assembly"
        install = f"install -D -m 644 {start}target/scala-*/*assembly*.jar rootfs/srv/app/app.jar"
        command = ("java", "-jar", "/srv/app/app.jar")
    if is_play:
        # A left-over PID file would prevent a second start.
        command = (*command, "-Dpidfile.path=/dev/null")
    manifests = ["build.sbt"]
    settings = [
        f for f in listing.files if re.fullmatch(r"project/[\w.-]+\.(?:sbt|scala|properties)", f)
    ]
    values: Values = {
        "sbt_version": said[1] if said else SBT_VERSION,
        "manifests": words(manifests) if not folder else "",
        "member_manifests": copied(settings) if not folder else (),
        "update": "update" if not folder else "",
        "task": task,
        "install": install,
    }
    facts = [
        java_version(listing, (("build.sbt", text),)),
        Fact(
            "build tool",
            f"sbt {said[1] if said else SBT_VERSION}",
            "project/build.properties" if said else "",
        ),
        Fact(
            "gathered by",
            "sbt-native-packager" if stages else "sbt-assembly",
            "project/plugins.sbt",
        ),
        *([Fact("module", name, "build.sbt")] if folder else []),
    ]
    text = f"{text}\n{plugins}"
    return JavaBuild("java/sbt", title, command, values, facts, text, "build.sbt", folder, notes)


def _project(
    listing: Listing, wishes: ProjectWishes, text: str
) -> tuple[str, str, tuple[str, ...]]:
    """The project that a plug-in packages: its name, its directory (empty: the top), the notes."""
    found: dict[str, tuple[str, str]] = {}
    for name, body in _PROJECT.findall(text):
        if re.search(
            r"enablePlugins\([^)]*(?:JavaAppPackaging|JavaServerAppPackaging|Play\w*)|assembly",
            body,
        ):
            folder = re.search(r"file\(\s*\"(?:\./)?([\w./-]*)\"", body)
            path = (folder[1] if folder else name).strip(".")
            found[name] = (name, path)
    if not found:
        return "", "", ()
    candidates = [Candidate(name, "build.sbt", 10) for name in found]
    chosen = choose(candidates, wishes, "sbt project")
    name, folder_of = found[chosen.candidate.entry]
    return name, folder_of, chosen.notes
