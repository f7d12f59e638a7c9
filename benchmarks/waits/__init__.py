"""What a user waits for before and beside the computing.

    imports.py        whole processes that import the package, beside one that imports numpy
    table.py          the rows

The slider has a module of its own, `benchmarks/slider.py`.
Checked by tests/test_benchmarks_waits.py.
"""
