"""All packages of an image, the system's before the languages'."""

from __future__ import annotations

from bpkit.image import Rootfs
from bpkit.verbs.size.inventory import Inventory
from bpkit.verbs.size.packages.debian import read_dpkg
from bpkit.verbs.size.packages.model import Files, Packages
from bpkit.verbs.size.packages.others import (
    read_apk,
    read_conda,
    read_gems,
    read_npm,
    read_pip,
    read_programs,
)
from bpkit.verbs.size.packages.rpm import read_rpm

#: Databases in a format that only its own library can read.
_UNREADABLE = ("/var/lib/rpm/Packages", "/var/lib/rpm/Packages.db")


def read_packages(rootfs: Rootfs, inventory: Inventory) -> Packages:
    """The owners of the files; ``unread`` lists databases that exist but were not read."""
    files = Files(rootfs, inventory.text)
    read_dpkg(files)
    read_apk(files)
    read_rpm(files)
    read_pip(files)
    read_conda(files)
    read_npm(files, inventory)
    read_gems(files)
    read_programs(files, inventory)
    unread = [path for path in _UNREADABLE if rootfs.file(path)]
    unread += [path for path in inventory.left_out if rootfs.file(path)]
    return Packages(files.owners, tuple(dict.fromkeys((*unread, *files.unread))))
