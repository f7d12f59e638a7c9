"""Work: a part of the corpus is counted, by whoever has time for it.

    count_part(part) = bytes        the same, whoever computed them and however often

A part is a shard of a large file, or several small files.  Counting it is a pure function of the files, so a
worker that is lost costs no more than doing its part again.
Checked by tests/count/test_count.py and, with a worker killed, by tests/count/test_count_dask.py.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator

import numpy as np

from tinyml.count.files import Part, Shard, too_long
from tinyml.count.summary import END_NUMBER, Summary, add_up
from tinyml.count.words import Reader, TooLongError
from tinyml.errors import UnreadableText
from tinyml.validation import IntArray

WORDS_AT_ONCE = 2**22
OWN = threading.local()

Outcome = bytes | tuple[UnreadableText, ...]
Workers = Callable[[Iterable[Part]], Iterable[tuple[Part, Outcome]]]


def count_part(part: Part) -> Outcome:
    """Return the summary of a part as bytes, or what is wrong with files in it."""
    problems = list[UnreadableText]()
    summary = add_up(_summaries(part, _reader(), problems))
    return tuple(problems) or summary.to_bytes()


def one_by_one(parts: Iterable[Part]) -> Iterator[tuple[Part, Outcome]]:
    """Count parts in this process."""
    return ((part, count_part(part)) for part in parts)


def _summaries(part: Part, reader: Reader, problems: list[UnreadableText]) -> Iterator[Summary]:
    """Yield summaries of a few million words each; list the files that cannot be counted."""
    read, words = list[IntArray](), 0
    for shard in part:
        try:
            for numbers in _numbers(shard, reader):
                read.append(numbers)
                words += len(numbers)
                if words > WORDS_AT_ONCE:
                    yield Summary.of_numbers(reader.numbers.names, np.concatenate(read))
                    read, words = [], 0
        except UnreadableText as error:
            problems.append(error)
    if read:
        yield Summary.of_numbers(reader.numbers.names, np.concatenate(read))


def _numbers(shard: Shard, reader: Reader) -> Iterator[IntArray]:
    """Yield the numbers of the words of a shard, and END when its file ends with it."""
    try:
        for block in shard.blocks():
            yield reader.read(block)
    except TooLongError:
        raise UnreadableText(shard.file.path, too_long()) from None
    if shard.stop == shard.file.size:
        yield np.array([END_NUMBER])


def _reader() -> Reader:
    """Return the reader of this thread: what it remembers makes the next part faster, and changes no result."""
    if not hasattr(OWN, "reader") or OWN.reader.full():
        OWN.reader = Reader()
    reader: Reader = OWN.reader
    return reader
