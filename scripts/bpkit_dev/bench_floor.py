"""An image's floor: the bytes of all files that its program opens while it does all it can.

strace watches it in the naive image, with every run and every route of the case; files that the
kernel itself opens (the loader, a script's interpreter) are added as the files name them. Python's
bytecode caches are removed first: the sources are needed, the caches are not.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Iterator

from bpkit.image.read import read_tar
from bpkit.image.rootfs import Rootfs
from scripts.bpkit_dev.bench_cases import Case
from scripts.bpkit_dev.client import Client

_TRACED = """\
FROM {image}
USER 0
RUN apt-get update && apt-get install -y --no-install-recommends strace curl openssl \\
 && find / -xdev -name __pycache__ -prune -exec rm -rf {{}} +
ENV PYTHONDONTWRITEBYTECODE=1
"""
_STRACE = "strace -f -y -qq -e trace=open,openat,execve -o /tmp/trace.{number}"
_OPENED = re.compile(r"open(?:at)?\(.*\) = \d+<([^>]+)>$")
_STARTED = re.compile(r'execve\("([^"]+)".* = 0$')


def floor(client: Client, image: str, case: Case, label: str) -> int:
    """The bytes of the files that are opened in ``image``. Raises EngineError."""
    tag = f"{image}-traced"
    _build(client, tag, _TRACED.format(image=image), label)
    rootfs = _rootfs(client, image)
    text = client(
        *("run", "--rm", "--label", label, "--cap-add", "SYS_PTRACE", "--entrypoint", "sh"),
        *(tag, "-c", _script(client, image, case)),
    )
    workdir = client("image", "inspect", "--format", "{{.Config.WorkingDir}}", image).strip()
    return sum(opened_sizes(rootfs, text, workdir or "/"))


def _build(client: Client, tag: str, dockerfile: str, label: str) -> None:
    subprocess.run(
        [client.program, "build", "-q", "-t", tag, "--label", label, "-"],
        input=dockerfile.encode(),
        env=_environment(client),
        check=True,
        stdout=subprocess.DEVNULL,
    )


def _environment(client: Client) -> dict[str, str]:
    return {**os.environ, **client.env}


def _rootfs(client: Client, image: str) -> Rootfs:
    container = client("create", image, "x").strip()
    try:
        process = subprocess.Popen(
            [client.program, "export", container],
            env=_environment(client),
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        found = read_tar(process.stdout)  # type: ignore[arg-type]
        process.wait()
        return found
    finally:
        client("rm", container)


def _script(client: Client, image: str, case: Case) -> str:
    """The container's script: run the traced program, then print all traces."""
    command = client(
        *("image", "inspect", "--format", "{{range .Config.Entrypoint}}{{println .}}{{end}}"), image
    ).split()
    lines = [case.before]
    for number, run in enumerate(case.traced or case.runs):
        lines.append(f"{_STRACE.format(number=number)} {shlex.join(command)} {run} >/dev/null 2>&1")
    if case.port:
        cmd = client(
            *("image", "inspect", "--format", "{{range .Config.Cmd}}{{println .}}{{end}}"), image
        ).splitlines()
        words = shlex.join([*command, *(word for word in cmd if word)])
        lines.append(f"{_STRACE.format(number='s')} {words} >/dev/null 2>&1 &")
        lines.append(f"sleep {case.wait}")
        url = f"http://127.0.0.1:{case.port}"
        waiting = "--retry 90 --retry-delay 1 --retry-connrefused"
        lines += [f"curl -s {waiting} -o /dev/null '{url}{route}'" for route in case.routes]
        lines += [f"{words} >/dev/null 2>&1" for words in case.clients]
    lines.append("cat /tmp/trace.*")
    return "\n".join(lines)


def opened_sizes(rootfs: Rootfs, traces: str, workdir: str) -> Iterator[int]:
    """The bytes of each opened file in the image, including files that the kernel opens for it."""
    waiting = list(opened_paths(traces))
    seen: set[str] = set()
    while waiting:
        node = rootfs.file(waiting.pop(), workdir)
        if node is None or node.path in seen:
            continue
        seen.add(node.path)
        yield node.size
        if node.elf and node.elf.interpreter:
            waiting.append(node.elf.interpreter)
        elif node.text and node.text.startswith(b"#!"):
            waiting.append(node.text[2:].split(b"\n")[0].split()[0].decode())


def opened_paths(traces: str) -> Iterator[str]:
    """The files that were successfully opened or started, as strace reports them."""
    for line in traces.splitlines():
        found = _OPENED.search(line) or _STARTED.search(line)
        if found:
            yield found[1]
