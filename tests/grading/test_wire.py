"""The laws of grading.box.wire: what crosses comes back, and no bytes harm the reader."""

from __future__ import annotations

import io
import math
import struct
from typing import Any

import msgpack
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import tinyml
from grading.box import proxies, wire
from grading.box.wire import BadMessage
from tinyml import Morphism, Space


class Keeper:
    """One end of a wire that has no other end."""

    def __init__(self) -> None:
        self.kept: list[Any] = []

    def keep(self, value: object) -> int:
        self.kept.append(value)
        return len(self.kept) - 1

    def fetch(self, number: int) -> Any:
        return self.kept[number]

    def proxy(self, number: int, kind: str) -> object:
        return proxies.RemoteFunction(lambda request: request, number, kind)

    def arrow(self, number: int, name: str, source: Space, target: Space) -> object:
        return proxies.RemoteArrow(lambda request: request, number, name, source, target)


def crossed(value: Any) -> Any:
    """Send a value through bytes and read it on the other end."""
    content = wire.packed(wire.encode(value, Keeper()))
    assert wire.length_of(content[:4]) == len(content) - 4
    return wire.decode(wire.unpacked(content[4:]), Keeper())


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


@given(arrays.arrays(arrays.integer_dtypes() | arrays.unsigned_integer_dtypes() | arrays.floating_dtypes(), 3))
@example(np.array([2**64 - 1, 0, 1], dtype=np.uint64))
@example(np.array([1.5, -2, 0], dtype=">f4"))
def test_numbers_of_every_size_and_byte_order_keep_their_value(value: Any) -> None:
    came = crossed(value)
    if isinstance(came, proxies.RemoteFunction):  # it has no place in int64, so it stays where it is
        assert value.max() > 2**63 - 1
    else:
        np.testing.assert_array_equal(came, value)


@pytest.mark.parametrize("kind", [np.int8, np.uint64, np.float16, np.float32, np.bool_])
def test_a_number_of_numpy_crosses_as_a_number(kind: type[np.generic]) -> None:
    assert crossed(kind(1)) == 1
    assert not isinstance(crossed(kind(1)), np.generic)


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


def test_an_arrow_of_tinyml_is_built_anew_and_computes_the_same() -> None:
    parameters = tinyml.Parameters.init(tinyml.VocabSize(3), tinyml.ModelDimension(2))
    chain = tinyml.Embedding(parameters) >> tinyml.LinearToLogits(parameters) >> tinyml.Softmax(tinyml.VocabSize(3))
    came = crossed(chain)
    assert type(came) is type(chain)
    assert came(tinyml.TokenId(1)) == chain(tinyml.TokenId(1))


def test_what_cannot_cross_crosses_as_a_number() -> None:
    keeper = Keeper()
    function = wire.encode(print, keeper)
    assert function == ["handle", 0, "builtin_function_or_method"]
    assert keeper.fetch(0) is print

    @tinyml.arrow(int, str)
    def digits(n: int) -> str:
        return str(n)

    came = wire.decode(wire.encode(digits, keeper), Keeper())
    assert isinstance(came, Morphism)
    assert repr(came) == "digits : int -> str"
    assert wire.decode(wire.encode(came, Keeper()), keeper) is digits  # it comes back as what it was


def test_a_value_that_holds_itself_is_refused() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(BadMessage, match="nested too deeply"):
        wire.encode(endless, Keeper())


tags = st.sampled_from([*sorted(wire.READABLE), "_list", "value", "side", "__class__"])
names = st.sampled_from(sorted(name for name in tinyml.public_names() if wire.builder(name)))
kinds = st.sampled_from(sorted(wire.KINDS))
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
@example(["tinyml", ["list"]])
@example(["tinyml", "Function", ["handle", 0, "f"], ["tuple"]])
def test_no_message_makes_decode_raise_anything_but_bad_message(message: Any) -> None:
    try:
        wire.decode(message, Keeper())
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
        wire.decode(wire.unpacked(content), Keeper())
    except BadMessage:
        return


def test_limits_hold() -> None:
    with pytest.raises(BadMessage, match="too long"):
        wire.length_of(struct.pack(">I", wire.LARGEST + 1))
    with pytest.raises(BadMessage, match="too large"):
        wire.decode(["list", *[0] * wire.MOST_VALUES], Keeper())
    deep: Any = 0
    for _ in range(wire.DEEPEST + 1):
        deep = ["list", deep]
    with pytest.raises(BadMessage, match="too large"):
        wire.decode(deep, Keeper())


def test_a_bool_is_one_of_two() -> None:
    came = wire.decode(["array", "b1", [3], b"\x00\x01\xff"], Keeper())
    assert came.view(np.uint8).tolist() == [0, 1, 1]


def test_a_stream_ends_in_nothing() -> None:
    stream = io.BytesIO(wire.packed([1]) + wire.packed("two") + b"\x00")
    assert [wire.read_from(stream) for _ in range(3)] == [[1], "two", None]
