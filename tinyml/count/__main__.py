"""Count pairs of words: `python -m tinyml.count PATH... --out COUNTS.npz`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from tinyml.ch01_objects.quantities import VocabSize
from tinyml.count.cluster import WorkersError, local_cluster, over_dask
from tinyml.count.counts import Counts
from tinyml.count.run import SHARD, Corpus, size_of
from tinyml.count.work import one_by_one
from tinyml.errors import InvalidQuantity, TinyMLError

INTERRUPTED = 130  # what a shell says of a command that was stopped by Ctrl-C


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(
        prog="python -m tinyml.count", description="Count which word follows which in files that may exceed the memory."
    )
    whole.add_argument("paths", nargs="+", metavar="PATH", help="a file (.gz is unpacked), a folder, or a pattern")
    whole.add_argument("--out", required=True, type=Path, metavar="COUNTS.npz", help="where the counts go")
    whole.add_argument("--vocab-size", type=int, metavar="N", help="keep N words: the most frequent, and [unknown]")
    workers = whole.add_mutually_exclusive_group()
    workers.add_argument("--jobs", type=int, default=1, metavar="N", help="processes; more than 1 need Dask")
    workers.add_argument("--scheduler", metavar="ADDRESS", help="count on the workers of this Dask scheduler")
    whole.add_argument("--shard-size", type=int, default=SHARD, metavar="BYTES", help="how a large file is cut")
    return whole


@contextmanager
def bar(total: int) -> Generator[Callable[[int], object], None, None]:
    """Show how far the work is, on standard error."""
    try:
        from tqdm import tqdm  # noqa: PLC0415  an extra
    except ImportError:
        done = [0]

        def say(size: int) -> None:
            done[0] += size
            print(f"\r{done[0] / 1e6:,.0f} of {total / 1e6:,.0f} MB", end="", file=sys.stderr, flush=True)

        yield say
        print(file=sys.stderr)
    else:
        with tqdm(total=total, unit="B", unit_scale=True, desc="counted") as shown:
            yield shown.update


def run(options: argparse.Namespace) -> Counts:
    """Do what is asked, or raise SystemExit with what is in the way."""
    vocab_size = None if options.vocab_size is None else VocabSize(options.vocab_size)
    for kind, number in (("shard size", options.shard_size), ("jobs", options.jobs)):
        if number < 1:
            raise InvalidQuantity(kind, number, "1 or more")
    if not options.out.absolute().parent.is_dir():
        raise SystemExit(f"{options.out}: there is no folder {options.out.absolute().parent}")
    corpus, problems = Corpus.found(options.paths, options.out, options.shard_size)
    size = size_of(corpus.parts)
    cluster = local_cluster(options.jobs) if options.jobs > 1 else nullcontext(options.scheduler)
    try:
        with bar(size) as progress, cluster as address:
            progress(size - size_of(corpus.left))
            problems += corpus.count(over_dask(address) if address else one_by_one, progress)
        if problems:
            raise SystemExit("\n".join(map(str, problems)) + kept(corpus))
        counts = corpus.add_up(vocab_size)
        counts.write(options.out)
    except KeyboardInterrupt:
        print(f"interrupted{kept(corpus)}", file=sys.stderr)
        raise SystemExit(INTERRUPTED) from None
    except (OSError, WorkersError) as error:
        raise SystemExit(f"{error}{kept(corpus)}") from None
    corpus.kept.remove()
    return counts


def kept(corpus: Corpus) -> str:
    """Say what is not lost."""
    done = len(corpus.parts) - len(corpus.left)
    if not done:
        return ""
    folder = corpus.kept.folder
    return f"\n{done} of {len(corpus.parts)} parts are counted and kept in {folder}; the same command goes on there"


def summary_of(counts: Counts, out: Path) -> str:
    """Say what was counted."""
    words, dataset = counts.vocabulary.words, counts.training_set
    lines = [f"{out}: {len(words):,} words, {len(dataset.pairs):,} distinct pairs, {len(dataset):,} pairs"]
    if wrong := sum("\ufffd" in word for word in words):
        lines.append(f"{wrong:,} of the words hold U+FFFD, which stands for bytes that are not UTF-8")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    options = parser().parse_intermixed_args(arguments)
    try:
        counts = run(options)
    except TinyMLError as error:
        raise SystemExit(str(error)) from None
    print(summary_of(counts, options.out))
    return 0


if __name__ == "__main__":
    sys.exit(main())
