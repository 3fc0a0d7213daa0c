"""Shell commands in configuration files: crontabs, git's settings, inittab."""

from __future__ import annotations

import re
from collections.abc import Iterator

#: Crontabs with a user field before the command, and those without one.
_OF_SYSTEM = re.compile(r"/etc/cron(?:tab|\.d/[^/]+)")
_OF_USER = re.compile(
    r"/var/spool/cron/(?:crontabs/)?[^/]+|/etc/crontabs/[^/]+|.*/crontab(?:\.txt)?"
)
_OF_GIT = re.compile(r"/etc/gitconfig|.*/\.gitconfig|.*/git/config|.*/\.git/config")
_OF_INIT = re.compile(r"/etc/inittab")
_TIMES = re.compile(r"(?:@\w+|(?:[-\w*/,~?#]+[ \t]+){4}[-\w*/,~?#]+)[ \t]+(.*)")
#: A percent sign ends the command (crontab(5)); the rest is its input.
_INPUT = re.compile(r"(?<!\\)%.*")
_SETTING = re.compile(r"[ \t]*([A-Za-z][\w-]*)[ \t]*=[ \t]*(.*?)[ \t]*")
#: Settings of git whose values are commands (git-config(1)).
_OF_COMMANDS = frozenset(
    {"askpass", "clean", "cmd", "editor", "external", "fsmonitor", "helper", "pager", "process"}
    | {"program", "receivepack", "smudge", "sshcommand", "textconv", "uploadpack"}
)


def holds_commands(path: str) -> bool:
    """Whether the file at this path is read for its commands."""
    kinds = (_OF_SYSTEM, _OF_USER, _OF_GIT, _OF_INIT)
    return any(kind.fullmatch(path) for kind in kinds)


def commands_in(path: str, text: str) -> Iterator[str]:
    """The commands in the file, each as a shell gets it."""
    if _OF_GIT.fullmatch(path):
        yield from _of_git(text)
        return
    for line in map(str.strip, text.splitlines()):
        if not line or line.startswith("#"):
            continue
        if _OF_INIT.fullmatch(path):
            fields = line.split(":", 3)
            if len(fields) == 4:
                yield fields[3].lstrip("-")
        elif found := _TIMES.fullmatch(line):
            command = found[1]
            if _OF_SYSTEM.fullmatch(path):
                command = " ".join(command.split(maxsplit=1)[1:])
            yield _INPUT.sub("", command).strip()


def _of_git(text: str) -> Iterator[str]:
    for line in text.splitlines():
        found = _SETTING.fullmatch(line)
        if found is None:
            continue
        name, value = found[1].lower(), found[2].strip('"').replace('\\"', '"')
        if value.startswith("!"):
            yield value[1:]
        elif name in _OF_COMMANDS and value and value not in {"true", "false"}:
            # A helper's name alone refers to one of git's own programs.
            yield f"git-credential-{value}" if name == "helper" and "/" not in value else value
