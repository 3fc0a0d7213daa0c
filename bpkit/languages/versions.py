"""Which release of a toolchain fits what a project asks for.

Projects say what they need in the ways of their package managers (``>=3.9,<4``, ``^8.1``,
``~> 3.2``, ``18.x || 20.x``); a base image wants one tag. Only the parts that such tags name,
major and minor, are compared.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_TERM = re.compile(
    r"(?P<operator>>=|<=|==|!=|~=|~>|=|>|<|\^|~)?\s*v?(?P<version>\d+(?:\.(?:\d+|x|X|\*))*|\*|x)"
    r"(?:[-+][\w.+-]+)?"
)
_RANGE = re.compile(r"([\d.]+)\s+-\s+([\d.]+)")


def newest(releases: Sequence[str], constraint: str) -> str | None:
    """The last of ``releases`` (oldest first) that fits; None if none does.

    An exact version outside of the list is itself: whoever pins one means it.
    """
    for release in reversed(releases):
        if fits(release, constraint):
            return release
    exact = re.fullmatch(r"\s*(?:==|=)?\s*v?(\d+(?:\.\d+)*)\s*", constraint)
    return exact[1] if exact else None


def fits(release: str, constraint: str) -> bool:
    """Whether some version of ``release``, as ``3.12`` or ``22``, is within the constraint."""
    return any(_all_fit(release, group) for group in re.split(r"\|\|?", constraint))


def _all_fit(release: str, group: str) -> bool:
    group = _RANGE.sub(r">=\1 <=\2", group)
    return all(_fits(release, term) for term in _TERM.finditer(group))


def _fits(release: str, term: re.Match[str]) -> bool:
    wanted = tuple(int(part) for part in re.findall(r"\d+", term["version"]))
    have = tuple(int(part) for part in release.split("."))
    operator = term["operator"] or "="
    # Compared as far as both go: release 22 stands for every 22.n.
    length = min(len(have), len(wanted))
    near, bound = have[:length], wanted[:length]
    match operator:
        case ">=":
            return near >= bound
        case ">":
            return near >= bound if len(wanted) > len(have) else near > bound
        case "<=":
            return near <= bound
        case "<":
            return near <= bound if any(wanted[length:]) else near < bound
        case "^":
            return near >= bound and have[:1] == wanted[:1]
        case "~" | "~>" | "~=":
            # The last part that is written may grow, the ones before it stay.
            kept = min(length, max(1, len(wanted) - 1))
            return near >= bound and have[:kept] == wanted[:kept]
        case "!=":
            return len(wanted) > len(have) or near != bound
        case _:
            return near == bound
