"""The laws of the wire: what crosses comes back, and no bytes harm the reader."""

from __future__ import annotations

import io
import math
import struct
from fractions import Fraction
from typing import Any

import msgpack
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from wires import Keeper, crossed

import tinyml
from grading.box import arrays as numpy_arrays
from grading.box import reading, wire, writing
from grading.box.wire import BadMessage
from tinyml import Morphism, Space

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
keys = st.booleans() | st.integers() | st.text() | st.tuples(st.integers(), st.text())
plain = st.recursive(
    scalars,
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(keys, inner),
    max_leaves=20,
)
numeric = arrays.arrays(
    st.sampled_from([np.float64, np.int64, np.bool_]), arrays.array_shapes(min_dims=0, min_side=0, max_side=4)
)


def alike(left: Any, right: Any) -> bool:
    """Say whether two values are the same, not-a-numbers and types included."""
    if type(left) is not type(right):
        return False
    if isinstance(left, float):
        return struct.pack("d", left) == struct.pack("d", right) or (math.isnan(left) and math.isnan(right))
    if isinstance(left, list | tuple):
        return len(left) == len(right) and all(map(alike, left, right))
    if isinstance(left, dict):
        return len(left) == len(right) and all(map(alike, left.items(), right.items()))
    return bool(left == right)


@given(plain)
@example({1: [(), {}, [None]], "a": 2**100, ("b",): -(2**63) - 1})
def test_a_plain_value_crosses_unchanged(value: Any) -> None:
    assert alike(crossed(value), value)


@given(numeric)
def test_an_array_crosses_unchanged(value: Any) -> None:
    came = crossed(value)
    assert came.dtype == value.dtype
    assert came.shape == value.shape
    assert came.tobytes() == value.tobytes()
    assert came.flags.writeable


ROWS = [np.array([1.5, 2]), np.array(["to", "be"]), np.array([b"to"]), np.array(["to", "be"], dtype=object)]
ROWS += [np.array([["to"], ["be"]], dtype=np.dtypes.StringDType()), np.array([None, "a", 1, [2]], dtype=object)]


@pytest.mark.parametrize("writeable", [True, False])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row.dtype))
def test_an_array_that_cannot_be_written_to_stays_so(row: Any, writeable: bool) -> None:
    given = row.copy()
    given.setflags(write=writeable)
    came = crossed(given)
    assert (type(came).__name__, came.dtype, came.shape) == ("ndarray", row.dtype, row.shape)
    assert (came.flags.writeable, came.tolist()) == (writeable, row.tolist())


@given(arrays.arrays(arrays.integer_dtypes() | arrays.unsigned_integer_dtypes() | arrays.floating_dtypes(), 3))
@example(np.array([2**64 - 1, 0, 1], dtype=np.uint64))
@example(np.array([1.5, -2, 0], dtype=">f4"))
def test_numbers_of_every_size_and_byte_order_keep_their_value(value: Any) -> None:
    came = crossed(value)
    assert came.dtype == value.dtype.newbyteorder("=")
    np.testing.assert_array_equal(came, value)


@pytest.mark.parametrize("kind", numpy_arrays.NUMBERS)
def test_a_number_of_numpy_crosses_as_one_of_its_class(kind: type[np.generic]) -> None:
    for value in (kind(0), kind(1)):
        came = crossed(value)
        assert type(came) is kind
        assert came == value


VALUES = [
    tinyml.TokenId(3),
    tinyml.Vector([1.0, -0.0]),
    tinyml.TokenSequence.from_indices([1, 2, 3]),
    tinyml.TrainingSet.from_indices([0, 1], [1, 0]),
    tinyml.Parameters.init(tinyml.VocabSize(3), tinyml.ModelDimension(2)),
    tinyml.Distribution([0.25, 0.75]),
    tinyml.Product(tinyml.TokenId(1), tinyml.Vector([2.0])),
    tinyml.Vocabulary(("a", "b")),
    Space.product(Space("Logits", (5,)), Space("TokenId")),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_value_of_tinyml_crosses_as_itself(value: Any) -> None:
    came = crossed(value)
    assert type(came) is type(value)
    assert came == value


@pytest.mark.parametrize("ring", [tinyml.RATIONAL, tinyml.GF2], ids=repr)
def test_a_polynomial_map_crosses_with_its_ring_and_can_be_composed_with_what_was_there(ring: tinyml.Ring) -> None:
    x, y = tinyml.variables(ring, "x y")
    f = tinyml.polymap(x**2 + 3 * x * y - 1, 0 * x, x + x * y**3)
    for value in (ring, x * y, f, tinyml.reverse_derivative(f), tinyml.lensed(f), tinyml.sided(f, 1)):
        assert crossed(value) == value
    assert crossed(f).told("a b") >> tinyml.polymaps.discard(ring, 3) == tinyml.polymaps.discard(ring, 2)
    assert repr(crossed(f)) == repr(f)
    halves = tinyml.variables(tinyml.RATIONAL, "x")[0] * Fraction(1, 2)
    assert crossed(tinyml.polymap(halves)).outputs[0].terms == halves.terms


def test_a_number_system_of_the_notebooks_own_is_not_taken_for_tinymls() -> None:
    own = tinyml.Ring("RATIONAL", tinyml.RATIONAL.number, tinyml.RATIONAL.draw, 0.0)
    assert crossed(tinyml.FLOAT) is tinyml.FLOAT
    assert crossed(own) is not tinyml.RATIONAL
    (x,) = tinyml.variables(own, "x")
    assert not isinstance(crossed(tinyml.polymap(x)), tinyml.PolyMap)
    others: list[list[Any]] = [["mine"], [[]], []]
    for parts in others:
        with pytest.raises(BadMessage):
            reading.decode(["tinyml", "Ring", *parts], Keeper())


def test_a_map_of_polynomials_of_a_class_of_ones_own_stays_where_it_is() -> None:
    class Agreeable(tinyml.Polynomial):  # type: ignore[misc]
        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = tinyml.Polynomial.__hash__

    (x,) = tinyml.variables(tinyml.RATIONAL, "x")
    came = crossed(tinyml.polymap(Agreeable(tinyml.RATIONAL, x.names, x.terms)))
    assert not isinstance(came, tinyml.PolyMap)


@pytest.mark.parametrize(
    "terms", [[["tuple", ["tuple", 1, 2], 3]], [["tuple", ["tuple", 1], 0.5]], [3], [["tuple", 1]]]
)
def test_terms_that_no_polynomial_has_are_refused(terms: list[Any]) -> None:
    with pytest.raises(BadMessage):
        reading.decode(["tinyml", "Polynomial", ["tinyml", "Ring", "RATIONAL"], ["tuple", "x"], *terms], Keeper())


def test_an_arrow_of_tinyml_is_built_anew_and_computes_the_same() -> None:
    parameters = tinyml.Parameters.init(tinyml.VocabSize(3), tinyml.ModelDimension(2))
    chain = tinyml.Embedding(parameters) >> tinyml.LinearToLogits(parameters) >> tinyml.Softmax(tinyml.VocabSize(3))
    came = crossed(chain)
    assert type(came) is type(chain)
    assert came(tinyml.TokenId(1)) == chain(tinyml.TokenId(1))


def test_a_function_keeps_what_it_says_of_itself() -> None:
    def half(x: float) -> float:
        """Return a half."""
        return x / 2

    keeper = Keeper()
    came = reading.decode(writing.encode(half, keeper), Keeper())
    assert keeper.fetch(0) is half
    names = ("__name__", "__qualname__", "__module__", "__doc__")
    assert [getattr(came, name) for name in names] == [getattr(half, name) for name in names]
    half.__doc__ = None
    assert crossed(half).__doc__ is None
    half.__name__, half.__doc__ = "x" * 10**6, "y" * 10**6
    assert crossed(half).__name__ == "x" * wire.MOST_LETTERS
    assert crossed(half).__doc__ == "y" * wire.MOST_DOC


def test_what_cannot_cross_crosses_as_a_number() -> None:
    keeper = Keeper()
    function = writing.encode(object(), keeper)
    assert function == ["handle", 0, "object"]
    assert not hasattr(reading.decode(function, Keeper()), "__name__")

    @tinyml.arrow(int, str)
    def digits(n: int) -> str:
        return str(n)

    came = reading.decode(writing.encode(digits, keeper), Keeper())
    assert isinstance(came, Morphism)
    assert repr(came) == "digits : int -> str"
    assert reading.decode(writing.encode(came, Keeper()), keeper) is digits  # it comes back as what it was


def test_a_value_that_holds_itself_is_refused() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(BadMessage, match="nested too deeply"):
        writing.encode(endless, Keeper())


tags = st.sampled_from([*sorted(reading.READABLE), "_list", "value", "side", "__class__"])
names = st.sampled_from(sorted(name for name in tinyml.public_names() if wire.builder(name)))
kinds = st.sampled_from(sorted(numpy_arrays.KINDS))
atoms = scalars | st.binary(max_size=24) | tags | names | kinds | st.integers(-2, 3)
messages = st.recursive(
    atoms,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(tags, st.lists(inner, max_size=4)).map(lambda pair: [pair[0], *pair[1]])
        | st.tuples(names, st.lists(inner, max_size=4)).map(lambda pair: ["tinyml", pair[0], *pair[1]])
        | st.tuples(kinds, st.lists(st.integers(-1, 3), max_size=3), st.binary(max_size=24)).map(
            lambda parts: ["array", *parts]
        )
        | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=30,
)


@given(messages)
@example(["array", [], [1], b"12345678"])
@example(["array", "f8", [2**70], b""])
@example(["array", "f8", [-1], b"12345678"])
@example(["back", 10**9])
@example(["arrow", 0, "f", None, None])
@example(["dict", [["list"], 1]])
@example(["int", "0x" + "f" * 100_000])
@example(["tinyml", "__builtins__"])
@example(["letters", "U", 2**60, [1], True, "a"])
@example(["letters", "V", 1, [1], True, "a"])
@example(["letters", "U", 1, [1], "no", "a"])
@example(["objects", "O", [2], True, 1])
@example(["objects", "T", [1], True, 1])
@example(["objects", "V", [1], True, 1])
@example(["objects", "O", [1], 1, 1])
@example(["scalar", "f8", b"1234"])
@example(["range", 0, 2**63 - 1, 1])
@example(["Fraction", 1, 0])
@example(["complex", 1, 2])
@example(["text", b"\xff"])
@example(["text", "a"])
@example(["class", "__class__"])
@example(["class", "CHAPTERS"])
@example(["set", ["list"]])
@example(["twin", 0, "f", [], True])
@example(["twin", 0, "f", ["__eq__"], 1])
@example(["twin", 0, "f", [["list"]], 1])
@example(["twin", 0, "f", ["nothing"], ["list"]])
@example(["twin", 0, "f", [], ["twin", 0, "f", [], 1]])
@example(["handle", 0, "f", ["__class__", "int"]])
@example(["handle", 0, "f", ["__name__", 1]])
@example(["tinyml", ["list"]])
@example(["tinyml", "Function", ["handle", 0, "f"], ["tuple"]])
def test_no_message_makes_decode_raise_anything_but_bad_message(message: Any) -> None:
    try:
        reading.decode(message, Keeper())
    except BadMessage:
        return


@given(st.binary() | messages.map(lambda message: msgpack.packb(message, default=str, unicode_errors="replace")))
@example(b"\xdd\xff\xff\xff\xff")
@example(b"\xc1")
@example(b"\xd6\xff\x00\x00\x00\x00")  # a time
@example(b"\x91" * 100_000)
@example(b"\xa3\xed\xa0\x80")  # half a surrogate pair
@example(b"\x81\x91\x01\x01")  # a mapping whose key is a list
def test_no_bytes_make_the_reader_raise_anything_but_bad_message(content: bytes) -> None:
    try:
        reading.decode(wire.unpacked(content), Keeper())
    except BadMessage:
        return


def test_limits_hold() -> None:
    with pytest.raises(BadMessage, match="too long"):
        wire.length_of(struct.pack(">I", wire.LARGEST + 1))
    with pytest.raises(BadMessage, match="too large"):
        reading.decode(["list", *[0] * wire.MOST_VALUES], Keeper())
    deep: Any = 0
    for _ in range(wire.DEEPEST + 1):
        deep = ["list", deep]
    with pytest.raises(BadMessage, match="too large"):
        reading.decode(deep, Keeper())


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (["letters", "U", 2**22, [0], True, *["a"] * 20], "not a letters: BadArray"),
        (["letters", "U", 2**22, [2], True, "a", "b"], "not a letters: BadArray"),
        (["letters", "U", 0, [1], True, "a" * 10**6], "not a letters: BadArray"),
        (["range", 0, 2**62, 1], "too large"),
    ],
)
def test_nothing_is_built_that_is_larger_than_its_message(message: Any, words: str) -> None:
    with pytest.raises(BadMessage, match=words):
        reading.decode(message, Keeper())


@pytest.mark.parametrize("asked", ["__getattr__", "__class__", "number", "shape"])
def test_a_twin_asks_for_nothing_by_which_it_is_compared(asked: str) -> None:
    with pytest.raises(BadMessage, match="a twin of nothing"):
        reading.decode(["twin", 0, "list", [asked], ["list", 1]], Keeper())


def test_a_bool_is_one_of_two() -> None:
    came = reading.decode(["array", "b1", [3], b"\x00\x01\xff"], Keeper())
    assert came.view(np.uint8).tolist() == [0, 1, 1]


def test_a_stream_ends_in_nothing() -> None:
    stream = io.BytesIO(wire.packed([1]) + wire.packed("two") + b"\x00")
    assert [wire.read_from(stream) for _ in range(3)] == [[1], "two", None]


@pytest.mark.parametrize("way", ["__eq__", "__len__", "__hash__", "__bool__"])
def test_a_twin_that_overrules_a_way_goes_by_what_it_holds(way: str) -> None:
    came = reading.decode(["twin", 0, "Fake", [way], ["tuple", 1]], Keeper())
    assert (came == (1,), len(came), bool(came), hash(came)) == (True, 1, True, hash((1,)))
