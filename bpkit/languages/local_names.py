"""Packages of the project itself that an installer would take from a public index by their name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bpkit.errors import InputError, Place


def refuse_names_of_own(
    named: Iterable[str], own: Mapping[str, str], *, file: str, index: str, instead: str
) -> None:
    """Raise InputError if a manifest names a package as one of the project's folders is called.

    ``own`` are folders by the name of the package in each. Whoever holds that name at the
    ``index`` would have their code run in the image. ``instead`` says how to mean the folder, with
    ``{folder}`` and ``{name}`` in it.
    """
    for name in named:
        if folder := own.get(name):
            raise InputError(
                f"'{name}' would be taken from {index}, and {folder} of the project has that name",
                place=Place(file),
                hint=instead.format(folder=folder, name=name),
            )
