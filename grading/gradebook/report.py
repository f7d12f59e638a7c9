"""The report on a class: how each question went, what its checks said most often, and answers that are nearly equal.

    questions.csv    one row for each question
    report.html      the same as a page, with reasons and pairs, for the instructor alone

Two answers are nearly equal when they share most of what is their own: of all runs of eight words or signs those that
neither the master gave nor many of the class have.  That is a reason to look at both, and proves nothing.
Laws (tests/grading/test_report.py): every file is counted once for each question; nearly equal is symmetric, and does
not depend on the order of the class; no letter that a learner wrote is markup on the page.
"""

from __future__ import annotations

import html
import io
import re
import tokenize
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import final

from grading.gradebook.results import replaced
from grading.gradebook.table import as_csv, harmless
from grading.intake.master import master_of
from grading.intake.submissions import Submission
from grading.marking.file import Job
from grading.marking.record import Record, Verdict
from grading.marking.worker import Worker
from tinyml.check.agreement import shortened

RUN = 8
"""Words or signs in a row."""
LEAST_OWN, MOST_LIKE = 12, 0.8
"""Runs that an answer needs of its own to be compared, and the share of the smaller one that makes two alike."""
COMMON = 3
"""A run that more than one in so many answers have, and more than two, is common to the class."""
REASONS = 3
LETTERS = 160
STATES = {
    "all points": "with all points",
    "some points": "with some",
    "no points": "with none",
    "stopped": "stopped",
    "unreadable": "unreadable",
    "waits for a person": "waiting for a person",
}
"""What an answer came to, and how so many of them are called."""
BY_STATUS = {"stopped": "stopped", "unreadable": "unreadable", "needs review": "waits for a person"}
WITHOUT_MEANING = (
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
)


@final
@dataclass(frozen=True, slots=True)
class Went:
    """How one question went: how many are in each state, and what was said most often to those without all points."""

    question: str
    worth: float
    states: Mapping[str, int]
    points: float
    reasons: tuple[tuple[str, int], ...]

    @property
    def files(self) -> int:
        return sum(self.states.values())

    @property
    def mean(self) -> float:
        """The points of a file that waits for nobody, on average; 0 where all wait."""
        marked = self.files - self.states.get("waits for a person", 0)
        return self.points / marked if marked else 0.0


@final
@dataclass(frozen=True, slots=True)
class Alike:
    """Two students whose answers to a question share so much of what is their own."""

    question: str
    one: str
    other: str
    share: float


def written(
    folder: Path, assignment: str, master: bytes, files: Iterable[Submission], records: Iterable[Record]
) -> list[Path]:
    """Write the report on a class, of one record for each student; return what was written."""
    counting = {record.student: record for record in records}
    texts = answers(master, files, counting)
    parts = master_of(master).cells
    given = [cell.released for cell in parts if cell.role != "check"]
    found = questions(counting.values())
    contents = {"questions.csv": table(found), "report.html": page(assignment, found, alike(texts, given))}
    return [replaced(folder / name, text.encode("utf-8", "replace")) for name, text in contents.items()]


def answers(master: bytes, files: Iterable[Submission], counting: Mapping[str, Record]) -> dict[str, dict[str, str]]:
    """Return what each student has written, by question: code, and texts for a person."""
    by_file = {submission.file: submission for submission in files}
    found: dict[str, dict[str, str]] = {}
    worker = Worker()
    try:
        for student, record in counting.items():
            content, reason = by_file[record.file].content_or_reason()
            rebuilt, _ = worker.rebuilt(Job(content, master, reason))
            found[student] = {**rebuilt.answers, **rebuilt.by_hand}
    finally:
        worker.stop()
    return found


def summary(records: Iterable[Record]) -> str:
    """Return in a line what came of a class, of which there is one record for each student."""
    counting = list(records)
    states = Counter(state(verdict) for record in counting for verdict in record.verdicts)
    return f"{len(counting)} students; answers: {counted(states)}"


def counted(states: Mapping[str, int]) -> str:
    return ", ".join(f"{states[name]} {words}" for name, words in STATES.items() if states.get(name))


def questions(records: Iterable[Record]) -> list[Went]:
    """Return how each question went, in the order of the notebook."""
    verdicts: dict[str, list[Verdict]] = {}
    for record in records:
        for verdict in record.verdicts:
            verdicts.setdefault(verdict.question, []).append(verdict)
    return [went(name, found) for name, found in verdicts.items()]


def went(name: str, verdicts: list[Verdict]) -> Went:
    reasons = Counter(
        first_line(one.reason) for one in verdicts if state(one) in ("no points", "some points", "stopped")
    )
    reasons.pop("", None)
    most = sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))[:REASONS]
    states = Counter(state(verdict) for verdict in verdicts)
    worth = max(verdict.worth for verdict in verdicts)
    return Went(name, worth, states, sum(verdict.points for verdict in verdicts), tuple(most))


def state(verdict: Verdict) -> str:
    if verdict.status in BY_STATUS:
        return BY_STATUS[verdict.status]
    if verdict.points >= verdict.worth:
        return "all points"
    return "some points" if verdict.points else "no points"


def first_line(reason: str) -> str:
    return shortened(next(iter(reason.splitlines()), ""), LETTERS)


def alike(answers: Mapping[str, Mapping[str, str]], given: Iterable[str]) -> list[Alike]:
    """Return the pairs of students with nearly equal answers, the most alike first.

    `answers` has the texts of each student by question, `given` the texts that everybody was given.
    """
    known = frozenset[tuple[str, ...]]().union(*map(runs, given))
    names = dict.fromkeys(name for texts in answers.values() for name in texts)
    found = [
        pair
        for name in names
        for pair in pairs(name, {who: own[name] for who, own in answers.items() if name in own}, known)
    ]
    return sorted(found, key=lambda pair: (-pair.share, pair.question, pair.one, pair.other))


def pairs(question: str, texts: Mapping[str, str], given: frozenset[tuple[str, ...]]) -> Iterable[Alike]:
    found = {who: runs(text) - given for who, text in texts.items()}
    counts = Counter(run for own in found.values() for run in own)
    most = max(2, len(texts) // COMMON)
    rare = {who: frozenset(run for run in own if counts[run] <= most) for who, own in found.items()}
    for one, other in combinations(sorted(who for who, own in rare.items() if len(own) >= LEAST_OWN), 2):
        share = len(rare[one] & rare[other]) / min(len(rare[one]), len(rare[other]))
        if share >= MOST_LIKE:
            yield Alike(question, one, other, share)


def runs(text: str) -> frozenset[tuple[str, ...]]:
    """Return all runs of words and signs in a text; spaces, line ends and the comments of a program do not count."""
    parts = words(text)
    return frozenset(tuple(parts[start : start + RUN]) for start in range(len(parts) - RUN + 1))


def words(text: str) -> list[str]:
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError, ValueError):  # no Python: a text for a person, or a broken answer
        return re.findall(r"\w+|[^\w\s]", text)
    return [token.string for token in tokens if token.type not in WITHOUT_MEANING]


def table(found: Iterable[Went]) -> str:
    """Return the report as CSV: one row for each question."""
    rows = [
        (
            harmless(one.question),
            f"{one.worth:g}",
            one.files,
            *(one.states.get(name, 0) for name in STATES),
            f"{one.mean:.2f}",
        )
        for one in found
    ]
    return as_csv([("question", "worth", "files", *STATES, "mean"), *rows])


def page(assignment: str, found: list[Went], like: list[Alike]) -> str:
    """Return the report as one page that loads nothing."""
    body = "".join(map(section, found)) or "<p>Nothing has been graded.</p>"
    title = f"{html.escape(assignment)}: report on the class"
    pairs = "".join(
        f"<tr><td>{html.escape(one.question)}<td>{html.escape(one.one)}<td>{html.escape(one.other)}<td>{one.share:.0%}"
        for one in like
    )
    table = f"<table><tr><th>question<th>student<th>student<th>share{pairs}</table>" if pairs else "<p>None.</p>"
    return PAGE.format(title=title, body=body, pairs=table)


def section(one: Went) -> str:
    bar = "".join(
        f'<i class="s{number}" style="flex:{one.states.get(name, 0)}"></i>' for number, name in enumerate(STATES)
    )
    reasons = "".join(f"<li>{html.escape(text)} <b>({count})</b>" for text, count in one.reasons)
    head = f"<h2>{html.escape(one.question)}</h2>"
    waiting = one.states.get("waits for a person", 0) == one.files
    mean = "No marks yet" if waiting else f"{one.mean:.2f} of {one.worth:g} points on average"
    words = f"<p>{mean}: {counted(one.states)}</p>"
    return f'{head}{words}<div class="bar" aria-hidden="true">{bar}</div>' + (f"<ul>{reasons}</ul>" if reasons else "")


PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>
<style>
:root {{ color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }}
body {{ max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }}
.bar {{ display: flex; height: .8rem; }}
.bar .s0 {{ background: #2f7d4f; }} .bar .s1 {{ background: #8fae3c; }} .bar .s2 {{ background: #c0483a; }}
.bar .s3 {{ background: #8b5aa8; }} .bar .s4 {{ background: #777; }} .bar .s5 {{ background: #3f78b5; }}
table {{ border-collapse: collapse; }} td, th {{ text-align: left; padding: .2rem 1rem .2rem 0; }}
h1 {{ font-size: 1.6rem; }} h1, li {{ overflow-wrap: anywhere; }} li {{ font: .9rem/1.5 ui-monospace, monospace; }}
</style>
<h1>{title}</h1>
{body}
<h2>Nearly equal answers</h2>
<p>A reason to look at both, and no proof: short answers are often alike, and so are those of people who learn
together.</p>
{pairs}
</html>
"""
