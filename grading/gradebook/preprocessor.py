"""The grader inside plain nbgrader, by configuration alone: `nbgrader autograde`, formgrader, `generate_feedback`.

    marks that `nbgrader autograde` writes = marks of `python -m grading grade`

exercises/nbgrader_config.py names these classes, and that is all that nbgrader is told.  nbgrader itself runs a
notebook in a kernel where checks and answers meet; `BoxedExecute` stands in the place of that step, and writes the
verdicts of the grader into the check cells, where nbgrader reads them.  `AnyNotebook` reads whatever was handed in,
and `SaveVerdicts` asks for a person where the grader does.  `CutHidden` and `FeedbackPages` make pages for learners:
without hidden tests, and readable without a network.
Checked by tests/grading/test_nbgrader.py.
"""

from __future__ import annotations

import atexit
import io
import os
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from jinja2 import DictLoader
from nbconvert.exporters import HTMLExporter, NotebookExporter
from nbformat import NotebookNode
from nbgrader import preprocessors as stock
from nbgrader.preprocessors.base import NbGraderPreprocessor
from traitlets import Bool, List, Unicode

from grading.box.doctor import try_box
from grading.gradebook import former, marked
from grading.intake.master import master_of
from grading.intake.submissions import Submission
from grading.marking import record
from grading.marking.file import Job
from grading.marking.record import Verdict
from grading.marking.run import Typed, has_programs
from grading.marking.worker import Worker

ROOT = Path(__file__).resolve().parents[2]
VERDICTS = "grading verdicts"
"""Where `BoxedExecute` leaves its verdicts for `SaveVerdicts`, by the name of the cell."""


class HandedIn:
    """Where things are, for one notebook that nbgrader converts."""

    def __init__(self, coursedir: Any, names: dict[str, str]) -> None:
        student, assignment, notebook = (names[name] for name in ("student", "assignment", "notebook"))
        submitted = coursedir.format_path(coursedir.submitted_directory, student, assignment)

        def at(name: str) -> Path:
            folder = assignment if name == notebook else name
            return Path(coursedir.format_path(coursedir.source_directory, ".", folder), f"{name}.ipynb")

        found = former.master(notebook, at)
        if found is None:
            raise FileNotFoundError(f"There is no master {at(notebook)}.")
        self.master = found
        path = Path(submitted, f"{notebook}.ipynb")
        self.submission = Submission(path, f"{student}/{assignment}/{notebook}.ipynb", student)


class AnyNotebook(NotebookExporter):
    """Reads what was handed in as the master with its answers, so that every file is a notebook."""

    def from_filename(
        self, filename: str, resources: dict[str, Any] | None = None, **more: Any
    ) -> tuple[NotebookNode, dict[str, Any]]:
        converter: Any = self.parent
        one = HandedIn(converter.coursedir, resources["nbgrader"]) if resources is not None else None
        if one is None or os.path.abspath(filename) != os.path.abspath(one.submission.path):
            return super().from_filename(filename, resources, **more)
        content, trouble = one.submission.content_or_reason()
        notebook = marked.marked(one.master, *worker().rebuilt(Job(content, one.master, trouble)))
        return self.from_file(io.StringIO(nbformat.writes(notebook)), resources, **more)


class BoxedExecute(NbGraderPreprocessor):  # type: ignore[misc]
    """Grades what was handed in, and writes the verdicts into the check cells of the notebook at hand."""

    trusted = Bool(False, help="Run without a sandbox: only for code that you trust").tag(config=True)
    records = Unicode("", help="The folder `records` of a run of `python -m grading`, to be used where they fit").tag(
        config=True
    )

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        one = HandedIn(self.parent.parent.coursedir, resources["nbgrader"])
        found = marked.by_cell(self.verdicts(one), master_of(one.master))
        marked.write(nb, found)
        resources[VERDICTS] = found
        return nb, resources

    def verdicts(self, one: HandedIn) -> tuple[Verdict, ...]:
        """Return the verdicts of a stored record that is still true, or new ones."""
        content, trouble = one.submission.content_or_reason()
        known = record.read(Path(self.records), one.submission.file) if self.records else None
        if known is not None and known.fingerprint == record.fingerprint(content, trouble.encode(), one.master):
            return known.verdicts
        if not self.trusted:
            box_works()
        job, file = Job(content, one.master, trouble, self.trusted), one.submission.file
        texts = worker().programs(job) if has_programs(one.master) else {}
        return worker().grade(Typed({file: texts}, trusted=self.trusted).job(file, job))


class SaveVerdicts(stock.SaveAutoGrades):  # type: ignore[misc]
    """Saves marks as nbgrader does, and asks for a person where the grader could not decide."""

    def _add_score(self, cell: NotebookNode, resources: Any) -> None:
        super()._add_score(cell, resources)
        name = cell.metadata["nbgrader"]["grade_id"]
        verdict = resources.get(VERDICTS, {}).get(name)
        if verdict is not None and verdict.status == "needs review":
            grade = self.gradebook.find_grade(name, self.notebook_id, self.assignment_id, self.student_id)
            grade.needs_manual_grade = True
            self.gradebook.db.commit()


class CutHidden(NbGraderPreprocessor):  # type: ignore[misc]
    """Cuts hidden tests out of check cells, whatever else stands in the notebook."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        return marked.without_hidden(nb), resources


class FeedbackPages(HTMLExporter):
    """nbgrader's pages of feedback without MathJax, which would have to be fetched from the network."""

    extra_loaders = List([DictLoader({"mathjax.html.j2": "{% macro mathjax(url='') %}{% endmacro %}"})])


@cache
def worker() -> Worker:
    """Return the one worker of this process, which nbgrader may have started in any folder."""
    known = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), *([known] if known else [])])
    one = Worker()
    atexit.register(one.stop)
    return one


@cache
def box_works() -> None:
    """Raise `NoSandbox` where there is none."""
    try_box()
