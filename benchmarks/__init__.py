"""Ratios against named rivals, measured side by side in one run: `make bench` or `python -m benchmarks`.

    contender.py      one long-lived process: check, go, quit on standard input; times itself
    whole_process.py  a contender whose every sample is a process of its own
    race.py           checks that all agree, then asks them in random order, round after round
    goals.py          what is wanted of a row, and whether a run has kept it
    environments.py   environments of rivals that are not to be in ours
    statistics.py     medians of paired ratios over clean rounds
    machine.py        processor, threads, BLAS, versions
    report.py         benchmarks/report.md and the raw rows beside it
    summary.py        rows that measure the same on several things, summed up
    rows.py           what is measured; a later chapter adds its rows here
    honest.py         the files that are graded: of each chapter, no two alike
    waits/            what a user waits for: imports, the first widget, the build of the book
    stock/            grading, by ours and by two others: honest files of each chapter, and benchmarks/corpus.md
    circuits/         chapter 17's circuits beside what their authors report: benchmarks/circuits.md, counted, not raced

Checked by tests/benchmarks/test_benchmarks.py, which times nothing.
"""
