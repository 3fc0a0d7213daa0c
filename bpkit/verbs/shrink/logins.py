"""Uses of an image other than its own command: logins, and other commands passed to it.

These can't be known in advance. For logins, the image keeps the programs that every system has;
anything else is reported as not tried.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from bpkit.image import Packages
from bpkit.languages import bare_name, language_of
from bpkit.verbs.shrink.draft import Draft
from bpkit.verbs.shrink.result import COMMANDS, LOGINS, PROGRAMS
from bpkit.verbs.shrink.rounding import Rounding

#: Services that start the commands typed by users who log in.
_SERVICES_TEXT = "sshd dropbear telnetd in.telnetd utelnetd ttyd shellinaboxd gotty wetty xrdp"
_LOGIN_SERVICES = frozenset(_SERVICES_TEXT.split())
#: Debian packages whose programs a user who logs in expects.
_SYSTEM_TEXT = (
    "bash bsdutils coreutils dash debianutils diffutils findutils grep gzip hostname less login "
    "mawk ncurses-bin passwd procps sed tar util-linux"
)
_OF_EVERY_SYSTEM = tuple(_SYSTEM_TEXT.split())
#: Interpreters, which run any program passed to them and may start a shell for it.
_INTERPRETERS_TEXT = (
    "ash awk bash bc clisp dash expect fish gawk ghci gnuplot groovy guile jq jshell ksh luajit "
    "mawk nawk octave octave-cli psql racket sbcl sh sqlite swipl vim zsh"
)
_INTERPRETERS = frozenset(_INTERPRETERS_TEXT.split())
_GIVES_PROGRAM = frozenset({"-c", "-e", "-l", "-m", "--eval", "-lc", "-ec", "-exc"})
_DIRECTORIES = ("/usr/bin", "/usr/sbin", "/bin", "/sbin")


def has_logins(draft: Draft) -> bool:
    """Whether a login service is started."""
    names = {posixpath.basename(link.name) for link in draft.started.links if link.node}
    return not names.isdisjoint(_LOGIN_SERVICES)


def with_logins(draft: Draft, packages: Packages, rounding: Rounding) -> Draft:
    """The draft with the programs that every system has, and those of packages that were installed
    by name."""
    if not has_logins(draft):
        return draft
    programs = [*_of_system(packages), *_of_busybox(draft), *rounding.asked_for_programs().values()]
    return draft.taking("programs for users who log in", programs)


def _of_system(packages: Packages) -> Iterator[str]:
    for name in _OF_EVERY_SYSTEM:
        if name in packages.by_name:
            paths = packages.by_name[name].paths
            yield from (path for path in paths if posixpath.dirname(path) in _DIRECTORIES)


def _of_busybox(draft: Draft) -> Iterator[str]:
    rootfs = draft.fat.rootfs
    for directory in _DIRECTORIES:
        for path in rootfs.children.get(directory, ()):
            if rootfs.nodes[path].kind == "link" and rootfs.nodes[path].target.endswith("/busybox"):
                yield path


def takes_programs(draft: Draft) -> bool:
    """Whether ENTRYPOINT is an interpreter whose program comes from ``docker run``."""
    config, links = draft.fat.config, draft.started.links
    if not config.entrypoint or not links or links[0].node is None:
        return False
    name, language = bare_name(links[0].name), language_of(links[0])
    of_language = language is not None and language.command and language.command.runs_file
    if name not in _INTERPRETERS and not of_language:
        return False
    rest = config.entrypoint[1:]
    # The word after one of these is the program; any other word is one if it names a file.
    given = not _GIVES_PROGRAM.isdisjoint(rest[:-1])
    return not given and not any(draft.fat.rootfs.file(w, config.workdir) for w in rest)


def unproven(draft: Draft) -> tuple[str, ...]:
    """The uses of the image that neither its files nor a run of its own command show, to report
    them as not tried."""
    found = []
    if draft.started.runs_arguments or not draft.fat.config.entrypoint:
        found.append(COMMANDS)
    if has_logins(draft):
        found.append(LOGINS)
    if takes_programs(draft):
        found.append(PROGRAMS)
    return tuple(found)
