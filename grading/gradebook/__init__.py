"""Gradebook: the marks of a class, where an instructor looks for them.

roster          who is in a course, and which files are whose
when            when a file was handed in
policy          which of a student's files counts, and what being late costs
table           marks as CSV, for people, for Canvas and for Moodle
totals          what each student has, with the file that counts and why
results         the tables of one chapter in their folder
course          what each student has in all chapters
report          how the class went, question by question
former          names that chapters had before
marked          a notebook with its marks for each student
by_hand         what a person gave in formgrader, for the tables
gradebook       nbgrader's database, which formgrader shows
feedback        what each student may read, in a zip for the platform
preprocessor    the grader inside nbgrader itself
"""
