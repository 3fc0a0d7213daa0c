"""The toolchain release that fits the version which a project asks for.

Projects state versions in their package manager's syntax (``>=3.9,<4``, ``^8.1``, ``~> 3.2``,
``18.x || 20.x``); a base image has one tag. Only the parts that such tags contain, major and
minor, are compared.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bpkit.languages.detected import Fact
from bpkit.languages.listing import Listing

_TERM = re.compile(
    r"(?P<operator>>=|<=|==|!=|~=|~>|=|>|<|\^|~)?\s*v?(?P<version>\d+(?:\.(?:\d+|x|X|\*))*|\*|x)"
    r"(?:[-+][\w.+-]+)?"
)
_RANGE = re.compile(r"([\d.]+)\s+-\s+([\d.]+)")


def newest(releases: Sequence[str], constraint: str) -> str | None:
    """The last of ``releases`` (oldest first) that fits; None if none does.

    An exact version that isn't in the list is returned as it is: the project pinned it.
    """
    for release in reversed(releases):
        if fits(release, constraint):
            return release
    exact = re.fullmatch(r"\s*(?:==|=)?\s*v?(\d+(?:\.\d+)*)\s*", constraint)
    if exact:
        return exact[1]
    # Newer than all releases known here: use the oldest that the constraint allows.
    above = re.match(r"\s*(?:>=|\^|~=|~>|~)\s*v?(\d+(?:\.\d+)?)", constraint)
    is_newer = above is not None and _numbers(above[1]) > _numbers(releases[-1])
    return above[1] if above and is_newer else None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def release_fact(what: str, releases: Sequence[str], constraint: str, file: str) -> Fact | None:
    """The release that fits what the file asks for, preferably the last of ``releases``.

    The file states it if it names that release; otherwise it is bpkit's default, allowed by it.
    """
    found = newest(releases, constraint)
    if not found:
        return None
    named = [
        term["version"]
        for term in _TERM.finditer(constraint)
        if term["operator"] not in {"!=", "<", "<="}
    ]
    is_named = any(f"{version}.".startswith(f"{found}.") for version in named)
    return Fact(what, found, file) if is_named else Fact(what, found, allowed_by=file)


def fits(release: str, constraint: str) -> bool:
    """Whether a version of ``release``, such as ``3.12`` or ``22``, satisfies the constraint."""
    return any(_all_fit(release, group) for group in re.split(r"\|\|?", constraint))


def _all_fit(release: str, group: str) -> bool:
    group = _RANGE.sub(r">=\1 <=\2", group)
    return all(_fits(release, term) for term in _TERM.finditer(group))


def _fits(release: str, term: re.Match[str]) -> bool:
    wanted = tuple(int(part) for part in re.findall(r"\d+", term["version"]))
    have = tuple(int(part) for part in release.split("."))
    operator = term["operator"] or "="
    # Compared to the shorter one's length: release 22 stands for every 22.n.
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
            # The last part may increase, the parts before it are fixed.
            kept = min(length, max(1, len(wanted) - 1))
            return near >= bound and have[:kept] == wanted[:kept]
        case "!=":
            return len(wanted) > len(have) or near != bound
        case _:
            return near == bound


def pinned_version(listing: Listing, *tools: str) -> tuple[str, str] | None:
    """The version of one of these tools in .tool-versions or mise.toml, and the file."""
    text = listing.text(".tool-versions")
    for tool in tools:
        if found := re.search(rf"^\s*{re.escape(tool)}\s+\D*(\d[\w.]*)", text, re.MULTILINE):
            return found[1], ".tool-versions"
    for file in ("mise.toml", ".mise.toml", ".config/mise.toml"):
        table = listing.toml(file).get("tools") or {}
        for tool in tools:
            value = table.get(tool)
            value = value.get("version") if isinstance(value, dict) else value
            value = value[0] if isinstance(value, list) and value else value
            if found := re.match(r"\D*(\d[\w.]*)", str(value)) if value else None:
                return found[1], file
    return None


def version_of_base(listing: Listing, image: str) -> tuple[str, str] | None:
    """The version in the tag of a base image in the project's own Dockerfile."""
    for file in ("Dockerfile", "Containerfile", "Dockerfile.prod"):
        text = listing.text(file)
        for name, tag in re.findall(r"^\s*FROM\s+(?:--\S+\s+)?(\S+?):(\S+)", text, re.M | re.I):
            found = re.match(r"(\d+(?:\.\d+)*)", _filled(tag, text))
            if name.rpartition("/")[2] == image and found:
                return found[1], file
    return None


def _filled(tag: str, text: str) -> str:
    return re.sub(r"\$\{?(\w+)\}?", lambda match: _default_of(text, match[1]), tag)


def _default_of(text: str, name: str) -> str:
    found = re.search(rf"^\s*ARG\s+{re.escape(name)}=['\"]?([^\s'\"]*)", text, re.M | re.I)
    return found[1] if found else ""


def short(version: str, parts: int = 2) -> str:
    """The first parts of a version: ``3.11`` of ``3.11.4``."""
    return ".".join(version.split(".")[:parts])
