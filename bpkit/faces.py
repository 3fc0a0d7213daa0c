"""A package's face: the names that other packages may use, each loaded on first use.

A package imports its public names under ``TYPE_CHECKING``, for people and type checkers. ``make
faces`` generates the rest of its ``__init__.py`` from these imports; it loads the names late (PEP
562), so that importing a package costs nothing. ``tests/architecture_test.py`` compares the two.
"""

from __future__ import annotations

import sys

# Like `typing.TYPE_CHECKING`, without the import, which takes longer than everything else.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any


def face(
    package: str, modules: Mapping[str, str]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """The ``__getattr__`` and ``__dir__`` of ``package``.

    ``modules`` maps each module of the package to its public names, separated by spaces. A module
    is imported on first use of one of its names, which is then an ordinary attribute of the
    package.
    """
    homes = {name: module for module, names in modules.items() for name in names.split()}
    namespace = vars(sys.modules[package])

    def load(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module = f"{package}.{homes[name]}"
        try:
            __import__(module)
        except AttributeError as error:
            # Python takes an AttributeError from here for "no such name" and drops the cause.
            raise ImportError(f"{module} can't be loaded: {error}", name=module) from error
        namespace[name] = value = getattr(sys.modules[module], name)
        return value

    def public() -> list[str]:
        return sorted({*namespace, *homes})

    return load, public
