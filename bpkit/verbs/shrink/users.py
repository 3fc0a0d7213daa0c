"""Who runs the small image: a number that is not root; and what that one can read and write."""

from __future__ import annotations

import posixpath
from dataclasses import replace

from bpkit.errors import InputError
from bpkit.image import AccountError, Identity, Node, Rootfs, identity_of, is_numeric
from bpkit.verbs.shrink.draft import Draft

#: An account that no distribution gives to anybody; distroless images call it nonroot.
NONROOT = "65532:65532"
_NONROOT = Identity(65532, frozenset({65532}))


def with_user(draft: Draft) -> Draft:
    """The draft for an image with a numeric user that is not root, unless root is asked for.

    Raises InputError for a user that the image has not.
    """
    config, wish = draft.fat.config, draft.wishes.user
    given = wish or config.user
    try:
        who = identity_of(draft.fat.rootfs, given)
    except AccountError as error:
        raise InputError(f"USER {given}: {error}", hint="give a number: --user 1000:1000") from None
    if not wish and who.uid == 0:
        return _for_nonroot(draft)
    user = given if is_numeric(given) else f"{who.uid}:{min(who.gids)}"
    return _as(draft, user)


def _as(draft: Draft, user: str) -> Draft:
    return replace(draft, fat=replace(draft.fat, config=replace(draft.fat.config, user=user)))


def _for_nonroot(draft: Draft) -> Draft:
    """Root becomes somebody else, who can read what is taken and write where root kept data."""
    small = draft.small
    closed = {
        path
        for path, node in small.nodes.items()
        if path != "/" and node.kind in {"file", "directory"} and not _is_readable(node)
    }
    topmost = tuple(path for path in closed if posixpath.dirname(path) not in closed)
    volumes = tuple(p for p in draft.wishes.volumes if draft.fat.rootfs.is_directory(p))
    found = _as(draft, NONROOT).noting(
        f"USER was root and is {NONROOT} now, who may write to /tmp and to volumes only; "
        "--user 0 keeps root"
    )
    if topmost:
        found = found.noting(f"opened for the new user: {', '.join(sorted(topmost)[:5])}")
    return found.with_selection(replace(draft.selection, opened=topmost, given=volumes))


def _is_readable(node: Node) -> bool:
    """Whether the mode of the node alone lets the new user read it, and enter it."""
    bits = 5 if node.kind == "directory" else 4
    return Rootfs({node.path: node}).allowed(node, _NONROOT, bits)
