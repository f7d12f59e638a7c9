"""Runs: a corpus is counted, in this process or on a Dask cluster, and goes on where it was stopped.

    paths  -->  files  -->  shards  -->  parts  --added up-->  counts

Checked by tests/test_count_command.py and tests/test_count_dask.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import final

from tinyml.count.counts import Counts
from tinyml.count.files import Shard, cut, find
from tinyml.count.parts import Parts
from tinyml.count.work import Workers, one_by_one
from tinyml.errors import UnreadableText
from tinyml.quantities import VocabSize

SHARD = 2**25
Progress = Callable[[int], object]


@final
@dataclass(frozen=True, slots=True)
class Corpus:
    """The shards of all files, and the folder for their parts."""

    shards: tuple[Shard, ...]
    parts: Parts

    @classmethod
    def found(cls, paths: Iterable[str], out: Path, shard_size: int = SHARD) -> tuple[Corpus, list[UnreadableText]]:
        """Find the files that `paths` mean; return what is wrong with others beside the corpus."""
        parts = Parts(out.with_name(f"{out.name}.parts"))
        files, problems = find(paths, but=(str(out), str(parts.folder)))
        return cls(tuple(shard for file in files for shard in cut(file, shard_size)), parts), problems

    @property
    def left(self) -> list[Shard]:
        """The shards that have no part yet."""
        return [shard for shard in self.shards if not self.parts.has(shard)]

    def count(self, workers: Workers, progress: Progress) -> list[UnreadableText]:
        """Count what is left and return what is wrong with files that could not be counted."""
        problems = dict[str, UnreadableText]()
        for shard, outcome in workers(self.left):
            if isinstance(outcome, UnreadableText):
                problems[str(outcome)] = outcome
            else:
                self.parts.store(shard, outcome)
            progress(shard.stop - shard.start)
        return [problems[told] for told in sorted(problems)]

    def add_up(self, vocab_size: VocabSize | None = None) -> Counts:
        """Add the parts: pairs go across the lines and the shards of a file, and not from one file to the next."""
        files = groupby(self.shards, key=lambda shard: shard.file)
        return Counts.of(([partial(self.parts.load, shard) for shard in shards] for _, shards in files), vocab_size)


def count_corpus(
    paths: Iterable[str], out: str | Path, vocab_size: VocabSize | None = None, workers: Workers = one_by_one
) -> Counts:
    """Count the files that `paths` mean, write the counts to `out` and return them.

    The first `UnreadableText` is raised when there is something wrong with a file; what was counted is kept then.
    """
    place = Path(out)
    corpus, problems = Corpus.found(paths, place)
    problems += corpus.count(workers, lambda _: None)
    if problems:
        raise problems[0]
    counts = corpus.add_up(vocab_size)
    counts.write(place)
    corpus.parts.remove()
    return counts
