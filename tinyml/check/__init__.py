"""What a notebook of exercises needs: questions that say at once what is right, with numpy alone."""

from tinyml.check.outcomes import NotChecked, NotPassed, Outcome, in_one_line, outcome
from tinyml.check.questions import ANSWERS, HIDDEN, RESULTS, Points, Question, question, seal_of, summary

__all__ = [
    "ANSWERS",
    "HIDDEN",
    "RESULTS",
    "NotChecked",
    "NotPassed",
    "Outcome",
    "Points",
    "Question",
    "in_one_line",
    "outcome",
    "question",
    "seal_of",
    "summary",
]
