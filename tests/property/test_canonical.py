"""The fast writing of canonical JSON is byte for byte that of rfc8785, whatever the value."""

from __future__ import annotations

import math
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as some

from analysis.canonical import canonical

NUMBERS = some.integers(-(2**53) + 1, 2**53 - 1) | some.floats(
    allow_nan=False, allow_infinity=False
)
TEXTS = some.text(some.characters(exclude_categories=["Cs"]))
VALUES = some.recursive(
    some.none() | some.booleans() | NUMBERS | TEXTS,
    lambda inner: some.lists(inner) | some.dictionaries(TEXTS, inner),
    max_leaves=30,
)


@given(VALUES)
def test_canonical_bytes_are_those_of_the_rfc(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize(
    "number",
    [0.0, -0.0, 1.0, -3.0, 0.1, 1e-4, 9.99e-5, 1e-6, 1e-7, 1e15, 1e16, 1e20, 1e21, 1e22, 0.3333],
)
def test_a_number_at_an_edge_is_written_as_the_rfc_says(number: float) -> None:
    assert canonical({"n": number, "m": [number]}) == rfc8785.dumps({"n": number, "m": [number]})


def test_keys_outside_ascii_stand_in_the_order_of_the_rfc() -> None:
    value = {"\ue000": 1, "\U00010000": 2, "a": 3}
    assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize(
    "value", [math.nan, math.inf, {"n": 2**60}, {1: "n"}, {"x": {1, 2}}, "\ud800"]
)
def test_what_json_cannot_hold_is_refused(value: Any) -> None:
    with pytest.raises((rfc8785.CanonicalizationError, UnicodeEncodeError)):
        canonical(value)
