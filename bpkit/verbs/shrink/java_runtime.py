"""A Java runtime that jlink relinks without the modules that nothing names.

Two thirds of a runtime are one file, which contains all modules. The JDK's own tools and its
desktop are left out, each only if no class, no source and no word of the command names one of its
packages. Modules that the JDK finds by itself (character sets, languages, ciphers, file systems)
stay, since no code names them.
"""

from __future__ import annotations

import io
import posixpath
import re
import textwrap
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from bpkit.core import quote
from bpkit.image import Evidence, Rootfs
from bpkit.verbs.shrink.draft import Draft
from bpkit.verbs.shrink.texts import ARCHIVES

#: Groups of modules that are left out together, and the packages or modules that name them.
_SPARE = (
    (
        "its compiler and tools",
        (
            *("jdk.compiler", "jdk.editpad", "jdk.internal.ed", "jdk.internal.le"),
            *("jdk.internal.opt", "jdk.jartool", "jdk.javadoc", "jdk.jdeps", "jdk.jlink"),
            *("jdk.jpackage", "jdk.jshell"),
        ),
        (
            *("javax/tools", "com/sun/source", "com/sun/tools/javac", "com/sun/tools/javap"),
            *("com/sun/tools/classfile", "com/sun/tools/jdeps", "com/sun/jarsigner"),
            *(
                "java/util/spi/ToolProvider",
                "jdk/jshell",
                "jdk/javadoc",
                "jdk/tools",
                "jdk/editpad",
            ),
            *("sun/tools", "sun/security/tools/jarsigner", "jdk/internal/org/jline"),
            "jdk/internal/joptsimple",
        ),
    ),
    (
        "modules that look into other processes",
        (
            *("jdk.attach", "jdk.hotspot.agent", "jdk.internal.jvmstat", "jdk.jcmd"),
            *("jdk.jconsole", "jdk.jdi", "jdk.jstatd"),
        ),
        ("com/sun/jdi", "com/sun/tools", "sun/jvm/hotspot", "sun/jvmstat", "sun/tools"),
    ),
    (
        "its incubator and compiler interface",
        (
            *("jdk.incubator.foreign", "jdk.incubator.vector", "jdk.internal.vm.ci"),
            *("jdk.internal.vm.compiler", "jdk.internal.vm.compiler.management"),
        ),
        ("jdk/incubator", "jdk/vm/ci", "org/graalvm", "JVMCI"),
    ),
    (
        "its desktop",
        ("java.desktop", "jdk.accessibility", "jdk.unsupported.desktop"),
        (
            *("java/awt", "java/beans", "java/applet", "javax/swing", "javax/imageio"),
            *("javax/print", "javax/sound", "javax/accessibility", "sun/awt", "sun/font"),
            *("sun/java2d", "sun/print", "sun/swing", "com/sun/beans", "com/sun/imageio"),
            *("com/sun/java/swing", "com/sun/media/sound", "com/sun/swing", "jdk/swing"),
        ),
    ),
    (
        # The rules of English are in java.base. Without this class, a program can't use another
        # locale than the one of the environment.
        "its locales other than English",
        ("jdk.localedata",),
        (
            *("java/util/Locale", "user.language", "user.country", "user.region", "user.locale"),
            "user.variant",
        ),
    ),
)
#: The variables that set Java's locale, and the values that need no other data (setlocale(3)).
_LOCALE = re.compile(r"LC_\w+|LANG|LANGUAGE")
_OF_BASE = re.compile(r"(?:C|POSIX|en|en_US)?(?:\.[\w-]+)?")
#: Requires all other modules, and so brings them along.
_AGGREGATORS = ("java.se",)
#: Programs that the runtime's directory may have without needing the tools.
_RUNNERS = frozenset({"java", "jfr", "jwebserver", "keytool", "rmiregistry"})
#: The library that the desktop opens to print, with 20 MB that belong to it; and the printing API.
_PRINTING, _PRINTERS = "libcups.so.2", ("javax/print", "sun/print", "PrinterJob")
_ARCHIVE_OF_CLASSES = "lib/server/classes.jsa"
_LIST_OF_CLASSES = "lib/classlist"
_MOST_CLASS = 1 << 20
_MOST_NESTED = 64 << 20
#: Frameworks nest jars no deeper than a jar in a jar in a jar.
_DEEPEST = 3
#: The runtime's libraries that only its desktop opens.
_OF_DESKTOP = (
    *("lib/libawt.so", "lib/libawt_headless.so", "lib/libawt_xawt.so", "lib/libfontmanager.so"),
    *("lib/libfreetype.so", "lib/libjavajpeg.so", "lib/libjawt.so", "lib/libjsound.so"),
    *("lib/liblcms.so", "lib/libmlib_image.so", "lib/libsplashscreen.so"),
    *("lib/psfont.properties.ja", "lib/psfontj2d.properties"),
)
_LINKED = "/tmp/bpkit-java"
_VERSION = re.compile(r'^JAVA_VERSION="(\d+)', re.MULTILINE)
#: Since this version, jlink can strip debug data from classes alone.
_FIRST_PLAIN = 13
_WIDTH = 88
_EVERY = tuple(
    dict.fromkeys((*(marker for _, _, markers in _SPARE for marker in markers), *_PRINTERS))
)
_MARKERS = tuple(
    (marker, tuple(form.encode() for form in (marker, marker.replace("/", "."))))
    for marker in (*_EVERY, *(name for _, names, _ in _SPARE for name in names))
)


@dataclass(frozen=True)
class LinkedRuntime:
    """A runtime in the directory ``home`` to be relinked without the modules of ``spare``.

    ``titles`` describes these. ``archived``: it has an archive of its classes, which makes it start
    faster; ``plain``: its classes lose what only debuggers and stack traces read.
    """

    home: str
    spare: tuple[str, ...]
    titles: tuple[str, ...]
    archived: bool
    plain: bool = False

    @property
    def notes(self) -> Iterator[str]:
        """The notes about the runtime."""
        yield (
            f"Java's runtime is relinked with jlink, without {', '.join(self.titles)}: no class "
            f"and no text in the application names them; pass --keep {self.home} to keep all of it"
        )
        if self.archived:
            path = f"{self.home}/{_ARCHIVE_OF_CLASSES}"
            yield (
                f"{path} only makes Java start faster: pass --drop {path} for an image that is "
                "smaller by its bytes"
            )
        if self.plain:
            yield (
                "stripped of line numbers: the classes of Java's own runtime; stack traces have "
                "none for them, and those of the application as before"
            )


def has_linker(fat: Rootfs) -> bool:
    """Whether the image has everything to link a runtime."""
    return any(path.endswith("/jmods/java.base.jmod") for path in fat.nodes)


def linked_runtime(
    draft: Draft, opened: Iterable[str]
) -> tuple[LinkedRuntime | None, tuple[str, ...]]:
    """The runtime of the draft's image, if it can be relinked, and the notes on it.

    There is nothing to note if the image has no jlink, or keeps the whole runtime. ``opened`` is
    what runs of the image opened.
    """
    fat = draft.fat.rootfs
    homes = {_home(link.node.path) for link in draft.started.links if link.node}
    homes = {home for home in homes if fat.file(f"{home}/lib/modules")}
    if len(homes) != 1 or fat.file("/bin/sh") is None:
        return None, ()
    home = homes.pop()
    if fat.file(f"{home}/bin/jlink") is None or fat.file(f"{home}/jmods/java.base.jmod") is None:
        return None, ()
    if any(_is_around(path, f"{home}/lib/modules") for path in draft.wishes.keep):
        return None, ()
    config, small = draft.fat.config, draft.small
    words = (*config.argv, *config.env.values(), *draft.started.words)
    if why := _obstacle(home, small, draft.evidence, words):
        return None, (f"Java's runtime stays whole: {why}",)
    named = set(_named(home, draft.evidence, words))
    if not {f"{home}/{path}" for path in _OF_DESKTOP}.isdisjoint(opened):
        named.add("java.desktop")
    if any(_LOCALE.fullmatch(k) and not _OF_BASE.fullmatch(v) for k, v in config.env.items()):
        named.add("jdk.localedata")
    spare: list[str] = list(_AGGREGATORS)
    titles: list[str] = []
    for title, modules, markers in _SPARE:
        if named.isdisjoint((*modules, *markers)):
            spare += modules
            titles.append(title)
    if not titles or named.intersection(_AGGREGATORS):
        return None, ()
    listed = f"{home}/{_LIST_OF_CLASSES}"
    archived = bool(small.file(f"{home}/{_ARCHIVE_OF_CLASSES}") and fat.file(listed))
    plain = draft.wishes.strip and _version(fat, home) >= _FIRST_PLAIN
    runtime = LinkedRuntime(home, tuple(spare), tuple(titles), archived, plain)
    return runtime, tuple(runtime.notes)


def without_printing(draft: Draft, names: Iterable[str]) -> tuple[str, ...]:
    """The libraries that the programs may open, without the one for printing if nothing prints: a
    Java runtime names it in any case."""
    every = tuple(names)
    if set(draft.languages) != {"Java"}:
        return every
    nodes = draft.fat.rootfs.nodes
    for path, known in draft.evidence.items():
        if path in nodes and nodes[path].elf:
            # The runtime's own libraries name the libraries that they open.
            continue
        if any(one in text for text in (known.script, *known.texts) for one in _PRINTERS):
            return every
    return tuple(name for name in every if name != _PRINTING)


def without_desktop(draft: Draft, runtime: LinkedRuntime | None) -> Draft:
    """The draft without the libraries of a desktop that the runtime won't have."""
    if runtime is None or "java.desktop" not in runtime.spare:
        return draft
    there = (f"{runtime.home}/{path}" for path in _OF_DESKTOP)
    gone = [path for path in there if path in draft.fat.rootfs.nodes]
    selection = draft.selection
    left_out = tuple(dict.fromkeys((*selection.left_out, *gone)))
    return draft.with_selection(replace(selection, left_out=left_out))


def linking(runtime: LinkedRuntime, directory: str, escape: str) -> Iterator[str]:
    """The commands that put the relinked runtime into the files gathered in ``directory``."""
    for text in _linking(runtime, directory):
        lines = textwrap.wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False)
        yield f" {escape}\n      ".join(lines)


def _linking(runtime: LinkedRuntime, directory: str) -> Iterator[str]:
    home, there = quote(runtime.home), quote(f"{directory}{runtime.home}")
    pattern = "|".join(name.replace(".", "\\.") for name in runtime.spare)
    # A later version of the base may lack modules or have others, which isn't an error.
    named = f"ls {home}/jmods | sed 's/\\.jmod$//' | grep -vxE '{pattern}' | paste -sd, -"
    plain = "--strip-java-debug-attributes " if runtime.plain else ""
    yield (
        f"{home}/bin/jlink --module-path {home}/jmods --compress=2 {plain}--output {_LINKED} "
        f'--add-modules "$({named})"'
    )
    yield f"cp {_LINKED}/lib/modules {there}/lib/modules"
    yield f"touch -r {home}/lib/modules {there}/lib/modules"
    yield (
        f"if [ -f {there}/release ]; then "
        f'sed -i "s/^MODULES=.*/$(grep ^MODULES= {_LINKED}/release)/" {there}/release; fi'
    )
    if runtime.archived:
        yield f"rm {there}/{_ARCHIVE_OF_CLASSES}"
        yield (
            f"{there}/bin/java -Xshare:dump -XX:SharedClassListFile={home}/{_LIST_OF_CLASSES} "
            "> /dev/null"
        )


def markers_in(archive: bytes) -> bytes:
    """The names of modules that may be left out, found in the classes in an archive and in nested
    archives; each as a word of its own."""
    return b"\0".join(sorted(marker.encode() for marker in set(_in_archive(archive, 1))))


def _in_archive(archive: bytes, deep: int) -> Iterator[str]:
    try:
        opened = zipfile.ZipFile(io.BytesIO(archive))
    except zipfile.BadZipFile:
        return
    with opened:
        for entry in opened.infolist():
            nested = entry.filename.endswith(ARCHIVES) and deep < _DEEPEST
            most = _MOST_NESTED if nested else _MOST_CLASS
            if entry.is_dir() or entry.file_size > most:
                continue
            with suppress(zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error):
                content = opened.read(entry)
                if nested:
                    yield from _in_archive(content, deep + 1)
                else:
                    yield from _in_class(content)


def _in_class(content: bytes) -> Iterator[str]:
    for marker, forms in _MARKERS:
        if any(form in content for form in forms):
            yield marker


def _obstacle(
    home: str, small: Rootfs, evidence: Mapping[str, Evidence], words: tuple[str, ...]
) -> str:
    """Why relinking the runtime isn't known to be safe; empty if it is."""
    tools = (posixpath.basename(node.path) for node in small.below(f"{home}/bin"))
    if other := sorted(set(tools) - _RUNNERS):
        return f"the image needs its program {other[0]}"
    if any("-Xshare" in word for word in words):
        return "the command has an -Xshare option"
    if files := [word for word in words if word.startswith("@")]:
        return f"the command reads options from {files[0][1:]}"
    for path, node in small.nodes.items():
        is_archive = node.kind == "file" and path.endswith(ARCHIVES)
        if is_archive and not path.startswith(f"{home}/") and path not in evidence:
            return f"{path} was not read"
    return ""


def _named(home: str, evidence: Mapping[str, Evidence], words: tuple[str, ...]) -> Iterator[str]:
    texts = [" ".join(words)]
    for path, known in evidence.items():
        if not path.startswith(f"{home}/"):
            texts += [known.script, *known.texts] if known.script else known.texts
    for text in texts:
        for marker, (slashed, dotted) in _MARKERS:
            if slashed.decode() in text or dotted.decode() in text:
                yield marker


def _version(fat: Rootfs, home: str) -> int:
    """The runtime's version; 0 if it doesn't say."""
    found = _VERSION.search(fat.text(f"{home}/release") or "")
    return int(found[1]) if found else 0


def _home(program: str) -> str:
    return posixpath.dirname(posixpath.dirname(program))


def _is_around(path: str, other: str) -> bool:
    return other == path or other.startswith(f"{path.rstrip('/')}/") or path.startswith(other)
