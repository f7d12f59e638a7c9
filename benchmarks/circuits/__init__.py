"""What chapter 17's circuits get right, next to what the authors of reverse derivative ascent report.

    threshold.py    a mask of parameters that knows zeros from ones, its Boolean difference and its training
    digits.py       the zeros and ones of MNIST: which teach, which choose the mask that is kept, which are asked
    handed.py       hands the images over, in an environment of their own
    species.py      two species of iris, and all three
    table.py        circuits.md

Nothing is raced and nothing is timed: the same run gives the same report.
Checked by tests/benchmarks/test_benchmarks_circuits.py.
"""
