"""Sequences, vocabularies and training sets: what they accept, what they give back, how they count."""

from __future__ import annotations

import itertools
import pickle
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import seed

from tinyml import (
    EmptyInput,
    InvalidQuantity,
    OutOfRange,
    Product,
    ShapeMismatch,
    TinyMLError,
    TokenId,
    TokenSequence,
    TrainingExample,
    TrainingSet,
    UnknownWord,
    VocabSize,
    Vocabulary,
    WrongType,
)
from tinyml.ch01_objects.vocabulary import UNKNOWN

indices = st.lists(st.integers(0, 40), min_size=1, max_size=30)


@given(indices)
def test_a_sequence_gives_back_its_tokens(tokens: list[int]) -> None:
    sequence = TokenSequence.from_indices(tokens)
    assert [token.index for token in sequence] == tokens
    assert sequence == TokenSequence(TokenId(index) for index in tokens)
    assert len(sequence) == len(tokens)
    assert hash(sequence) == hash(TokenSequence.from_indices(tokens))
    assert pickle.loads(pickle.dumps(sequence)) == sequence


@pytest.mark.parametrize(
    "bad",
    [
        [],
        [-1],
        [1.0],
        [True],
        [True, 2],
        ["1"],
        [[1, 2]],
        None,
        [1, None],
        [2**63],
        [2**70],
        5,
        "12",
        [1, [2]],
        [np.nan],
    ],
    ids=repr,
)
def test_what_is_no_row_of_tokens_is_refused(bad: Any) -> None:
    with pytest.raises(TinyMLError):
        TokenSequence.from_indices(bad)
    with pytest.raises(TinyMLError):
        TrainingSet.from_indices(bad, bad)


def test_refusals_of_sequences_and_sets_say_what_to_look_at() -> None:
    with pytest.raises(EmptyInput, match="empty input in token sequence"):
        TokenSequence([])
    with pytest.raises(WrongType, match=r"TokenId values \(from_indices takes ints\); got int 3"):
        TokenSequence([3])  # type: ignore[list-item]
    with pytest.raises(OutOfRange, match=r"-1 out of range"):
        TokenSequence.from_indices([0, -1])
    with pytest.raises(EmptyInput, match="empty input in training set"):
        TrainingSet([])
    with pytest.raises(ShapeMismatch, match="training set: expected 2 targets, got 1"):
        TrainingSet.from_indices([1, 2], [3])
    with pytest.raises(WrongType, match=r"Product\(TokenId, TokenId\) examples"):
        TrainingSet([(TokenId(1), TokenId(2))])  # type: ignore[list-item]


@pytest.mark.parametrize("bad", [None, 5, 1.5, True, "ab", [3], [None], {"a": 1}], ids=repr)
def test_what_holds_no_tokens_is_refused_as_a_wrong_type(bad: Any) -> None:
    with pytest.raises(WrongType, match=r"TokenSequence needs TokenId values \(from_indices takes ints\); got"):
        TokenSequence(bad)
    with pytest.raises(WrongType, match=r"TrainingSet needs Product\(TokenId, TokenId\) examples; got"):
        TrainingSet(bad)
    with pytest.raises(WrongType, match="decode needs a TokenSequence; got"):
        Vocabulary(("cat",)).decode(bad)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=40))
def test_counts_are_those_of_a_counter(pairs: list[tuple[int, int]]) -> None:
    dataset = TrainingSet(TrainingExample(TokenId(i), TokenId(j)) for i, j in pairs)
    matrix = dataset.counts(VocabSize(10))
    expected = Counter(pairs)
    assert {(int(i), int(j)): int(matrix[i, j]) for i, j in np.argwhere(matrix)} == expected
    assert matrix.sum() == len(pairs) == len(dataset)
    assert not matrix.flags.writeable
    assert dict(zip(map(tuple, dataset.pairs.tolist()), dataset.multiplicities.tolist(), strict=True)) == expected
    assert [(x.first.index, x.second.index) for x in dataset.examples] == pairs


BORDERS = [46339, 46340, 46341, 2**31 - 1, 2**31, 2**32, 2**63 - 1]
"""Largest tokens around which a pair needs a longer whole number, or no longer fits one."""


@given(
    st.sampled_from(BORDERS).flatmap(
        lambda largest: st.lists(st.integers(0, largest) | st.just(largest), min_size=2, max_size=30)
    )
)
def test_large_tokens_are_counted_like_small_ones(tokens: list[int]) -> None:
    dataset = TrainingSet.from_indices(tokens[:-1], tokens[1:])
    expected = Counter(itertools.pairwise(tokens))
    assert list(map(tuple, dataset.pairs.tolist())) == sorted(expected)
    assert dataset.multiplicities.tolist() == [expected[pair] for pair in sorted(expected)]
    assert dataset.inputs.tolist() == tokens[:-1]
    assert dataset.targets.tolist() == tokens[1:]


def test_the_count_matrix_of_the_running_example() -> None:
    dataset, _ = seed()
    expected = np.zeros((5, 5))
    expected[[1, 2, 3], [2, 3, 4]], expected[4, 1] = 2, 1
    np.testing.assert_array_equal(dataset.counts(VocabSize(5)), expected)
    assert repr(dataset) == "TrainingSet(7 examples, 4 distinct)"
    assert pickle.loads(pickle.dumps(dataset)) == dataset


def test_counts_refuse_tokens_outside_and_tables_that_are_too_large() -> None:
    dataset, _ = seed()
    with pytest.raises(OutOfRange, match="target token index 4 out of range; limit is 4"):
        dataset.counts(VocabSize(4))
    with pytest.raises(InvalidQuantity, match="at most 32768"):
        dataset.counts(VocabSize(2**15 + 1))


@given(st.text(max_size=60))
def test_a_vocabulary_reads_its_own_text(text: str) -> None:
    try:
        vocabulary = Vocabulary.from_text(text)
    except EmptyInput:
        assert not any(piece.strip(".,;:!?\"'()[]") for piece in text.lower().split())
        return
    tokens = vocabulary.encode(text)
    assert vocabulary.encode(vocabulary.decode(tokens)) == tokens
    assert sorted(set(tokens.indices.tolist())) == list(range(vocabulary.size.value))


def test_refusals_of_a_vocabulary() -> None:
    with pytest.raises(EmptyInput, match="vocabulary: at least 1 is needed"):
        Vocabulary.from_text(" ... ")
    wrong: list[Any] = ["abc", ["a", "b"], ("a", 1), None, 5, {"a"}]
    for words in wrong:  # a list could be changed afterwards
        with pytest.raises(WrongType, match="Vocabulary needs a tuple of words; got"):
            Vocabulary(words)
    for text in (None, 5, b"cat", ["cat"]):
        for read in (Vocabulary.from_text, Vocabulary(("cat",)).encode):
            with pytest.raises(WrongType, match="Vocabulary needs a text; got"):
                read(text)  # type: ignore[arg-type]
    with pytest.raises(InvalidQuantity, match="distinct words"):
        Vocabulary(("a", "b", "a"))
    with pytest.raises(UnknownWord, match="dog"):
        Vocabulary(("cat",)).encode("cat dog")
    with pytest.raises(OutOfRange, match="token index 1 out of range; limit is 1"):
        Vocabulary(("cat",)).decode(TokenSequence.from_indices([1]))


def test_an_example_is_a_product_and_can_be_called_by_its_alias() -> None:
    example = TrainingExample(TokenId(1), TokenId(2))
    assert example == Product(TokenId(1), TokenId(2))
    assert hash(example) == hash(Product(TokenId(1), TokenId(2)))
    assert pickle.loads(pickle.dumps(example)) == example
    with pytest.raises(AttributeError):
        example.first = TokenId(3)  # type: ignore[misc]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(1, 5)), min_size=1, max_size=20))
def test_a_set_from_counts_is_the_set_of_the_examples_that_were_counted(rows: list[tuple[int, int, int]]) -> None:
    counted = TrainingSet.from_counts(*np.array(rows).T)
    listed = [(first, second) for first, second, often in rows for _ in range(often)]
    dataset = TrainingSet.from_indices(*np.array(listed).T)
    np.testing.assert_array_equal(counted.pairs, dataset.pairs)
    np.testing.assert_array_equal(counted.multiplicities, dataset.multiplicities)
    np.testing.assert_array_equal(counted.counts(VocabSize(10)), dataset.counts(VocabSize(10)))
    assert len(counted) == len(dataset)
    assert [(example.first.index, example.second.index) for example in counted.examples] == sorted(listed)
    assert pickle.loads(pickle.dumps(counted)) == counted == TrainingSet.from_counts(*np.array(rows[::-1]).T)
    assert len({counted, pickle.loads(pickle.dumps(counted))}) == 1
    assert not counted.inputs.flags.writeable


def test_counts_are_enough_and_their_examples_are_never_listed() -> None:
    dataset = TrainingSet.from_counts([0, 1], [1, 2], [10**15, 1])
    assert (len(dataset), repr(dataset)) == (10**15 + 1, f"TrainingSet({10**15 + 1} examples, 2 distinct)")
    with pytest.raises(OutOfRange, match="target token index 2 out of range; limit is 2"):
        dataset.counts(VocabSize(2))


@pytest.mark.parametrize(
    ("rows", "error", "told"),
    [
        (([0], [1], [0]), InvalidQuantity, "count of a pair must be 1 or more; got 0"),
        (([0], [1], [-1]), TinyMLError, "-1"),
        (([0, 1], [1], [1]), ShapeMismatch, "expected 2 targets and counts, got 1 and 1"),
        (([0], [1], [1.0]), WrongType, "whole numbers"),
        (([], [], []), EmptyInput, "training set"),
        (([0, 1], [1, 1], [2**62, 2**62]), InvalidQuantity, "number of examples must be less than"),
    ],
    ids=repr,
)
def test_what_are_no_counts_is_refused(rows: Any, error: type[TinyMLError], told: str) -> None:
    with pytest.raises(error, match=told):
        TrainingSet.from_counts(*rows)


def test_a_vocabulary_with_an_unknown_word_reads_every_text() -> None:
    vocabulary = Vocabulary(("the", "cat", UNKNOWN))
    assert vocabulary.decode(vocabulary.encode("The dog, the [unknown] cat")) == "the [unknown] the [unknown] cat"
