"""BPK213: a package manager's cache ships."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from bpkit.findings import Finding, Rule, TextEdit
from bpkit.formats.dockerfile import Command, mounts_of
from bpkit.formats.text import is_glob
from bpkit.light import dataclass
from bpkit.verbs.lint.base_images import root_image
from bpkit.verbs.lint.commands import commands_of
from bpkit.verbs.lint.subject import LintSubject, Step

RULE = Rule(
    "BPK213",
    "warning",
    "a package manager's cache ships",
    "A RUN that installs packages leaves lists and downloads behind. They ship unless the "
    "same RUN removes them (a later RUN only hides them) or they are in a cache mount. In a "
    "stage that doesn't ship they cost nothing, and nothing is reported.",
    failing="FROM debian:12-slim\nRUN apt-get update && apt-get install -y ca-certificates\n"
    'COPY app /app\nUSER 65532\nENTRYPOINT ["/app"]\n',
    passing="FROM debian:12-slim\nRUN apt-get update && apt-get install -y ca-certificates "
    "&& rm -rf /var/lib/apt/lists/*\n"
    'COPY app /app\nUSER 65532\nENTRYPOINT ["/app"]\n',
)


@dataclass(frozen=True)
class _Manager:
    """A package manager: the command that fills its cache, and what excuses it.

    ``quiet`` are words in the command itself; ``cleaning`` are commands of the same RUN; ``paths``
    is where the cache is; ``variables`` of the environment move it or turn it off.
    """

    programs: frozenset[str]
    verbs: frozenset[str]
    paths: tuple[str, ...]
    quiet: frozenset[str] = frozenset()
    cleaning: frozenset[str] = frozenset()
    variables: tuple[str, ...] = ()
    asks: frozenset[str] = frozenset()


_MANAGERS = (
    _Manager(
        frozenset({"apt-get", "apt"}), frozenset({"update"}), ("/var/lib/apt", "/var/lib/{apt"),
        cleaning=frozenset({"dist-clean", "distclean"}),
    ),
    # apk fetches its index only where it is told to; packages themselves it doesn't keep.
    _Manager(
        frozenset({"apk"}), frozenset({"update", "upgrade"}), ("/var/cache", "/etc/apk/cache"),
        frozenset({"--no-cache", "--no-network"}), frozenset({"cache"}),
        asks=frozenset({"-U", "--update", "--update-cache", "--upgrade"}),
    ),
    _Manager(
        frozenset({"dnf", "yum", "microdnf", "tdnf"}), frozenset({"install", "update", "upgrade"}),
        ("/var/cache",), cleaning=frozenset({"clean"}),
    ),
    _Manager(
        frozenset({"zypper"}), frozenset({"install", "in"}), ("/var/cache",),
        cleaning=frozenset({"clean", "cc"}),
    ),
    _Manager(
        frozenset({"pip", "pip3"}), frozenset({"install"}), (".cache",),
        frozenset({"--no-cache-dir", "--no-index"}), frozenset({"cache"}),
        ("PIP_NO_CACHE_DIR", "PIP_CACHE_DIR", "XDG_CACHE_HOME"),
    ),
    _Manager(
        frozenset({"npm"}), frozenset({"ci", "install", "i"}), (".npm",), frozenset({"--cache"}),
        frozenset({"cache", "config"}), ("NPM_CONFIG_CACHE", "npm_config_cache"),
    ),
    _Manager(
        frozenset({"yarn"}), frozenset({"install"}), (".yarn", ".cache", "/yarn"),
        frozenset({"--immutable", "--cache-folder"}), frozenset({"cache", "config"}),
        ("YARN_CACHE_FOLDER",),
    ),
    _Manager(
        frozenset({"conda", "mamba"}),
        frozenset({"install", "create", "update", "env create", "env update"}),
        ("/opt/conda/pkgs", "/pkgs"), frozenset({"--dry-run"}), frozenset({"clean"}),
        ("CONDA_PKGS_DIRS",),
    ),
)  # fmt: skip


def check(subject: LintSubject) -> Iterator[Finding]:
    """Each RUN in a stage that ships that fills a cache and leaves it."""
    for step in subject.shipped_steps():
        if step.instruction.keyword != "RUN" or root_image(step.stage).system == "windows":
            continue
        commands = commands_of(step.instruction)
        for manager in _MANAGERS:
            filling = [c for c in commands if _fills(c, manager)]
            if filling and not _is_excused(manager, filling, commands, step):
                name = filling[0].program
                yield Finding(
                    RULE,
                    f"{name} leaves its cache in the image ({manager.paths[0]})",
                    step.stage.place(step.instruction),
                    name,
                    edits=_edits(step, name),
                )


def _fills(command: Command, manager: _Manager) -> bool:
    if command.program not in manager.programs:
        return False
    asked = manager.asks & set(command.words) and "add" in command.plain[:1]
    return bool(asked or manager.verbs & {*command.plain[:1], " ".join(command.plain[:2])})


def _is_excused(
    manager: _Manager, filling: list[Command], commands: tuple[Command, ...], step: Step
) -> bool:
    if all(any(w.partition("=")[0] in manager.quiet for w in c.words) for c in filling):
        return True
    if any(step.state.env.get(name) for name in manager.variables):
        return True
    if any(name in manager.variables for c in filling for name, _ in c.assignments):
        return True
    mounts = [m.target or "" for m in mounts_of(step.instruction) if m.type in {"cache", "tmpfs"}]
    if any(path in target for path in manager.paths for target in mounts):
        return True
    text = step.instruction.text
    if "Dir::" in text or re.search(r"\b(?:rm|find)\b[^&;]*/?\$\{?\w*CACHE", text):
        return True
    return any(_cleans(command, manager) for command in commands)


def _cleans(command: Command, manager: _Manager) -> bool:
    if command.program in manager.programs:
        return bool(manager.cleaning & set(command.plain[:1]))
    if command.program in {"rm", "find", "truncate"}:
        return any(_names(word, path) for word in command.words[1:] for path in manager.paths)
    # A script with such a name: clean.sh, cleanup, clean-layer.
    return "clean" in command.program


_HOMES = ("/root", "~", "$HOME", "${HOME}")


def _names(word: str, path: str) -> bool:
    """Whether a word of ``rm`` is the cache at this path, or a pattern for it: ``/root/.??*``."""
    if path in word:
        return True
    whole = [path] if path.startswith("/") else [f"{home}/{path}" for home in _HOMES]
    return is_glob(word) and any(fnmatchcase(one, word.rstrip("/")) for one in whole)


_REMOVALS = {"apt-get": "rm -rf /var/lib/apt/lists/*", "apt": "rm -rf /var/lib/apt/lists/*"}
_SWITCHES = {"pip": "--no-cache-dir", "pip3": "--no-cache-dir"}
_AFTER = {
    "apk": "rm -rf /var/cache/apk/*", "dnf": "dnf clean all", "yum": "yum clean all",
    "microdnf": "microdnf clean all", "zypper": "zypper clean --all",
    "conda": "conda clean --all --yes", "mamba": "mamba clean --all --yes",
    "npm": "npm cache clean --force", "yarn": "yarn cache clean",
} | _REMOVALS  # fmt: skip


def _edits(step: Step, program: str) -> tuple[TextEdit, ...]:
    """The RUN with the cleaning at its end, if it is one chain of commands."""
    instruction = step.instruction
    if instruction.json or instruction.heredocs or instruction.escape != "\\":
        return ()
    text, line_end = instruction.text.rstrip("\r\n"), "\n"
    if program in _SWITCHES:
        new, count = re.subn(rf"\b({program}\s+install)\b", rf"\1 {_SWITCHES[program]}", text)
        if not count:
            return ()
    elif re.search(r"[;|#]|(?<!&)&(?!&)|\b(?:if|for|while|case)\b", instruction.original):
        return ()
    else:
        new = f"{text} \\\n    && {_AFTER[program]}"
    return (TextEdit(step.stage.file, instruction.line, instruction.end_line, new + line_end),)
