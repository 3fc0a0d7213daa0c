"""Files that programs expect in every image, kept if something shows that they are needed.

These are a shell, locales, time zones, users, tables of character sets, and CA certificates.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from bpkit.image import SHELLS, Packages, accounts, on_the_way
from bpkit.verbs.shrink.draft import Draft
from bpkit.verbs.shrink.logins import takes_programs
from bpkit.verbs.shrink.scripts import STARTS_PROGRAMS, called_in_source
from bpkit.verbs.shrink.texts import ARCHIVES
from bpkit.verbs.shrink.wants import with_tmp

#: Words in a compiled class that starts programs.
_STARTERS = frozenset(one.decode("ascii") for one in STARTS_PROGRAMS)
#: Functions that start a shell by themselves (POSIX).
_SHELL_FUNCTIONS = frozenset({"system", "popen", "wordexp"})
_ACCOUNT_FUNCTIONS = re.compile(
    r"get(?:pw|gr)(?:nam|uid|gid|ent)(?:_r)?|getlogin(?:_r)?|initgroups"
)
_LOCALE_VARIABLES = ("LC_ALL", "LANG", "LANGUAGE")
_LOCALE_WORD = re.compile(r"[a-z]{2,3}_[A-Z]{2}(?:\.[\w-]+)?(?:@\w+)?|C\.(?:UTF|utf)-?8")
_LOCALES = "/usr/lib/locale"
_ZONES = "/usr/share/zoneinfo"
#: Users' accounts begin here (login.defs); nobody's number is above all of them.
_FIRST_PERSON = 1000
_NO_SHELL = ("/nologin", "/false")
_TLS = ("libssl.so", "libgnutls.so", "libnss3.so", "libcurl.so", "libcurl-gnutls.so")
_BUNDLE = "/etc/ssl/certs/ca-certificates.crt"


def with_furniture(draft: Draft, packages: Packages) -> Draft:
    """The draft with the common files that its programs and sources need."""
    if _starts_a_shell(draft):
        draft = draft.taking("a shell that is called", ("/bin/sh",))
    draft = draft.taking("programs that sources start", _called_by_sources(draft, packages))
    draft = draft.taking("locales", _locales(draft))
    draft = draft.taking("time zones", _zones(draft, packages))
    draft = draft.taking("the names of users and groups", _accounts(draft))
    draft = draft.taking("fonts", _fonts(draft))
    draft = draft.taking("files that PAM reads", _authentication(draft))
    draft = draft.taking("tables of character sets", _character_sets(draft))
    draft = draft.taking("CA certificates", _certificates(draft))
    return _with_tmp(draft)


def _with_tmp(draft: Draft) -> Draft:
    """With the directory for temporary files if there are libraries, which may create some."""
    has_libraries = any(node.elf and node.elf.dynamic for node in draft.small.nodes.values())
    if not has_libraries or not draft.fat.rootfs.is_directory("/tmp"):
        return draft
    return draft.with_selection(with_tmp(draft.selection))


def _sources(draft: Draft) -> Iterator[str]:
    """The texts of the application's sources, in languages that start programs by name."""
    for known in draft.evidence.values():
        if (known.script and not known.script.startswith("#!")) or _is_source(known.script):
            yield known.script


def _is_source(text: str) -> bool:
    line = text.split("\n", 1)[0]
    return line.startswith("#!") and not any(
        posixpath.basename(word) in SHELLS for word in line[2:].split()[:2]
    )


def _starts_a_shell(draft: Draft) -> bool:
    if draft.symbols & _SHELL_FUNCTIONS and not draft.is_interpreted:
        return True
    if takes_programs(draft):
        return True
    if "/bin/sh" in draft.texts and not draft.is_interpreted:
        return True
    return any(called_in_source(text)[1] for text in _sources(draft))


def _called_by_sources(draft: Draft, packages: Packages) -> Iterator[str]:
    path = draft.fat.config.process_env["PATH"].split(":")
    words: set[str] = set()
    for text in _sources(draft):
        words |= called_in_source(text)[0]
    for at, known in draft.evidence.items():
        # A package depends on the programs that its classes start, and installs them.
        is_own = at.endswith((".class", *ARCHIVES)) and packages.owner(at) is None
        if is_own and not known.texts.isdisjoint(_STARTERS):
            words |= known.texts
    for word in sorted(words):
        if word.startswith("/"):
            node = draft.fat.rootfs.file(word)
            if node and node.mode & 0o111:
                yield word
        elif "/" not in word:
            for directory in path:
                node = draft.fat.rootfs.file(f"{directory}/{word}")
                if node and node.mode & 0o111:
                    yield f"{directory}/{word}"
                    break


def _locales(draft: Draft) -> Iterator[str]:
    env, rootfs = draft.fat.config.env, draft.fat.rootfs
    names = {env[name] for name in env if name.startswith("LC_") or name in _LOCALE_VARIABLES}
    wanted = bool(draft.languages) or "setlocale" in draft.symbols
    if not wanted:
        return
    names |= {word for word in draft.started.words if _LOCALE_WORD.fullmatch(word)}
    names |= {"C.UTF-8"}
    found = False
    for node in rootfs.below(_LOCALES):
        called = posixpath.basename(node.path)
        if any(_is_same(called, name) for name in names):
            yield node.path
            found = found or not _is_same(called, "C.UTF-8")
    others = any(
        name and not _is_same("C.utf8", name) and name not in {"C", "POSIX"} for name in names
    )
    if others and not found:
        yield from on_the_way(rootfs, f"{_LOCALES}/locale-archive")


def _is_same(directory: str, name: str) -> bool:
    """Whether glibc uses this directory for the locale ``name`` (locale/findlocale.c)."""
    return _normal(directory) == _normal(name)


def _normal(name: str) -> str:
    language, dot, rest = name.partition(".")
    codeset, at, modifier = rest.partition("@")
    return f"{language}{dot}{re.sub(r'[^a-z0-9]', '', codeset.lower())}{at}{modifier}"


def _zones(draft: Draft, packages: Packages) -> Iterator[str]:
    rootfs = draft.fat.rootfs
    there = any(node.elf and node.elf.dynamic for node in draft.small.nodes.values())
    if there or draft.languages:
        yield from ("/etc/localtime", "/etc/timezone")
    imported = any(
        not known.imports.names.isdisjoint({"zoneinfo", "pytz", "tzlocal", "dateutil.tz"})
        and not path.startswith("/usr/lib/python3.")
        for path, known in draft.evidence.items()
    )
    owners = {
        owner
        for path, node in draft.small.nodes.items()
        if node.kind == "file" and (owner := packages.owner(path)) and not owner.system
    }
    needed = any("tzdata" in owner.needs for owner in owners)
    if (imported or needed or draft.fat.config.env.get("TZ")) and rootfs.is_directory(_ZONES):
        yield _ZONES


def _accounts(draft: Draft) -> Iterator[str]:
    by_name = any(_ACCOUNT_FUNCTIONS.fullmatch(symbol) for symbol in draft.symbols)
    # Engines look up HOME there.
    at_home = any("HOME" in known.words for known in draft.programs.values())
    if by_name or at_home or draft.languages or draft.started.sourced:
        yield from ("/etc/passwd", "/etc/group")
        yield "/etc/nsswitch.conf"


def _fonts(draft: Draft) -> Iterator[str]:
    names = {posixpath.basename(path) for path in draft.small.nodes}
    if any(name.startswith("libfontconfig.so") for name in names):
        yield from ("/etc/fonts", "/usr/share/fonts", "/usr/local/share/fonts")
        yield "/var/cache/fontconfig"


def _authentication(draft: Draft) -> Iterator[str]:
    names = {posixpath.basename(path) for path in draft.small.nodes}
    needed = {name for node in draft.small.nodes.values() if node.elf for name in node.elf.needed}
    if any(name.startswith("libpam.so") for name in names | needed):
        yield from ("/etc/pam.d", "/etc/security", "/etc/login.defs", "/etc/shadow")
        yield from ("/etc/passwd", "/etc/group", "/etc/nsswitch.conf", "/etc/environment")
        yield from ("/sbin/unix_chkpwd", "/etc/shells")
        for path, node in draft.fat.rootfs.nodes.items():
            if path.endswith("/security") and node.kind == "directory" and "/lib" in path:
                yield path
        # A user who logs in gets the account's shell and starts in its home.
        for account in accounts(draft.fat.rootfs):
            is_person = account.uid >= _FIRST_PERSON
            if (is_person or account.uid == 0) and not account.shell.endswith(_NO_SHELL):
                yield from (account.shell, *([account.home] if is_person else []))


def _character_sets(draft: Draft) -> Iterator[str]:
    # A module of an interpreter may import the function even if the interpreter doesn't.
    modules = any(
        node.elf and "iconv" in posixpath.basename(path) for path, node in draft.small.nodes.items()
    )
    if "iconv_open" not in draft.symbols and not modules:
        return
    for path, node in draft.fat.rootfs.nodes.items():
        if path.endswith("/gconv") and node.kind == "directory":
            yield path


def _certificates(draft: Draft) -> Iterator[str]:
    linked = any(posixpath.basename(path).startswith(_TLS) for path in draft.small.nodes)
    if linked:
        yield _BUNDLE
