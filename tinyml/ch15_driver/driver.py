"""The driver: one function that takes a training step, whatever the model is.

    train_step(inputs, target, loss_name, parameters, forward, backward, optimiser) -> report, parameters, state

    predictions = forward(inputs)                     what the caller's model makes of them
    loss, y', gradients = backward(predictions, target)
    parameters, state = optimiser.step(parameters, gradients, state)

It knows no model: two functions are handed to it, and what they need besides they have to bring along.  The type of
`backward` says (predictions, target) and nothing of parameters or inputs, which no gradient can do without; they are in
the function, as what forward has kept is in a lens.  `closures` makes both functions of a parametric lens and shows it.
Nothing is changed: a step that fails in any of its parts leaves what there was.
After the driver of tokitai-operator 0.1.0 (Rust): there the count of gradients is checked, here their shapes are, too.
Laws (tests/ch15_driver/test_driver.py): of a linear model a step is that of the composite of chapter 13; the loss of a
report is that before the step; gradients that do not fit are refused by number, shape and value; what leaves is an
error of `errors`; (tests/ch15_driver/test_driver_precision.py) single is double within stated ulps.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, Protocol, TypeAlias, TypeVar, final

import numpy as np
from numpy.typing import DTypeLike

from tinyml.ch01_objects.domain import Product
from tinyml.ch02_arrows.space import Space
from tinyml.ch11_lens.ports import UNIT, Port
from tinyml.ch12_para.parametric import Para
from tinyml.ch12_para.trees import Flat, FlatChange, flat, grown, leaves, picked
from tinyml.ch14_optimisers.memories import Update, starting
from tinyml.ch15_driver.formats import DOUBLE, FORMATS, SINGLE, Floats, format_of, nearest
from tinyml.errors import (
    CallbackFailed,
    EmptyInput,
    InvalidScalar,
    NumericalOverflow,
    ShapeMismatch,
    TinyMLError,
    WrongType,
)
from tinyml.type_variables import A, B, L, R, dA, dB, dL, dP, dR

M = TypeVar("M")
P = TypeVar("P")
Result = TypeVar("Result")

Arrays: TypeAlias = tuple[Floats, ...]


@final
@dataclass(frozen=True)
class BackwardOutput:
    """What a backward returns: the loss, its gradient at the predictions, and one for each array of parameters.

    `grad_output` has the shape of the predictions.  It is what is chained further back, when they were made from what
    another model has predicted.
    """

    loss: float
    grad_output: Floats
    param_grads: Arrays

    def __post_init__(self) -> None:
        if isinstance(self.loss, bool) or not isinstance(self.loss, (int, float, np.floating)):
            raise WrongType("loss of a BackwardOutput", "a number", self.loss)
        if not math.isfinite(self.loss):
            raise InvalidScalar("loss of a BackwardOutput", float(self.loss))
        object.__setattr__(self, "loss", float(self.loss))
        refuse_no_floats("grad_output of a BackwardOutput", self.grad_output)
        object.__setattr__(self, "param_grads", arrays_of("param_grads of a BackwardOutput", self.param_grads))


class Forward(Protocol):
    """A function from arrays of inputs to predictions."""

    def __call__(self, inputs: Arrays, /) -> Floats: ...


class Backward(Protocol):
    """A function that computes the loss of predictions, and the way back from it."""

    def __call__(self, predictions: Floats, target: Any, /) -> BackwardOutput: ...


class Optimiser(Protocol[M]):
    """A rule for a tuple of arrays, and what it remembers from step to step: one memory, with one counter, for all."""

    def start(self, parameters: Arrays, /) -> M:
        """Return the memory before the first step."""
        ...

    def step(self, parameters: Arrays, gradients: Arrays, state: M, /) -> tuple[Arrays, M]:
        """Return the next parameters and the next memory, and leave both arguments as they are."""
        ...


@final
@dataclass(frozen=True)
class StepReport:
    """What a step has to say: the name of the loss, its value before the step, and the length of each gradient.

    The name is recorded, and nothing is looked up by it.
    """

    loss_name: str
    loss_before: float
    gradient_norms: tuple[float, ...]


class Stepped(NamedTuple, Generic[M]):
    """A report, the next parameters, and what the optimiser remembers."""

    report: StepReport
    parameters: Arrays
    state: M


def train_step(
    inputs: Sequence[Floats],
    target: Any,
    loss_name: str,
    parameters: Sequence[Floats],
    forward: Forward,
    backward: Backward,
    optimiser: Optimiser[M],
    state: M | None = None,
) -> Stepped[M]:
    """Take one step; without a `state` it is the first one.

    `inputs` go to `forward` as they are, and `target` to `backward`.  `parameters` are arrays of half, single or
    double, of any shapes; `param_grads[i]` has the shape of `parameters[i]`.

    >>> weights = (np.array([2.0]),)
    >>> def backward(predictions, target):
    ...     loss, slope = mse_loss_backward(predictions, target)
    ...     return BackwardOutput(loss, slope, (slope @ np.array([[3.0]]),))
    >>> from tinyml.ch14_optimisers.momenta import momentum
    >>> from tinyml.ch14_optimisers.schedules import scheduled
    >>> rule = across(lambda port: scheduled(port, 0.25), arithmetic="double")
    >>> report, after, state = train_step((np.array([3.0]),), np.array([9.0]), "mse", weights,
    ...                                   lambda inputs: inputs[0] * weights[0], backward, rule)
    >>> report.loss_before, report.gradient_norms, after, state
    (9.0, (18.0,), (array([6.5]),), 1)
    """
    own = arrays_of("parameters of train_step", parameters)
    if not own:
        raise EmptyInput("parameters of train_step", "a step needs something that it can change")
    if not isinstance(loss_name, str):
        raise WrongType("loss_name of train_step", "a text", loss_name)
    given = tuple(inputs)
    for name, function in (("forward", forward), ("backward", backward)):
        if not callable(function):
            raise WrongType(f"{name} of train_step", "a function", function)
    predictions: Any = called("forward", lambda: forward(given))
    refuse_no_floats("predictions of forward", predictions)
    output: Any = called("backward", lambda: backward(predictions, target))
    if not isinstance(output, BackwardOutput):
        raise WrongType("backward of train_step", "a BackwardOutput", output)
    refuse_misfits(own, np.shape(predictions), output)
    memory = called("start of the optimiser", lambda: optimiser.start(own)) if state is None else state
    after, remembered = called("step of the optimiser", lambda: optimiser.step(own, output.param_grads, memory))
    report = StepReport(loss_name, output.loss, tuple(map(length, output.param_grads)))
    return Stepped(report, after, remembered)


def refuse_misfits(parameters: Arrays, shape: tuple[int, ...], output: BackwardOutput) -> None:
    """Refuse gradients that are not one for each parameter, of its shape; and one at the output of another shape."""
    if output.grad_output.shape != shape:
        raise ShapeMismatch("grad_output", f"the shape of the predictions, {shape}", str(output.grad_output.shape))
    if len(output.param_grads) != len(parameters):
        number = len(parameters)
        expected = "1 gradient" if number == 1 else f"{number} gradients"
        raise ShapeMismatch("train_step", f"{expected}, one for each parameter", str(len(output.param_grads)))
    for index, (own, gradient) in enumerate(zip(parameters, output.param_grads, strict=True)):
        if own.shape != gradient.shape:
            raise ShapeMismatch(f"gradient {index}", f"the shape of its parameter, {own.shape}", str(gradient.shape))


def mse_loss_backward(predictions: Floats, target: Floats) -> tuple[float, Floats]:
    """Return the mean of all squared differences, and its gradient 2 (y - t) / n, in the format of the predictions.

    >>> mse_loss_backward(np.array([3.0, 1.0]), np.array([1.0, 1.0]))
    (2.0, array([2., 0.]))
    """
    for array in (predictions, target):
        refuse_no_floats("mse_loss_backward", array)
    if predictions.shape != target.shape:
        raise ShapeMismatch("mse_loss_backward", f"a target {predictions.shape}", str(target.shape))
    if not predictions.size:
        raise EmptyInput("mse_loss_backward", "a mean needs at least one number")
    error = predictions - target.astype(predictions.dtype)
    gradient: Floats = 2 * error / error.dtype.type(error.size)
    return float((error * error).mean()), gradient


@final
@dataclass(frozen=True)
class Across(Generic[M]):
    """An optimiser for a tuple of arrays: an update of chapter 14, of one long vector; `across` makes it."""

    make: Callable[[Port[Flat, FlatChange]], Update[M, Flat, FlatChange]]
    arithmetic: np.dtype[Any]
    gradients: np.dtype[Any]

    def start(self, parameters: Arrays, /) -> M:
        memory: M = starting(self._update(parameters), joined(parameters, self.arithmetic)).first
        return memory

    def reading(self, parameters: Arrays, state: M | None = None, /) -> Arrays:
        """Return what the model is to read: what the get of the update makes of parameters and a memory.

        A driver does not ask for it.  For most updates it is the parameters themselves, and for Nesterov's and for
        rounded ones it is not: then `forward` and `backward` have to be made of it.
        """
        own = arrays_of("reading", parameters)
        memory = self.start(own) if state is None else state
        return apart(self._update(own).get(Product(memory, joined(own, self.arithmetic))), own)

    def step(self, parameters: Arrays, gradients: Arrays, state: M, /) -> tuple[Arrays, M]:
        update = self._update(parameters)
        vector = joined(parameters, self.arithmetic)
        before: Product[M, Flat] = Product(state, vector)
        update.source.admit_point("the state of the optimiser", before)
        with np.errstate(all="ignore"):  # what is not finite is found below
            heard = FlatChange(-nearest(joined(gradients, DOUBLE), self.gradients).astype(self.arithmetic))
            refuse_infinite("gradients", heard)
            after = update.put(Product(before, heard))
            moved = apart(after.second, parameters)
        for array in (*picked(after.first), *moved):
            refuse_infinite("parameters", array)
        return moved, after.first

    def _update(self, parameters: Arrays) -> Update[M, Flat, FlatChange]:
        return self.make(flat(sum(own.size for own in parameters)))


def across(
    make: Callable[[Port[Flat, FlatChange]], Update[M, Flat, FlatChange]],
    *,
    arithmetic: DTypeLike = SINGLE,
    gradients: DTypeLike = DOUBLE,
) -> Across[M]:
    """Return the optimiser that works on all arrays as one vector, in one format, and writes each back into its own.

    `gradients` is the format to which they are rounded before the update hears them; the update has the rate.

    >>> from tinyml.ch14_optimisers.adaptive import adamw
    >>> rule = across(lambda port: adamw(port, 0.1, eps=1e-8, decay=0.01), gradients="half")
    >>> rule.start((np.zeros((2, 2), np.float16), np.zeros(2, np.float16))).second
    0
    """
    if not callable(make):
        raise WrongType("across", "a function from a port to an update", make)
    return Across(make, format_of("arithmetic of across", arithmetic), format_of("gradients of across", gradients))


def closures(
    model: Para[Port[P, dP], Port[A, dA], Port[B, dB]], loss: Para[Port[L, dL], Port[B, dB], Port[R, dR]], parameters: P
) -> tuple[Forward, Backward]:
    """Return the two functions that a driver asks for, made from a model, a loss and the parameters of one step.

    They share what the model has kept on its way there, which no argument of `backward` says: call `forward` first.
    After the step they still have the parameters of before it, so they are made anew for each step.
    """
    model.parameters.admit_point(f"the parameters of {model.name}", parameters)
    kept: list[Any] = []

    def forward(inputs: Arrays, /) -> Floats:
        point: Any = inputs[0] if len(inputs) == 1 else inputs
        there: tuple[Any, Any] = model.forward(parameters, point)
        kept[:] = [there[1]]
        predictions: Floats = there[0]
        return predictions

    def backward(predictions: Any, target: Any, /) -> BackwardOutput:
        if not kept:
            raise EmptyInput("backward", "what forward keeps, and it has not been called")
        value, needed = loss.forward(target, predictions)
        one: Any = 1.0
        change: Any = loss.backward(needed, one)[1]
        gradients = picked(model.backward(kept[0], change)[0])
        worth: Any = value
        return BackwardOutput(float(worth), change, tuple(gradient for gradient in gradients if np.ndim(gradient)))

    return forward, backward


def arrays_in(parameters: Any) -> Arrays:
    """Return the arrays of a tree of parameters, from left to right: what a driver takes.

    >>> [array.shape for array in arrays_in(Product(np.zeros(5), Product((), np.zeros((4, 5)))))]
    [(5,), (4, 5)]
    """
    return arrays_of("arrays_in", [leaf for leaf in picked(parameters) if not (isinstance(leaf, tuple) and not leaf)])


def tree_of(parameters: Port[P, Any], arrays: Arrays) -> P:
    """Return the tree of these arrays, from left to right; `arrays_in` undoes it."""
    spaces = [space for space in leaves(parameters.points) if space != UNIT.points]
    if len(spaces) != len(arrays):
        raise ShapeMismatch(f"tree_of, {parameters.points}", f"{len(spaces)} arrays", str(len(arrays)))
    own = iter(arrays)
    tree: P = grown(parameters.points, (_leaf(space, own) for space in leaves(parameters.points)))
    parameters.admit_point("tree_of", tree)
    return tree


def _leaf(space: Space, arrays: Any) -> Any:
    return () if space == UNIT.points else next(arrays)


def called(what: str, call: Callable[[], Result]) -> Result:
    """Return what a function of the caller returns; what it raises becomes an error of `errors`, which names it."""
    try:
        return call()
    except TinyMLError:
        raise
    except Exception as error:
        raise CallbackFailed(what, f"{type(error).__name__}: {error}") from error


def joined(arrays: Arrays, kind: np.dtype[Any]) -> Flat:
    """Return all entries of arrays as one vector of a format."""
    with np.errstate(over="ignore"):
        return Flat(np.concatenate([own.astype(kind).ravel() for own in arrays]))


def apart(vector: Floats, like: Arrays) -> Arrays:
    """Return a vector as arrays with the shapes and formats of these; they are new, and nobody can change them."""
    parts: list[Floats] = []
    start = 0
    for own in like:
        part: Floats = vector[start : start + own.size].reshape(own.shape).astype(own.dtype)
        part.setflags(write=False)
        parts.append(part)
        start += own.size
    return tuple(parts)


def length(array: Floats) -> float:
    """Return the root of the sum of squares, in doubles, however large or small the numbers are."""
    numbers: Any = array.astype(np.float64).ravel()
    largest = float(np.max(np.abs(numbers), initial=0.0))
    return largest * math.sqrt(float(np.square(numbers / largest).sum())) if largest else 0.0


def arrays_of(where: str, arrays: Any) -> Arrays:
    """Return a tuple of arrays of floats, all of them finite."""
    if not isinstance(arrays, (tuple, list)):
        raise WrongType(where, "a tuple of arrays", arrays)
    own: tuple[Any, ...] = tuple(arrays)
    for index, array in enumerate(own):
        refuse_no_floats(f"{where}, {index}", array)
    return own


def refuse_no_floats(where: str, array: Any) -> None:
    """Refuse what is no array of half, single or double, and one that has a number which is not finite."""
    numbers: Floats = array
    if not isinstance(array, np.ndarray) or numbers.dtype not in FORMATS.values():
        raise WrongType(where, f"an array of {', '.join(FORMATS)}", array)
    if not np.isfinite(numbers).all():
        place = tuple(int(axis[0]) for axis in np.nonzero(~np.isfinite(numbers)))
        raise InvalidScalar(where, float(numbers[place]), place if numbers.ndim else None)


def refuse_infinite(what: str, array: Any) -> None:
    if isinstance(array, np.ndarray) and not np.isfinite(array).all():
        raise NumericalOverflow(what)
