"""``.dockerignore`` as Docker reads it: the paths of a build context that aren't sent to a builder.

    ignore = Ignore.parse(text)
    ignore.excludes("docs/a.md")

A path is judged on the way down from the context's root, as the builders walk: a pattern that
matches a directory holds for everything below it, until a later line says otherwise; and an
excluded directory isn't entered, unless a ``!`` line may include something below it. Builders
differ in the details, so there are dialects. Rules as in moby/patternmatcher (patternmatcher.go,
ignorefile.go), moby/pkg/archive (archive.go), tonistiigi/fsutil (filter.go) and
docker/pkg/fileutils of 20.10.

The Dockerfile and the file itself always reach the builder, but an excluded one isn't there for
COPY: so they are paths like any other here.
"""

from __future__ import annotations

from functools import cached_property

from bpkit.errors import Place
from bpkit.formats.dockerignore.pattern import Pattern, at_line, read_line
from bpkit.formats.dockerignore.regexp import LineError
from bpkit.formats.text import parents
from bpkit.light import dataclass

NAME = ".dockerignore"
# Each path is matched against each pattern; nobody writes this many by hand.
_MOST_PATTERNS = 5_000
_MOST_TEXT = 200_000
_LONGEST_LINE = 64 * 1024
_WILD = frozenset("*[]?^\\")


@dataclass(frozen=True)
class Dialect:
    """How a builder reads the file.

    ``until_20``: as Docker up to 20.10, which looks only at as many directories of a path as the
    pattern has parts, and whose regular expressions leave more to chance. ``enters_for_wildcards``:
    a ``!`` line with a wildcard in the middle keeps all directories open; without it, only those
    are entered whose path is how a ``!`` line begins, letter by letter.
    """

    name: str
    until_20: bool = False
    enters_for_wildcards: bool = False


BUILDKIT = Dialect("BuildKit", enters_for_wildcards=True)
CLASSIC = Dialect("the classic builder of Docker 23 and later")
UNTIL_20 = Dialect("the classic builder up to Docker 20.10", until_20=True)
DIALECTS = (BUILDKIT, CLASSIC, UNTIL_20)


@dataclass(frozen=True)
class IgnoreVerdict:
    """The verdict on one path.

    ``by`` is the line that decided, None if no line says anything. ``entered`` is whether a
    builder looks below it, if it is a directory. ``matched`` are the lines that hold for all below.
    """

    excluded: bool = False
    by: Pattern | None = None
    entered: bool = True
    matched: tuple[bool, ...] = ()


@dataclass(frozen=True)
class Ignore:
    """The lines of a ``.dockerignore`` in their order, and the dialect they are read in."""

    patterns: tuple[Pattern, ...] = ()
    dialect: Dialect = BUILDKIT

    @classmethod
    def parse(cls, text: str, name: str = NAME, dialect: Dialect = BUILDKIT) -> Ignore:
        """The patterns of ``text``; ``name`` is for messages.

        Raises LineError, with its place, for what Docker refuses; also for what it refuses only
        when it comes to look at it, which it may never, as ``[b-a]`` below a ``*``.
        """
        found: list[Pattern] = []
        size = 0
        for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
            place = Place(name, number)
            if len(line) >= _LONGEST_LINE:
                raise LineError("this line is longer than docker reads", place=place)
            try:
                pattern = read_line(line.removesuffix("\r"), until_20=dialect.until_20)
            except LineError as error:
                raise LineError(error.message, place=place, hint=error.hint) from error
            if pattern is None:
                continue
            found.append(at_line(pattern, place))
            size += len(line)
            if len(found) > _MOST_PATTERNS or size > _MOST_TEXT:
                raise LineError(
                    f"bpkit reads at most {_MOST_PATTERNS:,} patterns of together"
                    f" {_MOST_TEXT:,} characters",
                    place=place,
                    hint="exclude directories instead of the files in them",
                )
        return cls(tuple(found), dialect)

    def excludes(self, path: str) -> bool:
        """Whether a builder doesn't get ``path``, which is relative to the context."""
        return self.verdict(path).excluded

    def verdict(self, path: str) -> IgnoreVerdict:
        """The verdict on ``path``, and the line that decided it."""
        above = None
        for directory in parents(path):
            above = self.below(above, directory)
            if not above.entered:
                return above
        return self.below(above, path)

    def below(self, directory: IgnoreVerdict | None, path: str) -> IgnoreVerdict:
        """The verdict on ``path``, given that on the directory it is in (None: in the root).

        The way to judge a whole tree; ``directory`` must have been entered.
        """
        judge = self._judged_until_20 if self.dialect.until_20 else self._judged
        excluded, by, matched = judge(directory, path)
        return IgnoreVerdict(excluded, by, not excluded or self._enters(path), matched)

    def excludes_below(self, directory: IgnoreVerdict | None, path: str) -> bool:
        """Whether a builder doesn't get the file ``path``, given the verdict on its directory."""
        judge = self._judged_until_20 if self.dialect.until_20 else self._judged
        return judge(directory, path)[0]

    def _judged(
        self, directory: IgnoreVerdict | None, path: str
    ) -> tuple[bool, Pattern | None, tuple[bool, ...]]:
        """As ``MatchesUsingParentResults``.

        A line that can't change the verdict is passed over, and then isn't remembered to match
        this path, even if it does: so the lines below see less of it than one might think.
        """
        inherited = directory.matched if directory else ()
        excluded, by = False, None
        matched: list[bool] = []
        for number, pattern in enumerate(self.patterns):
            hit = bool(inherited) and inherited[number]
            if not hit and pattern.negated == excluded:
                hit = pattern.matches(path)
            matched.append(hit)
            if hit:
                excluded, by = not pattern.negated, pattern
        return excluded, by, tuple(matched)

    def _judged_until_20(
        self, directory: IgnoreVerdict | None, path: str
    ) -> tuple[bool, Pattern | None, tuple[bool, ...]]:
        """As ``Matches`` of 20.10: of the directories above, one is tried for each line."""
        above = path.split("/")[:-1]
        excluded, by = False, None
        for pattern in self.patterns:
            parts = pattern.text.count("/") + 1
            if pattern.matches(path) or (
                parts <= len(above) and pattern.matches("/".join(above[:parts]))
            ):
                excluded, by = not pattern.negated, pattern
        return excluded, by, ()

    def _enters(self, path: str) -> bool:
        """Whether an excluded directory is entered."""
        if self._all_open:
            return True
        start = f"{path}/"
        return any(opening.startswith(start) for opening in self._openings)

    @cached_property
    def _openings(self) -> tuple[str, ...]:
        negated = (pattern.text for pattern in self.patterns if pattern.negated)
        return tuple(f"{self._opening(text)}/" for text in negated)

    def _opening(self, text: str) -> str:
        if self.dialect.enters_for_wildcards:
            return text.removesuffix("/**").removesuffix("/*")
        return text

    @cached_property
    def _all_open(self) -> bool:
        return self.dialect.enters_for_wildcards and any(
            _WILD & set(opening) for opening in self._openings
        )


def names_for(dockerfile: str) -> tuple[str, ...]:
    """The ignore files that BuildKit looks for, first one first: that of the Dockerfile wins.

    ``dockerfile`` is its path. The first is beside it, the last in the root of the context; the
    classic builder reads only the last.
    """
    return f"{dockerfile}{NAME}", NAME
