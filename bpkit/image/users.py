"""Find the identity of a container's process: the image's USER in its own passwd and group.

Source: moby/sys/user, GetExecUser, which docker, containerd and runc share.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bpkit.image.rootfs import Identity, Rootfs

_HIGHEST_ID = 2**31 - 1


class AccountError(Exception):
    """The engine will refuse this USER: it or its group is not in the image."""


@dataclass(frozen=True)
class Account:
    """A line in /etc/passwd."""

    name: str
    uid: int
    gid: int
    home: str = "/"
    shell: str = "/bin/sh"


def identity_of(rootfs: Rootfs, user: str) -> Identity:
    """The identity of ``USER user``. Raises AccountError if the engine finds no such user or group.

    A number needs no entry; without one, its group is 0.
    """
    name, _, group = user.partition(":")
    account = _account(rootfs, name)
    if group:
        return Identity(account.uid, frozenset({_gid(rootfs, group)}))
    own = {g.gid for g in groups(rootfs) if account.name and account.name in g.members}
    return Identity(account.uid, frozenset({account.gid, *own}))


def is_numeric(user: str) -> bool:
    """Whether ``USER`` is a number, as Kubernetes' runAsNonRoot requires."""
    return user.partition(":")[0].isdecimal()


def accounts(rootfs: Rootfs) -> Iterator[Account]:
    """The valid lines of the image's /etc/passwd."""
    for fields in _lines(rootfs, "/etc/passwd"):
        if len(fields) >= 4 and fields[2].isdecimal() and fields[3].isdecimal():
            home = fields[5] if len(fields) > 5 else "/"
            shell = fields[6] if len(fields) > 6 and fields[6] else "/bin/sh"
            yield Account(fields[0], int(fields[2]), int(fields[3]), home, shell)


@dataclass(frozen=True)
class GroupAccount:
    """A line in /etc/group."""

    name: str
    gid: int
    members: frozenset[str]


def groups(rootfs: Rootfs) -> Iterator[GroupAccount]:
    """The valid lines of the image's /etc/group."""
    for fields in _lines(rootfs, "/etc/group"):
        if len(fields) >= 3 and fields[2].isdecimal():
            members = fields[3].split(",") if len(fields) > 3 else []
            yield GroupAccount(fields[0], int(fields[2]), frozenset(members))


def _account(rootfs: Rootfs, name: str) -> Account:
    if not name:
        return next((a for a in accounts(rootfs) if a.uid == 0), Account("", 0, 0))
    number = int(name) if re.fullmatch(r"-?\d+", name) else None
    for account in accounts(rootfs):
        if account.uid == number or (number is None and account.name == name):
            return account
    if number is None:
        raise AccountError(f"the image's /etc/passwd has no user {name!r}")
    return Account("", _in_range(number), 0)


def _gid(rootfs: Rootfs, group: str) -> int:
    number = int(group) if re.fullmatch(r"-?\d+", group) else None
    for known in groups(rootfs):
        if known.gid == number or (number is None and known.name == group):
            return known.gid
    if number is None:
        raise AccountError(f"the image's /etc/group has no group {group!r}")
    return _in_range(number)


def _in_range(number: int) -> int:
    if not 0 <= number <= _HIGHEST_ID:
        raise AccountError(f"{number} is not between 0 and {_HIGHEST_ID}")
    return number


def _lines(rootfs: Rootfs, path: str) -> Iterator[list[str]]:
    for line in (rootfs.text(path) or "").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.strip().split(":")
