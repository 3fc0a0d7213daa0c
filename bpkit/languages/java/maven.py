"""Maven: the jar, the module, and what Spring Boot, Quarkus and other plug-ins build."""

from __future__ import annotations

import re

from bpkit.errors import InputError, Place
from bpkit.languages.detected import Fact, ProjectWishes, Values
from bpkit.languages.dockerfile_words import copied, plain
from bpkit.languages.java.build import JavaBuild, chosen_module, guess_notes, main_class
from bpkit.languages.java.projects import child, java_version, modules, pom, wrapper_version
from bpkit.languages.java.spring import NO_LAYERS, boot_version, layers
from bpkit.languages.listing import Listing

MAVEN_VERSION = "3.9"


def of_maven(listing: Listing, wishes: ProjectWishes) -> JavaBuild:
    folder, notes = chosen_module(listing, wishes, modules(listing), "pom.xml")
    file = f"{folder}/pom.xml".lstrip("/")
    own = pom(listing, file)
    text = own_text = listing.read(file)
    top = listing.read("pom.xml")
    if child(own, "packaging") == "war" and "spring-boot" not in text:
        raise InputError(
            "it is a war, which needs a servlet container; there is no template for that",
            place=Place(file),
            hint="pass a template of your own with --template DIR",
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
        main = main_class(listing, text, wishes, file, folder)
        facts.append(Fact("main class", main.value, main.file, main.is_guess))
        notes = (*notes, *guess_notes(listing, main, wishes, folder))
        command = ("java", "-cp", "/srv/app/app.jar:/srv/app/lib/*", main.value)
        if "<dependency>" in text:
            goals = (
                "package dependency:copy-dependencies"
                " -DincludeScope=runtime -DoutputDirectory=/src/rootfs/srv/app/lib"
            )
    layered = layers(boot_version(own_text, top), "rootfs/srv/app/app.jar") if boot else None
    command = layered[0] if layered else command
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
        **(layered[1] if layered else NO_LAYERS),
        "install": plain(re.sub(r"[*&$\s]", "-", install), "jar", file) and install,
    }
    return JavaBuild("java/maven", name, command, values, facts, both, file, folder, notes)
