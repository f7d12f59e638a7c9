"""The instructor's grader: `python -m grading`.

    submissions -> read -> rebuild -> box <- wire -> checker -> record -> table

A submission is read defensively (`submissions`, `read`) and its answers are put into the master (`master`,
`rebuild`).  Its cells run in a sandbox (`box`, `inside`); the checks of the master run outside, in the checker,
which sees answers through proxies (`wire`, `proxies`, `checker`).  Workers grade one file after another
(`worker`), on this machine (`run`) or over Dask (`cluster`), types for a whole class at once (`programs`); verdicts are
kept (`record`) and put into tables (`table`), and into nbgrader's gradebook with a notebook for each student
(`gradebook`, `marked`); inside nbgrader, the grader is a `preprocessor`.  `doctor` tries the sandbox and `lint`
the masters.  `former` knows
chapters that had other names; `corpus` has honest and hostile submissions, on which all of this is tried.
"""
