"""Java: Maven and Gradle."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

from bpkit.errors import InputError, Place
from bpkit.languages.health import shell_check
from bpkit.languages.listing import (
    Detected,
    Fact,
    Listing,
    ProjectWishes,
    argv,
    image_name,
    one_entry,
    plain,
    words,
)
from bpkit.languages.ports import port_in, port_of

# The releases that are kept up for years, which the images have tags for.
RELEASES = (8, 11, 17, 21)
MAVEN_VERSION = "3.9"
GRADLE_VERSION = "8"
_BASE = "eclipse-temurin:${JAVA_VERSION}-jre"
_GRADLE_FILES = ("build.gradle", "build.gradle.kts")
_MAIN = re.compile(r"public\s+static\s+void\s+main\s*\(")
_SETTINGS = ("application.properties", "application.yml", "application.yaml")


@dataclass(frozen=True)
class _Build:
    """What a build tool's files say. ``facts`` begin with the version; ``boot``: Spring Boot."""

    template: str
    name: str
    command: tuple[str, ...]
    values: Mapping[str, str]
    facts: Sequence[Fact]
    boot: bool


def sign(listing: Listing) -> str | None:
    return listing.first("pom.xml", *_GRADLE_FILES)


def read(listing: Listing, wishes: ProjectWishes) -> Detected:
    """Version, build tool, main class or jar, and port."""
    return _of_maven(listing, wishes) if "pom.xml" in listing else _of_gradle(listing, wishes)


def _of_maven(listing: Listing, wishes: ProjectWishes) -> Detected:
    pom = _pom(listing)
    text = listing.read("pom.xml")
    name = _child(pom, "artifactId") or listing.name
    version = _child(pom, "version") or "*"
    jar = (_child(pom, "build/finalName") or f"{name}-{version}") + ".jar"
    jar = jar.replace("${project.artifactId}", name).replace("${project.version}", version)
    jar = re.sub(r"\$\{[^}]*\}", "*", jar)
    boot = "spring-boot-maven-plugin" in text
    fat = boot or "maven-shade-plugin" in text
    goals = "package"
    command: tuple[str, ...] = ("java", "-jar", "/srv/app/app.jar")
    facts = [_version(text, "pom.xml"), Fact("build tool", "Maven", "pom.xml")]
    if not fat:
        main = _main_class(listing, text, wishes, "pom.xml")
        facts.append(Fact("main class", main.value, main.file))
        command = ("java", "-cp", "/srv/app/app.jar:/srv/app/lib/*", main.value)
        if "<dependency>" in text:
            goals = (
                "package dependency:copy-dependencies"
                " -DincludeScope=runtime -DoutputDirectory=rootfs/srv/app/lib"
            )
    values = {
        "maven_version": MAVEN_VERSION,
        "manifests": "pom.xml",
        "goals": goals,
        "jar": plain(jar.replace("*", "-"), "jar", "pom.xml") and jar,
    }
    return _detected(listing, wishes, _Build("java/maven", name, command, values, facts, boot))


def _of_gradle(listing: Listing, wishes: ProjectWishes) -> Detected:
    file = listing.first(*_GRADLE_FILES) or ""
    text = listing.read(file)
    settings = listing.text("settings.gradle", "settings.gradle.kts")
    named = re.search(r"rootProject\.name\s*=\s*['\"]([^'\"]+)", settings)
    name = plain(named[1] if named else listing.name, "project's name", file)
    boot = "org.springframework.boot" in text
    facts = [_version(text, file), Fact("build tool", "Gradle", file)]
    if boot:
        task, jars = "bootJar", "build/libs/*.jar"
        command: tuple[str, ...] = ("sh", "-c", "exec java -jar /srv/app/lib/*.jar")
    else:
        main = _main_class(listing, text, wishes, file)
        facts.append(Fact("main class", main.value, main.file))
        task, jars = "installDist", f"build/install/{name}/lib/*.jar"
        command = ("java", "-cp", "/srv/app/lib/*", main.value)
    manifests = (*_GRADLE_FILES, "settings.gradle", "settings.gradle.kts", "gradle.properties")
    locks = [one for one in ("gradle.lockfile", "gradle/libs.versions.toml") if one in listing]
    values = {
        "gradle_version": GRADLE_VERSION,
        "manifests": words(one for one in (*manifests, "gradle.lockfile") if one in listing),
        "task": task,
        "jars": jars,
    }
    facts += [Fact("lock file", lock, lock) for lock in locks[:1]]
    return _detected(listing, wishes, _Build("java/gradle", name, command, values, facts, boot))


def _detected(listing: Listing, wishes: ProjectWishes, build: _Build) -> Detected:
    port = _port(listing, build.boot)
    at = port.value if port else ""
    base = wishes.base or _BASE
    values = {
        **build.values,
        "java_version": build.facts[0].value,
        "entrypoint": argv(*build.command),
        "healthcheck": shell_check(at, base),
    }
    found = (
        *build.facts,
        Fact("entry point", " ".join(build.command)),
        *([port] if port else []),
    )
    name = wishes.name or image_name(build.name)
    return Detected("Java", build.template, name, base, values, found, at)


def _pom(listing: Listing) -> ElementTree.Element:
    try:
        return ElementTree.fromstring(listing.read("pom.xml"))
    except ElementTree.ParseError as error:
        raise InputError(
            f"this is no XML: {error}", place=Place("pom.xml", error.position[0])
        ) from None


def _child(pom: ElementTree.Element, path: str) -> str:
    """The text at the path of names, whatever name space the file has."""
    found = pom.find("/".join(f"{{*}}{part}" for part in path.split("/")))
    return (found.text or "").strip() if found is not None else ""


def _version(text: str, file: str) -> Fact:
    """The first release that is kept up and new enough."""
    said = re.search(
        r"(?:<maven\.compiler\.(?:release|target|source)>|<java\.version>|<release>"
        r"|languageVersion\s*=\s*JavaLanguageVersion\.of\(|languageVersion\.set\(JavaLanguageVersion"
        r"\.of\(|(?:source|target)Compatibility\s*=\s*(?:JavaVersion\.VERSION_)?['\"]?)"
        r"\s*(?:1[._])?(\d+)",
        text,
    )
    if not said:
        return Fact("Java version", str(RELEASES[-1]))
    wanted = int(said[1])
    return Fact("Java version", str(next((r for r in RELEASES if r >= wanted), wanted)), file)


def _main_class(listing: Listing, text: str, wishes: ProjectWishes, file: str) -> Fact:
    said = re.search(
        r"<mainClass>\s*([\w.$]+)|mainClass(?:Name)?\s*(?:\.set\(|=)\s*['\"]([\w.$]+)", text
    )
    if said and not wishes.entry:
        return Fact("main class", said[1] or said[2], file)
    found = dict(_classes_with_main(listing))
    chosen = one_entry(found, wishes, "main class", file)
    return Fact("main class", plain(chosen, "main class"), found.get(chosen, "--entry"))


def _classes_with_main(listing: Listing) -> Iterator[tuple[str, str]]:
    for file in listing.glob("*src/main/java/*.java"):
        if _MAIN.search(listing.read(file)):
            below = file.partition("src/main/java/")[2]
            yield below.removesuffix(".java").replace("/", "."), file


def _port(listing: Listing, boot: bool) -> Fact | None:
    for file in listing.glob("*src/main/resources/application*"):
        text = listing.read(file)
        if port := port_in(text) or port_in(re.sub(r"server:\s*\n\s*port:", "port:", text)):
            return Fact("port", port, file)
    # https://docs.spring.io/spring-boot/how-to/webserver.html: 8080 unless told otherwise.
    if boot and "starter-web" in listing.text("pom.xml", *_GRADLE_FILES):
        return Fact("port", "8080", listing.first("pom.xml", *_GRADLE_FILES) or "")
    return port_of(listing, listing.glob("*src/main/java/*.java"))
