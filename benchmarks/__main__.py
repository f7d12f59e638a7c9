"""Race all rows, or those whose names contain a word: `python -m benchmarks [WORD] [--seed N] [--rust PROGRAM]`."""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path

from benchmarks import machine, report
from benchmarks.race import DisagreementError, race
from benchmarks.rows import rows
from benchmarks.stock import run, table
from benchmarks.waits import build


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("word", nargs="?", default="", help="only rows whose names contain it")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6), help="of the random order")
    parser.add_argument("--folder", type=Path, default=Path(__file__).parent, help="where the reports go")
    parser.add_argument("--races", action="store_true", help="leave out what is no race: corpus and build")
    parser.add_argument("--rust", metavar="PROGRAM", help="of the Rust crate, that answers as a contender does")
    asked = parser.parse_args(arguments)
    wanted = [row for row in rows(asked.rust) if asked.word in row.name]
    corpus = asked.word in table.NAME and not asked.races
    book = asked.word in build.NAME and not asked.races
    if not wanted and not corpus and not book:
        parser.error(f"no row has {asked.word!r} in its name")
    asked.folder.mkdir(parents=True, exist_ok=True)
    print(f"seed {asked.seed}")
    rng = random.Random(asked.seed)
    try:
        results = [race(row, rng) for row in wanted]
        built = [build.measured()] if book else []
        graded = [run.compared(run.parsed([]))] if corpus else []
    except DisagreementError as error:
        print(error)
        return 1
    about = machine.described()
    written = [report.write(results, about, asked.seed, asked.folder)] if results else []
    written += [build.write(found, about, asked.folder) for found in built]
    written += [table.write(found, about, asked.folder) for found in graded]
    for path in written:
        print(path.read_text(encoding="utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
