"""Java's runtime, relinked: without modules that nothing names, with those Java finds itself."""

from __future__ import annotations

import pytest

from tests.engine.session import ONE_ENGINE
from tests.engine.shrinker import Shrinker

pytestmark = pytest.mark.slow

SOURCE = (
    "import java.util.Locale; class Main { public static void main(String[] a) throws Exception {"
    ' if (a[0].equals("day")) System.out.println(java.time.LocalDate.of(2020, 1, 2).format('
    'java.time.format.DateTimeFormatter.ofPattern("EEEE", Locale.forLanguageTag("cs"))));'
    ' if (a[0].equals("bytes")) System.out.println("\\u3042".getBytes("Shift_JIS").length);'
    ' if (a[0].equals("key")) System.out.println(java.security.KeyPairGenerator.getInstance("EC")'
    ".generateKeyPair().getPublic().getAlgorithm()); } }"
)
IMAGE = """\
FROM eclipse-temurin:21
WORKDIR /app
COPY Main.java .
RUN javac -encoding UTF-8 Main.java && jar cfe app.jar Main Main.class && rm Main.java Main.class
ENTRYPOINT ["java", "-jar", "app.jar"]
CMD ["start"]
"""


@ONE_ENGINE
@pytest.mark.parametrize("switches", [(), ("--strip",)])
def test_a_runtime_keeps_modules_that_java_finds_itself_and_loses_unused_ones(
    shrinker: Shrinker, switches: tuple[str, ...]
) -> None:
    shrinker.write(IMAGE, Main__java=SOURCE)
    said = shrinker.shrink("--probe", "start", *switches)
    assert any("line numbers" in note for note in said["notes"]) is bool(switches)
    assert any("relinked" in note for note in said["notes"]), said["notes"]
    old, new = shrinker.build("Dockerfile"), shrinker.build("Dockerfile.shrunk")
    label = ("--label", shrinker.engine.label)
    for word in ("day", "bytes", "key"):
        before, after = (
            shrinker.engine.docker("run", "--rm", *label, image, word) for image in (old, new)
        )
        assert after == before
        assert after.strip()
    modules = shrinker.engine.docker(
        *("run", "--rm", *label, "--entrypoint", "java", new, "--list-modules")
    )
    assert "jdk.localedata@" in modules
    assert "java.desktop@" not in modules
    assert "jdk.compiler@" not in modules


@ONE_ENGINE
def test_without_a_class_that_names_a_locale_other_languages_are_left_out(
    shrinker: Shrinker,
) -> None:
    source = (
        "class Main { public static void main(String[] a) {"
        " System.out.println(java.time.LocalDate.of(2020, 1, 2).getDayOfWeek() +"
        ' new java.text.DecimalFormat("#,##0.0").format(1234.5)); } }'
    )
    shrinker.write(IMAGE, Main__java=source)
    old = shrinker.build("Dockerfile")
    run = ("run", "--rm", "--label", shrinker.engine.label)
    words = "readlink -f $(command -v java)"
    java = shrinker.engine.docker(*run, "--entrypoint", "sh", old, "-c", words).strip()
    archive = f"{java.removesuffix('/bin/java')}/lib/server/classes.jsa"
    assert archive in shrinker.files(old).nodes
    said = shrinker.shrink("--probe", "start", "--drop", archive)
    assert any("relinked" in note for note in said["notes"]), said["notes"]
    new = shrinker.build("Dockerfile.shrunk")
    assert shrinker.engine.docker(*run, new) == shrinker.engine.docker(*run, old)
    modules = shrinker.engine.docker(*run, "--entrypoint", "java", new, "--list-modules")
    assert "java.base@" in modules
    assert "jdk.localedata@" not in modules
    assert archive not in shrinker.files(new).nodes
