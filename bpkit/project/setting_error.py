"""What is wrong with a setting inside a table, before its file and line are known."""

from __future__ import annotations

from collections.abc import Iterable

from bpkit.formats.text import nearest


class SettingError(ValueError):
    """A setting that is not valid; ``keys`` lead to it from its table, ``hint`` is what to do."""

    def __init__(self, message: str, keys: tuple[str | int, ...] = (), hint: str = "") -> None:
        super().__init__(message)
        self.keys = keys
        self.hint = hint


def check_keys(
    table: Iterable[str], known: Iterable[str], where: str, keys: tuple[str | int, ...] = ()
) -> None:
    """Raise SettingError for a key of a table that isn't among those known.

    Words of a key can be joined by ``-`` or ``_``. ``where`` names the table, ``keys`` lead to it.
    """
    known = sorted(known)
    for key in table:
        if key.replace("_", "-") in known:
            continue
        near = nearest(key.replace("_", "-"), known)
        raise SettingError(
            f"{where} has no setting '{key}'",
            (*keys, key),
            f"did you mean '{near}'?" if near else f"there are: {', '.join(known)}",
        )
