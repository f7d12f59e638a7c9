"""What a user waits for before and beside the computing.

    imports.py        whole processes that import the package, beside one that imports numpy
    first_widget.py   from the start of navigation to the first painted widget of a chapter, in a cold browser
    build.py          the book built cold and warm, and its notebooks compared by nbval: counted, not raced
    table.py          the rows

The contenders of the slider are in `benchmarks/slider.py` and `benchmarks/slider_lab.py`.
Checked by tests/benchmarks/test_benchmarks_waits.py.
"""
