"""Feedback: what each student may read about an answer, in a zip that goes back into Canvas or Moodle.

    lovelaceada_101_5001_05.ipynb                      Canvas: the name of the student's last upload
    Ada Lovelace_311_assignsubmission_file_/…          Moodle: `feedback.html` in the student's folder
    ada/05_endomorphism.html                           for everybody else

Canvas shows a file under the name of the upload whose number it has, whatever is in it.  So what goes back for a
notebook is a notebook, with one text in it and nothing to run, and for a zip a zip.
Laws (tests/grading/test_feedback.py): each student has one entry, under numbers of the student's own; no entry leads
out of the folder in which it is unpacked; no letter that a learner or a person wrote is markup.
"""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from grading.gradebook.marked import words
from grading.gradebook.policy import Counted
from grading.intake.names import of_canvas, of_moodle, top
from grading.intake.submissions import Submission

Comments = Mapping[str, Mapping[str, str]]
"""What a person wrote, by student and question."""
PAGE, NOTEBOOK, ZIP = "feedback.html", ".ipynb", ".zip"
FORMS = (NOTEBOOK, ZIP)
"""What feedback can be handed back as, beside a page."""
DATE = (1980, 1, 1, 0, 0, 0)
"""The same for each entry, so that the same marks give the same bytes."""
RIGHTS = 0o644 << 16


def packed(assignment: str, counted: Mapping[str, Counted], files: Iterable[Submission], comments: Comments) -> bytes:
    """Return the zip with one entry for each student."""
    names: dict[str, list[str]] = {}
    for file in files:
        names.setdefault(file.student, []).append(file.file)
    content, taken = io.BytesIO(), set[str]()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for student, one in sorted(counted.items()):
            name = alone(entry(assignment, student, one.record.file, names.get(student, [])), taken)
            parts = list(sections(assignment, one, comments.get(student, {})))
            add(archive, name, for_name(name, parts))
    return content.getvalue()


def add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    info = zipfile.ZipInfo(name, DATE)
    info.external_attr = RIGHTS
    archive.writestr(info, content, zipfile.ZIP_DEFLATED)


def entry(assignment: str, student: str, file: str, names: Iterable[str]) -> str:
    """Return the name of a student's entry, by the file that counts, and in Canvas by the last upload of its kind.

    Canvas takes feedback for the uploads of the last attempt alone, and a page called like a picture cannot be opened.
    """
    uploads = [(suffix(top(name)) in FORMS, found.upload, name) for name in names if (found := of_canvas(name))]
    if of_canvas(file) and uploads:
        return clean(top(max(uploads)[-1]))
    if moodle := of_moodle(file):
        return f"{clean(moodle.name).replace('_', ' ')}_{moodle.participant}_assignsubmission_file_/{PAGE}"
    return f"{clean(student)}/{clean(assignment)}.html"


def clean(name: str) -> str:
    """Return a name for one file or folder, wherever it is unpacked.

    >>> clean("../ada"), clean("C:x"), clean("..")
    ('.._ada', 'C_x', '__')
    """
    plain = re.sub(r'[\x00-\x1f\x7f/\\:*?"<>|]', "_", name).encode("utf-8", "replace").decode()
    return plain if plain.strip(". ") else "_" * max(1, len(plain))


def suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def alone(name: str, taken: set[str]) -> str:
    """Return a name that no other student has: `a:b` and `a_b` must not get each other's marks."""
    path, number, found = PurePosixPath(name), 1, name
    while found.casefold() in taken:
        number += 1
        found = str(path.with_name(f"{path.stem}-{number}{path.suffix}"))
    taken.add(found.casefold())
    return found


def for_name(name: str, parts: list[str]) -> bytes:
    """Return feedback in the form that a name promises."""
    if suffix(name) == NOTEBOOK:
        return notebook(parts)
    if suffix(name) == ZIP:
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            add(archive, PAGE, page(parts))
        return content.getvalue()
    return page(parts)


def sections(assignment: str, one: Counted, comments: Mapping[str, str]) -> Iterator[str]:
    """Yield the parts of a text in HTML that is good Markdown too: a paragraph has one line, and all else is `pre`."""
    record, total = one.record, one.total
    points = f"{record.points - one.off:g} of {record.worth:g} points"
    yield f"<h1>{line(assignment)}: {points}{'' if total is not None else ', and not everything is marked yet'}</h1>"
    yield f"<p>Marked: {line(record.file)} ({line(one.why)}).</p>"
    if one.off:
        yield f"<p>{one.off:g} points were taken off, because it was late.</p>"
    for verdict in record.verdicts:
        title, _, reason = words(verdict).strip().partition("\n")
        yield f"<h2>{line(title)}</h2>"
        if reason:
            yield f"<pre>{html.escape(reason)}</pre>"
        if comment := comments.get(verdict.question, "").strip():
            yield f"<pre>Your instructor says:\n{html.escape(comment)}</pre>"


def line(text: str) -> str:
    """Return a text as a part of one line of HTML."""
    return html.escape(" ".join(text.split()))


def page(parts: Iterable[str]) -> bytes:
    """Return a page that loads nothing and runs nothing."""
    return (HEAD + "\n".join(parts) + "\n</html>\n").encode("utf-8", "replace")


def notebook(parts: Iterable[str]) -> bytes:
    """Return a notebook that has one text and nothing to run."""
    text = "\n\n".join(parts).encode("utf-8", "replace").decode()
    cell = {"cell_type": "markdown", "id": "feedback", "metadata": {}, "source": text}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1).encode()


HEAD = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Feedback</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
pre { font: .9rem/1.5 ui-monospace, monospace; white-space: pre-wrap; }
</style>
"""
