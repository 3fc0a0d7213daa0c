"""Build contexts: the files that Dockerfiles take from one, matched with those that exist."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.formats.context.match import Needed, matching
    from bpkit.formats.context.needed import (
        WHOLE,
        ContextNeeds,
        ContextSource,
        needs,
        together,
        used_stages,
    )
    from bpkit.formats.context.tree import Kind, Tree, TreeEntry

__all__ = [
    "WHOLE",
    # The files that a build takes from its context.
    "ContextNeeds",
    # One path or pattern of the build context that an instruction takes.
    "ContextSource",
    "Kind",
    # The needed part of a tree.
    "Needed",
    # All paths of a context, those of directories too; the context itself is not among them.
    "Tree",
    # One path
    "TreeEntry",
    # The files and directories of ``tree`` that ``needs`` takes.
    "matching",
    # The files that building ``target`` (None: the last stage) takes from the build context.
    "needs",
    # The needs of all of these builds of one context.
    "together",
    # The stages that ``target`` is built from, itself included, in the order of the file.
    "used_stages",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "match": "Needed matching",
        "needed": "ContextNeeds ContextSource WHOLE needs together used_stages",
        "tree": "Kind Tree TreeEntry",
    },
)
