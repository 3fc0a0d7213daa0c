"""Java's runtime, relinked without the modules that nothing names."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace

import pytest

from bpkit.formats.elf import Clues
from bpkit.image.evidence import Evidence, read_program
from bpkit.image.rootfs import Node
from bpkit.verbs.shrink.choose import choose
from bpkit.verbs.shrink.draft import Draft, ShrinkWishes
from bpkit.verbs.shrink.java_runtime import LinkedRuntime, linked_runtime, linking, markers_in
from tests.verbs.check.made import library, link, program, static, text
from tests.verbs.shrink.made import chosen, fat

HOME = "/opt/jdk"
JAR = "/srv/till/till.jar"
AWT = f"{HOME}/lib/libawt.so"
JDK = (
    program(f"{HOME}/bin/java", "libc.so.6"),
    static(f"{HOME}/bin/javac"),
    static(f"{HOME}/bin/jlink"),
    text(f"{HOME}/lib/modules", b"", 0o644),
    text(f"{HOME}/lib/server/classes.jsa", b"", 0o644),
    text(f"{HOME}/jmods/java.base.jmod", b"", 0o644),
    text(f"{HOME}/lib/classlist", b"", 0o644),
    library(AWT, "libc.so.6"),
    link("/usr/bin/java", f"{HOME}/bin/java"),
    text(JAR, b"", 0o644),
)
DESKTOP = "java.desktop"
COMPILER = "jdk.compiler"
LOCALES = "jdk.localedata"


def archive(**entries: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        for name, content in entries.items():
            opened.writestr(name.replace("__", "."), content)
    return made.getvalue()


def draft_of(
    *nodes: Node,
    jar: bytes | None = b"",
    words: tuple[str, ...] = (),
    keep: tuple[str, ...] = (),
    env: Mapping[str, str] | None = None,
) -> Draft:
    evidence = {} if jar is None else {JAR: read_program(markers_in(jar))}
    image = fat(*nodes, cmd=("java", *words, "-jar", JAR), workdir="/srv", env=env or {})
    choice = choose(image, evidence, ShrinkWishes(keep), links=False)
    return Draft(image, evidence, ShrinkWishes(keep), choice.started, choice.selection)


def linked(
    jar: bytes | None = b"",
    words: tuple[str, ...] = (),
    keep: tuple[str, ...] = (),
    opened: tuple[str, ...] = (),
    env: Mapping[str, str] | None = None,
) -> tuple[LinkedRuntime | None, tuple[str, ...]]:
    return linked_runtime(draft_of(*JDK, jar=jar, words=words, keep=keep, env=env), opened)


def test_unused_tools_and_the_desktop_are_left_out() -> None:
    runtime, told = linked(jar=archive(A__class=b"\1\0\3java/util/List"))
    assert runtime
    assert told == tuple(runtime.notes)
    assert {DESKTOP, COMPILER, "jdk.attach", "java.se"} <= set(runtime.spare)
    assert runtime.archived
    assert f"--keep {HOME}" in told[0]
    assert f"--drop {HOME}/lib/server/classes.jsa" in told[1]


@pytest.mark.parametrize(
    ("content", "stays"),
    [
        (b"\1\0\7Ljava/awt/Color;", DESKTOP),
        (b"a text: javax.swing.JFrame", DESKTOP),
        (b"\1\0\x11java/beans/Introspector", DESKTOP),
        (b"\1\0\x11javax/tools/ToolProvider", COMPILER),
        (b"\1com/sun/tools/attach/VirtualMachine", "jdk.attach"),
    ],
)
def test_modules_that_a_class_names_stay(content: bytes, stays: str) -> None:
    runtime, _ = linked(jar=archive(A__class=content))
    assert runtime
    assert stays not in runtime.spare


def test_other_locales_are_left_out_if_no_class_can_name_one() -> None:
    runtime, _ = linked(jar=archive(A__class=b"\1\0\x14java/text/DateFormat"))
    assert runtime
    assert LOCALES in runtime.spare
    for jar, words, env in (
        (b"\1(Ljava/util/Locale;)V", (), {}),
        (b"", ("-Duser.language=de",), {}),
        (b"", (), {"LANG": "de_DE.UTF-8"}),
        (b"", (), {"LC_ALL": "en_GB.UTF-8"}),
    ):
        runtime, _ = linked(jar=archive(A__class=jar), words=words, env=env)
        assert runtime
        assert LOCALES not in runtime.spare
    runtime, _ = linked(env={"LANG": "C.UTF-8", "LC_ALL": "en_US.UTF-8"})
    assert runtime
    assert LOCALES in runtime.spare


def test_debug_lines_of_classes_are_stripped_with_symbols_if_jlink_can() -> None:
    for version, is_plain in (("17.0.2", True), ("11.0.9", False)):
        release = text(f"{HOME}/release", f'JAVA_VERSION="{version}"\n'.encode(), 0o644)
        draft = draft_of(*JDK, release)
        assert not linked_runtime(draft, ())[0].plain  # type: ignore[union-attr]
        asked = replace(draft, wishes=replace(draft.wishes, strip=True))
        runtime, told = linked_runtime(asked, ())
        assert runtime
        assert runtime.plain is is_plain
        assert any("line numbers" in one for one in told) is is_plain
        commands = " ".join(linking(runtime, "/rootfs", "\\"))
        assert ("--strip-java-debug-attributes" in commands) is is_plain


def test_the_archive_of_classes_may_be_dropped_by_its_name() -> None:
    path = f"{HOME}/lib/server/classes.jsa"
    choice = chosen(
        *JDK,
        evidence={JAR: read_program(b"")},
        wishes=ShrinkWishes(drop=(path,)),
        cmd=("java", "-jar", JAR),
        workdir="/srv",
    )
    assert choice.runtime
    assert not choice.runtime.archived
    assert path not in choice.rootfs.nodes


def test_classes_in_a_jar_in_the_jar_are_read_too() -> None:
    inner = archive(B__class=b"\1java/awt/Font")
    runtime, _ = linked(jar=archive(lib__jar=inner))
    assert runtime
    assert DESKTOP not in runtime.spare


def test_a_module_in_the_command_stays_with_its_group() -> None:
    runtime, _ = linked(words=("--add-modules", "jdk.incubator.vector"))
    assert runtime
    assert "jdk.incubator.vector" not in runtime.spare
    assert DESKTOP in runtime.spare


def test_an_unread_jar_keeps_the_runtime_whole_with_a_note() -> None:
    assert linked(jar=None) == (None, (f"Java's runtime stays whole: {JAR} was not read",))


@pytest.mark.parametrize(
    ("words", "why"),
    [(("-Xshare:on",), "an -Xshare option"), (("@/srv/options",), "reads options from /srv/opt")],
)
def test_a_command_that_is_not_understood_keeps_the_runtime_whole(
    words: tuple[str, ...], why: str
) -> None:
    runtime, told = linked(words=words)
    assert runtime is None
    assert why in told[0]


@pytest.mark.parametrize("kept", ["/opt/jdk", "/opt", "/opt/jdk/lib/modules"])
def test_what_is_kept_by_name_is_kept_whole(kept: str) -> None:
    assert linked(keep=(kept,)) == (None, ())


def test_an_image_without_jlink_is_left_as_it_is() -> None:
    nodes = [node for node in JDK if not node.path.endswith("jlink")]
    assert linked_runtime(draft_of(*nodes), ()) == (None, ())


def test_a_run_that_opened_the_desktop_s_libraries_keeps_it() -> None:
    runtime, _ = linked(opened=(AWT,))
    assert runtime
    assert DESKTOP not in runtime.spare


def test_the_desktops_libraries_stay_only_with_the_desktop() -> None:
    evidence = {JAR: read_program(b"")}
    command = ("java", "-jar", JAR)
    without = chosen(*JDK, evidence=evidence, cmd=command, workdir="/srv")
    assert without.runtime
    assert AWT not in without.rootfs.nodes
    evidence = {JAR: read_program(markers_in(archive(A__class=b"\1java/awt/Color")))}
    with_it = chosen(*JDK, evidence=evidence, cmd=command, workdir="/srv")
    assert with_it.runtime
    assert AWT in with_it.rootfs.nodes


def test_an_obstacle_keeps_the_runtime_whole_with_a_note() -> None:
    command = ("sh", "-c", f"java -jar {JAR}; javac x")
    tools = (*JDK, link("/usr/bin/javac", f"{HOME}/bin/javac"))
    choice = chosen(*tools, evidence={JAR: read_program(b"")}, cmd=command, workdir="/srv")
    assert choice.runtime is None
    assert AWT in choice.rootfs.nodes
    assert "Java's runtime stays whole: the image needs its program javac" in choice.notes


def test_modules_are_selected_by_exclusion_so_that_a_later_jdk_may_have_others() -> None:
    runtime = LinkedRuntime(HOME, ("java.se", COMPILER), ("its compiler",), archived=True)
    lines = " ".join(linking(runtime, "/rootfs", "\\"))
    commands = " ".join(lines.replace("\\\n", "").split())
    assert "grep -vxE 'java\\.se|jdk\\.compiler'" in commands
    assert f"/tmp/bpkit-java/lib/modules /rootfs{HOME}/lib/modules" in commands
    assert f"/rootfs{HOME}/bin/java -Xshare:dump" in commands
    without = " ".join(linking(LinkedRuntime(HOME, (), (), archived=False), "/rootfs", "\\"))
    assert "-Xshare:dump" not in without


CUPS = "/usr/lib/x86_64-linux-gnu/libcups.so.2"
FONTS = "/usr/lib/x86_64-linux-gnu/libfontconfig.so.1"


@pytest.mark.parametrize(
    ("content", "prints"), [(b"java/awt/Font", False), (b"javax/print/Doc", True)]
)
def test_libraries_that_the_runtime_opens_are_kept_and_that_for_printing_only_if_named(
    content: bytes, prints: bool
) -> None:
    opens = Evidence(clues=Clues(opens=("libcups.so.2", "libfontconfig.so.1")))
    evidence = {JAR: read_program(markers_in(archive(A__class=content))), AWT: opens}
    nodes = (*JDK, library(CUPS, "libc.so.6"), library(FONTS, "libc.so.6"))
    choice = chosen(*nodes, evidence=evidence, cmd=("java", "-jar", JAR), workdir="/srv")
    assert FONTS in choice.rootfs.nodes
    assert (CUPS in choice.rootfs.nodes) is prints
