"""``bpkit lsp``: lint's findings and fixes in an editor, over the Language Server Protocol."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.verbs.lsp.server import serve

__all__ = [
    # Speak to an editor over standard input and output until it closes them.
    "serve",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "server": "serve",
    },
)
