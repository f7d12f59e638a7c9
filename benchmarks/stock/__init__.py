"""Our grader and two stock graders, nbgrader and otter-grader: raced on honest files, compared on the corpus.

    chapters.py     the rows of the race, one for each chapter that has exercises
    one_file.py     its contender of otter-grader, in the environment of otter
    run.py          python -m benchmarks.grading corpus: all graders on the chosen files, one run
    graders.py      how each stock grader is set up and called, as its users would
    otter.py        the checks of the master in otter's format, and an environment of otter's own
    container.py    bubblewrap's walls around a stock grader, which has none of its own
    inside.py       process 1 of the container: runs the grader, watches what it leaves, reads the marks
    counting.py     what the marks are worth beside those of an honest marker
    table.py        corpus.md and corpus.csv

Checked by tests/benchmarks/test_benchmarks_grading.py, tests/benchmarks/test_benchmarks_stock.py,
tests/benchmarks/test_benchmarks_otter.py and tests/grading/test_stock.py.
"""
