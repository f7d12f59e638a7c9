"""grading.marking.record: what is stored comes back, whole or not at all."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grading.marking import record
from grading.marking.record import STATUSES, Record, Verdict, fingerprint, place

numbers = st.floats(0, 100)
texts = st.text(st.characters(codec="utf-8") | st.characters(categories=["Cs"]))
verdicts = st.builds(Verdict, texts, numbers, numbers, st.sampled_from(STATUSES), texts)
records = st.builds(Record, texts, texts, texts, st.lists(verdicts).map(tuple))
files = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)


def made(*found: tuple[str, float, str]) -> Record:
    return Record("a.ipynb", "a", "1", tuple(Verdict(name, points, 2, status, "") for name, points, status in found))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("records")


@given(records, files)
@example(made(("q", 0.1, "graded")), "../../etc/passwd")
@example(made(("q", 1, "graded")), "/absolute\n\x1b[31m.ipynb")
@example(made(), "𝐀" * 200)
@example(made(), "\udcff" * 3)
def test_a_stored_record_comes_back(folder: Path, one: Record, file: str) -> None:
    one = Record(file, one.student, one.fingerprint, one.verdicts)
    record.write(folder, one)
    assert record.read(folder, file) == one
    assert place(folder, file).parent == folder
    assert not list(folder.glob("*.part"))


def test_two_processes_write_one_record(tmp_path: Path) -> None:
    children = []
    for points in (1, 2):
        child = os.fork()
        if child == 0:
            try:
                for _ in range(300):
                    record.write(tmp_path, made(("q", points, "graded")))
            except BaseException:
                os._exit(1)
            os._exit(0)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0]
    assert record.read(tmp_path, "a.ipynb") in [made(("q", points, "graded")) for points in (1, 2)]
    assert not list(tmp_path.glob("*.part"))


def test_files_with_like_names_have_records_of_their_own(tmp_path: Path) -> None:
    names = ["a b", "a/b", "a_b", "A_b", "a_b.json", "x" * 100, "y" + "x" * 99]
    for name in names:
        record.write(tmp_path, Record(name, name, "", ()))
    assert [record.read(tmp_path, name) for name in names] == [Record(name, name, "", ()) for name in names]


def test_a_record_that_was_cut_short_is_none(tmp_path: Path) -> None:
    one = made(("q", 1, "graded"), ("r", 2, "stopped"))
    record.write(tmp_path, one)
    path = place(tmp_path, one.file)
    whole = path.read_bytes()
    for length in range(len(whole.rstrip())):
        path.write_bytes(whole[:length])
        assert record.read(tmp_path, one.file) is None
    path.write_bytes(whole)
    assert record.read(tmp_path, one.file) == one


VERDICT = asdict(Verdict("q", 1, 2, "graded", ""))
OTHER_SHAPES: list[dict[str, object]] = [
    {"file": "b"}, {"student": None}, {"fingerprint": 1}, {"verdicts": ["q"]},
    {"verdicts": [VERDICT | {"points": "1"}]}, {"verdicts": [VERDICT | {"worth": True}]},
    {"verdicts": [VERDICT | {"reason": None}]},
    {"verdicts": [VERDICT | {"status": ["graded"]}]}, {"verdicts": [VERDICT | {"question": {}}]},
]  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [b"", b"null", b"[]", b'"text"', b"{}", b'{"verdicts": 1}', b'{"verdicts": [], "more": 1}', b"\xff", b"[" * 10**5,
     b'{"verdicts": [{"question": "q"}], "file": "", "student": "", "fingerprint": ""}',
     *(json.dumps(asdict(Record("a", "a", "1", (Verdict("q", 1, 2, "graded", ""),))) | change).encode()
       for change in OTHER_SHAPES)],
)  # fmt: skip
def test_what_is_no_record_is_none(tmp_path: Path, content: bytes) -> None:
    place(tmp_path, "a").write_bytes(content)
    assert record.read(tmp_path, "a") is None
    assert record.read(tmp_path / "nowhere", "a") is None


@given(st.lists(st.binary()), st.lists(st.binary()))
def test_a_fingerprint_is_of_the_contents_and_where_they_end(one: list[bytes], other: list[bytes]) -> None:
    assert (fingerprint(*one) == fingerprint(*other)) == (one == other)


def test_contents_that_join_to_the_same_have_other_fingerprints() -> None:
    assert len({fingerprint(b"ab"), fingerprint(b"a", b"b"), fingerprint(b"", b"ab"), fingerprint(b"b", b"a")}) == 4


def test_points_add_up_and_the_status_is_the_one_that_asks_most() -> None:
    one = made(("q", 1.5, "graded"), ("r", 2, "graded"))
    assert (one.points, one.worth, one.status) == (3.5, 4, "graded")
    assert made(("q", 0, "stopped"), ("r", 0, "graded")).status == "stopped"
    assert made(("q", 0, "stopped"), ("r", 0, "needs review")).status == "needs review"
    assert made(("q", 0, "unreadable"), ("r", 0, "needs review")).status == "unreadable"


def test_new_verdicts_replace_their_own_questions() -> None:
    one = made(("q", 1, "graded"), ("r", 2, "graded"), ("s", 0, "stopped"))
    changed = one.replacing([Verdict("r", 0, 2, "stopped", ""), Verdict("unknown", 9, 9, "graded", "")])
    assert changed == made(("q", 1, "graded"), ("r", 0, "stopped"), ("s", 0, "stopped"))
