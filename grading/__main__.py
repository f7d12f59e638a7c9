"""`python -m grading`: grade a class, look whether this machine can, and check the masters."""

from __future__ import annotations

import argparse
import csv
import math
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from tqdm import tqdm

from grading.box.box import NoSandbox
from grading.box.doctor import look, try_box
from grading.gradebook import former, report, roster
from grading.gradebook.policy import POLICIES, Counted, Policy, counting, several, untimed
from grading.gradebook.results import Results, replaced
from grading.gradebook.table import harmless
from grading.gradebook.when import When, when
from grading.intake.chapters import of_chapter
from grading.intake.limits import within_limits
from grading.intake.master import master_of
from grading.intake.submissions import Submission, submissions
from grading.lint import lint, masters
from grading.marking import checker
from grading.marking.cluster import grade_over_dask
from grading.marking.record import Record
from grading.marking.run import Run, grade

WARNING = "--trusted: the submissions run WITHOUT a sandbox, with all rights of this user. Only for code you trust."

INTERRUPTED = 130
"""The status with which a shell says that a command was interrupted by Ctrl-C."""


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(prog="python -m grading", description="Grade notebooks of exercises.")
    commands = whole.add_subparsers(dest="command", required=True)
    one = commands.add_parser("grade", help="grade a folder or a zip of submissions")
    one.add_argument("submissions", type=Path, help="a folder, or a zip")
    one.add_argument("--assignment", required=True, help="the name of the notebook of exercises, e.g. 05_endomorphism")
    one.add_argument("--out", required=True, type=Path, help="the folder for marks and records")
    one.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many files at a time")
    one.add_argument(
        "--seconds",
        type=seconds,
        help=f"the limit for one cell, and for the checks of one question, when it is not {checker.SECONDS:g}",
    )
    one.add_argument("--dask", metavar="ADDRESS", help="grade on the workers of this Dask scheduler instead")
    one.add_argument("--question", help="grade this question alone, again")
    one.add_argument("--roster", type=Path, help="a CSV of students, for the tables that Canvas and Moodle import")
    one.add_argument("--counts", choices=POLICIES, default="best", help="which of several files of a student counts")
    one.add_argument("--due", type=due, metavar="TIME", help="when it was due, e.g. 2026-12-01T23:59+01:00")
    one.add_argument(
        "--late",
        type=points_off,
        default=0.0,
        metavar="POINTS",
        help="points off for each day that begins after that, or `refused`: late files get none",
    )
    one.add_argument("--course", type=Path, default=Path("exercises"), help="the nbgrader course with the masters")
    one.add_argument("--gradebook", action="store_true", help="put the marks into the gradebook of that course too")
    one.add_argument("--feedback", action="store_true", help="write feedback.zip, which Canvas and Moodle take back")
    one.add_argument("--trusted", action="store_true", help="run without a sandbox: only for code you trust")
    tried = commands.add_parser("lint", help="try the masters: solutions, untouched notebooks and wrong answers")
    tried.add_argument("names", nargs="*", help="the masters; without a name, all")
    tried.add_argument("--course", type=Path, default=Path("exercises"), help="the nbgrader course with the masters")
    tried.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many notebooks at a time")
    commands.add_parser("doctor", help="try the sandbox and say what is missing")
    return whole


def seconds(text: str) -> float:
    """Read a limit of time: a positive number."""
    if not 0 < (found := float(text)) < math.inf:
        raise ValueError(text)
    return found


def due(text: str) -> datetime:
    """Read a time with its distance from Greenwich: this machine may stand in another zone than the class."""
    if (found := datetime.fromisoformat(text)).tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text} needs its zone, e.g. {text}+01:00")
    return found


def points_off(text: str) -> float | None:
    """Read what a day costs: points that are not negative, or `refused`."""
    if text == "refused":
        return None
    if not 0 <= (found := float(text)) < math.inf:
        raise ValueError(text)
    return found


def run_grade(options: argparse.Namespace) -> int:
    master = master_for(options)
    questions = {cell.question for cell in master_of(master).marked}
    if options.question is not None and options.question not in questions:
        raise SystemExit(
            f"{options.assignment} has no question {options.question}; it has {', '.join(sorted(questions))}."
        )
    if not options.submissions.exists():
        raise SystemExit(f"There is nothing at {options.submissions}.")
    students = roster_of(options)
    if options.trusted:
        print(WARNING, file=sys.stderr)
    else:
        try:
            try_box()
        except NoSandbox as error:
            raise SystemExit(f"No sandbox: {error}\n`python -m grading doctor` says more.") from None
    files = files_of(options, students)
    run = Run(master, options.out / "records", options.trusted, options.question, options.seconds)
    with tqdm(total=len(files), unit="file", desc=options.assignment, disable=None) as bar:
        if options.dask:
            records = grade_over_dask(run, files, options.dask, bar.update)
        else:
            records = grade(run, files, max(1, options.jobs), bar.update)
    policy, times = Policy(options.counts, options.due, options.late), times_of(options, files)
    counted = counting(records, times, policy)
    results = Results(options.out, options.assignment, masters(options.course), students)
    written = results.write(records, counted)
    those = [one.record for one in counted.values()]
    written += report.written(options.out, options.assignment, run.master, files, those)
    print(report.summary(those))
    for line in [*results.remarks(counted), *several(counted), *untimed(counted, times, policy)]:
        print(line, file=sys.stderr)
    if options.gradebook:
        write_gradebook(options, run.master, files, those)
        marked = marked_by_hand(options, those)
        counted = {student: one.marked(marked[one.record.file]) for student, one in counted.items()}
        results.write([marked.get(record.file, record) for record in records], counted)
    if options.feedback:
        written.append(write_feedback(options, files, counted))
    print(*written, sep="\n")
    return 0


def files_of(options: argparse.Namespace, students: list[dict[str, str]] | None) -> list[Submission]:
    """Return what is to be graded, and say what is left to other chapters."""
    others = former.elsewhere(options.assignment, masters(options.course))
    try:
        handed_in = roster.matched(submissions(options.submissions), students or [])
        files, left = of_chapter(handed_in, options.assignment, others)
        files = within_limits(files)
    except (OSError, ValueError) as error:
        raise SystemExit(f"{options.submissions} cannot be graded: {error}") from None
    for name, count in sorted(left.items()):
        print(f"left to another chapter: {count} in folders called {name}", file=sys.stderr)
    if not files:
        raise SystemExit(f"There are no files in {options.submissions}.")
    return files


def master_for(options: argparse.Namespace) -> bytes:
    """Return the master of the assignment that is asked for, by its name of today or a former one."""

    def at(name: str) -> Path:
        return Path(options.course, "source", name, f"{name}.ipynb")

    found = former.master(options.assignment, at)
    if found is None:
        gone = former.FORMER.get(options.assignment, {})
        raise SystemExit(
            f"There is no master {at(options.assignment)}."
            + (
                f" Its questions were in {', '.join(gone)}, and no longer all are; what was graded stays."
                if gone
                else ""
            )
        )
    return found


def roster_of(options: argparse.Namespace) -> list[dict[str, str]] | None:
    """Read the roster before anything is graded, so that a mistake in it costs no time."""
    try:
        return None if options.roster is None else roster.roster(options.roster)
    except (OSError, ValueError, csv.Error) as error:
        raise SystemExit(str(error)) from None


def times_of(options: argparse.Namespace, files: list[Submission]) -> dict[str, When]:
    """Return when each file was handed in."""
    zone = options.due.tzinfo if options.due else UTC
    return {one.file: when(one, zone) for one in files}


def run_lint(options: argparse.Namespace) -> int:
    names = options.names or masters(options.course)
    with tqdm(unit="notebook", desc="lint", disable=None) as bar:
        complaints = lint(options.course, names, max(1, options.jobs), bar.update)
    print("\n".join(complaints) or f"Masters that mark as they should: {len(names)}.")
    return 1 if complaints else 0


def write_gradebook(options: argparse.Namespace, master: bytes, files: list[Submission], records: list[Record]) -> None:
    from grading.gradebook import gradebook  # noqa: PLC0415  nbgrader takes seconds to import

    with tqdm(total=len(records), unit="student", desc="gradebook", disable=None) as bar:
        try:
            left_out = gradebook.enter(options.course, options.assignment, master, files, records, bar.update)
        except gradebook.NotEntered as error:
            raise SystemExit(str(error)) from None
    for line in left_out:
        print(f"not in the gradebook: {harmless(line)}", file=sys.stderr)


def marked_by_hand(options: argparse.Namespace, records: list[Record]) -> dict[str, Record]:
    """Return the records, by file, with the marks that a person gave in formgrader after an earlier run."""
    from grading.gradebook import by_hand  # noqa: PLC0415  nbgrader takes seconds to import

    marked = by_hand.with_marks(records, by_hand.given(options.course, options.assignment))
    return {record.file: record for record in marked}


def write_feedback(options: argparse.Namespace, files: list[Submission], counted: Mapping[str, Counted]) -> Path:
    """Write the zip of feedback, with what a person wrote where there is a gradebook."""
    from grading.gradebook import by_hand, feedback  # noqa: PLC0415  nbgrader takes seconds to import

    comments = by_hand.comments(options.course, options.assignment) if options.gradebook else {}
    content = feedback.packed(options.assignment, counted, files, comments)
    if waiting := sum(one.total is None for one in counted.values()):
        print(f"feedback.zip: {waiting} of {len(counted)} are not marked to the end", file=sys.stderr)
    return replaced(options.out / "feedback.zip", content)


def main(arguments: list[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    commands = {"doctor": lambda _: look(), "grade": run_grade, "lint": run_lint}
    try:
        return commands[options.command](options)
    except KeyboardInterrupt:
        print("\nInterrupted. What was graded is kept, and the same command goes on from there.", file=sys.stderr)
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
