"""Innocent variants: hundreds of right answers, each rewritten by a machine, in notebooks edited by a machine.

All of them have all points.  Five variants share a notebook, one for each question.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from grading.corpus import paper
from grading.corpus.editors import IN_ORDER, SAVED, edited
from grading.corpus.run import Finished, grade
from grading.corpus.variants import REWRITINGS, Answer, rewritten

SEED = int(os.environ.get("VARIANTS_SEED", "20261121"))
FILES = int(os.environ.get("VARIANTS_FILES", "40"))
"""`make test-long` makes ten times as many."""
WITHIN = 3600.0
"""Seconds until a run counts as hung; on two idle cores a hundred files take about 30."""
FULL = {question: 0.0 if question == "reason" else float(worth) for question, worth in paper.POINTS.items()}


@dataclass(frozen=True)
class Variant:
    """One notebook of variants: its file, its answers, and what was done to it."""

    file: str
    content: bytes
    answers: tuple[Answer, ...]
    edits: tuple[str, ...]


def variants() -> Iterator[Variant]:
    for number in range(FILES):
        random = Random(f"{SEED}-{number}")
        answers = [rewritten(random, question) for question in paper.CODE]
        content, edits = edited(random, answers)
        yield Variant(f"variant-{number:03}.ipynb", content, tuple(answers), tuple(edits))


VARIANTS = list(variants())


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    folder = tmp_path_factory.mktemp("variants")
    (folder / "class").mkdir()
    for variant in VARIANTS:
        Path(folder / "class" / variant.file).write_bytes(variant.content)
    print(f"VARIANTS_SEED={SEED}")
    return grade(folder, WITHIN, jobs=2)


def test_there_are_hundreds_and_every_change_is_made() -> None:
    assert sum(len(variant.answers) for variant in VARIANTS) == len(paper.CODE) * FILES >= 200
    assert {change for variant in VARIANTS for answer in variant.answers for change in answer.changes} == set(
        REWRITINGS
    )
    assert {edit for variant in VARIANTS for edit in variant.edits} == {*IN_ORDER, *SAVED}
    assert len({answer.source for variant in VARIANTS for answer in variant.answers}) > 4 * FILES


def test_every_variant_has_all_points(finished: Finished) -> None:
    assert finished.status == 0, finished.words[-2000:]
    wrong = [
        "\n".join([f"{row}", f"{variant.edits} {answer.changes}", answer.source, *answer.above, *answer.below])
        for variant in VARIANTS
        for row in finished.rows
        for answer in variant.answers
        if row["file"] == variant.file
        and row["question"] == answer.question
        and float(row["points"]) != FULL[answer.question]
    ]
    assert not wrong, f"{len(wrong)} of {len(VARIANTS)} notebooks, VARIANTS_SEED={SEED}\n" + "\n\n".join(wrong[:20])
    assert len(finished.rows) == FILES * len(FULL)


def test_no_text_for_a_person_is_lost(finished: Finished) -> None:
    assert {row["status"] for row in finished.rows if row["question"] == "reason"} == {"needs review"}
