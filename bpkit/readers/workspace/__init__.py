"""Files that declare several images: Compose files, Bake files, the tables of ``bpkit.toml``."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.readers.workspace.bake import bake_bases, bake_names, needs_buildx, read_bake
    from bpkit.readers.workspace.compose import read_compose
    from bpkit.readers.workspace.dotenv import read_dotenv
    from bpkit.readers.workspace.interpolation import interpolated
    from bpkit.readers.workspace.model import (
        Graph,
        Need,
        Target,
        Workspace,
        built_alike,
        clashes,
        graph_of,
        short_name,
    )
    from bpkit.readers.workspace.table import WorkspaceTable, read_table

__all__ = [
    # Which images need which.
    "Graph",
    # A dependency between images: ``by`` needs ``of``, as ``place`` says.
    "Need",
    # One image to build, as a workspace's file declares it; fields that aren't set are empty.
    "Target",
    # The targets in the order of their declaration, and their groups by name.
    "Workspace",
    # The contents of the tables: patterns of directories, and targets declared one by one.
    "WorkspaceTable",
    # The targets of HCL files that others inherit from and that ``bake_names`` leaves out.
    "bake_bases",
    # The groups and targets that a Bake file builds, as far as its text shows.
    "bake_names",
    # The target without the keys that don't affect its image: equal for the same image.
    "built_alike",
    # An error for each two different images with one name: which one stays would be chance.
    "clashes",
    # Which targets need which, by FROM, COPY --from, mounts and named contexts.
    "graph_of",
    # ``text`` with its variables replaced; one that isn't set is empty.
    "interpolated",
    # Whether only buildx can evaluate the file: HCL, or expressions in JSON.
    "needs_buildx",
    # The targets and groups of a Bake file in JSON.
    "read_bake",
    # The services of a Compose file that are built, each as a target.
    "read_compose",
    # The variables; a value without single quotes may use those above it, and
    # ``environment``.
    "read_dotenv",
    # The workspace in a parsed ``bpkit.toml``, or None if it has no such table.
    "read_table",
    # A reference as BuildKit looks it up among named contexts: without the default parts.
    "short_name",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "bake": "bake_bases bake_names needs_buildx read_bake",
        "compose": "read_compose",
        "dotenv": "read_dotenv",
        "interpolation": "interpolated",
        "model": "Graph Need Target Workspace built_alike clashes graph_of short_name",
        "table": "WorkspaceTable read_table",
    },
)
