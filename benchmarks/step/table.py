"""The rows of the training step: what is raced on which problem, and what is wanted of ours.

Every row is on one thread and says its dtype.  The rivals run as their users would write them, and given the same
counts as ours, so that what counting gains and what the implementation gains are told apart.
"""

from __future__ import annotations

from benchmarks.goals import Goal, each, faster, later, ratio, working
from benchmarks.race import Row, command
from benchmarks.step.steps import TOLERANCE

OURS = "tinyml, iterate"
COMPOSITE = "tinyml, a composite of lenses"
ONE_BY_ONE = "tinyml, TrainStep called for each step"
EXAMPLES = "tinyml, a loop over the examples"
EAGER = "PyTorch as users write it, on all pairs"
COUNTS = "PyTorch given the counts, autograd"
BY_HAND = "PyTorch given the counts, derivative by hand"
JAX = "JAX given the counts, compiled before"
MICROGRAD = "micrograd, float64"
CRATE = "the Rust crate, float32"
BOUND = "bound: bare products and exp in numpy"

KINDS = {
    OURS: "ours",
    EXAMPLES: "examples",
    EAGER: "torch-eager",
    COUNTS: "torch-counts",
    BY_HAND: "torch-by-hand",
    JAX: "jax",
    MICROGRAD: "micrograd",
    BOUND: "bound",
}
GIVEN_COUNTS = (COUNTS, BY_HAND, JAX)
STARTS = 3


def steps(
    problem: str,
    dtype: str,
    rivals: tuple[str, ...],
    goals: tuple[Goal, ...],
    elsewhere: dict[str, str] | None = None,
    rounds: int = 15,
) -> Row:
    """Race iterate, some rivals and the bound on one problem."""
    name, _, what = problem.partition(": ")
    return Row(
        name=f"training step, {what}, {dtype}, one thread",
        unit="one step",
        contenders={rival: command("step", KINDS[rival], name, dtype) for rival in (OURS, *rivals, BOUND)},
        bound=BOUND,
        rounds=rounds,
        starts=STARTS,
        tolerance=TOLERANCE[dtype],
        goals=goals,
        elsewhere=elsewhere or {},
    )


TINY = "tiny: V=5, d=4, 7 pairs, 80 steps in one call"
SMALL = "small: V=64, d=16, 1,000 pairs, 80 steps in one call"
MIDDLE = "middle: V=1,000, d=64, 100,000 pairs, 80 steps in one call"
LARGE = "large: V=8,192, d=256, 1,000,000 Zipf pairs, 3 steps in one call"
TOO_LARGE = {EAGER: "left out: the logits of all pairs would take 33 GB"}


def tiny(rust: str | None) -> list[Row]:
    """Race on the data set of the book, with the Rust crate when a checkout of it is given."""
    known = {} if rust else {CRATE: "1.3 µs, measured elsewhere, on another machine"}
    double = steps(TINY, "float64", (EXAMPLES, EAGER, *GIVEN_COUNTS, MICROGRAD), (
        faster(OURS, EAGER, least=14), faster(OURS, MICROGRAD, least=150)))  # fmt: skip
    single = steps(TINY, "float32", (EAGER, *GIVEN_COUNTS), (faster(OURS, EAGER, least=14),), known)
    if rust:
        single.contenders[CRATE] = command("step", "crate", rust)
    return [double, single]


def lenses() -> Row:
    """Race the composite of chapter 13 with the step that it is."""
    kinds = {COMPOSITE: "composite", OURS: "ours", ONE_BY_ONE: "one-by-one", EAGER: "torch-eager", BOUND: "bound"}
    return Row(
        name="training step as a composite of lenses, V=5, d=4, 7 pairs, 80 steps in one call, float64, one thread",
        unit="one step",
        contenders={name: command("step", kind, "tiny", "float64") for name, kind in kinds.items()},
        bound=BOUND,
        starts=STARTS,
        tolerance=TOLERANCE["float64"],
        goals=(
            ratio(COMPOSITE, OURS, most=8),
            ratio(COMPOSITE, ONE_BY_ONE, most=1),
            faster(COMPOSITE, EAGER, least=4),
        ),
    )


def flowers() -> Row:
    by_hand, eager = "numpy, derivative by hand", "PyTorch as users write it"
    kinds = {COMPOSITE: "flowers", by_hand: "flowers-by-hand", eager: "flowers-torch"}
    return Row(
        name="a network of 4, 20 and 3 on Iris, all 150 flowers in a step, float64, one thread",
        unit="one example",
        contenders={name: command("step", kind, "iris", "float64") for name, kind in kinds.items()},
        bound=by_hand,
        starts=STARTS,
        tolerance=TOLERANCE["float64"],
        goals=(ratio(COMPOSITE, by_hand, most=1.7), faster(COMPOSITE, eager, least=2.5)),
    )


def lenet() -> Row:
    bound, by_hand, eager = "bound: its products alone", "numpy, derivative by hand", "PyTorch as users write it"
    kinds = {COMPOSITE: "lenet", by_hand: "lenet-by-hand", eager: "lenet-torch", bound: "lenet-products"}
    return Row(
        name="a network like LeNet on images of 28 x 28, 64 in a step, float32, one thread",
        unit="one image",
        contenders={name: command("step", kind, "images", "float32") for name, kind in kinds.items()},
        bound=bound,
        starts=STARTS,
        tolerance=TOLERANCE["float32"],
        goals=(
            ratio(COMPOSITE, bound, most=3.2),
            ratio(COMPOSITE, by_hand, most=1.4),
            faster(COMPOSITE, eager, least=1.5),
        ),
    )


def start() -> Row:
    bound, ours = "bound: Python imports numpy", "tinyml, float64"
    programs = {ours: "tinyml", "JAX, float32": "jax", "PyTorch, float32": "torch", "micrograd, float64": "micrograd"}
    return Row(
        name="from the start of Python to trained parameters, 7 pairs, 80 steps, one thread",
        unit="one process",
        contenders={name: command("step", "start", program) for name, program in {**programs, bound: "numpy"}.items()},
        bound=bound,
        tolerance=1e-3,
        goals=(later(ours, bound, most=0.015), faster(ours, "JAX, float32", least=15)),
    )


def rates(dtype: str) -> Row:
    ours, single = "tinyml, trajectory at 256 rates", "tinyml, iterate at one rate after the other"
    contenders = {
        ours: "rates-at-once",
        single: "rates-one-by-one",
        "tinyml, trajectory at one rate after the other": "rates-losses-one-by-one",
        "JAX, mapped over the rates, compiled before": "rates-jax",
        "bound: the exponentials alone": "rates-bound",
    }
    return Row(
        name=f"256 learning rates, V=5, d=4, 7 pairs, 80 steps, {dtype}, one thread",
        unit="one run and step",
        contenders={name: command("step", kind, "tiny", dtype) for name, kind in contenders.items()},
        bound="bound: the exponentials alone",
        starts=STARTS,
        tolerance={"float64": 1e-9, "float32": 1e-5}[dtype],
        goals=(faster(ours, single, least=20),),
    )


POWERS = {f"{10**n:,} pairs": f"middle:{10**n}" for n in range(3, 8)}


def pairs() -> Row:
    """Race the same step against itself on more and more pairs."""
    names = [f"tinyml, iterate, {pairs}" for pairs in POWERS]
    commands = [command("step", "step-of-pairs", given, "float32") for given in POWERS.values()]
    return Row(
        name="training step against the number of pairs, V=1,000, d=64, 80 steps in one call, float32, one thread",
        unit="one step",
        contenders={**dict(zip(names, commands, strict=True)), BOUND: command("step", "bound", "middle", "float32")},
        bound=BOUND,
        starts=STARTS,
        goals=tuple(ratio(name, names[0], least=0.9, most=1.1) for name in names[1:]),
    )


def counting() -> Row:
    names = {f"tinyml, TrainingSet.from_indices, {pairs}": given for pairs, given in reversed(POWERS.items())}
    rivals = {"collections.Counter": "plain", "numpy.unique": "unique", "scipy.sparse": "sparse"}
    bound = "bound: reading 10,000,000 pairs"
    return Row(
        name="counting pairs of indices, V=1,000, one thread",
        unit="one pair",
        contenders={
            **{name: command("step", "counting-pairs", "ours", given) for name, given in names.items()},
            **{
                f"{name}, 1,000,000 pairs": command("step", "counting-pairs", way, "middle:1000000")
                for name, way in rivals.items()
            },
            bound: command("step", "counting-pairs", "read", "middle:10000000"),
        },
        bound=bound,
        starts=STARTS,
        goals=tuple(each(name, most=3e-9) for name in names if "00,000 pairs" in name),
    )


def rows(rust: str | None = None) -> list[Row]:
    """Return all rows; `rust` is where a checkout of the Rust crate is."""
    return [
        *tiny(rust),
        lenses(),
        flowers(),
        lenet(),
        start(),
        rates("float32"),
        rates("float64"),
        steps(SMALL, "float32", (EAGER, *GIVEN_COUNTS), (
            ratio(OURS, BOUND, most=1.45), faster(OURS, EAGER, least=20))),
        steps(SMALL, "float64", (EXAMPLES, EAGER, *GIVEN_COUNTS), ()),
        steps(MIDDLE, "float32", (EAGER, *GIVEN_COUNTS), (
            ratio(OURS, BOUND, most=1.10), faster(OURS, EAGER, least=300), faster(OURS, COUNTS, least=1.8)), rounds=9),
        steps(MIDDLE, "float64", GIVEN_COUNTS, (ratio(OURS, BOUND, most=1.12),)),
        steps(LARGE, "float32", GIVEN_COUNTS, (
            ratio(OURS, BOUND, most=1.08), working(OURS, most=64e6), faster(OURS, COUNTS, least=2)), TOO_LARGE, 7),
        pairs(),
        counting(),
    ]  # fmt: skip
