"""The usual causes of a file that differs in every build, guessed from its path."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Cause:
    """Why such a file differs, and how to keep it the same."""

    why: str
    fix: str


_CAUSES: tuple[tuple[re.Pattern[str], Cause], ...] = tuple(
    (re.compile(pattern), Cause(why, fix))
    for pattern, why, fix in (
        (
            r".*\.pyc",
            "Python writes the time of the source into bytecode",
            "set PYTHONDONTWRITEBYTECODE=1, or run 'python -m compileall"
            " --invalidation-mode unchecked-hash'",
        ),
        (
            r"/var/log/.*|/(?:root|home/[^/]+)/\.npm/_logs/.*",
            "logs contain the time of the build",
            "remove them in the same RUN",
        ),
        (
            r"/var/cache/ldconfig/aux-cache",
            "ldconfig notes inodes and times",
            "rm -f /var/cache/ldconfig/aux-cache in the same RUN",
        ),
        (
            r"/var/lib/apt/lists/.*|/var/cache/apt/.*|/var/cache/apk/.*|/lib/apk/db/scripts\.tar.*",
            "the package index changes from day to day",
            "remove it in the same RUN, and pin the versions or a snapshot of the archive",
        ),
        (
            r"/var/lib/dpkg/.*|/(?:usr/)?lib/apk/db/.*|/var/lib/rpm/.*",
            "other package versions, or another order of installation",
            "pin the versions; 'bpkit size A..B' lists the packages",
        ),
        (
            r"/etc/(?:shadow|passwd|group|gshadow)-?",
            "an added user's record contains the current day",
            "useradd and adduser: set the day with 'chage -d 0', or copy the file",
        ),
        (
            r".*\.(?:gz|tgz)",
            "gzip writes the time of the source into its header",
            "gzip -n",
        ),
        (r".*\.a", "ar writes times and owners into archives", "ar with the modifier D"),
        (
            r".*\.(?:jar|war|zip|whl|egg)",
            "zip archives contain the times of their files",
            "set SOURCE_DATE_EPOCH, or project.build.outputTimestamp for Maven",
        ),
        (
            r"/etc/(?:hostname|hosts|resolv\.conf|machine-id)|/var/lib/dbus/machine-id",
            "it is specific to a container or machine",
            "remove or empty it in the same RUN",
        ),
        (
            r"/tmp/.*|/var/tmp/.*|/(?:root|home/[^/]+)/\.(?:cache|npm|cargo|gradle|m2)/.*",
            "a cache or a temporary file",
            "remove it in the same RUN, or use RUN --mount=type=cache",
        ),
    )
)


def cause_of(path: str) -> Cause | None:
    """The usual cause of a difference in the file at ``path``."""
    return next((cause for pattern, cause in _CAUSES if pattern.fullmatch(path)), None)
