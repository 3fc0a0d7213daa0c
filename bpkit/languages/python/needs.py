"""Python: the standard library, the installed packages, the application.

Left out are its tests, graphical toolkit, Python 2 translator, documentation texts and installers;
and ``__pycache__``, which Python writes again if it may, and does without if it may not.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping

from bpkit.image import Evidence, FileGroup, LeftOut, Link, Rootfs, Subject, join, on_the_way
from bpkit.languages.needs import (
    LanguageParts,
    ModuleFiles,
    Sources,
    application,
    caches_in,
    existing,
)
from bpkit.languages.python.imports import library_at, read_imports, unreachable

_NOT_RUN = (
    *("test", "idlelib", "tkinter", "turtledemo", "turtle.py", "lib2to3", "ensurepip"),
    *("pydoc_data", "distutils/tests", "unittest/test", "ctypes/test", "sqlite3/test"),
)
_INSTALLERS = re.compile(
    r"(?:pip|setuptools|wheel|uv|poetry|pipenv|virtualenv)(?:-.*\.(?:dist|egg)-info)?"
    r"|pkg_resources|_distutils_hack|distutils-precedence\.pth|easy_install\.py"
)
MODULES = ModuleFiles(
    suffixes=(".py", ".so"),
    read=lambda path, content: read_imports(content, is_source=not path.endswith(".so")),
    # Left out whatever they import, and packages vendored in installers.
    # A ``test`` of a package is kept with it and may be imported, as Django's is.
    not_read=re.compile(
        r"/(?:tests|idlelib|lib2to3|pip)/|/python3\.\d+/(?:(?:unittest|ctypes|sqlite3)/)?test/"
    ),
    servers=frozenset({"pypy", "gunicorn", "uvicorn", "hypercorn", "flask", "celery"}),
    variable="PYTHON",
    library="/python",
)
_EDITABLE = re.compile(r"__editable__.*\.pth|.*\.egg-link")
_CACHES = ("__pycache__", "*.pyc")
_TESTS = "tests"
_SITES = frozenset({"site-packages", "dist-packages"})
#: Translation sources; the files read at run time are compiled (``*.mo``).
_TRANSLATIONS = ("*.po", "*.pot")


def sources(subject: Subject, link: Link) -> Sources:
    """The standard library, the installed packages and the application."""
    assert link.node is not None
    libraries = tuple(_standard(subject.rootfs, link.node.path))
    places = (*libraries, *_sites(subject, link, libraries), *application(subject, link))
    real = dict.fromkeys(path for path in places if _is_real(subject.rootfs, path))
    assert MODULES.not_read is not None
    return Sources(tuple(real), frozenset({MODULES.not_read}))


def _is_real(rootfs: Rootfs, path: str) -> bool:
    return rootfs.nodes[path].kind != "link"


def parts(subject: Subject, link: Link, evidence: Mapping[str, Evidence]) -> LanguageParts:
    """The libraries of this interpreter, of its virtual environment, and the application."""
    rootfs = subject.rootfs
    assert link.node is not None
    libraries = tuple(_standard(rootfs, link.node.path))
    sites = tuple(dict.fromkeys(_sites(subject, link, libraries)))
    own = tuple(dict.fromkeys(application(subject, link)))
    packages = (*sites, *existing(subject, *_on_python_path(subject)))
    directories = tuple(path for path in (*libraries, *sites) if rootfs.nodes[path].kind != "link")
    tests = tuple(dict.fromkeys(_imported_tests(rootfs, sites, evidence)))
    return LanguageParts(
        groups=(
            FileGroup(
                "Python's standard library", (*libraries, *_configuration(rootfs, libraries))
            ),
            FileGroup("the installed packages", packages),
            FileGroup("the application", own),
            FileGroup("tests that packages import", tests),
        ),
        left_out=tuple(_left_out(rootfs, libraries, (*sites, *own), evidence, bool(tests))),
        left_out_names=(
            *(
                LeftOut(d, (*_CACHES, *_TRANSLATIONS, _TESTS) if d in sites else _CACHES)
                for d in directories
            ),
            *caches_in(_directories(rootfs, own), *_CACHES),
        ),
        hints=tuple(_hints(rootfs, sites)),
        unchanged=tuple(path for path in libraries if _is_real(rootfs, path)),
    )


def _directories(rootfs: Rootfs, paths: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(path for path in paths if rootfs.nodes[path].kind == "directory")


def _standard(rootfs: Rootfs, interpreter: str) -> Iterator[str]:
    """``lib/python3.11`` beside the interpreter's ``bin``, with ``os.py`` in it (getpath.py)."""
    prefix = posixpath.dirname(posixpath.dirname(interpreter))
    version = posixpath.basename(interpreter).removeprefix("python")
    for root in dict.fromkeys((prefix, "/usr/local", "/usr")):
        for path in rootfs.children.get(f"{root}/lib", ()):
            if _name(path).startswith(f"python{version}") and f"{path}/os.py" in rootfs.nodes:
                yield path
                return


def _sites(subject: Subject, link: Link, libraries: tuple[str, ...]) -> Iterator[str]:
    """The directories of installed packages, as site.py finds them; Debian has more of them."""
    rootfs = subject.rootfs
    for library in libraries:
        name = posixpath.basename(library)
        prefix = posixpath.dirname(posixpath.dirname(library))
        for site in (
            f"{library}/site-packages",
            f"{library}/dist-packages",
            f"{prefix}/local/lib/{name}/dist-packages",
            f"{prefix}/lib/python3/dist-packages",
            *((f"/root/.local/lib/{name}/site-packages",) if not subject.config.user else ()),
        ):
            yield from on_the_way(rootfs, site)
        for root in _environments(subject, link):
            yield from existing(subject, f"{root}/pyvenv.cfg", f"{root}/lib/{name}/site-packages")


def _environments(subject: Subject, link: Link) -> Iterator[str]:
    """The virtual environments that the interpreter was started from, or that are on PATH."""
    directories = [posixpath.dirname(link.lookup.path)]
    directories += subject.config.process_env["PATH"].split(":")
    for directory in dict.fromkeys(directories):
        root = posixpath.dirname(directory)
        if root and subject.rootfs.file(f"{root}/pyvenv.cfg"):
            yield root


def _on_python_path(subject: Subject) -> Iterator[str]:
    for directory in subject.config.env.get("PYTHONPATH", "").split(":"):
        if directory:
            yield join(subject.config.workdir, directory) if directory[0] != "/" else directory


def _configuration(rootfs: Rootfs, libraries: tuple[str, ...]) -> Iterator[str]:
    for library in libraries:
        yield from on_the_way(rootfs, f"/etc/{posixpath.basename(library)}")


def _left_out(
    rootfs: Rootfs,
    libraries: tuple[str, ...],
    places: tuple[str, ...],
    evidence: Mapping[str, Evidence],
    has_unread: bool,
) -> Iterator[str]:
    """What never runs, what installs packages, and the modules that nothing imports."""
    installers = [
        node.path
        for place in places
        for node in rootfs.below(place)
        if posixpath.basename(place) in _SITES and _INSTALLERS.fullmatch(_name(node.path))
    ]
    # The application may be anywhere: any file read outside the library counts as its own.
    others = tuple(f"{one}/" for one in (*libraries, *installers))
    sites = tuple(f"{one}/" for one in places)
    roots = [
        path
        for path, found in evidence.items()
        if (path.startswith(sites) or not path.startswith(others))
        and not path.startswith(tuple(f"{one}/" for one in installers))
        and path.endswith(MODULES.suffixes)
    ]
    imports = {path: found.imports for path, found in evidence.items()}
    wanted = {name.partition(".")[0] for path in roots for name in imports[path].certain}
    yield from (path for path in installers if _name(path).partition("-")[0] not in wanted)
    for library in libraries:
        never = [f"{library}/{name}" for name in _NOT_RUN if f"{library}/{name}" in rootfs.nodes]
        yield from never
        is_dynamic = (imports[p].dynamic for p in roots if not p.startswith(_in_sites(places)))
        if has_unread or any(is_dynamic):
            # The application computes names of modules, or modules are kept that weren't read: any
            # may be imported.
            continue
        found = library_at(library, rootfs.descendants(library), tuple(never))
        yield from _emptied(rootfs, unreachable(found, imports, roots), tuple(never), library)


def _imported_tests(
    rootfs: Rootfs, sites: tuple[str, ...], evidence: Mapping[str, Evidence]
) -> Iterator[str]:
    """The files of tests that a module imports as soon as it is imported itself."""
    for path, known in evidence.items():
        for name in known.imports.certain:
            parts = name.lstrip(".").split(".")
            if _TESTS not in parts:
                continue
            parts = parts[: parts.index(_TESTS) + 1]
            places = sites
            if name.startswith("."):
                up = len(name) - len(name.lstrip("."))
                places = ("/".join(path.split("/")[:-up]),)
            for place in places:
                found = f"{place}/{'/'.join(parts)}"
                if not found.startswith(tuple(f"{one}/" for one in sites)):
                    continue
                # By their own paths, as directories of the name are left out.
                for inside in rootfs.descendants(found):
                    if rootfs.nodes[inside].kind != "directory" and "/__pycache__/" not in inside:
                        yield inside


def _in_sites(places: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{one}/" for one in places if posixpath.basename(one) in _SITES)


def _emptied(
    rootfs: Rootfs, modules: tuple[str, ...], never: tuple[str, ...], library: str
) -> Iterator[str]:
    """The modules; for a package that loses all its modules, the package."""
    gone = set(modules)
    whole: set[str] = set()
    for path in modules:
        package = posixpath.dirname(path)
        if path.endswith("/__init__.py") and posixpath.dirname(package) == library:
            inside = (path for path in rootfs.descendants(package) if path.endswith(".py"))
            if gone.issuperset(inside):
                whole.add(package)
    covered = tuple(f"{path}/" for path in (*whole, *never))
    yield from sorted(whole - set(never))
    yield from (path for path in modules if not path.startswith(covered) and path not in never)


def _name(path: str) -> str:
    return posixpath.basename(path)


def _hints(rootfs: Rootfs, sites: tuple[str, ...]) -> Iterator[str]:
    for site in sites:
        for node in rootfs.below(site):
            if _EDITABLE.fullmatch(posixpath.basename(node.path)):
                yield (
                    f"{node.path} leads to a package that is installed in its source directory:"
                    " --keep that directory, or install without -e"
                )
