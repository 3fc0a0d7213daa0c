"""Judge a trial: whether the image runs, what is wrong, and what wasn't examined.

A fault means that the image doesn't run, or fails a probe; a warning is about an image that runs.
Both are about observations, and nothing is concluded from what wasn't tested.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bpkit.core import ImageInfo
from bpkit.findings import Finding
from bpkit.verbs.trial.advice import Advice, advice
from bpkit.verbs.trial.complaints import Complaint, complaints
from bpkit.verbs.trial.engine_words import exposed_ports, exposed_udp_ports
from bpkit.verbs.trial.probes import CommandStep, HttpStep, Probe, ProbeStep, TcpStep
from bpkit.verbs.trial.result import ENGINE_STATUSES, ListeningSocket, Reply, Trial

_FAILING_HTTP = 400


@dataclass(frozen=True)
class Verdict:
    """The verdict on a trial. ``findings`` are errors of ``bpkit check`` on an image that doesn't
    run; ``unasked`` is what wasn't examined."""

    trial: Trial
    probe: Probe
    faults: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()
    complaints: tuple[Complaint, ...] = ()
    advice: tuple[Advice, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def runs(self) -> bool:
        """Whether nothing that was seen contradicts that it runs."""
        return not self.faults


def judge(
    trial: Trial, probe: Probe, info: ImageInfo, findings: tuple[Finding, ...] = ()
) -> Verdict:
    """The verdict on the trial of an image with the probe.

    ``findings`` are those of ``bpkit check`` on it, if it was checked.
    """
    exposed = tuple(sorted(exposed_ports(info)))
    faults = [
        *_of_program(trial, probe),
        *_of_service(trial, probe, exposed),
        *_of_reach(trial, exposed, "tcp"),
        *_of_reach(trial, tuple(sorted(exposed_udp_ports(info))), "udp"),
        *_of_silence(trial, probe, exposed),
        *_of_answers(trial),
        *_of_words(trial, probe),
    ]
    warnings = tuple(_of_ports(trial, exposed)) if not faults else ()
    said = complaints(f"{trial.stderr.text}\n{trial.stdout.text}\n{trial.engine_said}")
    for reply in trial.replies:
        said += complaints(reply.errors) if reply_fault(reply) else ()
    return Verdict(
        trial,
        probe,
        tuple(faults),
        warnings,
        tuple(_seen(trial, probe, exposed)),
        tuple(_unasked(trial, probe, said)),
        tuple(dict.fromkeys(said)),
        advice(trial, probe, info, said, failed=bool(faults)),
        tuple(finding for finding in findings if finding.severity == "error"),
    )


def _of_program(trial: Trial, probe: Probe) -> Iterator[str]:
    wanted = probe.status or 0
    if probe.status is not None and trial.state == "running":
        yield f"it was still running after {trial.seconds:.1f} s, but was expected to end"
    elif trial.state == "refused":
        yield f"the engine can't start it (status {trial.status}): {trial.engine_said}"
    elif trial.out_of_memory:
        yield f"it was killed after {trial.seconds:.1f} s: out of memory"
    elif trial.state == "ended" and trial.status != wanted:
        yield f"it ended with status {trial.status} after {trial.seconds:.1f} s{_known(trial)}"


def _of_service(trial: Trial, probe: Probe, exposed: tuple[int, ...]) -> Iterator[str]:
    """A fault for a service that ended without a failure: it went into the background."""
    is_own = not (probe.arguments or probe.entrypoint or probe.until_end)
    if is_own and exposed and trial.state == "ended" and trial.status == 0:
        yield (
            f"it ended with status 0 after {trial.seconds:.1f} s, although EXPOSE says "
            "that it listens "
            f"on {_numbers(exposed)}"
        )


def _known(trial: Trial) -> str:
    """The meaning of a status: a signal, or the convention of shells and engines."""
    names = {
        126: ": a program can't be executed",
        127: ": a program, or its loader, was not found",
        134: ": SIGABRT",
        135: ": SIGBUS",
        132: ": SIGILL, an instruction that this processor doesn't have",
        136: ": SIGFPE",
        137: ": SIGKILL",
        139: ": SIGSEGV",
        143: ": SIGTERM",
    }
    return names.get(trial.status or 0, "")


def _of_reach(trial: Trial, exposed: tuple[int, ...], protocol: str) -> Iterator[str]:
    """Faults for ports of EXPOSE that only the container itself can reach."""
    if trial.state != "running":
        return
    sockets = [one for one in trial.listening or () if one.protocol == protocol]
    within = {one.port: one for one in sockets if one.is_loopback}
    reached = {one.port for one in sockets if not one.is_loopback}
    kind = "/udp" if protocol == "udp" else ""
    for port in exposed:
        if port in within and port not in reached:
            yield (
                f"it listens on {within[port]}, which can only be reached inside "
                f"the container: 'docker run -p {port}:{port}{kind}' has no effect"
            )


def _of_silence(trial: Trial, probe: Probe, exposed: tuple[int, ...]) -> Iterator[str]:
    """A fault for a service that should listen, but doesn't listen anywhere."""
    is_own = not (probe.arguments or probe.entrypoint or probe.until_end)
    if trial.state != "running" or trial.listening is None or not exposed or not is_own:
        return
    if not any(one.protocol == "tcp" for one in trial.listening):
        yield f"EXPOSE says {_numbers(exposed)}, and nothing listens after {trial.seconds:.0f} s"


def _of_answers(trial: Trial) -> Iterator[str]:
    if trial.health and (fault := reply_fault(trial.health)):
        yield f"HEALTHCHECK {fault}"
    for reply in trial.replies:
        if fault := reply_fault(reply):
            yield f"{step_name(reply.step)} {fault}"


def _of_words(trial: Trial, probe: Probe) -> Iterator[str]:
    for one in probe.expected:
        written = trial.stderr if one.stream == "errors" else trial.stdout
        name = "standard error" if one.stream == "errors" else "standard output"
        is_there = re.search(one.pattern, written.text, re.MULTILINE) is not None
        if is_there == one.absent:
            yield f"its {name} {'has' if is_there else 'has no'} '{one.pattern}'"


def reply_fault(reply: Reply) -> str:
    """Why a reply isn't the expected one; empty if it is."""
    step = reply.step
    if reply.failure:
        return f"got no answer: {reply.failure}"
    if isinstance(step, HttpStep):
        status = reply.status or 0
        if step.status is not None and status != step.status:
            return f"answered {status}, not {step.status}"
        if step.status is None and status >= _FAILING_HTTP:
            return f"answered {status}"
        return _unexpected(step.expect, reply)
    if isinstance(step, CommandStep) and reply.status != step.status:
        last = [line for line in f"{reply.output}\n{reply.errors}".splitlines() if line.strip()]
        words = f": {last[-1].strip()}" if last else ""
        if reply.status in ENGINE_STATUSES and step.status not in ENGINE_STATUSES:
            return f"could not be run (status {reply.status}){words}"
        return f"ended with status {reply.status}{words}"
    return _unexpected(step.expect, reply) if isinstance(step, CommandStep) else ""


def _unexpected(pattern: str, reply: Reply) -> str:
    if not pattern or re.search(pattern, reply.output, re.MULTILINE):
        return ""
    return f"answered without '{pattern}'"


def _of_ports(trial: Trial, exposed: tuple[int, ...]) -> Iterator[str]:
    if trial.state != "running" or trial.listening is None or not exposed:
        return
    listening = [one for one in trial.listening if one.protocol == "tcp"]
    if any(one.port in exposed for one in listening):
        return
    ports = _numbers(exposed)
    if listening:
        yield f"EXPOSE says {ports}, but it listens on {_names(listening)}"
    else:
        yield f"EXPOSE says {ports}, but nothing listens after {trial.seconds:.0f} s"


def _seen(trial: Trial, probe: Probe, exposed: tuple[int, ...]) -> Iterator[str]:
    is_gone = any(_of_service(trial, probe, exposed))
    if trial.state == "ended" and trial.status == (probe.status or 0) and not is_gone:
        yield f"it ran to its end, with status {trial.status}, in {trial.seconds:.1f} s"
    if trial.state == "running":
        yield f"it was still running after {trial.seconds:.1f} s"
    if trial.listening and trial.state == "running":
        listening = [one for one in trial.listening if one.protocol == "tcp"] or trial.listening
        yield f"it listens on {_names(listening)}{_expose(listening, exposed)}"
    if probe.expected and not any(_of_words(trial, probe)):
        yield "it wrote what was expected"
    if trial.health and not reply_fault(trial.health):
        yield "HEALTHCHECK passed"
    for reply in trial.replies:
        if not reply_fault(reply):
            yield f"{step_name(reply.step)} {_answer(reply)}"


def _expose(
    listening: list[ListeningSocket] | tuple[ListeningSocket, ...], exposed: tuple[int, ...]
) -> str:
    reachable = {one.port for one in listening if not one.is_loopback and one.protocol == "tcp"}
    if not exposed:
        return "; the image has no EXPOSE" if reachable else ""
    missing = [port for port in exposed if port not in {one.port for one in listening}]
    if not missing:
        return ", as EXPOSE says"
    # A warning covers the case that no port of EXPOSE is open.
    return f", and not on {_numbers(missing)} of EXPOSE" if len(missing) < len(exposed) else ""


def _answer(reply: Reply) -> str:
    size = len(reply.output.encode("utf-8", "surrogateescape"))
    if isinstance(reply.step, HttpStep):
        return f"answered {reply.status}, {size} bytes"
    if isinstance(reply.step, CommandStep):
        return f"ended with status {reply.status}, {size} bytes of output"
    return "answered as expected"


def _unasked(trial: Trial, probe: Probe, said: tuple[Complaint, ...]) -> Iterator[str]:
    if trial.state != "running":
        return
    if trial.unseen:
        yield f"the ports were not examined: {trial.unseen}"
    if not any(isinstance(step, HttpStep | TcpStep) for step in probe.steps):
        if any(one.protocol == "tcp" for one in trial.listening or ()):
            yield "no request was made; pass --http / to make one"
        elif not probe.steps and not trial.health:
            yield "no probe was run; pass --run 'COMMAND' to run a command in the container"
    if probe.network == "none" and any(one.kind in {"unknown host", "unreachable"} for one in said):
        yield "it had no network; pass --network bridge to give it one"


def step_name(step: ProbeStep) -> str:
    """A step in words: ``GET /health``."""
    if isinstance(step, HttpStep):
        port = f":{step.port}" if step.port else ""
        if step.tls:
            return f"{step.method} https://localhost{port}{step.path}"
        return f"{step.method} {port}{step.path}"
    if isinstance(step, TcpStep):
        return f"TCP port {step.port}"
    import shlex

    return f"'{shlex.join(step.words)}'"


def _names(sockets: list[ListeningSocket] | tuple[ListeningSocket, ...]) -> str:
    return ", ".join(str(one) for one in sockets)


def _numbers(ports: tuple[int, ...] | list[int]) -> str:
    return ", ".join(str(port) for port in ports)
