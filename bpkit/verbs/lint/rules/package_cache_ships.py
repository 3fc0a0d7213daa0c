"""BPK213: what a package manager keeps for its next run ships."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bpkit.findings import Finding, Rule
from bpkit.formats.dockerfile import Command, mounts_of, run_commands
from bpkit.verbs.lint.subject import LintSubject, Step

RULE = Rule(
    "BPK213",
    "warning",
    "a package manager's cache ships",
    "A RUN that installs packages leaves lists and downloads behind. They ship unless the same "
    "RUN removes them (a later one can't: its layer only hides them) or they lie in a cache mount. "
    "In a stage that doesn't ship they harm nobody, and nothing is reported.",
    failing="FROM debian:12-slim\nRUN apt-get update && apt-get install -y ca-certificates\n"
    'COPY app /app\nUSER 65532\nENTRYPOINT ["/app"]\n',
    passing="FROM debian:12-slim\nRUN apt-get update && apt-get install -y ca-certificates "
    "&& rm -rf /var/lib/apt/lists/*\n"
    'COPY app /app\nUSER 65532\nENTRYPOINT ["/app"]\n',
)


@dataclass(frozen=True)
class _Manager:
    """A package manager: how it is called to fill its cache, and what excuses it.

    ``quiet`` are words in the command itself; ``cleaning`` are commands of the same RUN; ``paths``
    is where the cache lies; ``variable`` is one of the environment that turns it off.
    """

    programs: frozenset[str]
    verbs: frozenset[str]
    paths: tuple[str, ...]
    quiet: frozenset[str] = frozenset()
    cleaning: frozenset[str] = frozenset()
    variable: str = ""


_MANAGERS = (
    _Manager(frozenset({"apt-get", "apt"}), frozenset({"update"}), ("/var/lib/apt",)),
    _Manager(
        frozenset({"apk"}), frozenset({"add", "update"}), ("/var/cache/apk", "/etc/apk/cache"),
        frozenset({"--no-cache"}), frozenset({"cache"}),
    ),
    _Manager(
        frozenset({"dnf", "yum", "microdnf", "tdnf"}), frozenset({"install", "update", "upgrade"}),
        ("/var/cache",), cleaning=frozenset({"clean"}),
    ),
    _Manager(
        frozenset({"zypper"}), frozenset({"install", "in"}), ("/var/cache/zypp",),
        cleaning=frozenset({"clean", "cc"}),
    ),
    _Manager(
        frozenset({"pip", "pip3"}), frozenset({"install"}), (".cache",),
        frozenset({"--no-cache-dir"}), frozenset({"cache"}), "PIP_NO_CACHE_DIR",
    ),
    _Manager(
        frozenset({"npm"}), frozenset({"ci", "install", "i"}), (".npm",),
        cleaning=frozenset({"cache"}),
    ),
    _Manager(
        frozenset({"yarn"}), frozenset({"install"}), (".yarn", ".cache"),
        cleaning=frozenset({"cache"}),
    ),
)  # fmt: skip


def check(subject: LintSubject) -> Iterator[Finding]:
    """Each RUN of what ships that fills a cache and leaves it."""
    for step in subject.shipped_steps():
        commands = run_commands(step.instruction)
        for manager in _MANAGERS:
            filling = [c for c in commands if _fills(c, manager)]
            if filling and not _is_excused(manager, filling, commands, step):
                name = filling[0].program
                yield Finding(
                    RULE,
                    f"{name} leaves its cache in what ships ({manager.paths[0]})",
                    step.stage.place(step.instruction),
                    name,
                )


def _fills(command: Command, manager: _Manager) -> bool:
    return command.program in manager.programs and bool(manager.verbs & set(command.plain[:1]))


def _is_excused(
    manager: _Manager, filling: list[Command], commands: tuple[Command, ...], step: Step
) -> bool:
    if manager.quiet and all(manager.quiet & set(command.words) for command in filling):
        return True
    if manager.variable and step.state.env.get(manager.variable, "0") not in {"0", "", None}:
        return True
    mounts = [m.target or "" for m in mounts_of(step.instruction) if m.type in {"cache", "tmpfs"}]
    if any(path in target for path in manager.paths for target in mounts):
        return True
    return any(_cleans(command, manager) for command in commands)


def _cleans(command: Command, manager: _Manager) -> bool:
    if command.program in manager.programs:
        return bool(manager.cleaning & set(command.plain[:1]))
    removes = command.program in {"rm", "find"}
    return removes and any(path in word for word in command.words for path in manager.paths)
