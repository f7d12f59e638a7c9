"""Race all rows, or those whose names contain a word: `python -m benchmarks [WORD] [--seed N] [--rust CHECKOUT]`.

The report is written after each row, so that an interruption leaves what was measured before.  What fails is told
there, the rest is measured all the same, and the exit status is 1.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks import machine, report
from benchmarks.circuits import table as circuits
from benchmarks.race import Result, raced
from benchmarks.rows import rows
from benchmarks.stock import run, table
from benchmarks.waits import build

COUNTED: dict[str, Callable[[dict[str, str], Path], Path]] = {
    build.NAME: lambda about, folder: build.write(build.measure_build(), about, folder),
    table.NAME: lambda about, folder: table.write(run.compared(run.parsed([])), about, folder),
    circuits.NAME: lambda _, folder: circuits.write(circuits.compared(), folder),
}
"""What is no race: measures, and writes a report of its own."""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("word", nargs="?", default="", help="only rows whose names contain it")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6), help="of the random order")
    parser.add_argument("--folder", type=Path, default=Path(__file__).parent, help="where the reports go")
    parser.add_argument("--races", action="store_true", help="leave out what is no race: build, corpus and circuits")
    parser.add_argument("--rust", metavar="CHECKOUT", help="of the Rust crate, which cargo builds")
    asked = parser.parse_args(arguments)
    wanted = [row for row in rows(asked.rust) if asked.word in row.name]
    counted = {name: measured for name, measured in COUNTED.items() if asked.word in name and not asked.races}
    if not wanted and not counted:
        parser.error(f"no row has {asked.word!r} in its name")
    asked.folder.mkdir(parents=True, exist_ok=True)
    print(f"seed {asked.seed}")
    about, results = machine.described(asked.rust), list[Result]()
    written, failed = list[Path](), list[str]()
    try:
        for result in raced(wanted, random.Random(asked.seed)):
            results.append(result)
            written = [report.write(results, about, asked.seed, asked.folder)]
            failed += [result.row.name] if result.failed else []
        for name, measured in counted.items():
            try:
                written.append(measured(about, asked.folder))
            except RuntimeError as error:
                print(f"!!! {name}: FAILED: {error}", flush=True)
                failed.append(name)
    except KeyboardInterrupt:
        print(f"\nInterrupted. What was measured before is in {asked.folder}.")
        return 128 + signal.SIGINT
    for path in written:
        print(path.read_text(encoding="utf-8"))
    for name in failed:
        print(f"FAILED, see above: {name}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
