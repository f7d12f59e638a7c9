"""The figures of the Rust crate, to the last bit: the same arithmetic gives every loss and every final parameter.

tests/ch04_training/test_training.py holds `tinyml` to these figures within 1e-6, because the crate computes in
float32 and `tinyml` in float64.  Here the figures themselves are on trial.  Float32 arithmetic in the order of the
crate's source (tests/support/rust_order.py says which) gives all 1007 losses and all 270 final parameters of the six
runs without one bit of difference: the figures are that arithmetic and nothing else.

The exponential and the logarithm have to be those of the C library, here glibc.  Its `expf` is not always the float32
that is nearest to the true value (6 of 10,000 arguments that were tried), and that shows: an exponential in float64,
rounded once, changes 66 of the losses, and numpy's float32 `exp`, on a processor with AVX-512, 242.  A logarithm from
float64 changes 13 losses and, as it should, no parameter.

Each change of order that was tried is seen too.  So many losses change with the bias after the features 180, the
features backwards 190, the examples backwards 434; with fused products in the logits 160, in the gradient of the head
177, in the update 187; with rate * (gradient * scale) 60, rate * gradient / N 229, a start computed in float64 and
rounded 234.  Over five tokens numpy's own `sum` adds in the same order and changes nothing.  The six runs never come
near the smallest probability of 1e-9; the runs that diverge do.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import json
import math
import platform
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rust_order import Arithmetic, Array, NotADistribution, add_in_order, train

REFERENCE = json.loads((Path(__file__).parent.parent / "reference" / "rust_training.json").read_text())
RUNS = [(case, run) for case in REFERENCE for run in case["runs"]]


@pytest.fixture(scope="module")
def c_library() -> Arithmetic:
    name = ctypes.util.find_library("m")
    if name is None or platform.libc_ver()[0] != "glibc":
        pytest.skip("the figures were computed with expf and logf of glibc, which this system does not have")
    library = ctypes.CDLL(name)
    for function in (library.expf, library.logf):
        function.argtypes, function.restype = [ctypes.c_float], ctypes.c_float
    return Arithmetic(library.expf, library.logf)


def bits(values: Any) -> list[int]:
    return np.asarray(values, np.float32).view(np.uint32).ravel().tolist()


@pytest.mark.parametrize(("case", "run"), RUNS, ids=[f"{c['name']}-{r['learning_rate']}" for c, r in RUNS])
def test_every_loss_and_every_final_parameter_is_bit_identical(
    case: dict[str, Any], run: dict[str, Any], c_library: Arithmetic
) -> None:
    expected = run["loss_by_step_count"]
    states, losses = zip(*train(case, run["learning_rate"], len(expected) - 1, c_library), strict=True)
    assert bits(losses) == bits(expected)
    for name in ("embedding", "lm_head", "bias"):
        assert bits(getattr(states[-1], name)) == bits(run[f"final_{name}"]), name


def backwards(terms: Array) -> Array:
    return add_in_order(terms[..., ::-1])


CHANGES: dict[str, dict[str, Any]] = {
    "exponential rounded from float64": {"exp": math.exp},
    "logarithm rounded from float64": {"log": math.log},
    "sums over the vocabulary backwards": {"add_up": backwards},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_in_the_last_bits_is_seen(change: dict[str, Any], c_library: Arithmetic) -> None:
    case, run = next((case, run) for case, run in RUNS if run["learning_rate"] == 0.5)
    expected = run["loss_by_step_count"]
    losses = [loss for _, loss in train(case, 0.5, len(expected) - 1, c_library._replace(**change))]
    assert bits(losses) != bits(expected)
    assert losses == pytest.approx(expected, rel=0, abs=1e-6)


# The crate's answer at these rates was its error of the softmax, after so many steps.
@pytest.mark.parametrize(
    ("rate", "failed"), [(5.8, 72), (5.9, 68), (6, 61), (7, 54), (8, 47), (10, 37), (20, 25), (100, 13)]
)
def test_runs_beyond_the_edge_fail_after_the_step_where_the_crate_fails(
    rate: float, failed: int, c_library: Arithmetic
) -> None:
    with pytest.raises(NotADistribution):
        list(train(REFERENCE[0], rate, failed, c_library))
    losses = [loss for _, loss in train(REFERENCE[0], rate, failed - 1, c_library)]
    assert bits(max(losses)) == bits(-math.log(1e-9))


def test_a_run_before_the_edge_ends_well(c_library: Arithmetic) -> None:
    *_, (_, loss) = train(REFERENCE[0], 5.75, 200, c_library)
    assert loss < 0.001
