"""BPK135: a runtime made by jlink lacks a module that the program's classes refer to."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from bpkit.findings import Finding, Rule
from bpkit.image import Link, Subject, join
from bpkit.languages.java.command import COMMAND

#: Modules that programs use, by a package that only this module has (JDK 11 to 25).
_MODULES = {
    "java/util/logging": "java.logging",
    "java/sql": "java.sql",
    "javax/sql": "java.sql",
    "javax/sql/rowset": "java.sql.rowset",
    "javax/naming": "java.naming",
    "javax/xml/parsers": "java.xml",
    "javax/xml/transform": "java.xml",
    "javax/xml/stream": "java.xml",
    "javax/xml/xpath": "java.xml",
    "org/w3c/dom": "java.xml",
    "org/xml/sax": "java.xml",
    "javax/xml/crypto": "java.xml.crypto",
    "java/net/http": "java.net.http",
    "java/lang/management": "java.management",
    "javax/management": "java.management",
    "java/lang/instrument": "java.instrument",
    "java/util/prefs": "java.prefs",
    "java/rmi": "java.rmi",
    "javax/script": "java.scripting",
    "javax/tools": "java.compiler",
    "javax/lang/model/element": "java.compiler",
    "javax/annotation/processing": "java.compiler",
    "org/ietf/jgss": "java.security.jgss",
    "javax/security/sasl": "java.security.sasl",
    "java/awt": "java.desktop",
    "java/awt/image": "java.desktop",
    "java/beans": "java.desktop",
    "javax/imageio": "java.desktop",
    "javax/swing": "java.desktop",
    "com/sun/net/httpserver": "jdk.httpserver",
    "com/sun/tools/attach": "jdk.attach",
    "com/sun/management": "jdk.management",
    "jdk/jfr": "jdk.jfr",
    "sun/misc": "jdk.unsupported",
    "sun/reflect": "jdk.unsupported",
}
_LISTED = re.compile(r'^MODULES="([^"]*)"', re.MULTILINE)
_STAGES = (
    "FROM eclipse-temurin:21 AS build\nWORKDIR /build\n"
    "RUN echo 'class Main { public static void main(String[] a) { try {"
    ' java.util.logging.Logger.getLogger("a"); } catch (NoClassDefFoundError e) {'
    " System.out.println(e); } } }' > Main.java \\\n"
    " && javac Main.java && jar cfe app.jar Main *.class \\\n"
    " && jlink --add-modules {modules} --output /java\n"
    "FROM debian:bookworm-slim\nCOPY --from=build /java /java\n"
    "COPY --from=build /build/app.jar /app.jar\n"
    'CMD ["/java/bin/java", "-jar", "/app.jar"]\n'
)
RULE = Rule(
    id="BPK135",
    severity="warning",
    title="A Java module that the program's classes refer to is not in its runtime",
    why="`jlink` makes a runtime of the modules that it is given. A class from any other module is "
    "missing only when code that refers to it runs: `NoClassDefFoundError`, perhaps days after the "
    "start. bpkit reads only the jar that `java -jar` starts, not others on a class path, and "
    "knows only the packages of the JDK's commonly used modules; a reference may be for a case "
    "that never comes up.",
    failing=_STAGES.replace("{modules}", "java.base"),
    passing=_STAGES.replace("{modules}", "java.base,java.logging"),
)


def check(subject: Subject, links: Sequence[Link]) -> Iterator[Finding]:
    """The modules that the started jar refers to and the runtime's list of modules lacks."""
    last = links[-1]
    if not COMMAND.starts(last.name) or last.node is None:
        return
    there = _modules(subject, last.node.path)
    jar = COMMAND.read(last.argv).value("-jar")
    node = subject.rootfs.file(join(subject.config.workdir, jar) if jar else "")
    if not there or node is None or not node.text:
        return
    named = node.text.decode("utf-8", "replace").split("\n")
    known = [one for one in named if one in _MODULES]
    lacking = {_MODULES[one]: one for one in known if _MODULES[one] not in there}
    if not lacking:
        return
    modules = ",".join(sorted(lacking))
    which = ", ".join(
        f"{module} ({package.replace('/', '.')})" for module, package in sorted(lacking.items())
    )
    yield Finding(
        RULE,
        f"the classes in {node.path} refer to what the runtime does not have: {which}",
        subject.places.of_path(last.node.path),
        node.path,
        "Java reports it (“NoClassDefFoundError”) only when that code runs.",
        (f"# give jlink these modules too: --add-modules {modules}",),
    )


def _modules(subject: Subject, program: str) -> frozenset[str]:
    """The modules that this ``java``'s runtime lists; empty if it lists none."""
    home = posixpath.dirname(posixpath.dirname(program))
    node = subject.rootfs.file(f"{home}/release")
    if node is None or node.text is None:
        return frozenset()
    listed = _LISTED.search(node.text.decode("utf-8", "replace"))
    return frozenset(listed[1].split()) if listed else frozenset()
