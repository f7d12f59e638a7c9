"""Write the skeleton of a chapter: `python tools/new_chapter.py 20_transformer "A block"`.

The files below tools/skeleton become a module with its tests and a planted fault, a section of the tour, a widget, a
notebook in the rhythm of the others with what its guesses and laws need, and exercises with typical wrong answers; a
line is added to the face of the package, to that of the widgets and to the table of contents.  `make check` is green on
what comes out, so that each part can be replaced by a real one while everything stays green.  Nothing that is there is
overwritten.
Law (tests/tools/test_new_chapter.py): the checks of a chapter pass on the skeleton of a new one.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import notebooks

import exercises

ROOT = Path(__file__).resolve().parent.parent
SKELETON = Path(__file__).resolve().parent / "skeleton"
STEM = re.compile(r"([0-9]{2})_([a-z][a-z_]*)")
CELL = re.compile(r"^%% (markdown|code) (\S+)([^\n]*)\n", re.MULTILINE)
GRADED = re.compile(r"\b(?:grade|solution|locked)\b")
QUESTIONS = {"first": 2, "second": 3, "third": 5}


def words_of(stem: str, title: str) -> dict[str, str]:
    """Return what stands for each placeholder of the skeleton."""
    found = STEM.fullmatch(stem)
    if not found or not title.strip():
        sys.exit(f"A chapter is called like 11_lens, and has a title; got {stem!r} and {title!r}.")
    number, name = found.groups()
    return {
        "CHAPTER": f"ch{stem}",
        "STEM": stem,
        "NN": number,
        "NUMBER": str(int(number)),
        "NAME": name,
        "CLASS": name.title().replace("_", ""),
        "WIDGET": f"{name}_bench",
        "TITLE": title.strip(),
        "SHORT": title.partition(":")[0].strip(),
    }


def filled(text: str, words: dict[str, str]) -> str:
    return re.sub(r"@([A-Z]+)@", lambda found: words[found[1]], text)


def repeated(template: str, words: dict[str, str]) -> str:
    """Return a template of the skeleton once for each question."""
    text = (SKELETON / template).read_text(encoding="utf-8")
    asked = ({**words, "Q": name, "BY": str(by)} for name, by in QUESTIONS.items())
    return "".join(filled(text, own) for own in asked).rstrip("\n")


def notebook_of(text: str) -> Any:
    """Return the notebook that a text with `%% kind id` between its cells describes."""
    pieces = CELL.split(text)[1:]
    made = [cell_of(*pieces[at : at + 4]) for at in range(0, len(pieces), 4)]
    return notebooks.normalised(nbformat.v4.new_notebook(cells=made))


def cell_of(kind: str, name: str, marks: str, source: str) -> Any:
    metadata: dict[str, Any] = {"name": name} if "named" in marks else {}
    if "card" in marks:
        metadata["card"] = True
    if GRADED.search(marks):
        own = {"grade": "grade" in marks, "solution": "solution" in marks, "locked": "solution" not in marks}
        metadata["nbgrader"] = {"grade_id": name, "schema_version": 3, "task": False, **own}
        if points := re.search(r"points=(\d+)", marks):
            metadata["nbgrader"]["points"] = int(points[1])
    make: Any = nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
    return make(source.rstrip("\n"), id=name, metadata=metadata)


def files_of(words: dict[str, str]) -> Iterator[tuple[Path, str]]:
    """Yield the path of each file of the chapter, below the root, and its text."""
    words = {**words, "QUESTIONS": repeated("question.txt", words), "WRONG": repeated("wrong.txt", words)}
    for template in sorted(SKELETON.glob("*/**/*.txt")):
        path = str(template.relative_to(SKELETON).with_suffix(""))
        for placeholder in ("CHAPTER", "STEM", "NAME", "WIDGET"):
            path = path.replace(placeholder, words[placeholder])
        text = filled(template.read_text(encoding="utf-8"), words)
        yield Path(path), notebooks.text_of(notebook_of(text)) if path.endswith(".ipynb") else text


def added(text: str, line: str, like: str) -> str:
    """Return a text with one more line, unless it is there: among those that begin in the same way, in their order."""
    lines = text.split("\n")
    if line in lines:
        return text
    alike = [place for place, own in enumerate(lines) if own.startswith(like)]
    last = max((place for place in alike if lines[place] < line), default=alike[-1])
    return "\n".join([*lines[: last + 1], line, *lines[last + 1 :]])


def shared_lines(words: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield each shared file that names the chapters, the line to add to it, and how the line before begins."""
    yield "tinyml/__init__.py", f"    from tinyml.{words['CHAPTER']} import *", "    from tinyml.ch"
    widget, stem = words["WIDGET"], words["STEM"]
    face = f"{words['CLASS']}Bench as {words['CLASS']}Bench"
    yield "tinyml/widgets/__init__.py", f"    from tinyml.widgets.{widget} import {face}", "    from tinyml.widgets."
    files = f"      - file: book/{stem}\n      - file: exercises/release/{stem}/{stem}"
    yield "_toc.yml", files, "      - file: exercises/release/"


def main(stem: str, title: str) -> None:
    words = words_of(stem, title)
    files = dict(files_of(words))
    if there := [str(path) for path in files if (ROOT / path).exists()]:
        sys.exit(f"Nothing was written, because there is already {', '.join(there)}.")
    for path, text in files.items():
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(text, encoding="utf-8")
        print(f"written: {path}")
    for name, line, like in shared_lines(words):
        (ROOT / name).write_text(added((ROOT / name).read_text(encoding="utf-8"), line, like), encoding="utf-8")
        print(f"one line more: {name}")
    failed = notebooks.renew([ROOT / "book" / f"{stem}.ipynb"]) or exercises.release(exercises.COURSE, (stem,))
    sys.exit(failed)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
