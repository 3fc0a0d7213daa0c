"""The command line: words in, a request out."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.cli.app import Bpkit
    from bpkit.cli.fault_log import own_fault
    from bpkit.cli.plugin import call_of, metadata
    from bpkit.cli.verbs import NAMES, help_text

__all__ = [
    "NAMES",
    "Bpkit",
    # The words behind the plugin's own name; docker's global options become variables.
    "call_of",
    # What ``bpkit --help`` says; written here, since plumbum would import every verb for it.
    "help_text",
    # What docker wants to know of a plugin, one line of JSON.
    "metadata",
    # The error to tell instead of ``error``, which nobody foresaw; its traceback is logged.
    "own_fault",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "app": "Bpkit",
        "fault_log": "own_fault",
        "plugin": "call_of metadata",
        "verbs": "NAMES help_text",
    },
)
