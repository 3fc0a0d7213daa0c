"""The command line: words in, a request out."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.cli.fault_log import own_fault
    from bpkit.cli.plugin import call_of, metadata
    from bpkit.cli.top_level import Bpkit
    from bpkit.cli.verbs import NAMES, help_text

__all__ = [
    "NAMES",
    "Bpkit",
    # The words after the plugin's name; docker's global options become variables.
    "call_of",
    # What ``bpkit --help`` says; written here, because plumbum would import every verb for
    # it.
    "help_text",
    # The metadata that docker requests from a plugin, one line of JSON.
    "metadata",
    # The error to report instead of an unexpected ``error``, whose traceback is logged.
    "own_fault",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "fault_log": "own_fault",
        "plugin": "call_of metadata",
        "top_level": "Bpkit",
        "verbs": "NAMES help_text",
    },
)
