"""Work: one shard is counted, by whoever has time for it.

    count_shard(shard) = bytes        the same, whoever computed them and however often

This is a pure function of the file, so a worker that is lost costs no more than doing its shard again.
Checked by tests/test_count.py and, with a worker killed, by tests/test_count_dask.py.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator

import numpy as np

from tinyml.count.files import Shard, too_long
from tinyml.count.summary import Summary, add_up
from tinyml.count.words import Reader, TooLongError
from tinyml.errors import UnreadableText

WORDS_AT_ONCE = 2**22
OWN = threading.local()

Outcome = bytes | UnreadableText
Workers = Callable[[Iterable[Shard]], Iterable[tuple[Shard, Outcome]]]


def count_shard(shard: Shard) -> Outcome:
    """Return the summary of a shard as bytes, or what is wrong with its file."""
    try:
        return summarise(shard).to_bytes()
    except UnreadableText as error:
        return error


def summarise(shard: Shard) -> Summary:
    """Count a shard; `UnreadableText` when its file is no text, or no longer what it was."""
    try:
        return add_up(_summaries(shard, _reader()))
    except TooLongError:
        raise UnreadableText(shard.file.path, too_long()) from None


def one_by_one(shards: Iterable[Shard]) -> Iterator[tuple[Shard, Outcome]]:
    """Count shards in this process."""
    return ((shard, count_shard(shard)) for shard in shards)


def _summaries(shard: Shard, reader: Reader) -> Iterator[Summary]:
    """Yield the summaries of a shard, one for each few million of its words."""
    read, words = [np.empty(0, dtype=np.int64)], 0
    for block in shard.blocks():
        read.append(reader.read(block))
        words += len(read[-1])
        if words > WORDS_AT_ONCE:
            yield Summary.of_numbers(tuple(reader.numbers), np.concatenate(read))
            read, words = [], 0
    if read:
        yield Summary.of_numbers(tuple(reader.numbers), np.concatenate(read))


def _reader() -> Reader:
    """Return the reader of this thread: what it remembers makes the next shard faster, and changes no result."""
    if not hasattr(OWN, "reader") or OWN.reader.full():
        OWN.reader = Reader()
    reader: Reader = OWN.reader
    return reader
