"""Packages of the project that an installer would take from a public index by their name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bpkit.errors import InputError, Place


def refuse_names_of_own(
    named: Iterable[str], own: Mapping[str, str], *, file: str, index: str, instead: str
) -> None:
    """Raise InputError if a manifest names a package that is one of the project's directories.

    ``own`` are the directories by package name. Whoever owns that name at the ``index`` would have
    their code run in the image. ``instead`` says how to refer to the directory, with ``{folder}``
    and ``{name}`` in it.
    """
    for name in named:
        if folder := own.get(name):
            raise InputError(
                f"'{name}' would be taken from {index}, but the project's {folder} has that name",
                place=Place(file),
                hint=instead.format(folder=folder, name=name),
            )
