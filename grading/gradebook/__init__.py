"""Gradebook: the marks of a class, where an instructor looks for them.

roster          who is in a course, and which files are whose
table           marks as CSV, for people, for Canvas and for Moodle
former          names that chapters had before
marked          a notebook with its marks for each student
gradebook       nbgrader's database, which formgrader shows
preprocessor    the grader inside nbgrader itself
"""
