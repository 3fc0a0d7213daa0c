"""``bpkit size``: where the bytes of an image are, and how to remove them."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.verbs.size.budget import (
        Excess,
        budget_json,
        budget_markdown,
        budget_text,
        exceeded,
        unchecked_markdown,
        unmatched,
    )
    from bpkit.verbs.size.comparison import SizeComparison, compared
    from bpkit.verbs.size.comparison_report import (
        comparison_json,
        comparison_markdown,
        comparison_text,
    )
    from bpkit.verbs.size.data import size_json
    from bpkit.verbs.size.history import (
        HISTORY,
        SizeRecord,
        add_record,
        history_json,
        history_text,
        read_history,
        record_of,
        records_of,
        same_image,
        unread_lines,
    )
    from bpkit.verbs.size.kinds import Kind, kind_of
    from bpkit.verbs.size.lines import history_of, places
    from bpkit.verbs.size.markdown import size_markdown
    from bpkit.verbs.size.packages.model import Package
    from bpkit.verbs.size.page import size_page
    from bpkit.verbs.size.provenance import built_revision
    from bpkit.verbs.size.report import printable, shortened, shortened_path, size_text
    from bpkit.verbs.size.result import ImageSize
    from bpkit.verbs.size.revisions import revision_in, size_of_revision
    from bpkit.verbs.size.run import (
        ReadImage,
        Target,
        build_image_of,
        exceeded_by,
        lines_found,
        over_budget,
        read_target,
        size_of,
        sized,
        target_of,
        unknown_growth,
    )

__all__ = [
    "HISTORY",
    # An exceeded limit; ``is_growth`` if it limits the growth since the last record.
    "Excess",
    # An image, and where its bytes are
    "ImageSize",
    "Kind",
    # An installed package
    "Package",
    # An image that was read, and its ``source``.
    "ReadImage",
    # The changes from ``before`` to ``after``, the largest first, without what is equal.
    "SizeComparison",
    # One line: the date, the revision (``+`` if files differed from it), the image, the size.
    "SizeRecord",
    # The target that the user named: a saved image, a project's directory, or an engine's
    # image.
    "Target",
    # Append a record; False if the last one of the same revision and image is the same.
    "add_record",
    # The same as data.
    "budget_json",
    # The same for a comment on a pull request.
    "budget_markdown",
    # The exceeded limits, each with its culprits; ends with a line break.
    "budget_text",
    # The build image of a pair, if the engine has it
    "build_image_of",
    # The revision of the files here, if the image on the engine was built from them.
    "built_revision",
    # The differences between two images.
    "compared",
    # The comparison as data; all changes, not only the largest.
    "comparison_json",
    # The difference, as a comment on a pull request.
    "comparison_markdown",
    # The differences, the largest first.
    "comparison_text",
    # The exceeded limits of the budget; growth is compared with the ``last`` record.
    "exceeded",
    # The limits of the project's budget and history that an image exceeds.
    "exceeded_by",
    # The records as data.
    "history_json",
    # The history in the configuration of an image.
    "history_of",
    # One line per record, with a bar, and the growth since the same image's previous record.
    "history_text",
    # The kind of a file.
    "kind_of",
    # How many layers come from lines of ``stage``; 0 if the image doesn't have all of it.
    "lines_found",
    # The limits of its project's budget that an image exceeds, and ``unmatched`` ones.
    "over_budget",
    # The place of each layer by number, and whether the whole stage was found.
    "places",
    # Text from outside without terminal control sequences.
    "printable",
    # The records, the oldest first, each once
    "read_history",
    # The target's layers; raises as ``size_of`` does.
    "read_target",
    # The record of an image as it is now; ``revision`` is the one that it was built from.
    "record_of",
    # The records of an image; of all its tags if ``image`` has none.
    "records_of",
    # The commit that ``word`` names in the repository of ``directory``; empty if there is
    # none.
    "revision_in",
    # Whether two names mean the same repository and tag.
    "same_image",
    # The text, cut at the end to fit ``width``.
    "shortened",
    # The path, or its end if it is too long.
    "shortened_path",
    # The image as data; ``files`` summarizes the whole tree, and lists paths only where
    # needed.
    "size_json",
    # A heading with the sizes, the layers, and how to remove bytes.
    "size_markdown",
    # Where the bytes of an image are.
    "size_of",
    # The size of the image that the project builds from a commit.
    "size_of_revision",
    # The page; images, such as a build image and the one that ships, are side by side.
    "size_page",
    # The image's bytes by layer, kind, package and directory, and how to remove them.
    "size_text",
    # Where the bytes of an image that was read are; ``stage`` has the lines that made its
    # layers.
    "sized",
    # The target that ``word`` names; an existing path takes precedence over an image's name.
    "target_of",
    # What the budget says that couldn't be checked, for a comment on a pull request.
    "unchecked_markdown",
    # A sentence if the budget limits an image's growth but its last record isn't known.
    "unknown_growth",
    # A sentence with the limits that nothing in the image matches; empty if there are none.
    "unmatched",
    # A sentence with the lines of the history that can't be read; empty if there are none.
    "unread_lines",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "budget": (
            "Excess budget_json budget_markdown budget_text exceeded unchecked_markdown unmatched"
        ),
        "comparison": "SizeComparison compared",
        "comparison_report": "comparison_json comparison_markdown comparison_text",
        "data": "size_json",
        "history": (
            "HISTORY SizeRecord add_record history_json history_text read_history record_of "
            "records_of same_image unread_lines"
        ),
        "kinds": "Kind kind_of",
        "lines": "history_of places",
        "markdown": "size_markdown",
        "packages.model": "Package",
        "page": "size_page",
        "provenance": "built_revision",
        "report": "printable shortened shortened_path size_text",
        "result": "ImageSize",
        "revisions": "revision_in size_of_revision",
        "run": (
            "ReadImage Target build_image_of exceeded_by lines_found over_budget read_target "
            "size_of sized target_of unknown_growth"
        ),
    },
)
