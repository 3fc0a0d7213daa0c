"""Light dataclasses and regular expressions do what the library's do."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import re
from collections.abc import Mapping
from dataclasses import field
from functools import cached_property
from typing import Any

import pytest

from bpkit.light import dataclass, regex


def _classes(made: Any) -> tuple[Any, Any, Any]:
    """A class with all kinds of field that bpkit uses, one that inherits it, and an empty one."""

    @made(frozen=True)
    class Stone:
        """A stone."""

        name: str
        weight: int = 3
        marks: tuple[str, ...] = ()
        notes: Mapping[str, str] = field(default_factory=dict, hash=False)
        seen: list[int] = field(default_factory=lambda: [0], compare=False, repr=False)
        unset: str = field(init=False, default="later")

        @cached_property
        def shown(self) -> str:
            return f"{self.name} {self.weight}"

    @made(frozen=True)
    class Gem(Stone):
        """A stone with a colour."""

        colour: str = "red"

    @made(frozen=True)
    class Empty:
        """Nothing."""

    return Stone, Gem, Empty


@dataclass(frozen=True)
class Kept:
    """One that pickle can find."""

    name: str
    size: int = 1


LIGHT, OWN = _classes(dataclass), _classes(dataclasses.dataclass)


@pytest.mark.parametrize(
    "arguments",
    [
        (("a",), {}),
        (("a", 4), {"marks": ("x",)}),
        (("a",), {"notes": {"k": "v"}, "seen": [5]}),
    ],
)
@pytest.mark.parametrize("number", [0, 1])
def test_a_class_does_what_the_librarys_does(
    number: int, arguments: tuple[tuple[Any, ...], dict[str, Any]]
) -> None:
    words, named = arguments
    light, own = LIGHT[number](*words, **named), OWN[number](*words, **named)

    assert repr(light) == repr(own)
    assert hash(light) == hash(own)
    assert light == LIGHT[number](*words, **named)
    assert light != LIGHT[number]("b")
    assert light != own
    assert light.shown == own.shown == light.shown
    assert dataclasses.asdict(light) == dataclasses.asdict(own)
    assert repr(dataclasses.replace(light, weight=9)) == repr(dataclasses.replace(own, weight=9))
    assert copy.deepcopy(light) == light
    assert light.__replace__(weight=9) == dataclasses.replace(light, weight=9)


def test_a_class_without_fields_has_one_value() -> None:
    light, own = LIGHT[2](), OWN[2]()

    assert light == LIGHT[2]()
    assert repr(light) == repr(own)
    assert hash(light) == hash(own)


def test_fields_and_marks_are_those_of_the_library() -> None:
    for light, own in zip(LIGHT[:2], OWN[:2], strict=True):
        assert [(f.name, f.type, f.default) for f in dataclasses.fields(light)] == [
            (f.name, f.type, f.default) for f in dataclasses.fields(own)
        ]
        assert light.__match_args__ == own.__match_args__
        assert light.unset == own.unset == "later"
        assert dataclasses.is_dataclass(light)


@pytest.mark.parametrize("made", [LIGHT[0], OWN[0]])
def test_a_match_statement_takes_fields_by_position_and_by_name(made: Any) -> None:
    match made("a", 4):
        case made(name, weight, marks=()):
            assert (name, weight) == ("a", 4)
        case _:
            pytest.fail("the pattern doesn't match")
    match made("a", marks=("x",)):
        case made(_, marks=()):
            pytest.fail("a pattern with another value matches")


@pytest.mark.parametrize("made", [LIGHT[0], OWN[0]])
def test_a_shallow_copy_is_equal_and_shares_its_values(made: Any) -> None:
    one = made("a", notes={"k": "v"})
    copied = copy.copy(one)
    assert copied is not one
    assert copied == one
    assert copied.notes is one.notes
    assert copied.shown == one.shown


def test_each_object_gets_a_default_of_its_own() -> None:
    assert LIGHT[0]("a").notes is not LIGHT[0]("a").notes


def test_what_isnt_compared_makes_no_difference() -> None:
    assert LIGHT[0]("a", seen=[1]) == LIGHT[0]("a", seen=[2])


@pytest.mark.parametrize("made", [LIGHT[1], OWN[1]])
def test_nothing_can_be_changed(made: Any) -> None:
    one = made("a")

    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'name'"):
        one.name = "b"
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot delete field 'name'"):
        del one.name
    assert one.name == "a"


@pytest.mark.parametrize("made", [LIGHT[0], OWN[0]])
@pytest.mark.parametrize("named", [{}, {"name": "a", "other": 1}])
def test_wrong_arguments_are_refused(made: Any, named: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        made(**named)


def test_a_class_of_the_librarys_may_inherit_from_a_light_one() -> None:
    @dataclasses.dataclass(frozen=True)
    class Heavy(Kept):
        more: int = 2

    assert repr(Heavy("a")).endswith("Heavy(name='a', size=1, more=2)")


def test_what_runs_after_init_runs() -> None:
    @dataclass(frozen=True)
    class Positive:
        size: int

        def __post_init__(self) -> None:
            if self.size < 0:
                raise ValueError("negative")

    assert Positive(1).size == 1
    with pytest.raises(ValueError, match="negative"):
        Positive(-1)


def test_a_class_that_can_change_is_refused() -> None:
    with pytest.raises(TypeError):
        dataclass(frozen=False)(type("Soft", (), {}))


def test_pickle_brings_one_back() -> None:
    assert pickle.loads(pickle.dumps(Kept("a", 2))) == Kept("a", 2)


def test_a_regular_expression_is_compiled_when_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    own = re.compile

    def compiled(text: str, flags: int = 0) -> re.Pattern[str]:
        made.append(text)
        return own(text, flags)

    monkeypatch.setattr(re, "compile", compiled)

    late = regex(r"A(b+)", re.IGNORECASE)
    assert made == []

    found = late.search("xaBBc")
    assert found is not None
    assert found[1] == "BB"
    assert late.sub("-", "ab ab") == "- -"
    assert late.pattern == "A(b+)"
    assert {*made} == {"A(b+)"}


def test_a_bad_regular_expression_is_reported_when_it_is_used() -> None:
    with pytest.raises(re.error):
        regex("(").search("")
