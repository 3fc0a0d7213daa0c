"""Light forms of ``dataclasses.dataclass`` and ``re.compile``, for modules that every start loads.

Why not use the library's own? A command that does little work, such as ``bpkit lint FILE``, spends
much of its time on imports, and the imports on defining classes and on compiling regular
expressions that the run may never use. The library's ``dataclass`` compiles several functions for
each frozen class, and ``re.compile`` parses its expression at import. Here a class costs one
compiled function, and an expression costs nothing until it is first used.

CPU time on a loaded two-core machine, the minimum of 15 interleaved runs: ``bpkit lint FILE`` takes
254 ms with this ``dataclass`` and 300 ms with the standard one; defining one class takes 0.06 ms
instead of 0.60 ms. To see which modules the time goes to, run
``python -X importtime -m bpkit lint FILE``.

The price is this module, and a few features of dataclasses that it doesn't support (see
``dataclass``). ``tests/light_test.py`` compares its classes with the library's, and type checkers
see the library's own.
"""

from __future__ import annotations

import dataclasses
import re
from operator import attrgetter

__all__ = ["dataclass", "regex"]

# Like `typing.TYPE_CHECKING`, without the import.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import dataclass
    from re import compile as regex
    from typing import Any
else:

    def dataclass(*, frozen: bool) -> Callable[[type], type]:
        """A frozen dataclass: equal by its fields, hashed by them, and never changed.

        ``dataclasses.fields``, ``replace`` and ``asdict`` work. Features that bpkit doesn't use are
        not supported: ``InitVar``, ``ClassVar``, ``kw_only``, ``slots``.
        """
        if not frozen:
            raise TypeError("only frozen classes: take dataclasses.dataclass for others")
        return _with_methods

    def regex(text: str, flags: int = 0) -> Pattern:
        """The regular expression, compiled when one of its methods is first used."""
        return Pattern(text, flags)


class Pattern:
    """A regular expression with the attributes of ``re.Pattern``, each looked up on first use.

    ``re``'s own functions don't accept it: use ``PATTERN.search(text)``, not
    ``re.search(PATTERN, text)``.
    """

    def __init__(self, text: str, flags: int) -> None:
        self._source = (text, flags)

    def __getattr__(self, name: str) -> Any:
        value = getattr(re.compile(*self._source), name)
        self.__dict__[name] = value
        return value


def _with_methods(cls: Any) -> Any:
    fields = _fields_of(cls)
    compared = [name for name, one in fields.items() if one.compare]
    hashed = [n for n, one in fields.items() if (one.compare if one.hash is None else one.hash)]
    cls.__dataclass_fields__ = fields
    cls.__dataclass_params__ = _FROZEN
    own = vars(cls)
    attributes = {
        "__match_args__": tuple(name for name, one in fields.items() if one.init),
        "__init__": _init(cls, fields),
        "__repr__": _repr([name for name, one in fields.items() if one.repr]),
        "__eq__": _eq(_values_of(compared)),
        "__hash__": _hash(_values_of(hashed)),
        # For copy.replace, since Python 3.13.
        "__replace__": dataclasses.replace,
    }
    for name, value in attributes.items():
        if own.get(name) is None:
            setattr(cls, name, value)
    cls.__setattr__ = _refuse_to_set
    cls.__delattr__ = _refuse_to_delete
    return cls


def _fields_of(cls: Any) -> dict[str, Any]:
    """The fields of the class and of its bases, by name, in order."""
    fields: dict[str, Any] = {}
    for base in cls.__mro__[-1:0:-1]:
        fields |= vars(base).get("__dataclass_fields__", {})
    for name, kind in vars(cls).get("__annotations__", {}).items():
        default = vars(cls).get(name, dataclasses.MISSING)
        one = default
        if not isinstance(default, dataclasses.Field):
            one = dataclasses.field(default=default)
        elif one.default is not dataclasses.MISSING:
            setattr(cls, name, one.default)
        else:
            delattr(cls, name)
        one.name, one.type, one._field_type, one.kw_only = name, kind, _A_FIELD, False
        fields[name] = one
    return fields


def _init(cls: Any, fields: dict[str, Any]) -> Any:
    """An ``__init__`` for a class with these fields, which calls ``__post_init__`` at its end."""
    names: dict[str, Any] = {"MISSING": dataclasses.MISSING}
    head, body = ["self"], ["values = self.__dict__"]
    for name, one in fields.items():
        value = name
        if one.default_factory is not dataclasses.MISSING:
            names[f"make_{name}"] = one.default_factory
            default = "=MISSING"
            value = f"make_{name}() if {name} is MISSING else {name}"
        elif one.default is not dataclasses.MISSING:
            names[f"default_{name}"] = one.default
            default = f"=default_{name}"
        else:
            default = ""
        if one.init:
            head.append(f"{name}{default}")
        elif default == "=MISSING":
            value = f"make_{name}()"
        else:
            continue
        body.append(f"values[{name!r}] = {value}")
    if hasattr(cls, "__post_init__"):
        body.append("self.__post_init__()")
    text = f"def __init__({', '.join(head)}):\n " + "\n ".join(body)
    exec(text, names)
    return names["__init__"]


def _values_of(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    """A function that returns the values of these attributes of an object."""
    match names:
        case []:
            return lambda one: ()
        case [name]:
            return lambda one: (getattr(one, name),)
    return attrgetter(*names)


def _repr(names: list[str]) -> Any:
    def text(self: Any) -> str:
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{type(self).__qualname__}({shown})"

    return text


def _eq(values: Callable[[Any], tuple[Any, ...]]) -> Any:
    def is_equal(self: Any, other: Any) -> Any:
        same = other.__class__ is self.__class__
        return values(self) == values(other) if same else NotImplemented

    return is_equal


def _hash(values: Callable[[Any], tuple[Any, ...]]) -> Any:
    def number(self: Any) -> int:
        return hash(values(self))

    return number


def _refuse_to_set(self: Any, name: str, value: Any) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: Any, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


@dataclasses.dataclass(frozen=True)
class _Example:
    """Provides the library's markers for a frozen class and its fields."""

    field: int


_FROZEN = vars(_Example)["__dataclass_params__"]
_A_FIELD = vars(_Example)["__dataclass_fields__"]["field"]._field_type
