"""Contenders of the training step; each is started as `python -m benchmarks.step KIND PROBLEM DTYPE`.

    table.py       the rows: who is raced on what, and what is wanted of ours
    problems.py    the data and the start that all contenders of a row share
    steps.py       what they have in common: what is compared, and how steps are timed
    ours.py        tinyml through its public functions, counted and example by example
    lenses.py      the step as a composite of lenses, and `TrainStep` called once for each step
    flowers.py     a small network on Iris, as a composite of lenses and by hand; pytorch.py has its rival
    bound.py       the three bare matrix products and the exponential of one step, and nothing else
    pytorch.py     PyTorch as its users write it, and given the same counts
    xla.py         JAX, compiled, given the same counts
    scalars.py     micrograd, one Python object for each number
    rates.py       many learning rates at once and one by one, by tinyml and by JAX
    starts.py      whole processes from the start of Python to trained parameters
    crate.py       a program that was built elsewhere and answers check, go and quit
    pairs.py       what the number of pairs costs: in a step, and in counting them once

Checked by tests/benchmarks/test_benchmarks_step.py, which times nothing.
"""
