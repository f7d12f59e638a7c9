"""The exercises as a course that nbgrader 0.9.6 takes as it is: run its commands in this folder.

An answer that is not written yet is `...`, so the notebook as it is given out runs to its end.
"""

# ruff: noqa: F821
import sys
from pathlib import Path

from nbconvert.preprocessors import ClearMetadataPreprocessor, CSSHTMLHeaderPreprocessor
from nbgrader import preprocessors

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).resolve().parent.parent)]  # and the grader beside it

from sealing import SealChecks  # noqa: E402

c = get_config()  # type: ignore[name-defined]

c.CourseDirectory.course_id = "tinyml"
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", ".*", "*.part"]

c.ClearSolutions.code_stub = {"python": "..."}
c.ClearSolutions.text_stub = "Write your answer here."
c.ClearSolutions.begin_solution_delimeter = "### BEGIN SOLUTION"
c.ClearSolutions.end_solution_delimeter = "### END SOLUTION"
c.ClearHiddenTests.begin_test_delimeter = "### BEGIN HIDDEN TESTS"
c.ClearHiddenTests.end_test_delimeter = "### END HIDDEN TESTS"

# nbgrader's own list, without headers and generated tests, which no exercise here has, and with the seals.
c.GenerateAssignment.preprocessors = [
    preprocessors.LockCells,
    preprocessors.ClearSolutions,
    preprocessors.ClearOutput,
    preprocessors.CheckCellMetadata,
    preprocessors.ComputeChecksums,
    preprocessors.SaveCells,
    preprocessors.ClearHiddenTests,
    preprocessors.ClearMarkScheme,
    SealChecks,
    preprocessors.ComputeChecksums,
    preprocessors.CheckCellMetadata,
]

# Answers run in a box, apart from the checks: see grading/gradebook/preprocessor.py.  The rest of the list is
# nbgrader's own.
c.Autograde.exporter_class = "grading.gradebook.preprocessor.AnyNotebook"
c.Autograde.autograde_preprocessors = [
    "grading.gradebook.preprocessor.BoxedExecute",
    preprocessors.IgnorePattern,
    ClearMetadataPreprocessor,
    preprocessors.LimitOutput,
    "grading.gradebook.preprocessor.SaveVerdicts",
    preprocessors.AssignLatePenalties,
    preprocessors.CheckCellMetadata,
]

# A page of feedback is for the learner, so it shows no hidden test, and needs no network.
c.GenerateFeedback.force = True  # marks that were given since make a new page
c.GenerateFeedback.exporter_class = "grading.gradebook.preprocessor.FeedbackPages"
c.GenerateFeedback.preprocessors = [
    preprocessors.GetGrades,
    "grading.gradebook.preprocessor.CutHidden",
    CSSHTMLHeaderPreprocessor,
]
