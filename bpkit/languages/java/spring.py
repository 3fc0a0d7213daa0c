"""Spring Boot's layers: libraries in layers below the application's, which changes most often.

https://docs.spring.io/spring-boot/reference/packaging/container-images/dockerfiles.html
"""

from __future__ import annotations

import re

from bpkit.languages.detected import Values

#: The layers, the least often changed first; each gets a COPY of its own.
_LAYERS = ("dependencies", "spring-boot-loader", "snapshot-dependencies", "application")
NO_LAYERS: Values = {"extract": "", "layers": ()}
#: The first release whose jars all have layers and can extract them.
_FIRST, _NEW_LOADER, _NEW_MODE = (2, 4), (3, 2), (3, 3)


def boot_version(*texts: str) -> tuple[int, int] | None:
    """The Spring Boot release that build files name; None if they name none."""
    for text in texts:
        found = re.search(
            r"spring-boot-(?:starter-parent|dependencies)</artifactId>\s*<version>(\d+)\.(\d+)"
            r"|<spring-boot\.version>(\d+)\.(\d+)"
            r"|org\.springframework\.boot['\"]?\)?\s*version\s*\(?['\"](\d+)\.(\d+)"
            r"|spring-?boot['\"]?\s*=\s*['\"](\d+)\.(\d+)"
            r"|org\.springframework\.boot[^\n]{0,40}version\s*=\s*['\"](\d+)\.(\d+)"
            r"|spring-boot-gradle-plugin:(\d+)\.(\d+)",
            text,
            re.IGNORECASE,
        )
        if found:
            major, minor = (int(one) for one in found.groups() if one)
            return major, minor
    return None


def layers(version: tuple[int, int] | None, jar: str) -> tuple[tuple[str, ...], Values] | None:
    """The command and the template's placeholders for a layered jar; None for an older release.

    ``jar`` is its path below the build's working directory; the commands remove it.
    """
    if version is None or version < _FIRST:
        return None
    if version >= _NEW_MODE:
        # The layer ``application`` has a jar of the same name, which refers to those in lib/.
        name = jar.rpartition("/")[2]
        command: tuple[str, ...] = ("java", "-jar", f"/srv/app/{name}")
        extract = f"java -Djarmode=tools -jar {jar} extract --layers --destination layers"
    else:
        loader = "launch." if version >= _NEW_LOADER else ""
        command = ("java", f"org.springframework.boot.loader.{loader}JarLauncher")
        extract = f"java -Djarmode=layertools -jar {jar} extract --destination layers"
    folders = " ".join(f"layers/{one}" for one in _LAYERS)
    after = f'mkdir -p {folders} && find layers -exec touch -h -d "@$SOURCE_DATE_EPOCH" {{}} +'
    return command, {"extract": f"{extract} && rm {jar} && {after}", "layers": _LAYERS}
