"""`python -m grading`: grade a class, look whether this machine can, and check the masters."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Mapping
from datetime import UTC
from pathlib import Path

from tqdm import tqdm

from grading.box.doctor import look, try_box
from grading.box.walls import NoSandbox
from grading.gradebook import course, former, report, roster
from grading.gradebook.policy import Counted, Policy, counting, doubts, several
from grading.gradebook.results import Results, replaced
from grading.gradebook.table import harmless
from grading.gradebook.when import When, when
from grading.intake.chapters import of_chapter
from grading.intake.limits import within_limits
from grading.intake.master import master_of
from grading.intake.submissions import Submission, submissions
from grading.lint import lint, masters
from grading.marking.cluster import grade_over_dask
from grading.marking.record import Record
from grading.marking.run import Run, grade
from grading.options import parser

WARNING = "--trusted: the submissions run WITHOUT a sandbox, with all rights of this user. Only for code you trust."

INTERRUPTED = 130
"""The status with which a shell says that a command was interrupted by Ctrl-C."""


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
    for line in [*results.remarks(counted), *several(counted), *doubts(counted, times, policy)]:
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


def run_course(options: argparse.Namespace) -> int:
    students = roster_of(options)
    try:
        written = course.written(options.out, options.results, [one["student"] for one in students or []])
    except course.NoResults as error:
        raise SystemExit(str(error)) from None
    print(*written, sep="\n")
    return 0


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
    commands = {"doctor": lambda _: look(), "grade": run_grade, "course": run_course, "lint": run_lint}
    try:
        return commands[options.command](options)
    except KeyboardInterrupt:
        print("\nInterrupted. What was graded is kept, and the same command goes on from there.", file=sys.stderr)
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
