"""The command line: words in, a request out."""

from typing import TYPE_CHECKING

from bpkit.faces import face

if TYPE_CHECKING:
    from bpkit.cli.app import Bpkit
    from bpkit.cli.verbs import NAMES, help_text

__all__ = [
    "NAMES",
    "Bpkit",
    # What ``bpkit --help`` says; written here, since plumbum would import every verb for it.
    "help_text",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "app": "Bpkit",
        "verbs": "NAMES help_text",
    },
)
