"""``bpkit try``: start an image as it would be started, and say what was seen of it."""

from typing import TYPE_CHECKING

from bpkit.faces import face

if TYPE_CHECKING:
    from bpkit.verbs.trial.bench import TrialBench, trial_bench
    from bpkit.verbs.trial.probes import (
        CommandStep,
        HttpStep,
        Probe,
        ProbeStep,
        Readiness,
        TcpStep,
    )
    from bpkit.verbs.trial.result import ListeningSocket, Reply, Trial, Written

__all__ = [
    # A command in the running container, as ``docker exec`` starts it
    "CommandStep",
    # A request by HTTP
    "HttpStep",
    # A socket that takes connections (TCP), or datagrams (UDP).
    "ListeningSocket",
    "Probe",
    "ProbeStep",
    # When the steps begin: once ``port`` is listened on, ``text`` is written, the image's
    # HEALTHCHECK says so; nothing of it means the trial's own judgement.
    "Readiness",
    # What came of a step
    "Reply",
    # A conversation by TCP: what is sent, and the text that is expected before the next is
    # sent.
    "TcpStep",
    # An image that was started: what was seen from outside.
    "Trial",
    # Tries one image after another; made by ``trial_bench``.
    "TrialBench",
    # What a program wrote on one stream: its beginning, its end, and how many bytes between
    # them were not kept.
    "Written",
    # Where images are tried, as long as the block lasts.
    "trial_bench",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "bench": "TrialBench trial_bench",
        "probes": "CommandStep HttpStep Probe ProbeStep Readiness TcpStep",
        "result": "ListeningSocket Reply Trial Written",
    },
)
