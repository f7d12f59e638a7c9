"""The corpus: honest, broken and hostile submissions, all graded in one run of the real command.

Every submission is given exactly the points that an honest marker would give it, so nobody gains by cheating and
nobody loses by a neighbour; and nothing is left outside the box.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from grading.corpus import ENTRIES, paper
from grading.corpus.entry import FILE, Entry
from grading.corpus.run import HUNG, ROOT, Finished, grade, listening
from grading.gradebook.table import harmless

WITHIN = 3600.0
"""Seconds until a run counts as hung; on two idle cores it takes about 80, on a busy machine many times that."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("corpus")


@pytest.fixture(scope="module")
def finished(folder: Path) -> Iterator[tuple[Finished, list[str]]]:
    (folder / "class").mkdir()
    with listening() as (port, met):
        for entry in ENTRIES:
            entry.write(folder / "class", port)
        run = grade(folder, WITHIN)
        assert run.status != HUNG, f"a limit of time: the run did not end in {WITHIN:g} s\n{run.words[-2000:]}"
        yield run, met


def test_the_corpus_has_every_kind_and_no_name_twice() -> None:
    assert len(ENTRIES) >= 80
    assert len({entry.category for entry in ENTRIES}) == 8
    names = Counter(file for entry in ENTRIES for file in entry.files)
    assert names.most_common(1)[0][1] == 1


def test_a_run_ends_well_and_says_nothing_odd(finished: tuple[Finished, list[str]]) -> None:
    run, _ = finished
    assert run.status == 0, run.words[-2000:]
    assert not [line for line in run.words.splitlines() if "rror" in line or "arning" in line]


def test_every_file_has_one_row_for_each_question(finished: tuple[Finished, list[str]]) -> None:
    run, _ = finished
    found = Counter((row["file"], row["question"]) for row in run.rows)
    expected = {(harmless(file), question) for entry in ENTRIES for file in entry.files for question in paper.POINTS}
    assert set(found) == expected
    assert set(found.values()) == {1}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry.category}-{entry.name}")
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


def test_nothing_is_left_outside_the_box(finished: tuple[Finished, list[str]], folder: Path) -> None:
    run, met = finished
    assert run.left == []
    assert met == []
    places = [
        folder,
        folder / "class",
        ROOT,
        Path.home(),
        Path("/"),
        *map(Path, ("/tmp", "/var/tmp", "/dev/shm", "/etc")),
    ]
    assert not [place for place in places for name in (FILE, f"{FILE}-too", "outside.ipynb") if (place / name).exists()]
