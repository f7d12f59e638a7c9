"""The instructor's grader: `python -m grading`.

    submissions -> intake -> box <-> marking -> gradebook

`intake` reads what was handed in, whatever it is, and puts its answers into the master; `box` runs them in a
sandbox; `marking` runs the checks of the master against them, from outside, for a whole class; `gradebook` writes
the marks into tables and into nbgrader.  A folder imports from those before it.  `lint` tries the masters; `corpus`
has honest and hostile submissions, on which all of this is tried.
"""
