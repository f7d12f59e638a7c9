"""splitmix64: the outputs of the published C program, what a seed may be, and a share without rounding."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import NOT_A_NUMBER

from tinyml import InvalidQuantity, Seed, WrongType, splitmix64
from tinyml.ch03_prediction.splitmix import share_of

REFERENCE = json.loads((Path(__file__).parents[1] / "reference" / "splitmix64.json").read_text(encoding="utf-8"))


def outputs(seed: Seed, count: int) -> list[int]:
    found = []
    for _ in range(count):
        bits, seed = splitmix64(seed)
        found.append(bits)
    return found


@pytest.mark.parametrize("published", REFERENCE, ids=lambda published: published["seed"])
def test_the_outputs_are_those_of_the_published_program(published: dict[str, Any]) -> None:
    expected = [int(output) for output in published["outputs"]]
    assert outputs(Seed(int(published["seed"])), len(expected)) == expected


@given(st.integers(0, 2**64 - 1))
def test_a_seed_gives_64_bits_and_the_seed_that_is_one_constant_further(value: int) -> None:
    bits, left = splitmix64(Seed(value))
    assert 0 <= bits < 2**64
    assert (left.value - value) % 2**64 == 0x9E3779B97F4A7C15
    assert splitmix64(Seed(value)) == (bits, left)


@given(st.integers(0, 2**64 - 1) | st.sampled_from([0, 2**11 - 1, 2**11, 2**64 - 2**11, 2**64 - 1]))
def test_a_share_is_the_upper_53_bits_without_rounding(bits: int) -> None:
    assert Fraction(share_of(bits)) == Fraction(bits // 2**11, 2**53)
    assert 0 <= share_of(bits) < 1


@given(st.integers(0, 2**64 - 1))
@example(2**64 - 1)
def test_a_seed_holds_what_it_was_made_of(value: int) -> None:
    assert Seed(value).value == value


def test_what_is_no_seed_is_refused() -> None:
    with pytest.raises(InvalidQuantity, match="seed must be 0 or more; got -1"):
        Seed(-1)
    with pytest.raises(InvalidQuantity, match=r"Seed must be at most 2\*\*64 - 1; got 18446744073709551616"):
        Seed(2**64)
    for wrong in [*NOT_A_NUMBER, True, 1.0]:
        with pytest.raises(WrongType, match="Seed needs an int"):
            Seed(wrong)
