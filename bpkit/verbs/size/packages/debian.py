"""dpkg: the installed packages, their files, and the packages that nothing depends on.

Sources: deb822(5), dpkg(1) (status), Debian policy chapter 7 (relationships); apt's
extended_states marks packages that were installed automatically.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from bpkit.verbs.size.packages.model import Excess, Files, Package

_STATUS = "/var/lib/dpkg/status"
_PARTS = "/var/lib/dpkg/status.d"
_INFO = "/var/lib/dpkg/info"
_DIVERSIONS = "/var/lib/dpkg/diversions"
_EXTENDED = "/var/lib/apt/extended_states"
_FIELD = re.compile(r"^([A-Za-z-]+):[ \t]*(.*)$")
_WANTED = frozenset(
    {
        *("Package", "Version", "Status", "Architecture", "Depends", "Pre-Depends"),
        *("Recommends", "Provides", "Essential", "Priority", "Auto-Installed"),
    }
)

Stanza = Mapping[str, str]


def stanzas(text: str) -> Iterator[Stanza]:
    """The paragraphs of a control file, with the first line of each field that matters."""
    found: dict[str, str] = {}
    for line in text.split("\n"):
        if not line.strip():
            if found:
                yield found
            found = {}
        elif line[0] not in " \t#" and (match := _FIELD.match(line)) and match[1] in _WANTED:
            found[match[1]] = match[2]
    if found:
        yield found


def read_dpkg(files: Files) -> None:
    """Assign the files of Debian packages to their packages."""
    text = files.text(_STATUS)
    found = [one for one in stanzas(text or "") if _is_installed(one)]
    # Without extended_states it is unknown what was requested: then nothing is in excess.
    extended = files.text(_EXTENDED)
    excess = _excess(found, extended) if extended is not None else {}
    diversions = _diversions(files)
    for one in found:
        name = one["Package"]
        package = Package("dpkg", name, one.get("Version", ""), excess.get(name, ""))
        for path in _list(files, name, one.get("Architecture", "")):
            moved, by = diversions.get(path, (path, name))
            files.own(path if by == name else moved, package)
    for part in files.rootfs.below(_PARTS):
        # Images without dpkg: one file per package, with its list of checksums beside it.
        for one in stanzas(files.text(part.path) or ""):
            if "Package" in one:
                package = Package("dpkg", one["Package"], one.get("Version", ""))
                for path in _checksums(files, part.path):
                    files.own(path, package)


def _is_installed(one: Stanza) -> bool:
    return "Package" in one and one.get("Status", "").endswith(" installed")


def _diversions(files: Files) -> dict[str, tuple[str, str]]:
    """The path that a file is diverted to, unless the named package has it: dpkg-divert(1)."""
    lines = (files.text(_DIVERSIONS) or "").split("\n")
    return {
        path: (moved, by)
        for path, moved, by in zip(lines[::3], lines[1::3], lines[2::3], strict=False)
    }


def _list(files: Files, name: str, architecture: str) -> list[str]:
    for stem in (f"{name}:{architecture}", name):
        text = files.text(f"{_INFO}/{stem}.list")
        if text is not None:
            return [line for line in text.split("\n") if line.startswith("/")]
    return []


def _checksums(files: Files, path: str) -> Iterator[str]:
    for line in (files.text(f"{path}.md5sums") or "").split("\n"):
        _, _, name = line.partition("  ")
        if name:
            yield f"/{name}"


def _excess(found: list[Stanza], extended: str) -> dict[str, Excess]:
    """Packages that apt installed automatically and no requested package depends on."""
    automatic = {
        one["Package"]
        for one in stanzas(extended)
        if one.get("Auto-Installed") == "1" and "Package" in one
    }
    by_name = {one["Package"]: one for one in found}
    provided: dict[str, list[str]] = {}
    for one in found:
        for name in _names(one.get("Provides", "")):
            provided.setdefault(name, []).append(one["Package"])
    asked = {
        name
        for name, one in by_name.items()
        if name not in automatic
        or one.get("Essential") == "yes"
        or one.get("Priority") in {"required", "important"}
    }
    # Of alternatives, apt installs the first, but keeps all of them on autoremove.
    depended = _reached(asked, by_name, provided, ("Pre-Depends", "Depends"), alternatives=1)
    recommended = _reached(asked, by_name, provided, ("Pre-Depends", "Depends", "Recommends"))
    kinds: dict[str, Excess] = dict.fromkeys(recommended - depended, "recommended")
    return kinds | dict.fromkeys(by_name.keys() - recommended, "orphan")


def _reached(
    roots: Iterable[str],
    by_name: Mapping[str, Stanza],
    provided: Mapping[str, list[str]],
    fields: tuple[str, ...],
    alternatives: int | None = None,
) -> set[str]:
    """The packages that the fields lead to, by so many of the installed alternatives, or all."""
    seen: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        # Follow each name to its providers once, however many packages depend on it.
        waiting += provided.get(name, ())
        for field in fields if name in by_name else ():
            for relation in by_name[name].get(field, "").split(","):
                there = [one for one in _names(relation) if one in by_name or one in provided]
                waiting += there[:alternatives]
    return seen & by_name.keys()


def _names(relation: str) -> list[str]:
    """The names in ``debconf (>= 0.5) | debconf-2.0``, including all alternatives."""
    return re.findall(r"(?:^|[,|])\s*([a-z0-9][a-z0-9.+-]+)", relation)
