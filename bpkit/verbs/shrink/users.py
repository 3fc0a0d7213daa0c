"""The new image's user: a number other than root, and the files that it can read and write."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import replace

from bpkit.errors import InputError
from bpkit.image import AccountError, Identity, Node, Rootfs, identity_of, is_numeric
from bpkit.languages import SHARED
from bpkit.verbs.shrink.draft import EMPTY, OWN, Draft

#: An account that no distribution assigns; distroless images call it nonroot.
NONROOT = "65532:65532"
#: The home directory of that account.
_HOME = "/home/nonroot"
_NONROOT = Identity(65532, frozenset({65532}))


def with_user(draft: Draft, needs_root: tuple[str, ...] = ()) -> Draft:
    """The draft for an image with a numeric user other than root, unless root is chosen or needed.

    Raises InputError for a user that the image doesn't have.
    """
    config, wish = draft.fat.config, draft.wishes.user
    given = wish or config.user
    try:
        who = identity_of(draft.fat.rootfs, given)
    except AccountError as error:
        raise InputError(f"USER {given}: {error}", hint="pass a number: --user 1000:1000") from None
    if not wish and who.uid == 0 and needs_root:
        note = f"USER stays root: {'; '.join(needs_root)}; pass --user 65532:65532 to change it"
        return _as(draft, "0" if given else "").noting(note)
    if not wish and who.uid == 0:
        return _for_nonroot(draft)
    user = given if is_numeric(given) else f"{who.uid}:{min(who.gids)}"
    return _as(draft, user)


def _as(draft: Draft, user: str) -> Draft:
    return replace(draft, fat=replace(draft.fat, config=replace(draft.fat.config, user=user)))


def _for_nonroot(draft: Draft) -> Draft:
    """Root becomes another user, who can read the kept files and write where root kept data."""
    small = draft.small
    closed = {
        path
        for path, node in small.nodes.items()
        if path != "/" and node.kind in {"file", "directory"} and not _is_readable(node)
    }
    topmost = tuple(path for path in closed if posixpath.dirname(path) not in closed)
    given = tuple(dict.fromkeys((*draft.wishes.volumes, *_own_directories(draft))))
    given = tuple(p for p in given if draft.fat.rootfs.is_directory(p))
    where = ", ".join(given[:4]) + (" …" if len(given) > 4 else "")
    found = _as(draft, NONROOT).noting(
        f"USER was root and is now {NONROOT}, which can write to {where or '/tmp'}"
        f"{' and /tmp' if where else ''} only; --user 0 keeps root"
    )
    home = _HOME if "/etc/passwd" in small.nodes else ""
    if topmost:
        found = found.noting(f"made readable for the new user: {', '.join(sorted(topmost)[:5])}")
    return found.with_selection(replace(draft.selection, opened=topmost, given=given, home=home))


def _own_directories(draft: Draft) -> Iterator[str]:
    """The application's directories, which root could write to: those of an interpreted one, and
    empty ones."""
    nodes = draft.fat.rootfs.nodes
    for group in draft.selection.groups:
        for path in group.paths:
            if nodes[path].kind != "directory" or path in SHARED.split():
                continue
            is_empty = path not in draft.fat.rootfs.children
            is_own = group.why in OWN and draft.is_interpreted
            if is_own or (is_empty and group.why in {*OWN, EMPTY}):
                yield path


def _is_readable(node: Node) -> bool:
    """Whether the node's mode alone lets the new user read it, and enter it."""
    bits = 5 if node.kind == "directory" else 4
    return Rootfs({node.path: node}).allowed(node, _NONROOT, bits)
