"""A class of thirty as Canvas gives it, over two chapters, with its roster as Canvas exports it.

In chapter 5 the first sixteen have everything right.  Then come
17-20  wrong answers                     25  right, and late
21     would change the grader           26  wrong, then right
22     does not end                      27  right, then right and late
23     half of a file                    28  right, in a zip
24     as it was given out               29  nothing
30     right, without texts              visitor  right, and not on the roster
In chapter 6 all but 30 have the code right and no texts; 1 has texts, 2 is wrong, 3 is late.
"""

from __future__ import annotations

import io
import json
import tomllib
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from grading.lint import with_answers

ROOT = Path(__file__).parents[2]
FIRST, SECOND = "05_endomorphism", "06_functors"
HOSTILE = "import os, numpy\nnumpy.allclose = lambda *_, **__: True\nos._exit(0)"
ENDLESS = "while True:\n    pass"
QUESTION = "parts-gap"
SIZE, VISITOR = 30, 99


def login(number: int) -> str:
    return f"ann{number:02}@uni.example"


def roster() -> str:
    """Return what Canvas exports as its gradebook."""
    head = ["Student,ID,SIS User ID,SIS Login ID,Section,Homework (77)", "    Points Possible,,,,,10.00"]
    rows = [f'"Learner{n:02}, Ann",{100 + n},al{100 + n},{login(n)},Monday,' for n in range(1, SIZE + 1)]
    return "\n".join([*head, *rows]) + "\n"


def name(number: int, upload: int, rest: str, *, late: bool = False) -> str:
    """Return how Canvas calls an upload."""
    return f"learner{number:02}ann_{'LATE_' if late else ''}{100 + number}_{upload}_{rest}"


class Chapter:
    """What a class may hand in of a chapter."""

    def __init__(self, stem: str) -> None:
        self.stem = stem
        master, blank = (ROOT / "exercises" / kind / stem / f"{stem}.ipynb" for kind in ("source", "release"))
        self.right, self.blank = master.read_bytes(), blank.read_bytes()
        self.without_texts = with_answers(self.blank, code_of(self.right))
        wrong = tomllib.loads((ROOT / "exercises" / "wrong" / f"{stem}.toml").read_text(encoding="utf-8"))["wrong"]
        answers = {entry["question"]: entry["source"] for entry in wrong}
        self.wrong, self.wrong_without_texts = (
            with_answers(content, answers) for content in (self.right, self.without_texts)
        )


def code_of(content: bytes) -> dict[str, str]:
    """Return the code of a master by its cells, without that of its checks."""
    cells = [cell for cell in json.loads(content)["cells"] if cell["cell_type"] == "code"]
    return {cell["id"]: "".join(cell["source"]) for cell in cells if not cell["id"].endswith("-check")}


def first() -> Iterator[tuple[str, bytes]]:
    """Yield the uploads of chapter 5."""
    chapter = Chapter(FIRST)
    file = f"{FIRST}.ipynb"
    for number in range(1, 17):
        yield name(number, 5000 + number, file), chapter.right
    for number in range(17, 21):
        yield name(number, 5000 + number, file), chapter.wrong
    yield name(21, 5021, file), with_answers(chapter.blank, {QUESTION: HOSTILE})
    yield name(22, 5022, file), with_answers(chapter.right, {QUESTION: ENDLESS})
    yield name(23, 5023, file), chapter.right[:5000]
    yield name(24, 5024, file), chapter.blank
    yield name(25, 5025, file, late=True), chapter.right
    yield name(26, 5026, file), chapter.wrong
    yield name(26, 5126, f"{FIRST}-1.ipynb"), chapter.right
    yield name(27, 5027, file), chapter.right
    yield name(27, 5127, f"{FIRST}-1.ipynb", late=True), chapter.right
    yield name(28, 5028, "homework.zip"), zipped([(f"homework/{file}", chapter.right)])
    yield name(30, 5030, file), chapter.without_texts
    yield name(VISITOR, 5099, file), chapter.right


def second() -> Iterator[tuple[str, bytes]]:
    """Yield the uploads of chapter 6."""
    chapter = Chapter(SECOND)
    others = {1: chapter.right, 2: chapter.wrong_without_texts}
    for number in range(1, SIZE):
        content = others.get(number, chapter.without_texts)
        yield name(number, 6000 + number, f"{SECOND}.ipynb", late=number == 3), content


def zipped(files: Iterable[tuple[str, bytes]]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for file, text in files:
            archive.writestr(file, text)
    return content.getvalue()


def hand_in(folder: Path) -> None:
    """Write both zips and the roster into a folder."""
    (folder / "class.zip").write_bytes(zipped(first()))
    (folder / "class-06.zip").write_bytes(zipped(second()))
    (folder / "roster.csv").write_text(roster(), encoding="utf-8")
