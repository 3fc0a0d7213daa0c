"""A runtime of Java that jlink makes anew, without the modules that nothing names.

Of a runtime two thirds are one file, which holds all modules. What is left out are the JDK's own
tools and its desktop; each goes only where no class, no source and no word of the command names one
of its packages. What the JDK finds by itself (character sets, languages, ciphers, file systems)
stays: nothing that is read names it.
"""

from __future__ import annotations

import io
import posixpath
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

#: Groups of modules that are left out together, and what names them: packages, or the modules.
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
        "what looks into other processes",
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
)
#: Names all others, and brings all that it names.
_AGGREGATORS = ("java.se",)
#: What the runtime's own directory of programs may have without a need of the tools.
_RUNNERS = frozenset({"java", "jfr", "jwebserver", "keytool", "rmiregistry"})
#: What its desktop opens to print, with 20 MB that belong to it; and what names printing.
_PRINTING, _PRINTERS = "libcups.so.2", ("javax/print", "sun/print", "PrinterJob")
_ARCHIVE_OF_CLASSES = "lib/server/classes.jsa"
_LIST_OF_CLASSES = "lib/classlist"
_MOST_CLASS = 1 << 20
_MOST_NESTED = 64 << 20
#: A jar in a jar in a jar is as deep as frameworks put them.
_DEEPEST = 3
#: What of the runtime's own libraries only its desktop opens, and nothing else of it.
_OF_DESKTOP = (
    *("lib/libawt.so", "lib/libawt_headless.so", "lib/libawt_xawt.so", "lib/libfontmanager.so"),
    *("lib/libfreetype.so", "lib/libjavajpeg.so", "lib/libjawt.so", "lib/libjsound.so"),
    *("lib/liblcms.so", "lib/libmlib_image.so", "lib/libsplashscreen.so"),
    *("lib/psfont.properties.ja", "lib/psfontj2d.properties"),
)
_LINKED = "/tmp/bpkit-java"
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
    """A runtime in the directory ``home`` that is linked anew without the modules of ``spare``;
    ``titles`` says what these are. ``archived`` tells that it has an archive of its classes, which
    makes it start faster."""

    home: str
    spare: tuple[str, ...]
    titles: tuple[str, ...]
    archived: bool

    @property
    def note(self) -> str:
        """The note about the runtime."""
        return (
            f"Java's runtime is linked anew by jlink, without {', '.join(self.titles)}: no class "
            f"and no word of the application names them; pass --keep {self.home} to keep all of it"
        )


def has_linker(fat: Rootfs) -> bool:
    """Whether the image has everything to link a runtime."""
    return any(path.endswith("/jmods/java.base.jmod") for path in fat.nodes)


def linked_runtime(
    draft: Draft, opened: Iterable[str]
) -> tuple[LinkedRuntime | None, tuple[str, ...]]:
    """The runtime of the draft's image, if it can be linked anew, and what is to be told of
    that: nothing where the image has no jlink, or is to have all of it. ``opened`` is what runs of
    the image opened."""
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
    runtime = LinkedRuntime(home, tuple(spare), tuple(titles), archived)
    return runtime, (runtime.note,)


def without_printing(draft: Draft, names: Iterable[str]) -> tuple[str, ...]:
    """Those of the libraries, which the programs may open, that are wanted: a runtime of Java names
    the one for printing, whether anything prints or not."""
    every = tuple(names)
    if set(draft.languages) != {"Java"}:
        return every
    nodes = draft.fat.rootfs.nodes
    for path, known in draft.evidence.items():
        if path in nodes and nodes[path].elf:
            # The runtime's own libraries name what they open.
            continue
        if any(one in text for text in (known.script, *known.texts) for one in _PRINTERS):
            return every
    return tuple(name for name in every if name != _PRINTING)


def without_desktop(draft: Draft, runtime: LinkedRuntime | None) -> Draft:
    """The draft without the libraries of a desktop that the runtime will not have."""
    if runtime is None or "java.desktop" not in runtime.spare:
        return draft
    there = (f"{runtime.home}/{path}" for path in _OF_DESKTOP)
    gone = [path for path in there if path in draft.fat.rootfs.nodes]
    selection = draft.selection
    left_out = tuple(dict.fromkeys((*selection.left_out, *gone)))
    return draft.with_selection(replace(selection, left_out=left_out))


def linking(runtime: LinkedRuntime, directory: str, escape: str) -> Iterator[str]:
    """The commands that put the linked runtime into what was gathered in ``directory``."""
    for text in _linking(runtime, directory):
        lines = textwrap.wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False)
        yield f" {escape}\n      ".join(lines)


def _linking(runtime: LinkedRuntime, directory: str) -> Iterator[str]:
    home, there = quote(runtime.home), quote(f"{directory}{runtime.home}")
    pattern = "|".join(name.replace(".", "\\.") for name in runtime.spare)
    # What a later version of the base lacks, or has besides, is no fault.
    named = f"ls {home}/jmods | sed 's/\\.jmod$//' | grep -vxE '{pattern}' | paste -sd, -"
    yield (
        f"{home}/bin/jlink --module-path {home}/jmods --compress=2 --output {_LINKED} "
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
    """What the classes in an archive, and in archives in it, name of the modules that may be left
    out: each as a word of its own."""
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
    """Why the runtime can't be linked anew without a doubt; empty if it can."""
    tools = (posixpath.basename(node.path) for node in small.below(f"{home}/bin"))
    if other := sorted(set(tools) - _RUNNERS):
        return f"its {other[0]} is taken too"
    if any("-Xshare" in word for word in words):
        return "the command mentions its archive of classes"
    if files := [word for word in words if word.startswith("@")]:
        return f"its command reads options from {files[0][1:]}"
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


def _home(program: str) -> str:
    return posixpath.dirname(posixpath.dirname(program))


def _is_around(path: str, other: str) -> bool:
    return other == path or other.startswith(f"{path.rstrip('/')}/") or path.startswith(other)
