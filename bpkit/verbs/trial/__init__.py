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
    # Statuses of the engine itself: it failed, the program can't be executed, there is none.
    "ENGINE_STATUSES",
    # A command in the running container, as ``docker exec`` starts it
    "CommandStep",
    # A pattern that the program's standard output, or standard error, must or must not
    # contain.
    "Expectation",
    # A request by HTTP, with ``tls`` by HTTPS
    "HttpStep",
    # A socket that takes connections (TCP), or datagrams (UDP).
    "ListeningSocket",
    "Probe",
    "ProbeStep",
    # When the steps begin: once ``port`` is listened on, ``text`` is written, the image's
    # HEALTHCHECK says so; nothing of it means the trial's own judgement.
    "Readiness",
    # The reply to a step
    "Reply",
    # A file of container-structure-test: its command tests as probes, and what of it is not
    # asked.
    "StructureTests",
    # A conversation by TCP: what is sent, and the text that is expected before the next is
    # sent.
    "TcpStep",
    # An image that was started: what was seen from outside.
    "Trial",
    # Tries one image after another; made by ``trial_bench``.
    "TrialBench",
    # The verdict on a trial
    "Verdict",
    # What a program wrote on one stream: its beginning, its end, and how many bytes between
    # them were not kept.
    "Written",
    # The command that is written in ``text`` with a shell's quotes; nothing is expanded.
    "command_step",
    # The request that ``/health``, ``8080/health``, ``https://localhost:8443/health`` or
    # ``https:8443/health`` stands for; port 443 is asked by HTTPS.
    "http_step",
    # The name of the image that ships of a project
    "image_of",
    # The verdict on the trial of an image as the probe asked for it.
    "judge",
    # The limit that engines take for ``text``
    "memory_limit",
    # The probes that the project's settings have as tables
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
    # A place to try images, as long as the block lasts.
    "trial_bench",
    # The verdicts on the project's image as it is started by itself, and as its probes ask;
    # raises as ``try_image`` does, and InputError for a probe that can't be read.
    "try_built",
    # The verdict on the image of this name, which the engine has.
    "try_image",
    # The verdict on the image that ships of a project, as it was built last; raises as
    # ``try_image`` does.
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
