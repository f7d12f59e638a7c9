"""Errors: every refusal of `tinyml`, with what came, what was expected and what to look at.

    TinyMLError
    ├── WrongType (TypeError)              a value of another kind, a bool where an int is due
    ├── EmptyInput (ValueError)            nothing where at least one thing is needed
    ├── OutOfRange (IndexError)            an index outside its table
    ├── UnknownWord (LookupError)          a word that the vocabulary does not hold
    ├── InvalidWire (LookupError)          a wire that a graph does not have, or has already
    ├── UnreadableText (ValueError)        a file that is no text, or is not there
    ├── ShapeMismatch (ValueError)         arrays that do not fit together
    ├── InvalidScalar (ValueError)         a number that is not finite
    ├── InvalidQuantity (ValueError)       a count or a tolerance beyond its limits
    ├── InvalidInterval (ValueError)       a start after its end
    ├── InvalidProbability (ValueError)    numbers that are not a distribution
    ├── InvalidLoss (ValueError)           a loss below zero, or not finite
    ├── InvalidLearningRate (ValueError)   a rate that is not finite and positive
    ├── NumericalOverflow (ArithmeticError) numbers that outgrew their floating-point format
    ├── UnusableCheckpoint (ValueError)    a file that a run cannot be resumed from
    ├── CallbackFailed (RuntimeError)      a function that the caller handed over raised something else
    └── CompositionError (TypeError)       two arrows that do not meet

An arrow either returns a value of its target or raises one of these, so composing arrows
stops at the first error.  Law (tests/package/test_errors.py): the fields survive pickling, and every
message names what came.
"""

from __future__ import annotations

from typing import final

__all__ = [
    "CallbackFailed",
    "CompositionError",
    "EmptyInput",
    "InvalidInterval",
    "InvalidLearningRate",
    "InvalidLoss",
    "InvalidProbability",
    "InvalidQuantity",
    "InvalidScalar",
    "InvalidWire",
    "NumericalOverflow",
    "OutOfRange",
    "ShapeMismatch",
    "TinyMLError",
    "UnknownWord",
    "UnreadableText",
    "UnusableCheckpoint",
    "WrongType",
]


def show(value: object) -> str:
    """Return a number as an error message prints it: 12 significant digits of a float, and no endless int.

    >>> show(0.1 + 0.2), show(3), show(-0.0)
    ('0.3', '3', '0')
    """
    if isinstance(value, float):
        return format(value if value != 0 else 0.0, ".12g")
    if isinstance(value, int) and value.bit_length() > 200:  # Python itself prints no int of over 4300 digits
        return f"{'a negative' if value < 0 else 'a'} whole number of {value.bit_length()} bits"
    return str(value)


def with_article(kind: object) -> str:
    """Return the name of a kind with its article.

    >>> with_article("int"), with_article("Logit")
    ('an int', 'a Logit')
    """
    return f"{'an' if str(kind)[:1] in 'aeiouAEIOU' else 'a'} {kind}"


class TinyMLError(Exception):
    """The root of every error that `tinyml` raises on purpose."""


@final
class WrongType(TinyMLError, TypeError):
    """A value of another type than the one that is due.

    >>> print(WrongType("TokenId", "an int", True))
    TokenId needs an int; got bool True
    """

    def __init__(self, context: str, expected: str, got: object) -> None:
        super().__init__(context, expected, got)
        self.context, self.expected, self.got = context, expected, got

    def __str__(self) -> str:
        try:
            shown = repr(self.got)
        except ValueError:  # an int in it that Python does not print
            shown = "too long to print"
        shown = shown if len(shown) <= 60 else shown[:57] + "..."
        return f"{self.context} needs {self.expected}; got {type(self.got).__name__} {shown}"


@final
class EmptyInput(TinyMLError, ValueError):
    """Nothing, where at least one thing is needed.

    >>> print(EmptyInput("token sequence"))
    empty input in token sequence: at least one entry is needed
    """

    def __init__(self, context: str, need: str = "at least one entry is needed") -> None:
        super().__init__(context, need)
        self.context, self.need = context, need

    def __str__(self) -> str:
        return f"empty input in {self.context}: {self.need}"


@final
class OutOfRange(TinyMLError, IndexError):
    """An index outside the table that it is meant for; valid indices are 0 to limit - 1.

    >>> print(OutOfRange("target token", 9, 2))
    target token index 9 out of range; limit is 2, so 0 to 1 are valid
    """

    def __init__(self, kind: str, index: int, limit: int) -> None:
        super().__init__(kind, index, limit)
        self.kind, self.index, self.limit = kind, index, limit

    def __str__(self) -> str:
        told = f"{self.kind} index {show(self.index)} out of range"
        if self.index < 0:
            return f"{told}; indices start at 0"
        return f"{told}; limit is {self.limit}, so 0 to {self.limit - 1} are valid"


@final
class UnknownWord(TinyMLError, LookupError):
    """A word that the vocabulary does not hold.

    >>> print(UnknownWord("dog", 3))
    'dog' is not among the 3 words of this vocabulary
    """

    def __init__(self, word: str, size: int) -> None:
        super().__init__(word, size)
        self.word, self.size = word, size

    def __str__(self) -> str:
        return f"{self.word!r} is not among the {self.size} words of this vocabulary"


@final
class InvalidWire(TinyMLError, LookupError):
    """A name of a wire that a graph does not have, or has already.

    >>> print(InvalidWire("z", "the graph has so far x, y"))
    wire 'z': the graph has so far x, y
    """

    def __init__(self, wire: str, reason: str) -> None:
        super().__init__(wire, reason)
        self.wire, self.reason = wire, reason

    def __str__(self) -> str:
        return f"wire {self.wire!r}: {self.reason}"


@final
class UnreadableText(TinyMLError, ValueError):
    """A file that is no text to count: it is missing, binary, damaged, or was changed meanwhile.

    >>> print(UnreadableText("corpus.txt", "there is no such file"))
    corpus.txt: there is no such file
    """

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


@final
class ShapeMismatch(TinyMLError, ValueError):
    """Arrays whose shapes do not fit the operation.

    >>> print(ShapeMismatch("vector", "(n,)", "(2, 3)"))
    shape mismatch in vector: expected (n,), got (2, 3)
    """

    def __init__(self, op: str, expected: str, got: str) -> None:
        super().__init__(op, expected, got)
        self.op, self.expected, self.got = op, expected, got

    def __str__(self) -> str:
        return f"shape mismatch in {self.op}: expected {self.expected}, got {self.got}"


@final
class InvalidScalar(TinyMLError, ValueError):
    """A number that is not finite, where only finite numbers have a meaning.

    >>> print(InvalidScalar("logits", float("nan"), 2))
    logits must be finite; entry 2 is nan

    One number alone has no position:

    >>> print(InvalidScalar("a Logit", float("inf")))
    a Logit must be finite; got inf
    """

    def __init__(self, kind: str, value: float, position: int | tuple[int, ...] | None = None) -> None:
        super().__init__(kind, value, position)
        self.kind, self.value, self.position = kind, value, position

    def __str__(self) -> str:
        where = "got" if self.position is None else f"entry {self.position} is"
        return f"{self.kind} must be finite; {where} {show(self.value)}"


@final
class InvalidQuantity(TinyMLError, ValueError):
    """A count that is negative, or a count or a tolerance that is larger than can be meant.

    >>> print(InvalidQuantity("step count", -1, "0 or more"))
    step count must be 0 or more; got -1
    """

    def __init__(self, kind: str, value: float, expected: str) -> None:
        super().__init__(kind, value, expected)
        self.kind, self.value, self.expected = kind, value, expected

    def __str__(self) -> str:
        return f"{self.kind} must be {self.expected}; got {show(self.value)}"


@final
class InvalidInterval(TinyMLError, ValueError):
    """An interval whose start lies after its end.

    >>> print(InvalidInterval(3, 1))
    invalid interval: start 3 is after end 1
    """

    def __init__(self, start: float, end: float) -> None:
        super().__init__(start, end)
        self.start, self.end = start, end

    def __str__(self) -> str:
        return f"invalid interval: start {show(self.start)} is after end {show(self.end)}"


@final
class InvalidProbability(TinyMLError, ValueError):
    """Numbers that are not a probability distribution; `reason` says which rule they break.

    >>> print(InvalidProbability("distribution", "probabilities must sum to 1; these 2 sum to 0.8"))
    probabilities must sum to 1; these 2 sum to 0.8
    """

    def __init__(self, context: str, reason: str) -> None:
        super().__init__(context, reason)
        self.context, self.reason = context, reason

    def __str__(self) -> str:
        return self.reason


@final
class InvalidLoss(TinyMLError, ValueError):
    """A loss below zero, or one that is not finite.

    >>> print(InvalidLoss(-0.1))
    a loss must be finite and at least 0; got -0.1
    """

    def __init__(self, value: float, hint: str = "") -> None:
        super().__init__(value, hint)
        self.value, self.hint = value, hint

    def __str__(self) -> str:
        return f"a loss must be finite and at least 0; got {show(self.value)}" + (
            f" ({self.hint})" if self.hint else ""
        )


@final
class InvalidLearningRate(TinyMLError, ValueError):
    """A learning rate that is not finite and positive.

    >>> print(InvalidLearningRate(0.0))
    a learning rate must be finite and greater than 0; got 0
    """

    def __init__(self, value: float) -> None:
        super().__init__(value)
        self.value = value

    def __str__(self) -> str:
        return f"a learning rate must be finite and greater than 0; got {show(self.value)}"


@final
class NumericalOverflow(TinyMLError, ArithmeticError):
    """Numbers that left the range of floats; `step` counts the training steps that the call had already taken.

    A run can diverge (its loss grows) for hundreds of steps before it overflows.

    >>> print(NumericalOverflow("logits", 257))
    the logits are no longer finite after step 257: try a smaller learning rate
    """

    def __init__(self, quantity: str, step: int | None = None) -> None:
        super().__init__(quantity, step)
        self.quantity, self.step = quantity, step

    def __str__(self) -> str:
        when = "" if self.step is None else f" after step {self.step}"
        return f"the {self.quantity} are no longer finite{when}: try a smaller learning rate"

    def after(self, steps: int) -> NumericalOverflow:
        """Return the same error, raised after `steps` completed steps of a repetition."""
        return NumericalOverflow(self.quantity, steps + (self.step or 0))


@final
class UnusableCheckpoint(TinyMLError, ValueError):
    """A file that a run cannot be resumed from, or one that could not be written; `reason` says why.

    >>> print(UnusableCheckpoint("run.npz", "it is torn: its end is missing"))
    run.npz: it is torn: its end is missing
    """

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


@final
class CallbackFailed(TinyMLError, RuntimeError):
    """A function that the caller handed over raised an error of another kind; Python shows that one as its cause.

    >>> print(CallbackFailed("backward", "KeyError: 'bias'"))
    backward raised KeyError: 'bias'
    """

    def __init__(self, what: str, raised: str) -> None:
        super().__init__(what, raised)
        self.what, self.raised = what, raised

    def __str__(self) -> str:
        return f"{self.what} raised {self.raised}"


@final
class CompositionError(TinyMLError, TypeError):
    """Two arrows that do not meet: the first does not end where the second starts.

    `first` and `second` are (name, source, target) as text; `suggestion` is the name of an
    arrow that would close the gap, or the empty string.

    >>> print(CompositionError(("f", "A", "B"), ("long_name", "C", "D")))
    cannot compose
        f         : A -> B
        long_name : C -> D
    B is not C: an arrow B -> C is missing
    """

    def __init__(self, first: tuple[str, str, str], second: tuple[str, str, str], suggestion: str = "") -> None:
        super().__init__(first, second, suggestion)
        self.first, self.second, self.suggestion = first, second, suggestion

    def __str__(self) -> str:
        width = max(len(self.first[0]), len(self.second[0]))
        rows = "\n".join(f"    {name:<{width}} : {a} -> {b}" for name, a, b in (self.first, self.second))
        ends, starts = self.first[2], self.second[1]
        hint = f" ({self.suggestion} has this type)" if self.suggestion else ""
        return f"cannot compose\n{rows}\n{ends} is not {starts}: an arrow {ends} -> {starts} is missing{hint}"
