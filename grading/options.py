"""Options: what the commands of `python -m grading` take, and how each is read."""

from __future__ import annotations

import argparse
import math
import os
from datetime import datetime
from pathlib import Path

from grading.gradebook.policy import POLICIES
from grading.marking import checker


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
    whole_course = commands.add_parser("course", help="add up the results of several chapters")
    whole_course.add_argument("results", nargs="+", type=Path, help="the folders that --out named, in their order")
    whole_course.add_argument("--out", required=True, type=Path, help="the folder for course.csv and course.html")
    whole_course.add_argument("--roster", type=Path, help="the roster, for those who handed in nothing at all")
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
