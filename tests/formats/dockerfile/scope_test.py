"""A scope is what a copy with the addition would be, however many additions there are."""

from __future__ import annotations

import pytest

from bpkit.formats.dockerfile.scope import Scope


def test_a_scope_is_the_mapping_that_a_copy_would_be() -> None:
    plain: dict[str, int] = {"a": 0}
    scope = Scope(plain, {})
    for number in range(200):
        name = f"n{number % 70}"
        scope, plain = Scope(scope, {name: number}), {**plain, name: number}
        assert scope[name] == number
        assert "a" in scope
    assert scope == plain
    assert len(scope) == 71
    with pytest.raises(KeyError):
        scope["other"]


def test_an_addition_leaves_the_scope_below_as_it_was() -> None:
    first = Scope({}, {"a": 1})
    second = Scope(first, {"a": 2, "b": 3})
    assert dict(second) == {"a": 2, "b": 3}
    assert dict(first) == {"a": 1}
    assert not Scope({}, {})
