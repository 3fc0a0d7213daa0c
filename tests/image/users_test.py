"""The identity of a process, as the engine finds it in the image's own files."""

from __future__ import annotations

import pytest

from bpkit.image.rootfs import Identity, Rootfs
from bpkit.image.users import AccountError, identity_of, is_numeric
from tests.verbs.check.made import rootfs, text

PASSWD = text("/etc/passwd", b"root:x:0:0::/root:/bin/sh\napp:x:1000:100::/app:\nbad\n", 0o644)
GROUP = text("/etc/group", b"root:x:0:\nusers:x:100:\nstaff:x:50:root,app\n", 0o644)
KNOWN = rootfs(PASSWD, GROUP)
NOTHING = rootfs()


@pytest.mark.parametrize(
    ("image", "user", "uid", "gids"),
    [
        (NOTHING, "", 0, {0}),
        (NOTHING, "0", 0, {0}),
        (NOTHING, "1234", 1234, {0}),
        (NOTHING, "1234:5678", 1234, {5678}),
        (KNOWN, "", 0, {0, 50}),
        (KNOWN, "app", 1000, {100, 50}),
        (KNOWN, "1000", 1000, {100, 50}),
        (KNOWN, "app:users", 1000, {100}),
        (KNOWN, "app:7", 1000, {7}),
        (KNOWN, "4321:staff", 4321, {50}),
    ],
)
def test_a_user_and_its_groups_are_looked_up_as_the_engine_does(
    image: Rootfs, user: str, uid: int, gids: set[int]
) -> None:
    assert identity_of(image, user) == Identity(uid, frozenset(gids))


@pytest.mark.parametrize(
    ("image", "user"),
    [(NOTHING, "app"), (KNOWN, "web"), (KNOWN, "app:wheel"), (KNOWN, "-1"), (KNOWN, "2147483648")],
)
def test_an_unknown_user_is_refused(image: Rootfs, user: str) -> None:
    with pytest.raises(AccountError):
        identity_of(image, user)


def test_a_name_is_distinguished_from_a_number() -> None:
    assert [is_numeric(user) for user in ("1000", "1000:app", "app", "app:1000", "")] == [
        *(True, True, False, False, False)
    ]
