"""Counting a corpus: the laws of shards, words, sums, summaries and counts, against `collections.Counter`."""

from __future__ import annotations

import gzip
import io
import itertools
import tempfile
from collections import Counter
from functools import partial, reduce
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest
from corpora import PIECES, named, pairs_of, words_of
from drawing import draws
from hypothesis import given
from hypothesis import strategies as st

from tinyml import (
    DatasetWindowing,
    EmptyInput,
    InvalidQuantity,
    LearningRate,
    ModelDimension,
    Parameters,
    StepCount,
    TokenSequence,
    TrainStep,
    UnreadableText,
    VocabSize,
    Vocabulary,
    iterate,
)
from tinyml.ch01_objects.vocabulary import UNKNOWN, split_words
from tinyml.ch08_monoids.shards import PairCounts
from tinyml.count import Counts, Summary, add_up, count_corpus, files
from tinyml.count.files import BYTE_ORDER_MARK, Part, Shard, TextFile, cut, find
from tinyml.count.run import Corpus
from tinyml.count.sparse import Tally
from tinyml.count.summary import END, END_NUMBER
from tinyml.count.words import Reader, TooLongError
from tinyml.count.work import count_part, one_by_one

WRONG = [b"\xff", b"\xe2\x80", b"\xc3", b"\xed\xa0\x80"]
BYTES = [BYTE_ORDER_MARK, *WRONG, *(piece.encode() for piece in PIECES)]
WHITE = [b" ", b"\n", b"\t", b"\r\n", b"\x0b", b"\x0c", b"  ", b""]
texts = st.lists(st.sampled_from(BYTES) | st.sampled_from(WHITE), max_size=40).map(b"".join)
words = st.lists(st.sampled_from(["the", "cat", "sat", "on", "a", "mat"]), max_size=12)
ended = st.lists(st.sampled_from(["the", "cat", "sat", "on", END]), max_size=12)


def shards_of(path: str, size: int) -> list[Shard]:
    return [shard for part in cut([TextFile.found(path)], size) for shard in part]


def written(folder: str | Path, *contents: bytes) -> list[str]:
    paths = [Path(folder) / f"text{place}.txt" for place in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    return [str(path) for path in paths]


@given(texts)
def test_reading_blocks_is_splitting_the_decoded_text(text: bytes) -> None:
    reader = Reader()
    names = list(reader.numbers)
    for _ in range(2):  # from scratch, and from memory
        numbers = reader.read(text)
        names = list(reader.numbers)
        assert [names[number] for number in numbers] == split_words(text.decode("utf-8", "replace"))


@draws(400)
@given(texts, st.integers(1, 30), st.integers(3, 12))
def test_shards_hold_each_piece_once_and_in_order(text: bytes, size: int, block: int) -> None:
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(files, "BLOCK", block):
        (path,) = written(folder, text)
        shards = shards_of(path, size)
        found = [piece for shard in shards for block in shard.blocks() for piece in block.split()]
        assert found == text.removeprefix(BYTE_ORDER_MARK).split()
        for shard in () if text.startswith(BYTE_ORDER_MARK) else shards:  # what begins in a shard is in it
            begins = [at for at in range(shard.start, shard.stop) if text[at : at + 1].split()]
            begins = [at for at in begins if at == 0 or not text[at - 1 : at].split()]
            assert len([piece for block in shard.blocks() for piece in block.split()]) == len(begins)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 5)), max_size=30), st.integers(1, 5))
def test_a_tally_holds_what_a_counter_holds(rows: list[tuple[int, int]], least: int) -> None:
    tally, counter = Tally(), Counter[int]()
    with mock.patch("tinyml.count.sparse.LEAST_WAITING", least):
        for start in range(0, len(rows), 4):
            some = np.array(rows[start : start + 4])
            tally.add(some[:, 0], some[:, 1])
        for code, often in rows:
            counter[code] += often
        codes, counts = tally.total()
    assert list(zip(codes.tolist(), counts.tolist(), strict=True)) == sorted(counter.items())


@given(ended, ended)
def test_the_summary_of_a_joined_text_is_the_sum_of_the_summaries(one: list[str], other: list[str]) -> None:
    assert Summary.of(one) + Summary.of(other) == Summary.of(one + other)


@given(ended, ended, ended)
def test_sums_of_summaries_are_associative_and_no_words_are_neutral(a: list[str], b: list[str], c: list[str]) -> None:
    first, second, third, none = (Summary.of(text) for text in (a, b, c, []))
    assert (first + second) + third == first + (second + third)
    assert none + first == first == first + none


@given(words.filter(bool), words.filter(bool))
def test_summaries_are_pair_counts_over_words(one: list[str], other: list[str]) -> None:
    names = sorted({*one, *other})
    texts = (TokenSequence.from_indices([names.index(word) for word in text]) for text in (one, other))
    left, right = (PairCounts.of(text, VocabSize(len(names))) for text in texts)
    summary, full = Summary.of(one) + Summary.of(other), left + right
    table = np.zeros((len(names), len(names)))
    table[summary.inputs, summary.targets] = summary.counts
    np.testing.assert_array_equal(table, full.counts)
    assert summary.ends == tuple(full.ends)


@given(st.lists(ended, max_size=8))
def test_adding_up_is_adding_one_after_the_other(parts: list[list[str]]) -> None:
    summaries = [Summary.of(part) for part in parts]
    assert add_up(summaries) == reduce(lambda one, other: one + other, summaries, Summary.of([]))


@given(ended)
def test_a_summary_is_what_a_counter_finds_and_survives_being_stored(text: list[str]) -> None:
    summary, real = Summary.of(text), [word for word in text if word != END]
    rows = zip(summary.inputs, summary.targets, summary.counts, strict=True)
    found = {(summary.words[first], summary.words[second]): often for first, second, often in rows}
    assert found == Counter(pair for pair in itertools.pairwise(text) if END not in pair)
    assert dict(zip(summary.words, summary.often.tolist(), strict=True)) == Counter(real)
    assert summary.words == tuple(sorted(set(real)))
    assert [END if end == END_NUMBER else summary.words[end] for end in summary.ends] == (text[:1] + text[-1:])
    again = Summary.from_bytes(summary.to_bytes())
    assert (again, hash(again), again.to_bytes()) == (summary, hash(summary), summary.to_bytes())


@draws(400)
@given(st.lists(texts, min_size=1, max_size=3), st.integers(1, 50), st.booleans())
def test_counts_are_those_of_a_counter_however_the_files_are_cut(
    contents: list[bytes], size: int, backwards: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder, mock.patch("tinyml.count.work.WORDS_AT_ONCE", 3):
        paths = written(folder, *contents)
        corpus, problems = Corpus.found(paths, Path(folder) / "counts.npz", size)
        parts = list(reversed(corpus.left)) if backwards else corpus.left
        assert problems + corpus.count(lambda _: one_by_one(parts), lambda _: None) == []
        expected = pairs_of(*contents)
        if not expected:
            with pytest.raises(EmptyInput, match="at least 2 words in one file"):
                corpus.add_up()
            return
        counts = corpus.add_up()
        assert named(counts) == expected
        often = Counter(word for content in contents for word in words_of(content))
        assert counts.vocabulary.words == tuple(sorted(often, key=lambda word: (-often[word], word)))
        assert stored(corpus.add_up()) == stored(count_corpus(paths, Path(folder) / "whole.npz"))


def stored(counts: Counts) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        counts.write(Path(folder) / "counts.npz")
        return (Path(folder) / "counts.npz").read_bytes()


@given(st.lists(ended, min_size=1, max_size=4), st.integers(1, 8))
def test_cutting_the_vocabulary_and_then_adding_is_adding_and_then_cutting(parts: list[list[str]], size: int) -> None:
    loads = [partial(Summary.of, part) for part in parts]
    if not len(add_up(Summary.of(part) for part in parts).counts):
        return
    whole, capped = Counts.of(loads), Counts.of(loads, VocabSize(size))
    known = set(whole.vocabulary.words)
    if len(known) > size:
        known = set(whole.vocabulary.words[: size - 1])
        assert capped.vocabulary.words == (*whole.vocabulary.words[: size - 1], UNKNOWN)
    image = Counter[tuple[str, str]]()
    for (first, second), often in named(whole).items():
        image[first if first in known else UNKNOWN, second if second in known else UNKNOWN] += often
    assert named(capped) == image


@given(words.filter(lambda text: len(text) > 1), st.none() | st.integers(1, 8), st.integers(1, 9))
def test_training_on_counts_is_training_on_the_encoded_text(text: list[str], cap: int | None, size: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (path,) = written(folder, " ".join(text).encode())
        corpus, _ = Corpus.found([path], Path(folder) / "counts.npz", size)
        corpus.count(one_by_one, lambda _: None)
        counts = corpus.add_up(None if cap is None else VocabSize(cap))
    pairs = DatasetWindowing()(counts.vocabulary.encode(" ".join(text)))
    np.testing.assert_array_equal(counts.training_set.pairs, pairs.pairs)
    np.testing.assert_array_equal(counts.training_set.multiplicities, pairs.multiplicities)
    start = Parameters.init(counts.vocabulary.size, ModelDimension(3))
    ends = [iterate(TrainStep(one, LearningRate(0.5)), start, StepCount(5)) for one in (counts.training_set, pairs)]
    assert ends[0] == ends[1]


def test_the_arrays_are_in_their_order_and_read_back(tmp_path: Path) -> None:
    (path,) = written(tmp_path, b"The cat saw the dog.\nThe dog ran.")
    counts = count_corpus([path], tmp_path / "counts.npz")
    with np.load(tmp_path / "counts.npz") as found:
        assert found.files == ["vocabulary", "inputs", "targets", "counts"]
        assert found["vocabulary"].tolist() == ["the", "dog", "cat", "ran", "saw"]
        rows = zip(found["inputs"].tolist(), found["targets"].tolist(), found["counts"].tolist(), strict=True)
        assert list(rows) == [(0, 1, 2), (0, 2, 1), (1, 0, 1), (1, 3, 1), (2, 4, 1), (4, 0, 1)]
        assert {found[name].dtype.str for name in found.files[1:]} == {"<i8"}
    assert Counts.read(tmp_path / "counts.npz") == counts
    assert not (tmp_path / "counts.npz.parts").exists()


@pytest.mark.parametrize("members", [1, 3])
def test_a_compressed_file_counts_as_its_text(tmp_path: Path, members: int) -> None:
    text = b"the cat saw the dog and the dog ran " * 5
    parts = [text] if members == 1 else [text[:7], text[7:50], text[50:]]
    (tmp_path / "a.GZ").write_bytes(b"".join(gzip.compress(part) for part in parts))
    (tmp_path / "b.txt").write_bytes(text)
    first, second = (count_corpus([str(tmp_path / name)], tmp_path / "out.npz") for name in ("a.GZ", "b.txt"))
    assert first == second


def test_a_byte_order_mark_is_no_letter_where_the_text_begins(tmp_path: Path) -> None:
    (path,) = written(tmp_path, BYTE_ORDER_MARK + b"the cat the " + BYTE_ORDER_MARK + b"cat")
    assert named(count_corpus([path], tmp_path / "out.npz")) == {
        ("the", "cat"): 1,
        ("cat", "the"): 1,
        ("the", "\ufeffcat"): 1,
    }


def test_pairs_go_across_lines_and_not_from_file_to_file(tmp_path: Path) -> None:
    paths = written(tmp_path, b"the\ncat\n", b"sat down")
    assert named(count_corpus(paths, tmp_path / "out.npz")) == {("the", "cat"): 1, ("sat", "down"): 1}


def test_paths_are_files_folders_and_patterns_and_each_file_counts_once(tmp_path: Path) -> None:
    names = ["a.txt", "b.txt", "c[1].txt", "deep/er/d.txt", ".hidden/e.txt", "deep/.f.txt", "counts.npz"]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("the cat", encoding="utf-8")
    (tmp_path / "link.txt").symlink_to("a.txt")

    def meant(*paths: str) -> list[str]:
        found, problems = find([str(tmp_path / path) for path in paths], but=[str(tmp_path / "counts.npz")])
        assert problems == []
        return [str(Path(file.path).relative_to(tmp_path.resolve())) for file in found]

    assert meant("") == ["a.txt", "b.txt", "c[1].txt", "deep/er/d.txt"]
    assert meant("a.txt", "a.txt", "link.txt", "*.txt") == ["a.txt", "b.txt", "c[1].txt"]
    assert meant("c[1].txt") == ["c[1].txt"]
    assert meant("**/d.txt", "[ab].txt") == ["a.txt", "b.txt", "deep/er/d.txt"]
    _, problems = find([str(tmp_path / "no*"), str(tmp_path / "none.txt"), str(tmp_path / "deep" / ".nothing")])
    told = [(Path(problem.path).name, problem.reason) for problem in problems]
    missing = "there is no such file"
    assert told == [(".nothing", missing), ("no*", "no file fits this pattern"), ("none.txt", missing)]


@pytest.mark.parametrize("size", [2**18, 2**21, 2**25])
def test_a_text_without_white_space_is_refused_wherever_it_is_cut(tmp_path: Path, size: int) -> None:
    content = b"the cat " + b"x" * (2**20 + 1) + b" sat"
    (path,) = written(tmp_path, content)
    assert any(refused(shard) for shard in shards_of(path, size))
    written(tmp_path, content.replace(b"xx", b"x", 1))  # one byte less is a word
    assert not any(refused(shard) for shard in shards_of(path, size))


def refused(shard: Shard) -> bool:
    outcome = count_part((shard,))
    return isinstance(outcome, tuple) and "has no white space in 1,048,576 bytes" in str(outcome[0])


def test_a_piece_that_is_too_long_is_never_remembered() -> None:
    with pytest.raises(TooLongError):
        Reader().read(b"x" * (2**20 + 1))


def test_what_a_reader_remembers_changes_no_result(tmp_path: Path) -> None:
    paths = written(tmp_path, b"the cat sat", b"a dog ran off")
    first, second = ((Shard(TextFile.found(path), 0, 9),) for path in paths)
    alone = count_part(first)
    count_part(second)
    assert count_part(first) == alone
    with mock.patch("tinyml.count.words.MOST_REMEMBERED", 0):
        assert count_part(first) == alone == Summary.of(["the", "cat", "sat"]).to_bytes()


def test_small_files_are_counted_together(tmp_path: Path) -> None:
    for place in range(300):
        (tmp_path / f"{place:03}.txt").write_text("the cat sat " * (place % 7), encoding="utf-8")
    (tmp_path / "large.txt").write_text("the cat sat " * 1000, encoding="utf-8")
    found, _ = find([str(tmp_path)])
    parts = cut(found, 10_000)
    shards = [shard for part in parts for shard in part]
    assert sorted(shard.file for shard in shards if shard.start == 0) == found
    assert len(parts) < 10
    assert sum(shard.start > 0 for shard in shards) == 1
    counts = Counts.of([partial(summary_of, part) for part in parts])
    assert named(counts) == pairs_of(*(Path(file.path).read_bytes() for file in found))


def test_one_small_file_more_changes_one_part_or_two_where_a_part_ends_behind_it() -> None:
    # the paths are given, since they decide where parts end
    corpus = [TextFile(f"/texts/{place:03}.txt", place % 7, 0) for place in range(300)]
    with mock.patch("tinyml.count.files.SMALL_FILES", 32):
        parts = cut(corpus, 10_000)
        ends = {part[-1].file for part in parts[:-1]}
        assert 5 < len(parts) < 20
        for file in corpus:
            fewer = cut([other for other in corpus if other != file], 10_000)
            assert len(set(parts) - set(fewer)) == 1 + (file in ends), file


def summary_of(part: Part) -> Summary:
    outcome = count_part(part)
    assert isinstance(outcome, bytes)
    return Summary.from_bytes(outcome)


def test_a_vocabulary_that_would_not_fit_is_refused(tmp_path: Path) -> None:
    long = "x" * 2000
    dataset = count_corpus(written(tmp_path, f"{long} b".encode()), tmp_path / "out.npz").training_set
    counts = Counts(Vocabulary((long, *map(str, range(140_000)))), dataset)
    with pytest.raises(InvalidQuantity, match="at most 134,217 words, the longest of which has 2000 letters"):
        counts.write(tmp_path / "out.npz")


def test_what_holds_no_counts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableText, match="there is no such file"):
        Counts.read(tmp_path / "none.npz")
    for content in (b"", b"text", npz(vocabulary=np.array(["a"])), npz(vocabulary=np.array([{}], dtype=object))):
        (tmp_path / "bad.npz").write_bytes(content)
        with pytest.raises(UnreadableText, match="holds no counts"):
            Counts.read(tmp_path / "bad.npz")


def npz(**arrays: Any) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return stream.getvalue()
