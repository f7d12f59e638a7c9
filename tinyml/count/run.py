"""Runs: a corpus is counted, in this process or on a Dask cluster, and goes on where it was stopped.

    paths  -->  files  -->  parts  --counted-->  summaries  --added up-->  counts

Checked by tests/count/test_count_command.py and tests/count/test_count_dask.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import final

from tinyml.ch01_objects.quantities import VocabSize
from tinyml.count.counts import Counts
from tinyml.count.files import Part, cut, find
from tinyml.count.parts import Parts
from tinyml.count.work import Workers, one_by_one
from tinyml.errors import UnreadableText

SHARD = 2**25
Progress = Callable[[int], object]


@final
@dataclass(frozen=True, slots=True)
class Corpus:
    """The parts of all files, in order, and the folder in which their summaries are kept."""

    parts: tuple[Part, ...]
    kept: Parts

    @classmethod
    def found(cls, paths: Iterable[str], out: Path, shard_size: int = SHARD) -> tuple[Corpus, list[UnreadableText]]:
        """Find the files that `paths` mean; return what is wrong with others beside the corpus."""
        kept = Parts(out.with_name(f"{out.name}.parts"))
        files, problems = find(paths, but=(str(out), str(kept.folder)))
        return cls(tuple(cut(files, shard_size)), kept), problems

    @property
    def left(self) -> list[Part]:
        """The parts that have not been counted yet."""
        return [part for part in self.parts if not self.kept.has(part)]

    def count(self, workers: Workers, progress: Progress) -> list[UnreadableText]:
        """Count what is left and return what is wrong with files that could not be counted."""
        problems = dict[str, UnreadableText]()
        for part, outcome in workers(self.left):
            if isinstance(outcome, bytes):
                self.kept.store(part, outcome)
            else:
                problems |= {str(problem): problem for problem in outcome}
            progress(size_of([part]))
        return [problems[told] for told in sorted(problems)]

    def add_up(self, vocab_size: VocabSize | None = None) -> Counts:
        """Add the parts in their order, which is that of the files."""
        return Counts.of([partial(self.kept.load, part) for part in self.parts], vocab_size)


def size_of(parts: Iterable[Part]) -> int:
    """Return how many bytes of files the parts are."""
    return sum(shard.stop - shard.start for part in parts for shard in part)


def count_corpus(
    paths: Iterable[str],
    out: str | Path,
    vocab_size: VocabSize | None = None,
    workers: Workers = one_by_one,
    shard_size: int = SHARD,
) -> Counts:
    """Count the files that `paths` mean, write the counts to `out` and return them.

    `workers` counts parts, in any order: `one_by_one` in this process, `over_dask` on a cluster.  The first
    `UnreadableText` is raised when there is something wrong with a file; what was counted is kept then.
    """
    place = Path(out)
    corpus, problems = Corpus.found(paths, place, shard_size)
    problems += corpus.count(workers, lambda _: None)
    if problems:
        raise problems[0]
    counts = corpus.add_up(vocab_size)
    counts.write(place)
    corpus.kept.remove()
    return counts
