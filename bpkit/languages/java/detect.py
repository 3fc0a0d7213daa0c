"""Java, Kotlin and Scala: Maven, Gradle and sbt, and where their programs listen and write."""

from __future__ import annotations

import re
from shlex import quote

from bpkit.errors import InputError
from bpkit.languages.command_line import bare_name
from bpkit.languages.detected import Detected, Fact, ProjectWishes
from bpkit.languages.dockerfile_words import plain
from bpkit.languages.health import shell_check
from bpkit.languages.java.build import JavaBuild
from bpkit.languages.java.command import COMMAND
from bpkit.languages.java.gradle import of_gradle
from bpkit.languages.java.maven import of_maven
from bpkit.languages.java.projects import GRADLE_FILES
from bpkit.languages.java.sbt import of_sbt
from bpkit.languages.listing import Listing
from bpkit.languages.naming import image_name, program_name
from bpkit.languages.ports import listening
from bpkit.languages.runtime_files import opened_files, writing_note, written_places
from bpkit.languages.source_suffixes import JVM
from bpkit.languages.start import StartCommand, environment_values
from bpkit.languages.stated import StatedCommand, stated_commands
from bpkit.languages.writable import make_writable

_BASE = "eclipse-temurin:${JAVA_VERSION}-jre"
_USER = "65532:65532"
_SETTINGS = ("application.properties", "application.yml", "application.yaml")
_WEB = re.compile(
    r"spring-boot-starter-(?:web|webflux|jersey)|quarkus-rest|quarkus-resteasy|micronaut-http-server"
)


def sign(listing: Listing) -> str | None:
    """A Maven, Gradle or sbt file at the top level."""
    return listing.first(
        "pom.xml", *GRADLE_FILES, "settings.gradle", "settings.gradle.kts", "build.sbt"
    )


def read(listing: Listing, wishes: ProjectWishes) -> Detected:
    """The version, build tool, main class or jar, and port."""
    if "pom.xml" in listing:
        build = of_maven(listing, wishes)
    elif listing.first(*GRADLE_FILES, "settings.gradle", "settings.gradle.kts"):
        build = of_gradle(listing, wishes)
    else:
        build = of_sbt(listing, wishes)
    return _detected(listing, wishes, build)


def _detected(listing: Listing, wishes: ProjectWishes, build: JavaBuild) -> Detected:
    port = _port(listing, wishes, build)
    at = port.value if port else ""
    base = wishes.base or _BASE
    command, more = _command(listing, wishes, build)
    sources = [
        f
        for f in listing.sources(*JVM)
        if "src/main" in f or "/src/" in f or f.startswith(("src/", "app/"))
    ]
    places = written_places(listing, sources)
    opened = [path for path, _ in opened_files(listing, sources) if not path.startswith("src/")]
    environment = {}
    if wishes.port and _WEB.search(build.text):
        environment["QUARKUS_HTTP_PORT" if "quarkus" in build.text else "SERVER_PORT"] = at
    values = {
        **build.values,
        "java_version": build.facts[0].value,
        "files": " ".join(plain(one, "file name") for one in opened),
        "entrypoint": command.entrypoint,
        **environment_values(environment),
        "make_writable": make_writable(places, _USER),
        "healthcheck": shell_check(at, base),
    }
    facts = (
        *build.facts,
        Fact("entry point", command.shown, command.file),
        *([Fact("run-time files", ", ".join(opened[:6]))] if opened else []),
        *([port] if port else []),
    )
    name = wishes.name or (
        program_name(build.name, listing.name) if build.folder else image_name(build.name)
    )
    notes = (*build.notes, *more, *writing_note(places))
    return Detected(
        "Scala" if build.template == "java/sbt" else "Java",
        build.template,
        name,
        base,
        values,
        facts,
        at,
        notes=tuple(dict.fromkeys(notes)),
    )


def _command(
    listing: Listing, wishes: ProjectWishes, build: JavaBuild
) -> tuple[StartCommand, list[str]]:
    """The build's command, with the Java options of a stated command."""
    command = StartCommand(build.command, "")
    for stated in stated_commands(listing, wishes):
        switches = re.findall(r"(?:^|\s)(-X\S+|-D[\w.]+=(?!\$)[^\s$]+|--spring\.\S+)", stated.text)
        if stated.is_of_user and not re.search(r"\bjava\b", stated.text):
            raise InputError(
                f"{stated.file} {stated.text!r}: a Java image can only start java",
                hint="pass java and its arguments",
            )
        if not re.search(r"\bjava\b", stated.text):
            continue
        before = [one for one in switches if not one.startswith("--")]
        after = [one for one in switches if one.startswith("--")]
        if stated.is_of_user:
            before, main, after = _parts(stated)
            if main and main not in command.shown.split():
                raise InputError(
                    f"{stated.file} {stated.text!r}: the program is '{command.shown}'",
                    hint=f"pass {command.shown} and its arguments, or name the class with --entry",
                )
        if command.words[:2] == ("sh", "-c"):
            text = command.words[2].replace("exec java", " ".join(["exec java", *before]))
            return StartCommand(("sh", "-c", " ".join([text, *map(quote, after)])), stated.file), []
        return StartCommand(
            (command.words[0], *before, *command.words[1:], *after), stated.file
        ), []
    return command, []


def _parts(stated: StatedCommand) -> tuple[list[str], str, list[str]]:
    """A java command's options, its main class (empty for ``-jar``), and its arguments.

    Raises InputError for what would be lost: options that can't be carried over, and variables,
    which aren't expanded because no shell starts the program.
    """
    words, options = list(stated.words), list[str]()
    at = next((i for i, word in enumerate(words) if bare_name(word) == "java"), 0) + 1
    while at < len(words) and words[at].startswith("-") and words[at] not in {"-jar", "-m"}:
        if words[at] in COMMAND.values:
            at += 1
        elif not words[at].startswith(("-X", "-D")):
            raise _not_carried_over(stated, words[at])
        else:
            options.append(words[at])
        at += 1
    is_jar = words[at : at + 1] in (["-jar"], ["-m"])
    at += is_jar
    for word in words:
        if "$" in word:
            raise _not_carried_over(stated, word)
    main = "" if is_jar else "".join(words[at : at + 1])
    return options, main, words[at + 1 :]


def _not_carried_over(stated: StatedCommand, word: str) -> InputError:
    return InputError(
        f"{stated.file} {stated.text!r}: '{word}' can't be carried over",
        hint="omit it, or write the Dockerfile by hand",
    )


def _port(listing: Listing, wishes: ProjectWishes, build: JavaBuild) -> Fact | None:
    if wishes.port:
        return Fact("port", wishes.port, wishes.source_of("port"))
    start = f"{build.folder}/src/main/resources/".lstrip("/")
    for file in listing.glob(f"{start}application*"):
        if re.search(r"application-(?:test|dev|local|it)", file):
            continue
        text = listing.read(file)
        found = re.search(
            r"(?m)^\s*(?:server\.port|quarkus\.http\.port|micronaut\.server\.port)\s*[=:]\s*(?:\$\{\w+:)?(\d+)",
            text,
        )
        found = found or re.search(
            r"(?m)^server:\s*\n(?:[ \t]+[^\n]*\n)*?[ \t]+port:\s*(?:\$\{\w+:)?[\"']?(\d+)", text
        )
        found = (
            found or re.search(r"(?m)^\s*port\s*[=:]\s*(\d{2,5})", text)
            if "ktor" in build.text
            else found
        )
        if found:
            return Fact("port", found[1], file)
    if build.template == "java/sbt" and "playframework" in build.text.replace(
        "typesafe.play", "playframework"
    ):
        return Fact("port", "9000", build.file)
    if _WEB.search(build.text):
        # https://docs.spring.io/spring-boot/how-to/webserver.html: 8080 by default.
        return Fact("port", "8080", build.file)
    sources = [f for f in listing.sources(*JVM) if f.startswith(build.folder) and "src/" in f]
    listens = listening(listing, sources)
    if listens and listens.port:
        is_guess = listens.is_guess or len(sources) > 1
        return Fact("port", listens.port, listens.file, is_guess)
    return None
