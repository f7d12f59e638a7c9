"""Ports: where lenses meet, which wire lies between two ports, and what a person may enter at one."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NewType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinyml import (
    NUMBERS,
    UNIT,
    InvalidScalar,
    Port,
    Product,
    ShapeMismatch,
    Space,
    TinyMLError,
    WrongType,
    both,
    port,
    whole,
)
from tinyml.ch11_lens import wires
from tinyml.ch11_lens.ports import WIRES, wire_between
from tinyml.validation import FloatArray

Row = NewType("Row", FloatArray)
RowChange = NewType("RowChange", FloatArray)
KINDS = st.sampled_from(["Vector", "Logits"])
spaces = st.builds(Space, KINDS, st.sampled_from([(), (2,), (3,)]))
ports = st.builds(Port[Any, Any], spaces, spaces)
numbers = (
    st.floats()
    | st.sampled_from([np.inf, -np.inf, np.nan])
    | st.integers()
    | st.fractions()
    | st.booleans()
    | st.text(max_size=2)
    | st.none()
)


def is_admitted(own: Port[Any, Any], value: object) -> bool:
    try:
        own.admit_point("here", value)
    except TinyMLError:
        return False
    return True


@given(ports, ports)
def test_two_ports_meet_where_both_of_their_halves_do(own: Port[Any, Any], other: Port[Any, Any]) -> None:
    assert own.meets(other) == (own.points.meets(other.points) and own.changes.meets(other.changes))
    assert own.meets(own)
    assert both(own, other).meets(both(other, own)) == own.meets(other)


@given(numbers)
def test_a_port_of_numbers_admits_exactly_the_finite_ones(value: Any) -> None:
    sound = isinstance(value, (int, Fraction)) and not isinstance(value, bool)
    assert is_admitted(NUMBERS, value) == (sound or (isinstance(value, float) and bool(np.isfinite(value))))


@given(st.lists(st.integers(1, 4), max_size=3), st.integers(1, 3))
def test_an_array_fits_by_its_last_axes(shape: list[int], size: int) -> None:
    own = port(Row, RowChange, 2, size)
    assert is_admitted(own, np.ones(shape)) == (shape[-2:] == [2, size])


@given(numbers, numbers)
def test_a_pair_is_admitted_where_its_halves_are(value: Any, other: Any) -> None:
    pair = both(NUMBERS, both(UNIT, NUMBERS))
    assert is_admitted(pair, Product(value, Product((), other))) == (
        is_admitted(NUMBERS, value) and is_admitted(NUMBERS, other)
    )
    assert not is_admitted(pair, Product(value, Product(other, ())))
    assert not is_admitted(pair, (value, ((), other)))


@pytest.mark.parametrize(
    ("own", "value", "error", "message"),
    [
        (NUMBERS, "x", WrongType, "^here needs a number or an array of numbers for Number; got str 'x'$"),
        (NUMBERS, np.array(["x"]), WrongType, "^here needs numbers for Number; got ndarray"),
        (NUMBERS, np.array([True]), WrongType, "^here needs numbers for Number; got ndarray"),
        (NUMBERS, float("nan"), InvalidScalar, "^Number in here must be finite; got nan$"),
        (NUMBERS, np.array([1.0, np.inf]), InvalidScalar, r"^Number in here must be finite; entry \(1,\) is inf$"),
        (
            port(Row, RowChange, 3),
            np.ones(2),
            ShapeMismatch,
            r"^shape mismatch in here, Row\[3\]: expected \(\.\.\., 3\), ",
        ),
        (UNIT, 0, WrongType, r"^here needs the empty tuple for Unit; got int 0$"),
        (both(UNIT, NUMBERS), 1.0, WrongType, "^here needs a Product for Unit x Number; got float"),
        (whole(str), 1, WrongType, "^here needs a str; got int 1$"),
    ],
)
def test_what_is_no_value_of_a_port_is_refused(own: Any, value: object, error: type[TinyMLError], message: str) -> None:
    with pytest.raises(error, match=message):
        own.admit_point("here", value)


def test_values_and_changes_are_checked_apart() -> None:
    own = Port[Any, Any](Space("Row", (2,)), Space("RowChange", (3,)))
    own.admit_point("here", np.ones(2))
    own.admit_change("here", np.ones(3))
    with pytest.raises(ShapeMismatch, match=r"here, RowChange\[3\]"):
        own.admit_change("here", np.ones(2))


def test_a_port_is_printed_as_a_pair_of_spaces() -> None:
    assert str(port(Row, RowChange, 4)) == "(Row[4], RowChange[4])"
    assert str(both(NUMBERS, UNIT)) == "(Number x Unit, NumberChange x Unit)"
    assert str(whole(str)) == "(str, str)"


@given(ports, ports, ports)
def test_the_wire_between_two_ports_is_named(x: Port[Any, Any], y: Port[Any, Any], z: Port[Any, Any]) -> None:
    made = [
        wires.copy(x), wires.add(x), wires.swap(x, y), wires.assoc(x, y, z), wires.assoc_back(x, y, z),
        wires.unitor(x), wires.unitor_back(x),
    ]  # fmt: skip
    assert [own.name for own in made] == list(WIRES)
    for own in made:
        named = wire_between(own.source, own.target)
        fits = [name for name, leads in WIRES.items() if leads(own.source.points, own.target.points)]
        assert named in fits
        assert own.name in fits
    assert wire_between(NUMBERS, UNIT) == ""
