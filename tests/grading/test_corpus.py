"""The corpus: honest, broken and hostile submissions, graded by the real command.

What uses up time and memory is graded in a run of its own, where a cell has a sixth of its time: that such a cell is
ended, and costs its own question alone, does not depend on how long it may go on.  `make test-long` gives it all, and
grades every submission; `make test` grades a third of each kind.
Every submission is given exactly the points that an honest marker would give it, so nobody gains by cheating and
nobody loses by a neighbour; and nothing is left outside the box.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from grading.corpus import ENTRIES, paper
from grading.corpus.entry import FILE, Entry
from grading.corpus.run import HUNG, ROOT, Finished, grade, listening
from grading.gradebook.table import harmless

WITHIN = 3600.0
"""Seconds until a run counts as hung; on two idle cores both take less than 100, on a busy machine many times that."""
BOMBS = "resource"
SECONDS = float(os.environ.get("BOMB_SECONDS", "0.5"))
"""For a cell that may be a bomb; others have the seconds that the command gives them."""
EACH = int(os.environ.get("CORPUS_EACH", "3"))
"""One submission of so many of a kind is graded."""
KINDS = sorted({entry.category for entry in ENTRIES})
GRADED = [entry for kind in KINDS for entry in [one for one in ENTRIES if one.category == kind][::EACH]]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Path]:
    """Return where the bombs are graded and where the others are."""
    return {bombs: tmp_path_factory.mktemp("bombs" if bombs else "corpus") for bombs in (True, False)}


@pytest.fixture(scope="module")
def finished(folders: dict[bool, Path]) -> Iterator[tuple[Finished, list[str]]]:
    """Return what both runs came to, as if they were one."""
    runs = []
    with listening() as (port, met):
        for bombs, folder in folders.items():
            (folder / "class").mkdir()
            for entry in GRADED:
                if (entry.category == BOMBS) == bombs:
                    entry.write(folder / "class", port)
            runs.append(grade(folder, WITHIN, seconds=SECONDS if bombs else None))
            words = runs[-1].words[-2000:]
            assert runs[-1].status != HUNG, f"a limit of time: the run did not end in {WITHIN:g} s\n{words}"
        one, other = runs
        yield (
            Finished(
                one.status or other.status,
                one.rows + other.rows,
                one.words + other.words,
                one.left + other.left,
                one.seconds + other.seconds,
            ),
            met,
        )


def test_the_corpus_has_every_kind_and_no_name_twice() -> None:
    assert len(ENTRIES) >= 80
    assert len(KINDS) == len({entry.category for entry in GRADED}) == 8
    names = Counter(file for entry in ENTRIES for file in entry.files)
    assert names.most_common(1)[0][1] == 1


def test_a_run_ends_well_and_says_nothing_odd(finished: tuple[Finished, list[str]]) -> None:
    run, _ = finished
    assert run.status == 0, run.words[-2000:]
    assert not [line for line in run.words.splitlines() if "rror" in line or "arning" in line]


def test_every_file_has_one_row_for_each_question(finished: tuple[Finished, list[str]]) -> None:
    run, _ = finished
    found = Counter((row["file"], row["question"]) for row in run.rows)
    expected = {(harmless(file), question) for entry in GRADED for file in entry.files for question in paper.POINTS}
    assert set(found) == expected
    assert set(found.values()) == {1}


@pytest.mark.parametrize("entry", GRADED, ids=lambda entry: f"{entry.category}-{entry.name}")
def test_the_points_are_those_of_an_honest_marker(entry: Entry, finished: tuple[Finished, list[str]]) -> None:
    run, _ = finished
    for file in entry.files:
        rows = [row for row in run.rows if row["file"] == harmless(file)]
        assert {row["question"]: float(row["points"]) for row in rows} == entry.points, (entry.why, rows)
        if entry.status:
            assert {row["status"] for row in rows} == {entry.status}
        assert all(row["reason"] for row in rows if float(row["points"]) == 0)
        assert not [
            row for row in rows if row["reason"][:1] in ("=", "+", "-", "@", "<") or not row["reason"].isprintable()
        ]


def test_nothing_is_left_outside_the_box(finished: tuple[Finished, list[str]], folders: dict[bool, Path]) -> None:
    run, met = finished
    assert run.left == []
    assert met == []
    places = [
        *folders.values(),
        *(folder / "class" for folder in folders.values()),
        ROOT,
        Path.home(),
        Path("/"),
        *map(Path, ("/tmp", "/var/tmp", "/dev/shm", "/etc")),
    ]
    assert not [place for place in places for name in (FILE, f"{FILE}-too", "outside.ipynb") if (place / name).exists()]
