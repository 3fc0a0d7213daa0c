"""Gradle: the task, the module, and what Spring Boot, Ktor and plug-ins make of them."""

from __future__ import annotations

import re

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


def of_gradle(listing: Listing, wishes: ProjectWishes) -> JavaBuild:
    folder, notes = chosen_module(listing, wishes, gradle_modules(listing), "settings.gradle")
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
        main = main_class(listing, text, wishes, file, folder)
        facts.append(Fact("main class", main.value, main.file, main.is_guess))
        notes = (*notes, *guess_notes(listing, main, wishes, folder))
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
    layered = (
        layers(boot_version(text, listing.text(top_file), catalog), _BOOT_JAR) if boot else None
    )
    if layered:
        command = layered[0]
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
        "one_jar": f"mv rootfs/srv/app/lib/*.jar {_BOOT_JAR}" if layered else "",
        **(layered[1] if layered else NO_LAYERS),
    }
    facts += [Fact("lock file", lock, lock) for lock in locks[:1] if lock.endswith("lockfile")]
    return JavaBuild(
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
