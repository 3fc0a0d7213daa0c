"""Files that declare several images: compose files, bake files, the tables of ``bpkit.toml``."""

from typing import TYPE_CHECKING

from bpkit.faces import face

if TYPE_CHECKING:
    from bpkit.readers.workspace.bake import needs_buildx, read_bake
    from bpkit.readers.workspace.compose import read_compose
    from bpkit.readers.workspace.interpolation import interpolated
    from bpkit.readers.workspace.table import WorkspaceTable, read_table

__all__ = [
    # What the tables say: patterns of directories, and targets that are declared one by one.
    "WorkspaceTable",
    # ``text`` with its variables replaced; one that is not set is empty.
    "interpolated",
    # Whether only buildx can tell what the file means: HCL, or expressions in JSON.
    "needs_buildx",
    # The targets and groups of a bake file in JSON.
    "read_bake",
    # The services of a compose file that are built, each as a target.
    "read_compose",
    # The workspace in a parsed ``bpkit.toml``, or None where it has no such table.
    "read_table",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "bake": "needs_buildx read_bake",
        "compose": "read_compose",
        "interpolation": "interpolated",
        "table": "WorkspaceTable read_table",
    },
)
