"""What the files of Maven and Gradle state: versions, modules, main classes, jars."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree

from bpkit.errors import InputError, Place
from bpkit.languages.detected import Candidate, Fact
from bpkit.languages.listing import Listing
from bpkit.languages.source_suffixes import JVM
from bpkit.languages.versions import pinned_version, version_of_base

#: The releases with long-term support, which the images have tags for.
RELEASES = (8, 11, 17, 21, 25)
DEFAULT = 21
GRADLE_FILES = ("build.gradle", "build.gradle.kts")
_MAIN = re.compile(
    r"(?:public\s+static|static\s+public)\s+(?:final\s+)?void\s+main\s*\(|^\s*fun\s+main\s*\(|@JvmStatic\s+fun\s+main"
    r"|^object\s+\w+\s+extends\s+(?:App|IOApp|ZIOAppDefault)\b|^\s*def\s+main\s*\(|^@main\b",
    re.MULTILINE,
)


def pom(listing: Listing, file: str) -> ElementTree.Element:
    """A pom.xml as a document. Raises InputError."""
    text = listing.read(file)
    if "<!ENTITY" in text:
        raise InputError("XML entities are not supported", place=Place(file))
    try:
        return ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        place = Place(file, error.position[0])
        raise InputError(f"not valid XML: {error}", place=place) from None


def child(element: ElementTree.Element, path: str) -> str:
    """The text at a path of element names, whatever the file's namespace."""
    found = element.find("/".join(f"{{*}}{part}" for part in path.split("/")))
    return (found.text or "").strip() if found is not None else ""


def modules(listing: Listing, file: str = "pom.xml") -> tuple[str, ...]:
    """The directories of a Maven project's modules, and of their modules."""
    folder = file.rpartition("/")[0]
    found: list[str] = []
    for one in re.findall(r"<module>\s*([^<\s]+)\s*</module>", listing.text(file)):
        path = f"{folder}/{one}".strip("/").removesuffix("/pom.xml")
        if f"{path}/pom.xml" in listing and path not in found:
            found += [path, *modules(listing, f"{path}/pom.xml")]
    return tuple(dict.fromkeys(found))


def gradle_modules(listing: Listing) -> tuple[str, ...]:
    """The directories of a Gradle project's subprojects."""
    text = listing.text("settings.gradle", "settings.gradle.kts")
    names = re.findall(
        r"['\"]:?([\w:.-]+)['\"]",
        " ".join(re.findall(r"\binclude\b\s*\(?([^)\n]*(?:,\s*\n[^)\n]*)*)", text)),
    )
    folders = [name.strip(":").replace(":", "/") for name in names]
    return tuple(f for f in folders if any(f"{f}/{one}" in listing for one in GRADLE_FILES))


def java_version(listing: Listing, texts: tuple[tuple[str, str], ...]) -> Fact:
    """The release that these build files, or files of version managers, ask for."""
    what = "Java version"
    for file, shape in (
        (".java-version", r"\s*(?:1\.)?(\d+)"),
        (".sdkmanrc", r"(?m)^\s*java\s*=\s*(\d+)"),
        ("system.properties", r"(?m)^\s*java\.runtime\.version\s*=\s*(?:1\.)?(\d+)"),
    ):
        if pinned := re.search(shape, listing.text(file)):
            return Fact(what, _release(int(pinned[1])), file)
    if tool := pinned_version(listing, "java"):
        return Fact(what, _release(int(tool[0].partition(".")[0])), tool[1])
    for file, text in texts:
        found = re.search(
            r"(?:<maven\.compiler\.(?:release|target|source)>|<java\.version>|<jdk\.version>|<release>|<javaVersion>"
            r"|languageVersion\s*=\s*JavaLanguageVersion\.of\(|languageVersion\.set\(\s*JavaLanguageVersion"
            r"\.of\(|jvmToolchain\(|jvmTarget\s*=\s*(?:JvmTarget\.JVM_)?['\"]?|(?:source|target)Compatibility\s*=\s*(?:JavaVersion\.VERSION_)?['\"]?"
            r"|options\.release\s*=\s*|<source>|<target>)\s*(?:1[._])?(\d+)",
            text,
        )
        if found:
            return Fact(what, _release(int(found[1])), file)
    for image in ("eclipse-temurin", "openjdk", "amazoncorretto", "maven", "gradle"):
        base = (
            version_of_base(listing, image)
            if image in {"eclipse-temurin", "openjdk", "amazoncorretto"}
            else None
        )
        if base:
            return Fact(what, _release(int(base[0].partition(".")[0])), base[1])
    for file, text in texts:
        boot = re.search(
            r"spring-boot-starter-parent</artifactId>\s*<version>(\d)|org\.springframework\.boot['\"]\)?\s*version\s*['\"](\d)",
            text,
        )
        if boot and (boot[1] or boot[2]) in {"1", "2"}:
            return Fact(what, "11" if "2" in {boot[1], boot[2]} else "8", file)
    return Fact(what, str(DEFAULT))


def _release(wanted: int) -> str:
    return str(next((one for one in RELEASES if one >= wanted), wanted))


def wrapper_version(listing: Listing, tool: str) -> tuple[str, str] | None:
    """The release of Maven or Gradle that the project's wrapper downloads, and the file."""
    file = {
        "gradle": "gradle/wrapper/gradle-wrapper.properties",
        "maven": ".mvn/wrapper/maven-wrapper.properties",
    }[tool]
    shape = (
        r"gradle-(\d+(?:\.\d+)*)-" if tool == "gradle" else r"apache-maven-(\d+\.\d+(?:\.\d+)?)-"
    )
    found = re.search(shape, listing.text(file))
    if found:
        return found[1], file
    return pinned_version(listing, tool)


def classes_with_main(listing: Listing, folder: str = "") -> Iterator[Candidate]:
    """Classes with a main method, the likeliest by name first."""
    start = f"{folder}/" if folder else ""
    for file in listing.sources(*JVM):
        if not file.startswith(f"{start}src/") or "/test/" in file:
            continue
        text = listing.read(file)
        if not _MAIN.search(text):
            continue
        package = re.search(r"^\s*package\s+([\w.]+)", text, re.MULTILINE)
        name = file.rpartition("/")[2].rpartition(".")[0]
        if file.endswith(".kt") and not re.search(
            rf"\b(?:object|class)\s+{name}\b[^{{]*\{{[^}}]*@JvmStatic", text
        ):
            name = f"{name[:1].upper()}{name[1:]}Kt"
        elif file.endswith(".scala") and (found := re.search(r"^object\s+(\w+)", text, re.M)):
            name = found[1]
        full = f"{package[1]}.{name}" if package else name
        yield Candidate(full, file, _likelihood(name, text))


def _likelihood(name: str, text: str) -> int:
    found = 20
    if re.search(r"@SpringBootApplication|@QuarkusMain|Micronaut\.run", text):
        found += 40
    if re.search(r"(?i)^(?:main|app|application|server)(?:kt)?$|application$|server$", name):
        found += 10
    if re.search(r"(?i)test|bench|example|demo$|sample|tool", name):
        found -= 15
    return found
