"""``bpkit try``: start an image as a user would, and report what was seen."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.verbs.trial.bench import TrialBench, trial_bench
    from bpkit.verbs.trial.probe_tables import (
        StructureTests,
        read_probes,
        read_structure_tests,
    )
    from bpkit.verbs.trial.probes import (
        CommandStep,
        Expectation,
        HttpStep,
        Probe,
        ProbeStep,
        Readiness,
        TcpStep,
        command_step,
        http_step,
        memory_limit,
    )
    from bpkit.verbs.trial.report import verdict_json, verdict_text
    from bpkit.verbs.trial.result import ENGINE_STATUSES, ListeningSocket, Reply, Trial, Written
    from bpkit.verbs.trial.run import (
        image_of,
        probes_of_project,
        structure_tests_in,
        try_built,
        try_image,
        try_project,
    )
    from bpkit.verbs.trial.verdict import Verdict, judge, reply_fault, step_name

__all__ = [
    # The engine's own statuses: it failed, the program can't be executed, or it doesn't
    # exist.
    "ENGINE_STATUSES",
    # A command in the running container, as with ``docker exec``
    "CommandStep",
    # A pattern that the program's standard output, or standard error, must or must not
    # contain.
    "Expectation",
    # An HTTP request; with ``tls``, over HTTPS
    "HttpStep",
    # A socket that accepts connections (TCP) or datagrams (UDP).
    "ListeningSocket",
    "Probe",
    "ProbeStep",
    # The condition for starting the steps: ``port`` is open, ``text`` has been written, or
    # the image's HEALTHCHECK passes; without any of these, the trial decides.
    "Readiness",
    # The reply to a step
    "Reply",
    # A container-structure-test file: its command tests as probes, and the tests not made.
    "StructureTests",
    # An exchange over TCP: what is sent, and the text that is expected before the next is
    # sent.
    "TcpStep",
    # An image that was started: what was seen from outside.
    "Trial",
    # Tries one image after another; made by ``trial_bench``.
    "TrialBench",
    # The verdict on a trial
    "Verdict",
    # A program's output on one stream: its beginning, its end, and the number of bytes
    # omitted between them.
    "Written",
    # The command in ``text``, which may have shell quotes; nothing is expanded.
    "command_step",
    # The request for ``/health``, ``8080/health``, ``https://localhost:8443/health`` or
    # ``https:8443/health``; port 443 means HTTPS.
    "http_step",
    # The name of the image that a project ships
    "image_of",
    # The verdict on the trial of an image with the probe.
    "judge",
    # ``text`` as a memory limit for engines
    "memory_limit",
    # The probes in the tables of the project's settings
    "probes_of_project",
    # The probes of ``[[probe]]`` tables, which begin at ``places``
    "read_probes",
    # The tests of a ``container-structure-test`` file, version 2
    "read_structure_tests",
    # Why a reply isn't the expected one; empty if it is.
    "reply_fault",
    # A step in words: ``GET /health``.
    "step_name",
    # The tests of a container-structure-test file, in YAML or JSON
    "structure_tests_in",
    # A bench for trying images, for the duration of the block.
    "trial_bench",
    # The verdicts on the project's image, started plainly and with each of its probes.
    "try_built",
    # The verdict on the image of this name, which the engine has.
    "try_image",
    # The verdict on the image that a project ships, as built last; raises like ``try_image``.
    "try_project",
    # The verdict as data; times in seconds.
    "verdict_json",
    # The verdict in one line, then its evidence
    "verdict_text",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "bench": "TrialBench trial_bench",
        "probe_tables": "StructureTests read_probes read_structure_tests",
        "probes": (
            "CommandStep Expectation HttpStep Probe ProbeStep Readiness TcpStep command_step "
            "http_step memory_limit"
        ),
        "report": "verdict_json verdict_text",
        "result": "ENGINE_STATUSES ListeningSocket Reply Trial Written",
        "run": "image_of probes_of_project structure_tests_in try_built try_image try_project",
        "verdict": "Verdict judge reply_fault step_name",
    },
)
