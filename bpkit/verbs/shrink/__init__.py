"""``bpkit shrink``: the Dockerfile of the smallest image that still runs."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.verbs.shrink.report import shrink_json, shrink_text
    from bpkit.verbs.shrink.request import ShrinkRequest
    from bpkit.verbs.shrink.result import Probes, Shrunk
    from bpkit.verbs.shrink.run import shrink
    from bpkit.verbs.shrink.saved import shrink_saved

__all__ = [
    # The probes of both images: command lines after ``docker run IMAGE``, and paths by HTTP.
    "Probes",
    # The choices on the command line; empty if not given
    "ShrinkRequest",
    # The new image, and the Dockerfile that makes it.
    "Shrunk",
    # The new image's Dockerfile, written unless it fails its check or a probe.
    "shrink",
    # The result as data; sizes in bytes, times in seconds.
    "shrink_json",
    # The new image's Dockerfile, from the files of a saved image of the project.
    "shrink_saved",
    # The contents of the new image with reasons, how much smaller it is, and what to review.
    "shrink_text",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "report": "shrink_json shrink_text",
        "request": "ShrinkRequest",
        "result": "Probes Shrunk",
        "run": "shrink",
        "saved": "shrink_saved",
    },
)
