"""Advice on a program that doesn't run, if its output gives a clue.

Advice names the file, the port or the program that was seen; bpkit doesn't try it.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bpkit.core import ImageInfo
from bpkit.verbs.trial.complaints import Complaint
from bpkit.verbs.trial.probes import Probe
from bpkit.verbs.trial.result import Trial


@dataclass(frozen=True)
class Advice:
    """The advice in a sentence, with lines for a Dockerfile if needed."""

    text: str
    lines: tuple[str, ...] = ()


#: Options that make programs listen on all addresses, by a word in their command line.
_LISTEN_ALL = (
    ("gunicorn", "--bind 0.0.0.0:{port}"),
    ("hypercorn", "--bind 0.0.0.0:{port}"),
    ("uvicorn", "--host 0.0.0.0"),
    ("flask", "--host 0.0.0.0"),
    ("fastapi", "--host 0.0.0.0"),
    ("granian", "--host 0.0.0.0"),
    ("waitress-serve", "--listen 0.0.0.0:{port}"),
    ("runserver", "runserver 0.0.0.0:{port}"),
    ("http.server", "--bind 0.0.0.0"),
    ("vite", "--host 0.0.0.0"),
    ("rails", "-b 0.0.0.0"),
    ("puma", "-b tcp://0.0.0.0:{port}"),
    ("rackup", "--host 0.0.0.0"),
    ("redis-server", "--bind 0.0.0.0"),
    ("php", "-S 0.0.0.0:{port}"),
)


#: Commands that keep services in the foreground.
_FOREGROUND = (
    ("nginx", "nginx -g 'daemon off;'"),
    ("apache2ctl", "apache2ctl -D FOREGROUND"),
    ("apachectl", "apachectl -D FOREGROUND"),
    ("httpd", "httpd -D FOREGROUND"),
    ("sshd", "/usr/sbin/sshd -D -e"),
    ("redis-server", "redis-server --daemonize no"),
    ("memcached", "memcached without -d"),
    ("haproxy", "haproxy -db"),
    ("cron", "cron -f"),
    ("crond", "crond -f"),
    ("php-fpm", "php-fpm --nodaemonize"),
    ("supervisord", "supervisord --nodaemon"),
    ("mosquitto", "mosquitto without -d"),
    ("service", "start the program itself, not its service"),
)

#: Shared directories, which aren't a single program's own.
_SHARED = frozenset(
    [
        "/",
        "/bin",
        "/boot",
        "/dev",
        "/etc",
        "/home",
        "/lib",
        "/lib64",
        "/media",
        "/mnt",
        "/opt",
        "/proc",
        "/root",
        "/run",
        "/sbin",
        "/srv",
        "/sys",
        "/tmp",
        "/usr",
        "/usr/bin",
        "/usr/lib",
        "/usr/local",
        "/usr/local/bin",
        "/usr/local/lib",
        "/usr/sbin",
        "/usr/share",
        "/var",
        "/var/cache",
        "/var/lib",
        "/var/lock",
        "/var/log",
        "/var/run",
        "/var/spool",
        "/var/tmp",
    ]
)


def advice(
    trial: Trial, probe: Probe, info: ImageInfo, said: tuple[Complaint, ...], *, failed: bool
) -> tuple[Advice, ...]:
    """The advice that may help, without duplicates. ``failed``: the image doesn't run."""
    found = list(_of_loopback(trial, probe, info))
    if failed:
        found += [one for complaint in said for one in _of_complaint(complaint, probe, info)]
        found += _of_status(trial, probe, info)
    return tuple(dict.fromkeys(found))


def _of_loopback(trial: Trial, probe: Probe, info: ImageInfo) -> Iterator[Advice]:
    sockets = [one for one in trial.listening or () if one.protocol == "tcp"]
    if trial.state != "running" or not sockets or not all(one.is_loopback for one in sockets):
        return
    port = sockets[0].port
    command = [str(word) for key in ("Entrypoint", "Cmd") for word in info.config.get(key) or ()]
    words = " ".join([*command, *probe.arguments]).replace("/", " ").split()
    for program, flag in _LISTEN_ALL:
        if program in words:
            yield Advice(f"make it listen on all addresses: {flag.format(port=port)}")
            return
    yield Advice("make it listen on all addresses (0.0.0.0) instead of the loopback")


def _of_complaint(complaint: Complaint, probe: Probe, info: ImageInfo) -> Iterator[Advice]:
    subject = complaint.subject
    user = probe.user or str(info.config.get("User") or "")
    if complaint.kind == "denied" and user not in {"", "0", "root"} and subject.startswith("/"):
        yield _give(subject, user)
    elif complaint.kind == "missing directory":
        directory = posixpath.dirname(subject) if "socket" in complaint.line else subject
        yield Advice(
            f"{directory} doesn't exist: create it before USER", (f"RUN mkdir -p {directory}",)
        )
    elif complaint.kind == "missing variable" and subject:
        yield Advice(
            f"set {subject}, as in 'docker run -e {subject}=…'; to try this, "
            f"run 'bpkit try --env {subject}=…'"
        )
    elif complaint.kind in {"unknown host", "unreachable"} and probe.network == "none":
        other = subject or "another host"
        yield Advice(
            f"it needs {other}, and had no network: pass --network NAME "
            "with the network of that service"
        )
    elif complaint.kind == "read-only":
        yield Advice(f"mount a volume at {posixpath.dirname(subject) or '/'} to write to")


def _give(path: str, user: str) -> Advice:
    """Advice to let ``user`` write where it was denied: in a directory created before USER."""
    directory = posixpath.dirname(path) or "/"
    if directory in _SHARED:
        directory = path
    if directory in _SHARED:
        return Advice(f"{path} is denied to user {user}: make the program use another directory")
    return Advice(
        f"{path} is denied to user {user}: change the owner before USER",
        (f"RUN mkdir -p {directory} && chown -R {user} {directory}",),
    )


def _of_status(trial: Trial, probe: Probe, info: ImageInfo) -> Iterator[Advice]:
    command = " ".join(
        str(word) for key in ("Entrypoint", "Cmd") for word in info.config.get(key) or ()
    )
    if trial.state == "ended" and trial.status == 0 and not probe.arguments:
        for program, how in _FOREGROUND:
            if re.search(rf"(?:^|[/ ]){re.escape(program)}(?: |$)", command):
                yield Advice(f"make it stay in the foreground: {how}")
                return
    if trial.out_of_memory:
        yield Advice("give it more memory: pass --memory 4g")
