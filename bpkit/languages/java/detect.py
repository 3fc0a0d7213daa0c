"""Java and Kotlin: Maven and Gradle, with modules; Spring Boot, Quarkus and other ways to pack."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bpkit.errors import InputError, Place
from bpkit.languages.detected import Candidate, Detected, Fact, ProjectWishes, Values, choose
from bpkit.languages.dockerfile_words import copied, plain, words
from bpkit.languages.health import shell_check
from bpkit.languages.java.projects import (
    GRADLE_FILES,
    child,
    classes_with_main,
    gradle_modules,
    java_version,
    modules,
    pom,
    wrapper_version,
)
from bpkit.languages.listing import Listing
from bpkit.languages.naming import image_name, program_name
from bpkit.languages.ports import listening
from bpkit.languages.runtime_files import opened_files, writing_note, written_places
from bpkit.languages.start import StartCommand, environment_values
from bpkit.languages.stated import stated_commands
from bpkit.languages.writable import make_writable

MAVEN_VERSION = "3.9"
GRADLE_VERSION = "8"
_BASE = "eclipse-temurin:${JAVA_VERSION}-jre"
_USER = "65532:65532"
_SETTINGS = ("application.properties", "application.yml", "application.yaml")
_WEB = re.compile(
    r"spring-boot-starter-(?:web|webflux|jersey)|quarkus-rest|quarkus-resteasy|micronaut-http-server"
)


@dataclass(frozen=True)
class _Build:
    """What a build tool's files say. ``facts`` begin with the version."""

    template: str
    name: str
    command: tuple[str, ...]
    values: Mapping[str, str | tuple[str, ...]]
    facts: Sequence[Fact]
    text: str
    file: str
    folder: str = ""
    notes: tuple[str, ...] = ()


def sign(listing: Listing) -> str | None:
    """A file of Maven or Gradle at the top."""
    return listing.first("pom.xml", *GRADLE_FILES, "settings.gradle", "settings.gradle.kts")


def read(listing: Listing, wishes: ProjectWishes) -> Detected:
    """Version, build tool, main class or jar, and port."""
    build = _of_maven(listing, wishes) if "pom.xml" in listing else _of_gradle(listing, wishes)
    return _detected(listing, wishes, build)


def _of_maven(listing: Listing, wishes: ProjectWishes) -> _Build:
    folder, notes = _module(listing, wishes, modules(listing), "pom.xml")
    file = f"{folder}/pom.xml".lstrip("/")
    own = pom(listing, file)
    text = listing.read(file)
    top = listing.read("pom.xml")
    if child(own, "packaging") == "war" and "spring-boot" not in text:
        raise InputError(
            "it is packed as a war, which a servlet container runs; there is no template for one",
            place=Place(file),
            hint="give a template with --template",
        )
    name = child(own, "artifactId") or listing.name
    version = child(own, "version") or child(own, "parent/version") or "*"
    jar = (child(own, "build/finalName") or f"{name}-{version}") + ".jar"
    jar = jar.replace("${project.artifactId}", name).replace("${project.version}", version)
    jar = re.sub(r"\$\{[^}]*\}", "*", jar)
    both = f"{text}\n{top}" if folder else text
    boot = "spring-boot-maven-plugin" in both
    assembled = "jar-with-dependencies" in text
    quarkus = "quarkus-maven-plugin" in both
    fat = boot or "maven-shade-plugin" in text or assembled
    goals = "package"
    command: tuple[str, ...] = ("java", "-jar", "/srv/app/app.jar")
    maven = wrapper_version(listing, "maven")
    facts = [
        java_version(listing, ((file, text), ("pom.xml", top))),
        Fact(
            "build tool",
            f"Maven {MAVEN_VERSION}, where the wrapper has {maven[0]}"
            if maven and not maven[0].startswith(MAVEN_VERSION)
            else f"Maven {MAVEN_VERSION}",
            maven[1] if maven else "pom.xml",
        ),
        *([Fact("module", folder, "pom.xml")] if folder else []),
    ]
    target = f"{folder}/target".lstrip("/")
    install = f"install -D -m 644 {target}/{jar} rootfs/srv/app/app.jar"
    if quarkus and "uber-jar" not in both:
        command = ("java", "-jar", "/srv/app/quarkus-run.jar")
        install = f"mkdir -p rootfs/srv/app && cp -a {target}/quarkus-app/. rootfs/srv/app/"
    elif assembled:
        install = f"install -D -m 644 {target}/*-jar-with-dependencies.jar rootfs/srv/app/app.jar"
    elif not fat:
        main = _main_class(listing, text, wishes, file, folder)
        facts.append(Fact("main class", main.value, main.file, main.is_guess))
        notes = (*notes, *_guess(listing, main, wishes, folder))
        command = ("java", "-cp", "/srv/app/app.jar:/srv/app/lib/*", main.value)
        if "<dependency>" in text:
            goals = (
                "package dependency:copy-dependencies"
                " -DincludeScope=runtime -DoutputDirectory=/src/rootfs/srv/app/lib"
            )
    every = ("pom.xml", *(f"{one}/pom.xml" for one in modules(listing)))
    is_alone = len(every) == 1 and not re.search(r"<relativePath>[^<\s]|<systemPath>", text)
    settings = [
        f for f in listing.files if f.startswith(".mvn/") and f.endswith((".config", ".xml"))
    ]
    values: Values = {
        "maven_version": MAVEN_VERSION,
        "manifests": "pom.xml" if is_alone else "",
        "member_manifests": copied(settings) if is_alone else (),
        "go_offline": "dependency:go-offline" if is_alone else "",
        "modules": f"--projects {folder} --also-make" if folder else "",
        "goals": goals,
        "install": plain(re.sub(r"[*&$\s]", "-", install), "jar", file) and install,
    }
    return _Build("java/maven", name, command, values, facts, both, file, folder, notes)


def _of_gradle(listing: Listing, wishes: ProjectWishes) -> _Build:
    folder, notes = _module(listing, wishes, gradle_modules(listing), "settings.gradle")
    file = listing.first(*(f"{folder}/{one}".lstrip("/") for one in GRADLE_FILES)) or ""
    text = listing.text(file)
    top_file = listing.first(*GRADLE_FILES) or file
    settings_file = listing.first("settings.gradle", "settings.gradle.kts") or ""
    named = re.search(r"rootProject\.name\s*=\s*['\"]([^'\"]+)", listing.text(settings_file))
    project = plain(named[1] if named else listing.name, "project's name", settings_file)
    name = folder.rpartition("/")[2] or project
    catalog = listing.text("gradle/libs.versions.toml")
    both = f"{text}\n{listing.text(top_file)}" if folder else text
    boot = "org.springframework.boot" in text or (
        "springframework.boot" in catalog and "spring" in text.lower() and "boot" in text.lower()
    )
    shadow = re.search(r"shadow", text) and not boot
    ktor = "io.ktor.plugin" in text or "ktor.plugin" in text.lower()
    gradle = wrapper_version(listing, "gradle")
    facts = [
        java_version(listing, ((file, text), (top_file, listing.text(top_file)))),
        Fact(
            "build tool",
            f"Gradle {gradle[0]}" if gradle else "Gradle",
            gradle[1] if gradle else file,
        ),
        *([Fact("module", folder, settings_file)] if folder else []),
    ]
    output = f"{folder}/build".lstrip("/")
    task, jars = "installDist", f"{output}/install/{name}/lib/*.jar"
    command: tuple[str, ...]
    if boot:
        # The plain jar, which Spring Boot makes beside it, holds no libraries.
        task, jars = "bootJar", f"{output}/libs/*.jar"
        command = ("sh", "-c", "exec java -jar /srv/app/lib/*.jar")
    elif ktor or (shadow and "application" not in text):
        task, jars = ("buildFatJar" if ktor else "shadowJar"), f"{output}/libs/*-all.jar"
        command = ("sh", "-c", "exec java -jar /srv/app/lib/*.jar")
    else:
        main = _main_class(listing, text, wishes, file, folder)
        facts.append(Fact("main class", main.value, main.file, main.is_guess))
        notes = (*notes, *_guess(listing, main, wishes, folder))
        command = ("java", "-cp", "/srv/app/lib/*", main.value)
        if not re.search(
            r"['\"`]application['\"`]|\bapplication\b\s*$|id\s*\(?['\"]application|\bapplication\b",
            text,
            re.M,
        ):
            # Without the plug-in nothing gathers the libraries.
            raise InputError(
                (
                    "the build doesn't use Gradle's plug-in 'application',"
                    " by which a program is gathered"
                ),
                place=Place(file),
                hint="add id 'application' to its plugins, and a mainClass",
            )
    manifests = (
        *GRADLE_FILES,
        "settings.gradle",
        "settings.gradle.kts",
        "gradle.properties",
        "gradle.lockfile",
    )
    locks = [one for one in ("gradle.lockfile", "gradle/libs.versions.toml") if one in listing]
    is_alone = (
        not gradle_modules(listing)
        and not listing.has_folder("buildSrc")
        and "apply from" not in text
    )
    values: Values = {
        "gradle_version": gradle[0] if gradle else GRADLE_VERSION,
        "manifests": words(one for one in manifests if one in listing) if is_alone else "",
        "member_manifests": copied(one for one in locks) if is_alone else (),
        "dependencies": "dependencies" if is_alone else "",
        "task": f":{folder.replace('/', ':')}:{task}" if folder else task,
        "jars": jars,
    }
    facts += [Fact("lock file", lock, lock) for lock in locks[:1] if lock.endswith("lockfile")]
    return _Build(
        "java/gradle",
        name if folder else project,
        command,
        values,
        facts,
        f"{both}\n{catalog}",
        file,
        folder,
        notes,
    )


def _module(
    listing: Listing, wishes: ProjectWishes, folders: tuple[str, ...], file: str
) -> tuple[str, tuple[str, ...]]:
    """The module with the program, ``""`` for the top; and what to tell of the others."""
    if not folders:
        return "", ()
    candidates = [Candidate(one, f"{one}/{file}", _of_module(listing, one)) for one in folders]
    candidates = [one for one in candidates if one.likelihood > 0]
    if any(True for _ in classes_with_main(listing)) and listing.has_folder("src/main"):
        candidates.append(Candidate(".", file, 30))
    if wishes.entry and not any(one.entry == wishes.entry for one in candidates):
        # The name of a class, then: of the module that has it.
        of_class = [
            one
            for one in candidates
            if any(
                main.entry == wishes.entry
                for main in classes_with_main(listing, one.entry.strip("."))
            )
        ]
        candidates = of_class or candidates
        wishes = ProjectWishes()
    chosen = choose(
        candidates, wishes, "module", missing="no module has a class with a main method"
    )
    folder = chosen.candidate.entry
    return ("" if folder == "." else folder), chosen.notes


def _of_module(listing: Listing, folder: str) -> int:
    text = listing.text(f"{folder}/pom.xml", *(f"{folder}/{one}" for one in GRADLE_FILES))
    mains = list(classes_with_main(listing, folder))
    found = 20 if mains else 0
    if re.search(
        r"spring-boot-maven-plugin|org\.springframework\.boot|\bapplication\b|quarkus-maven-plugin|mainClass",
        text,
    ):
        found += 20 if mains or "mainClass" in text else 0
    found += max((one.likelihood for one in mains), default=0) // 10
    if re.search(r"(?i)test|example|sample|demo|bench", folder):
        found -= 25
    return found


def _detected(listing: Listing, wishes: ProjectWishes, build: _Build) -> Detected:
    port = _port(listing, wishes, build)
    at = port.value if port else ""
    base = wishes.base or _BASE
    command, more = _command(listing, wishes, build)
    sources = [
        f
        for f in listing.sources(".java", ".kt", ".scala")
        if "src/main" in f or "/src/" in f or f.startswith("src/")
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
        "Java", build.template, name, base, values, facts, at, notes=tuple(dict.fromkeys(notes))
    )


def _command(
    listing: Listing, wishes: ProjectWishes, build: _Build
) -> tuple[StartCommand, list[str]]:
    """The command of the build, with the switches that a stated one has for Java."""
    command = StartCommand(build.command, "")
    for stated in stated_commands(listing, wishes):
        switches = re.findall(r"(?:^|\s)(-X\S+|-D[\w.]+=(?!\$)[^\s$]+|--spring\.\S+)", stated.text)
        if stated.is_of_user and not re.search(r"\bjava\b", stated.text):
            raise InputError(
                f"{stated.file} {stated.text!r}: an image of Java starts java only",
                hint="write java and its arguments",
            )
        if not re.search(r"\bjava\b", stated.text):
            continue
        before = [one for one in switches if not one.startswith("--")]
        after = [one for one in switches if one.startswith("--")]
        if command.words[:2] == ("sh", "-c"):
            text = command.words[2].replace("exec java", " ".join(["exec java", *before]))
            return StartCommand(("sh", "-c", " ".join([text, *after])), stated.file), []
        return StartCommand(
            (command.words[0], *before, *command.words[1:], *after), stated.file
        ), []
    return command, []


def _guess(listing: Listing, main: Fact, wishes: ProjectWishes, folder: str) -> Iterator[str]:
    if main.is_guess:
        others = [
            one.entry for one in classes_with_main(listing, folder) if one.entry != main.value
        ]
        yield (
            f"the main class {main.value} is a guess; there is also {', '.join(others[:6])}:"
            f" name one with --entry {others[0]}"
        )


def _main_class(listing: Listing, text: str, wishes: ProjectWishes, file: str, folder: str) -> Fact:
    said = re.search(
        r"<mainClass>\s*([\w.$]+)|<exec\.mainClass>\s*([\w.$]+)|mainClass(?:Name)?\s*(?:\.set\(|=)\s*['\"]([\w.$]+)",
        text,
    )
    found = tuple(classes_with_main(listing, folder))
    if said and not wishes.entry:
        return Fact("main class", said[1] or said[2] or said[3], file)
    if wishes.entry in {folder, "."}:
        wishes = ProjectWishes()
    chosen = choose(found, wishes, "main class", missing="name it with --entry CLASS")
    source = wishes.source_of("entry") if wishes.entry else chosen.candidate.file
    return Fact("main class", plain(chosen.candidate.entry, "main class"), source, chosen.is_guess)


def _port(listing: Listing, wishes: ProjectWishes, build: _Build) -> Fact | None:
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
    if _WEB.search(build.text):
        # https://docs.spring.io/spring-boot/how-to/webserver.html: 8080 unless told otherwise.
        return Fact("port", "8080", build.file)
    sources = [
        f
        for f in listing.sources(".java", ".kt", ".scala")
        if f.startswith(build.folder) and "src/" in f
    ]
    listens = listening(listing, sources)
    if listens and listens.port:
        is_guess = listens.is_guess or len(sources) > 1
        return Fact("port", listens.port, listens.file, is_guess)
    return None
