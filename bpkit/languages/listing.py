"""A project as ``bpkit init`` sees it: the names of its files, and their text.

Detection is a pure function of a ``Listing``; only the verb that made it touches the disk.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property, lru_cache
from typing import Any

from bpkit.errors import InputError, Place
from bpkit.formats.text import check_depth, parse_toml
from bpkit.formats.yaml import Yaml, read_yaml

#: Directories that aren't the program: tests, examples, tools, documentation, vendored code.
_ASIDE = frozenset(
    {
        *("test", "tests", "testing", "__tests__", "spec", "specs", "e2e", "cypress", "fixtures"),
        *("testdata", "mocks", "__mocks__", "integration-tests", "unit-tests", "conftest"),
        *("integration", "integration_tests", "functional_tests", "vhosttest", "unittest", "t"),
        *("example", "examples", "_examples", "sample", "samples", "demo", "demos", "playground"),
        *("benchmark", "benchmarks", "bench", "benches", "perf", "fuzz", "fuzzing"),
        *("doc", "docs", "documentation", "scripts", "script", "tools", "tool", "hack", "contrib"),
        *("vendor", "vendored", "third_party", "third-party", "thirdparty", "3rdparty"),
        *("external", "extern", "node_modules", "bower_components", "site-packages", "ci"),
        *("dist", "build", "out", "target", "bin", "obj", "storybook", "stories"),
        *("internal-tools", "devtools", "migrations", "alembic", "templates", "skeleton"),
    }
)
_TEST = re.compile(
    r"(?:test_.*|.*_tests?|conftest|.*[.-](?:test|spec|stories|config|bench)|.*_spec|.*Tests?"
    r"|gulpfile.*|gruntfile.*|webpack.*|rollup.*|healthcheck|health_check|benchmark.*)\.\w+"
)
#: Sample and test applications of a library: ``example_project``, ``testapp``.
_OF_EXAMPLES = re.compile(
    r"(?:examples?|sample|demo|test)[-_]?(?:project|proj|app|site)|\w+[-_](?:examples?|tests)"
)
#: JSON files whose own tools accept neither comments nor trailing commas.
_STRICT = frozenset({"package.json", "composer.json", "package-lock.json", "app.json"})
#: The number of source files that are read to learn about a project, the nearest to the top first.
_MOST_SOURCES = 600


@dataclass(frozen=True)
class Listing:
    """A project's files: their names, relative and separated by ``/``, and a reader of text.

    ``name`` is the directory's own name, which is the project's unless a file says otherwise.
    """

    name: str
    files: tuple[str, ...]
    reader: Callable[[str], str] = field(repr=False)
    _texts: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(self.files)

    @cached_property
    def _folders(self) -> frozenset[str]:
        folders: set[str] = set()
        for file in self.files:
            while (file := file.rpartition("/")[0]) and file not in folders:
                folders.add(file)
        return frozenset(folders)

    @cached_property
    def _in_order(self) -> tuple[str, ...]:
        return tuple(sorted(self.files))

    @cached_property
    def _by_folder(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for file in self._nearest_first:
            found.setdefault(file.rpartition("/")[0], []).append(file)
        return {folder: tuple(files) for folder, files in found.items()}

    @cached_property
    def _nearest_first(self) -> tuple[str, ...]:
        return tuple(sorted(self.files, key=_from_the_top))

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for file in self._nearest_first:
            found.setdefault(file.rpartition("/")[2], []).append(file)
        return found

    @cached_property
    def _by_suffix(self) -> dict[str, list[str]]:
        """The names of files, by all that follows a dot in them: ``.d.ts`` and ``.ts``."""
        found: dict[str, list[str]] = {}
        for name in self._by_name:
            at = name.find(".")
            while at >= 0:
                found.setdefault(name[at:], []).append(name)
                at = name.find(".", at + 1)
        return found

    def __contains__(self, file: str) -> bool:
        return file in self._names

    def has_folder(self, folder: str) -> bool:
        """Whether there is a file in it."""
        return folder in self._folders or folder in {"", "."}

    def has(self, path: str) -> bool:
        """Whether it is a file or a directory."""
        return path in self._names or self.has_folder(path)

    def read(self, file: str) -> str:
        """The text of an existing file. Raises InputError."""
        if file not in self._texts:
            self._texts[file] = self.reader(file)
        return self._texts[file]

    def first(self, *candidates: str) -> str | None:
        """The first of these files that exists."""
        return next((file for file in candidates if file in self._names), None)

    def glob(self, pattern: str) -> tuple[str, ...]:
        """The matching files, those nearest to the top first; ``*`` matches ``/`` too."""
        if pattern[:1] == "*" and not re.search(r"[*?\[]", pattern[1:]):
            return self.ending(pattern[1:])
        return tuple(file for file in self._nearest_first if fnmatchcase(file, pattern))

    def named(self, *names: str) -> tuple[str, ...]:
        """The files with these names in any directory, those nearest to the top first."""
        found = {file for name in names for file in self._by_name.get(name, ())}
        return tuple(sorted(found, key=_from_the_top))

    def ending(self, *suffixes: str) -> tuple[str, ...]:
        """The files with these suffixes, those nearest to the top first."""
        if not all(suffix.startswith(".") and "/" not in suffix for suffix in suffixes):
            return tuple(file for file in self._nearest_first if file.endswith(suffixes))
        names = {name for suffix in suffixes for name in self._by_suffix.get(suffix, ())}
        if len(names) == len(self._by_name):
            return self._nearest_first
        found = (file for name in names for file in self._by_name[name])
        return tuple(sorted(found, key=_from_the_top))

    def sources(self, *suffixes: str) -> tuple[str, ...]:
        """The program's own files with these suffixes: no tests, examples or tools."""
        found = (f for f in self.ending(*suffixes) if not is_aside(f))
        return tuple(file for file, _ in zip(found, range(_MOST_SOURCES), strict=False))

    def in_folder(self, folder: str) -> tuple[str, ...]:
        """The files directly in the directory (``""`` is the top)."""
        return self._by_folder.get(folder, ())

    def sources_below(self, folder: str, *suffixes: str) -> tuple[str, ...]:
        """The sources with these suffixes in the directory and below (``""`` is the top)."""
        return tuple(f for f in self.sources(*suffixes) if not folder or f.startswith(f"{folder}/"))

    def text(self, *candidates: str) -> str:
        """The text of the first of these files that exists; empty if none does."""
        file = self.first(*candidates)
        return self.read(file) if file else ""

    def below(self, folder: str) -> Listing:
        """The directory as a project."""
        start = f"{folder}/"
        # By bisection: in a project with many directories this runs for each of them.
        first, last = bisect_left(self._in_order, start), bisect_left(self._in_order, f"{folder}0")
        files = tuple(file[len(start) :] for file in self._in_order[first:last])
        return Listing(folder.rpartition("/")[2], files, lambda file: self.read(start + file))

    def toml(self, file: str) -> dict[str, Any]:
        """The tables of a TOML file; empty if it doesn't exist. Raises InputError."""
        return parse_toml(self.text(file).removeprefix("\ufeff"), file)

    def json(self, file: str) -> dict[str, Any]:
        """The object in a JSON file, which may have comments; empty if it doesn't exist.

        Raises InputError.
        """
        text = self.text(file).removeprefix("\ufeff") or "{}"
        check_depth(text, file)
        try:
            read = json.loads(text)
        except json.JSONDecodeError as error:
            try:
                if file.rpartition("/")[2] in _STRICT:
                    raise
                read = json.loads(_without_comments(text))
            except json.JSONDecodeError:
                place = Place(file, error.lineno)
                raise InputError(f"not valid JSON: {error.msg}", place=place) from None
        if not isinstance(read, dict):
            raise InputError("not a JSON object", place=Place(file))
        return read

    def yaml(self, *candidates: str) -> Yaml:
        """The first document of the first of these files that exists; None if it isn't valid."""
        file = self.first(*candidates)
        try:
            return read_yaml(self.read(file), file) if file else None
        except InputError:
            return None


def _from_the_top(file: str) -> tuple[int, str]:
    return file.count("/"), file


def is_aside(file: str) -> bool:
    """Whether a file is a test, an example, a tool or vendored code, going by its path.

    Below ``src/main`` nothing is: there directories spell a package's name, such as
    ``com/example/demo``.
    """
    *folders, name = file.partition("src/main/")[0].split("/")
    return any(_is_aside_by_name(folder) for folder in folders) or bool(
        "src/main/" not in file and _TEST.fullmatch(name)
    )


@lru_cache(maxsize=4096)
def _is_aside_by_name(folder: str) -> bool:
    return folder.lower() in _ASIDE or _OF_EXAMPLES.fullmatch(folder.lower()) is not None


def nearest_to_top(files: Iterable[str]) -> list[str]:
    """The files, those in the fewest directories first."""
    return sorted(files, key=_from_the_top)


def _without_comments(text: str) -> str:
    """JSON without the comments and trailing commas that tsconfig.json and deno.json allow."""
    kept = re.sub(
        r'("(?:[^"\\\n]|\\.)*")|//[^\n]*|/\*.*?\*/',
        lambda match: match[1] or "",
        text,
        flags=re.DOTALL,
    )
    return re.sub(r",(\s*[}\]])", r"\1", kept)
