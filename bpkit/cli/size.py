"""``bpkit size``: its switches."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from bpkit.cli.project_verb import ProjectVerb
from bpkit.cli.verb import FOUND, cli, in_directory
from bpkit.errors import InputError, Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bpkit.project import Budget, Project
    from bpkit.verbs.size import Excess, ImageSize, Target

# In '../a.tar..b.tar' the second pair of dots counts.
_RANGE = re.compile(r"(.*?[^./])\.\.([^.].*|\.\.?/.*)")
# 'HEAD..' and '..HEAD', which git completes.
_HALF_RANGE = re.compile(r".*[^./]\.\.|\.\.[^./].*")


class Size(ProjectVerb):
    """Show where the bytes of an image are, and what would reduce them.

    IMAGE is an image of the engine, a project's directory, a file of 'docker save', or an OCI image
    layout; the last two need no engine. The default is the project in this directory. A..B
    compares two of them, or builds and compares two git revisions of the project.
    """

    USAGE = "bpkit size [SWITCH...] [IMAGE|DIR|FILE.tar|OCI-DIR|A..B]...\n"
    EXAMPLES = (
        ("bpkit size debian:bookworm-slim", "show the bytes of an image"),
        ("bpkit size image.tar --markdown", "show a saved image as Markdown"),
        ("bpkit size app:1.0..app:1.1", "show what grew between two images"),
        ("bpkit size --html size.html", "write a page with a treemap of the project's image"),
        ("bpkit size --record", "add the size of the project's image to its history"),
    )
    STATUSES: ClassVar[tuple[tuple[int, str], ...]] = (
        *ProjectVerb.STATUSES,
        (1, "an image is over its budget"),
    )
    markdown: Any = cli.Flag(["--markdown"], help="print the result as Markdown")
    html: Any = cli.SwitchAttr(
        ["--html"], str, argname="FILE", help="also write a page with a treemap to FILE"
    )
    budget: Any = cli.SwitchAttr(
        ["--budget"],
        str,
        argname="SIZE",
        help="the size that an image may have, such as '12 MB'; default for a project's own image: "
        "'budget' in its settings",
    )
    record: Any = cli.Flag(["--record"], help="add the size to .bpkit/size-history.jsonl")
    history: Any = cli.Flag(["--history"], help="print the recorded sizes")

    @in_directory
    def main(self, *words: str) -> int:
        ranges = [word for word in words if self._is_range(word)]
        for word in words:
            if _HALF_RANGE.fullmatch(word) and not Path(word).exists():
                raise InputError(f"'{word}' has only one side", hint="name both, as in A..B")
        self._refuse_what_would_be_ignored(bool(ranges))
        if self.history:
            return self._show_history(words)
        if ranges and len(words) > 1:
            raise InputError(
                f"'{ranges[0]}' can't be combined with other images",
                hint="pass only one comparison: bpkit size A..B",
            )
        return self._compare(ranges[0]) if ranges else self._show(words or (".",))

    def _refuse_what_would_be_ignored(self, is_comparison: bool) -> None:
        what = "--history" if self.history else "A..B" if is_comparison else ""
        given = (
            ("--record", self.record),
            ("--html", self.html),
            ("--budget", self.history and self.budget),
            ("--markdown", self.history and self.markdown),
        )
        for switch, value in given:
            if what and value:
                raise InputError(
                    f"{switch} can't be combined with {what}",
                    hint="omit one of them",
                )

    @staticmethod
    def _is_range(word: str) -> bool:
        return _RANGE.fullmatch(word) is not None and not Path(word).exists()

    def _show(self, words: Sequence[str]) -> int:
        from bpkit.verbs.size import (
            budget_json,
            budget_markdown,
            budget_text,
            size_json,
            size_markdown,
            size_of,
            size_text,
            target_of,
            unchecked_markdown,
        )

        console = self.console()
        budget = self._budget()
        targets = [target_of(word, self.choices(".")) for word in words]
        if budget is None:
            self._note_unchecked([target.name for target in targets if not target.project])
        images: list[ImageSize] = []
        over: list[Excess] = []
        unchecked: list[str] = []
        for number, target in enumerate(targets, 1):
            console.begin(number, len(targets), f"read {target.name}")
            image = size_of(target, self.engine)
            images.append(image)
            if target.project and not budget:
                unchecked += _unchecked(image, target.project, is_recorded=bool(self.record))
            over += _over(image, target, budget)
            if self.record:
                self._record(image, target)
        for sentence in unchecked:
            console.note(sentence)
        if self.html:
            self._write_page(images, over, targets)
        show, show_budget = (
            (size_markdown, budget_markdown) if self.markdown else (size_text, budget_text)
        )
        parts = [*map(show, images), show_budget(over)]
        if self.markdown:
            parts += [unchecked_markdown(unchecked)]
        console.result(
            "\n".join(part for part in parts if part),
            {
                "images": [size_json(image) for image in images],
                "over_budget": budget_json(over),
                "not_checked": unchecked,
            },
        )
        return FOUND if over else 0

    def _note_unchecked(self, names: Sequence[str]) -> None:
        """Say which images the settings here don't limit: their budget is for the project's own."""
        from bpkit.project import load_settings

        if names and load_settings(Path()).budget is not None:
            shown = ", ".join(f"'{name}'" for name in names)
            self.console().note(
                f"the budget in the settings is for the project's own image; not checked: {shown} "
                "(pass no name for the project's image, or --budget SIZE)"
            )

    def _budget(self) -> Budget | None:
        from bpkit.project import Budget, read_size

        try:
            return Budget(read_size(self.budget)) if self.budget is not None else None
        except ValueError as error:
            raise InputError(f"--budget: {error}", hint="pass --budget '12 MB'") from None

    def _write_page(
        self, images: list[ImageSize], over: Sequence[Excess], targets: Sequence[Target]
    ) -> None:
        from bpkit.verbs.size import build_image_of, read_history, same_image, size_of, size_page

        project = next((target.project for target in targets if target.project), None)
        shown = list(images)
        # The build image of a pair is shown beside it, if the engine has it.
        if len(targets) == 1 and project and (beside := build_image_of(project, self.engine())):
            self.console().begin(0, 0, f"read {beside.name}")
            shown.append(size_of(beside, self.engine))
        history = read_history(project.directory if project else Path())
        history = tuple(one for one in history if same_image(one.image, images[0].name))
        try:
            Path(self.html).write_text(size_page(shown, over, history), encoding="utf-8")
        except OSError as error:
            raise InputError(
                f"can't be written: {error.strerror}", place=Place(self.html)
            ) from None
        self.console().note(f"wrote {self.html}")

    def _record(self, image: ImageSize, target: Target) -> None:
        from bpkit.verbs.size import (
            HISTORY,
            add_record,
            built_revision,
            exceeded_by,
            record_of,
            unread_lines,
        )

        directory, revision, why = Path(), "", "it isn't the project's own image"
        if project := target.project:
            if any(one.is_growth for one in exceeded_by(image, project)):
                self.console().note(
                    f"{image.name} is not recorded: it exceeds 'growth', and as the last record it"
                    " would hide this from the next check; to accept the size, raise 'growth'"
                )
                return
            directory = project.directory
            revision, why = built_revision(project, self.engine())
        if unread := unread_lines(directory):
            self.console().note(unread)
        is_new = add_record(directory, record_of(image, revision))
        said = "recorded in" if is_new else "is already recorded in"
        how = f", without a revision: {why}" if is_new and why else ""
        self.console().note(f"{image.name} {said} {directory / HISTORY}{how}")

    def _show_history(self, words: Sequence[str]) -> int:
        from bpkit.verbs.size import (
            history_json,
            history_text,
            read_history,
            records_of,
            unread_lines,
        )

        if len(words) > 1:
            raise InputError("--history takes only one directory or image", hint="omit the others")
        is_image = bool(words) and not Path(words[0]).is_dir()
        directory = Path() if is_image else Path(*words)
        found = read_history(directory)
        if unread := unread_lines(directory):
            self.console().note(unread)
        if is_image:
            found = records_of(found, words[0])
        self.console().result(
            history_text(found), history_json(found), schema="bpkit/size-history/1"
        )
        return 0

    def _compare(self, word: str) -> int:
        from bpkit.project import load_settings
        from bpkit.verbs.size import (
            budget_text,
            compared,
            comparison_json,
            comparison_markdown,
            comparison_text,
            exceeded,
        )

        match = _RANGE.fullmatch(word)
        assert match is not None
        before = self._side(match[1], "")
        found = compared(before, self._side(match[2], match[1]))
        text = comparison_markdown(found) if self.markdown else comparison_text(found)
        self.console().result(text, comparison_json(found), schema="bpkit/size-comparison/1")
        budget = self._budget()
        if budget is None and load_settings(Path()).budget is not None:
            self.console().note(
                "the budget in the settings isn't applied to a comparison (pass --budget SIZE)"
            )
        over = exceeded(budget, found.after) if budget else ()
        if over:
            self.console().note(budget_text(over).rstrip("\n"))
        return FOUND if over else 0

    def _side(self, word: str, other: str) -> ImageSize:
        """One side of ``A..B``: a path, an image, a tag of ``other``'s, or a git revision."""
        from bpkit.verbs.size import Target, revision_in, size_of, size_of_revision, target_of

        console = self.console()
        console.begin(0, 0, f"read {word}")
        if Path(word).exists():
            target = target_of(word, self.choices("."))
            found = size_of(target, self.engine)
            # Both files may have the same tag.
            return replace(found, name=word) if target.path else found
        engine = self.engine()
        tagged = f"{other.rpartition(':')[0]}:{word}" if ":" in other else ""
        for name in (word, tagged):
            if name and engine.inspect_images([name]):
                if name == word and (commit := revision_in(Path(), word)):
                    console.note(
                        f"'{word}' is an image of the engine and a git revision; the image is read"
                        f" (write {commit[:12]} for the revision)"
                    )
                return size_of(Target(name), lambda: engine)
        choices = self.choices(".")
        if commit := revision_in(choices.directory, word):
            return size_of_revision(word, commit, choices, engine, console)
        raise InputError(
            f"'{word}' is not a file, an image of the engine or a git revision",
            hint="name two of them, as in 'bpkit size app:1.0..app:1.1'",
        )


def _over(image: ImageSize, target: Target, budget: Budget | None) -> tuple[Excess, ...]:
    from bpkit.verbs.size import exceeded, exceeded_by

    if budget:
        return exceeded(budget, image)
    return exceeded_by(image, target.project) if target.project else ()


def _unchecked(image: ImageSize, project: Project, *, is_recorded: bool) -> Iterator[str]:
    """The limits of the project's budget that can't be held against the image, as sentences."""
    from bpkit.verbs.size import unknown_growth, unmatched

    if (unknown := unknown_growth(image.name, project)) and not is_recorded:
        yield unknown
    if project.settings.budget and (absent := unmatched(project.settings.budget, image)):
        yield absent
