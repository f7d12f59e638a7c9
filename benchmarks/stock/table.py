"""The report on the corpus, corpus.md, and corpus.csv with a row for each grader and file.

Checked by tests/benchmarks/test_benchmarks_stock.py.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from benchmarks import report
from benchmarks.stock import otter
from benchmarks.stock.counting import GRADERS, OURS, Comparison, Count, Outcome, counted

NAME = "grading the corpus: honest, broken and hostile submissions"
METHOD = """\
The files are the corpus of `grading/corpus`, which says for each what an honest marker would give. Ours grades
all of them as one class on this machine, in its own sandbox, two at a time, and what is left behind is told of the
whole run. The stock graders, nbgrader {nbgrader} and otter-grader {otter}, have none, so each file is graded in a
container of its own (bubblewrap: own processes and network, a read-only system, home and course in memory, limits by
prlimit), between two honest neighbours, of whom the first has been graded before and the second comes after it in the
same run; "left", "changed" and "reached" say what leaves the stock grader's process and the notebook's folder, seen
inside the container, where without one the instructor's account would be. nbgrader has the master as it is: `nbgrader
autograde`, no setting changed. For otter each check of the master became a test file (`OK_FORMAT`, all or nothing): a
visible case with the visible part of the check, and a hidden case with the whole of it, each a doctest that expects
the question's points; a submission's check cells carry otter's own mark, so that `otter run` tests each question
where it stands, and at the end where a file has lost the mark. A run that is not done after {bound:g} s is killed and
started again for the neighbour alone. A file that a grader gives no mark at all counts as one of no points, in the
stock graders' favour. Two dues follow from our own design, and neither stock grader can know them: in
`protocol/steals` a cell that our box has to stop loses its question, and `tampering/written-results` writes into a name
that `tinyml.check` reads. Only questions that a program checks are compared. Zips of a class ({left_out} files), which
neither stock grader reads, are left out for all. The seconds are those of single runs, one grader after another, with
the start of the programs in them."""


def figures(count: Count) -> dict[str, str]:
    """Return the figures of a grader, by what they say."""
    guilty = count.files - count.innocent
    return {
        "files that got an honest marker's points": f"{count.right} of {count.files}",
        "files that gained points by cheating": f"{count.cheated} of {count.cheats}",
        "other files that got more than their due": f"{count.others_gained} of {count.files - count.cheats}",
        "innocent files that lost points": f"{count.innocent_lost} of {count.innocent}",
        "files not innocent that lost more than their due": f"{count.others_lost} of {guilty}",
        "files without any mark": str(count.unmarked),
        "files that hung": str(count.hung),
        "neighbours lost": str(count.neighbours_lost),
        "files that left files outside their folder": str(count.left_files),
        "files that changed a neighbour's file or the master": str(count.harmed),
        "files that left processes": str(count.left_processes),
        "files that reached a listener outside": str(count.connected),
    }


def section(found: Comparison) -> Iterator[str]:
    """Return the lines of the report."""
    yield f"# {NAME[0].upper()}{NAME[1:]}\n\nWritten by `python -m benchmarks`, never by hand.\n"
    yield METHOD.format(bound=found.bound, left_out=found.left_out, nbgrader=version("nbgrader"), otter=otter.version())
    which = f"Graded: {', '.join(found.kinds)}"
    yield f"\n{which}{'' if found.some is None else f'; at most {found.some} files of each'}.\n"
    names = [name for name in GRADERS if found.of(name)]
    counts = {name: counted(found.of(name)) for name in names}
    yield "| | " + " | ".join(GRADERS[name] for name in names) + " |"
    yield "|---|" + "---|" * len(names)
    columns = {name: figures(counts[name]) for name in names}
    for title in columns[names[0]] if names else ():
        yield f"| {title} | " + " | ".join(columns[name][title] for name in names) + " |"
    times = " | ".join(f"{found.seconds[name]:.2f} s" if name in found.seconds else "-" for name in names)
    yield f"| seconds for each honest file, all of them as one class | {times} |"
    for kind in found.kinds:
        rights = [counts[name].by_kind.get(kind, (0, 0)) for name in names]
        yield f"| right, {kind} | " + " | ".join(f"{right} of {files}" for right, files in rights) + " |"
    for name, why in found.missing.items():
        yield f"| **{GRADERS[name]}: SKIPPED** | {why} |"
    if found.unseen:
        yield f"\n**Containers that told nothing, left out above: {'; '.join(found.unseen)}.**"
    if OURS in counts and (wrong := [f"{one.kind}/{one.name}" for one in found.of(OURS) if not one.right]):
        yield f"\n**Ours was wrong on: {', '.join(wrong)}.**"


def row(one: Outcome) -> list[str | int]:
    got = "" if one.got is None else " ".join(f"{one.got.get(question, 0):g}" for question in one.due)
    left = [*one.files, *(f"process {name}" for name in one.processes)]
    return [
        *(one.grader, one.kind, one.name, " ".join(f"{points:g}" for points in one.due.values()), got),
        *(int(one.right), int(one.gained), int(one.lost), f"{one.seconds:.2f}", int(one.hung), one.neighbours_lost),
        *("; ".join(left), "; ".join(one.harmed), one.connections),
    ]


HEAD = [
    "grader",
    "kind",
    "name",
    "due",
    "got",
    "right",
    "gained",
    "lost",
    "seconds",
    "hung",
    "neighbours_lost",
    "left",
    "harmed",
    "connections",
]


def write(found: Comparison, machine: dict[str, str], folder: Path) -> Path:
    path = folder / "corpus.md"
    path.write_text("\n".join([*section(found), *report.measured_on(machine)]) + "\n", encoding="utf-8")
    with (folder / "corpus.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(HEAD)
        rows.writerows(row(one) for one in found.outcomes)
    return path
