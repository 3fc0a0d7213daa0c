"""Gradle: the task, the module, and what Spring Boot, Ktor and other plug-ins build."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bpkit.errors import InputError, Place
from bpkit.languages.detected import Fact, ProjectWishes, Values
from bpkit.languages.dockerfile_words import copied, plain, words
from bpkit.languages.java.build import JavaBuild, chosen_module, guess_notes, main_class
from bpkit.languages.java.projects import (
    GRADLE_FILES,
    gradle_modules,
    java_version,
    wrapper_version,
)
from bpkit.languages.java.spring import NO_LAYERS, boot_version, layers
from bpkit.languages.listing import Listing

GRADLE_VERSION = "8"
_BOOT_JAR = "rootfs/srv/app/app.jar"


@dataclass(frozen=True)
class _GradleFiles:
    """The build file of a module, or of the project if ``folder`` is empty, and those above it."""

    listing: Listing
    folder: str
    file: str
    text: str
    top_file: str
    settings_file: str
    catalog: str

    @property
    def top_text(self) -> str:
        return self.listing.text(self.top_file)

    @property
    def every_text(self) -> str:
        """The text of all build files."""
        both = f"{self.text}\n{self.top_text}" if self.folder else self.text
        return f"{both}\n{self.catalog}"

    @property
    def is_boot(self) -> bool:
        """Whether Spring Boot's plug-in builds the jar."""
        in_catalog = "springframework.boot" in self.catalog
        by_alias = "spring" in self.text.lower() and "boot" in self.text.lower()
        return "org.springframework.boot" in self.text or (in_catalog and by_alias)

    @property
    def is_ktor(self) -> bool:
        """Whether Ktor's plug-in builds the jar."""
        return "io.ktor.plugin" in self.text or "ktor.plugin" in self.text.lower()

    @property
    def project_name(self) -> str:
        named = re.search(
            r"rootProject\.name\s*=\s*['\"]([^'\"]+)", self.listing.text(self.settings_file)
        )
        name = named[1] if named else self.listing.name
        return plain(name, "project's name", self.settings_file)


@dataclass(frozen=True)
class _GradleTask:
    """The task that collects the program, the jars that it makes, and the program's command."""

    name: str
    jars: str
    command: tuple[str, ...]
    main: Fact | None = None


def of_gradle(listing: Listing, wishes: ProjectWishes) -> JavaBuild:
    """The build with Gradle. Raises InputError if nothing collects the program's libraries."""
    folder, notes = chosen_module(listing, wishes, gradle_modules(listing), "settings.gradle")
    file = listing.first(*(f"{folder}/{one}".lstrip("/") for one in GRADLE_FILES)) or ""
    build = _GradleFiles(
        listing,
        folder,
        file,
        listing.text(file),
        listing.first(*GRADLE_FILES) or file,
        listing.first("settings.gradle", "settings.gradle.kts") or "",
        listing.text("gradle/libs.versions.toml"),
    )
    name = folder.rpartition("/")[2] or build.project_name
    gradle = wrapper_version(listing, "gradle")
    facts = [
        java_version(listing, ((file, build.text), (build.top_file, build.top_text))),
        Fact("build tool", *((f"Gradle {gradle[0]}", gradle[1]) if gradle else ("Gradle", file))),
    ]
    if folder:
        facts.append(Fact("module", folder, build.settings_file))
    task = _task(build, name, wishes)
    if task.main:
        facts.append(task.main)
        notes = (*notes, *guess_notes(listing, task.main, wishes, folder))
    layered = None
    if build.is_boot:
        version = boot_version(build.text, build.top_text, build.catalog)
        layered = layers(version, _BOOT_JAR)
    if "gradle.lockfile" in listing:
        facts.append(Fact("lock file", "gradle.lockfile", "gradle.lockfile"))
    values: Values = {
        "gradle_version": gradle[0] if gradle else GRADLE_VERSION,
        **_manifest_values(build),
        "task": f":{folder.replace('/', ':')}:{task.name}" if folder else task.name,
        "jars": task.jars,
        "one_jar": f"mv rootfs/srv/app/lib/*.jar {_BOOT_JAR}" if layered else "",
        **(layered[1] if layered else NO_LAYERS),
    }
    command = layered[0] if layered else task.command
    return JavaBuild(
        "java/gradle", name, command, values, facts, build.every_text, file, folder, notes
    )


def _task(build: _GradleFiles, name: str, wishes: ProjectWishes) -> _GradleTask:
    """The task of the plug-in that the build uses. Raises InputError if it uses none."""
    output = f"{build.folder}/build".lstrip("/")
    of_one_jar = ("sh", "-c", "exec java -jar /srv/app/lib/*.jar")
    if build.is_boot:
        # The plain jar, which Spring Boot builds too, has no libraries in it.
        return _GradleTask("bootJar", f"{output}/libs/*.jar", of_one_jar)
    if build.is_ktor:
        return _GradleTask("buildFatJar", f"{output}/libs/*-all.jar", of_one_jar)
    if "shadow" in build.text and "application" not in build.text:
        return _GradleTask("shadowJar", f"{output}/libs/*-all.jar", of_one_jar)
    main = main_class(build.listing, build.text, wishes, build.file, build.folder)
    if not re.search(r"\bapplication\b", build.text):
        # Without the plug-in nothing collects the libraries.
        raise InputError(
            "the build doesn't use Gradle's plug-in 'application', which collects a program's"
            " libraries",
            place=Place(build.file),
            hint="add id 'application' to its plugins, and set a mainClass",
        )
    command = ("java", "-cp", "/srv/app/lib/*", main.value)
    return _GradleTask("installDist", f"{output}/install/{name}/lib/*.jar", command, main)


def _manifest_values(build: _GradleFiles) -> Values:
    """The files by which the libraries are fetched first; nothing if that needs the sources."""
    listing = build.listing
    has_parts = bool(gradle_modules(listing)) or listing.has_folder("buildSrc")
    if has_parts or "apply from" in build.text:
        return {"manifests": "", "member_manifests": (), "dependencies": ""}
    named = ("settings.gradle", "settings.gradle.kts", "gradle.properties", "gradle.lockfile")
    locks = [one for one in ("gradle.lockfile", "gradle/libs.versions.toml") if one in listing]
    return {
        "manifests": words(one for one in (*GRADLE_FILES, *named) if one in listing),
        "member_manifests": copied(locks),
        "dependencies": "dependencies",
    }
