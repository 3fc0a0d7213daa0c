"""``bpkit check``: what keeps an image from starting, and what to change."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.verbs.check.report import check_json, check_sarif, check_text
    from bpkit.verbs.check.run import (
        check,
        check_project,
        check_saved,
        read_rootfs,
        saved_path,
    )
    from bpkit.verbs.check.table import (
        NO_ACCOUNTS,
        NO_NSS_MODULES,
        NO_NSSWITCH,
        NO_ROOTS,
        NO_TMP,
        NO_ZONES,
        RULES,
        check_image,
    )

__all__ = [
    "NO_ACCOUNTS",
    "NO_NSSWITCH",
    "NO_NSS_MODULES",
    "NO_ROOTS",
    "NO_TMP",
    "NO_ZONES",
    # The rules in the page and in SARIF, in the order of their ids.
    "RULES",
    # Check the image of this name, which the engine has.
    "check",
    # All problems of the image, the worst first.
    "check_image",
    # The findings as data; ``size`` is in bytes
    "check_json",
    # Check the image that a project ships, as built last; raises like ``check``.
    "check_project",
    # The findings as the text of a SARIF file.
    "check_sarif",
    # Check an image on disk: what ``docker save`` writes, or an OCI layout.
    "check_saved",
    # The findings, and a summary in one line, which doesn't claim that an unstarted image
    # runs.
    "check_text",
    # All files in a container, in one pass
    "read_rootfs",
    # The saved image that ``word`` names: a file, by its path or its extension, or an OCI
    # layout.
    "saved_path",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "report": "check_json check_sarif check_text",
        "run": "check check_project check_saved read_rootfs saved_path",
        "table": (
            "NO_ACCOUNTS NO_NSSWITCH NO_NSS_MODULES NO_ROOTS NO_TMP NO_ZONES RULES check_image"
        ),
    },
)
