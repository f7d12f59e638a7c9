"""Policies: precision is a matter of the wire of parameters, and each part of it is a lens to put there.

    part                      there           back
    rounded(P, kind)          p, rounded      c             chapter 12: read short, and kept long
    heard_as(P, kind)         p               c, rounded    changes in a short format
    unscaled(P, s)            p               c / s         with the cap `constant_rate(s)`: loss scaling
    kept_as(update, ...)      as the update   memory and parameters rounded; nobody keeps long ones

    by_policy(update, policy) = kept_as(update) >> unscaled >> heard_as >> rounded

A master copy is what is on the other side of `rounded`: nothing has to be said about it.  Loss scaling is the rate that
slides from the cap to the update, where chapter 13 left it: a power of two slides exactly, and on its way the changes
are large enough for a short format.  `dithered(update, kind, seed)` keeps short numbers and rounds them
stochastically; the draw depends on the seed and on how many steps are done, so the state still says what comes next.
Laws (tests/ch15_driver/test_policies.py): a policy is the loop that is written by hand, bit for bit; one of doubles
alone is the update itself; a scale that is a power of two changes nothing as long as no number is too small or too
large; a master copy moves by steps that the short copy would lose.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, final

import numpy as np
from numpy.typing import DTypeLike

from tinyml.ch01_objects.domain import Product
from tinyml.ch02_arrows.space import Space
from tinyml.ch11_lens.lenses import Lens, lens
from tinyml.ch11_lens.ports import Port, halves
from tinyml.ch11_lens.wires import rewired
from tinyml.ch12_para.trees import refuse_no_port
from tinyml.ch12_para.two_cells import rounded
from tinyml.ch13_learner.closing import scaled
from tinyml.ch14_optimisers.memories import COUNT, Done, M, Update, checked_number, states_of
from tinyml.ch15_driver.formats import DOUBLE, format_of, nearest, stochastic
from tinyml.errors import WrongType
from tinyml.type_variables import P, U, dP, dU
from tinyml.validation import whole_number


@final
@dataclass(frozen=True)
class Precision:
    """Which format each of the numbers of a run has; with a master copy the update keeps the weights as they come.

    `weights` is what the model reads, `gradients` what the update hears and `moments` what it remembers; the cap of the
    learner is to be `constant_rate` of `loss_scale` times what it was.

    >>> Precision(weights="half", master=True).weights
    dtype('float16')
    """

    weights: DTypeLike = DOUBLE
    gradients: DTypeLike = DOUBLE
    moments: DTypeLike = DOUBLE
    master: bool = False
    loss_scale: float = 1.0

    def __post_init__(self) -> None:
        for part in ("weights", "gradients", "moments"):
            object.__setattr__(self, part, format_of(f"{part} of Precision", getattr(self, part)))
        if not isinstance(self.master, bool):
            raise WrongType("master of Precision", "True or False", self.master)
        checked_scale("loss_scale of Precision", self.loss_scale)


def by_policy(update: Update[M, U, dU], policy: Precision) -> Update[M, U, dU]:
    """Return an update of arrays to which the lenses of a policy have been added, those that change anything.

    >>> from tinyml.ch12_para.trees import flat
    >>> from tinyml.ch14_optimisers.momenta import momentum
    >>> by_policy(momentum(flat(3), 0.9), Precision(weights="half", gradients="half", master=True)).name
    'momentum 0.9 >> changes in float16 >> rounded to float16'
    """
    states_of("by_policy", update)
    if not isinstance(policy, Precision):
        raise WrongType("by_policy", "a Precision", policy)
    own, parameters = update, update.target
    kept = DOUBLE if policy.master else policy.weights
    if kept != DOUBLE or policy.moments != DOUBLE:
        own = kept_as(own, weights=kept, moments=policy.moments)
    if policy.loss_scale != 1:
        own = own >> unscaled(parameters, policy.loss_scale)
    if policy.gradients != DOUBLE:
        own = own >> heard_as(parameters, policy.gradients)
    return own >> rounded(parameters, policy.weights) if policy.weights != DOUBLE else own


def heard_as(parameters: Port[P, dP], kind: DTypeLike) -> Lens[Port[P, dP], Port[P, dP]]:
    """Return the lens that rounds changes to a format on their way back.

    >>> from tinyml.ch12_para.trees import Flat, FlatChange, flat
    >>> heard_as(flat(2), "half").put(Product(Flat(np.ones(2)), FlatChange(np.array([1e-8, 0.1]))))
    array([0.        , 0.09997559])
    """
    refuse_no_port("heard_as", parameters)
    short = format_of("heard_as", kind)

    def back(change: dP) -> dP:
        return short_of(change, short)

    return rewired(f"changes in {short}", parameters, parameters, _same, back)


def unscaled(parameters: Port[P, dP], scale: float) -> Lens[Port[P, dP], Port[P, dP]]:
    """Return the lens that divides changes by a number: what a cap has made larger, an update hears as it was."""
    refuse_no_port("unscaled", parameters)
    number = checked_scale("unscaled", scale)

    def back(change: dP) -> dP:
        was: dP = scaled(change, 1 / number)
        return was

    return rewired(f"divided by {number}", parameters, parameters, _same, back)


def kept_as(update: Update[M, P, dP], *, weights: DTypeLike = DOUBLE, moments: DTypeLike = DOUBLE) -> Update[M, P, dP]:
    """Return an update whose next state is rounded, its parameters to one format and its memory to another.

    The arrays stay what they were; only their numbers are those of a shorter format.
    """
    states_of("kept_as", update)
    own, memory = format_of("weights of kept_as", weights), format_of("moments of kept_as", moments)

    def put(_: Product[M, P], after: Product[M, P]) -> Product[M, P]:
        return Product(short_of(after.first, memory), short_of(after.second, own))

    return lens(f"kept in {own} and {memory}", update.source, update.source, _same, put) >> update


def dithered(update: Update[M, P, dP], kind: DTypeLike, seed: int) -> Update[Product[Done, M], P, dP]:
    """Return an update whose next parameters are rounded stochastically; each step draws by its number.

    Equal states have equal next ones, so that a run which was cut goes on as if it had not been.
    """
    memory, parameters = states_of("dithered", update).factors
    short, start = format_of("dithered", kind), whole_number("seed of dithered", seed)
    inner_check = update.source.checks[0]

    def check(where: str, space: Space, value: Any) -> None:
        if not (isinstance(value, Product) and isinstance(halves(value)[0], Product)):
            raise WrongType(where, f"a Product for {space}", value)
        counted, own = halves(value)
        done, inner = halves(counted)
        COUNT.admit_point(where, done)
        inner_check(where, update.source.points, Product(inner, own))

    def get(state: Product[Product[Done, M], P]) -> P:
        reading: P = update.forward(Product(state.first.second, state.second))[0]
        return reading

    def put(state: Product[Product[Done, M], P], change: dP) -> Product[Product[Done, M], P]:
        done = state.first.first
        _, kept = update.forward(Product(state.first.second, state.second))
        after: Product[M, P] = update.backward(kept, change)
        rng = np.random.default_rng([start, done])
        own = each_array(after.second, lambda array: _as_before(array, stochastic(array, short, rng)))
        return Product(Product(Done(done + 1), after.first), own)

    space = Space.product(Space.product(COUNT.points, memory), parameters)
    states: Port[Any, Any] = Port(space, space, (check, check))
    return lens(f"{update.name}, dithered to {short}", states, update.target, get, put)


def short_of(value: P, kind: np.dtype[Any]) -> P:
    """Return a value whose numbers are those of a format, in arrays of the type that they had; counts stay."""
    return each_array(value, lambda array: _as_before(array, nearest(array, kind)))


def each_array(value: P, change: Callable[[Any], Any]) -> P:
    """Return a value whose arrays of floats, and floats, were changed one by one, from left to right."""
    own: Any = value
    if isinstance(value, Product):
        first, second = halves(value)
        own = Product(each_array(first, change), each_array(second, change))
    elif isinstance(value, np.ndarray):
        own = change(value)
    elif isinstance(value, float):
        own = float(change(np.asarray(value)))
    changed: P = own
    return changed


def checked_scale(where: str, scale: float) -> float:
    """Return a finite number above 0."""
    number: float = checked_number(where, scale, "above 0", lambda own: own > 0)
    return number


def _as_before(array: Any, values: Any) -> Any:
    with np.errstate(over="ignore"):
        return values.astype(array.dtype)


def _same(value: P) -> P:
    return value
