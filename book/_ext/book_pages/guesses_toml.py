"""What guesses are answered with: book/guesses/05_endomorphism.toml, beside the chapter, which would show it.

    [NAME]                 # the name that its directive has, in the order in which the chapter asks
    [NAME.options."TEXT"]  # choice and order: an option, by its text in the chapter

    choice   each option: says, holds (an expression in the chapter's names), and right = true where it is the answer
    number   value (an expression), form (how it is written), near and factor, and says.near, .factor, .sign and .far
    order    each option: says, sorted-by (an expression), the smallest first; and says.right and says.wrong
    text     ours; it has no key

Every expression is evaluated by the chapter itself, after the cell that the directive names (guess_keys), so no number
is typed by hand.  What an entry claims, `right` or the order of its options, has to be what its expressions say.
Checked by tests/book/test_guesses.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, final

from sphinx.errors import ExtensionError

from book_pages.tables import tables_in

FOLDER = "book/guesses"
Kind = Literal["choice", "number", "order", "text"]
Found = Mapping[str, object]
"""What the chapter made of each expression: a number, a truth value, or a text that says why neither."""
VERDICTS = ("near", "factor", "sign", "far")


@final
@dataclass(frozen=True, slots=True)
class Option:
    """An option of a choice or an order: its text in the chapter, what is said to who took it, and its expression.

    By its text a browser remembers it, wherever it is in the list.
    """

    text: str
    says: str
    expression: str
    right: bool = False


@final
@dataclass(frozen=True, slots=True)
class Choice:
    """One of several options; more than one may be right, and not all."""

    options: tuple[Option, ...]

    def expressions(self) -> dict[str, str]:
        return {option.text: option.expression for option in self.options}

    def faults(self, found: Found) -> list[str]:
        """Return what the chapter contradicts."""
        return [
            f"“{option.text}” is {'' if option.right else 'not '}marked as right, and `{option.expression}` is "
            f"{found[option.text]}"
            for option in self.options
            if found[option.text] is not option.right
        ]


@final
@dataclass(frozen=True, slots=True)
class Number:
    """A number, with what counts as near: a part of its size; and as off by a factor: up to so many times."""

    value: str
    form: str
    near: float
    factor: float
    says: Mapping[str, str]

    def expressions(self) -> dict[str, str]:
        return {"value": self.value}

    def faults(self, found: Found) -> list[str]:
        value = found["value"]
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            return []
        return [f"the value `{self.value}` is no number: {value}"]


@final
@dataclass(frozen=True, slots=True)
class Order:
    """Options to be sorted, here in their right order."""

    options: tuple[Option, ...]
    says: Mapping[str, str]

    def expressions(self) -> dict[str, str]:
        return {option.text: option.expression for option in self.options}

    def faults(self, found: Found) -> list[str]:
        values = [found[option.text] for option in self.options]
        wrong = [
            f"`{option.expression}` is no number: {value}"
            for option, value in zip(self.options, values, strict=True)
            if isinstance(value, bool) or not isinstance(value, int | float)
        ]
        pairs = zip(self.options, self.options[1:], strict=False)
        return wrong or [
            f"“{first.text}” comes before “{second.text}”, and {found[first.text]} is not below {found[second.text]}"
            for first, second in pairs
            if not found[first.text] < found[second.text]  # type: ignore[operator]  # they are numbers
        ]


@final
@dataclass(frozen=True, slots=True)
class Text:
    """Words, which the reader compares with ours; never right or wrong."""

    ours: str

    def expressions(self) -> dict[str, str]:
        return {}

    def faults(self, _found: Found) -> list[str]:
        return []


Answers = Choice | Number | Order | Text


@final
class Entry:
    """A table of the file whose fields are taken one by one; what is missing, empty or left over is refused."""

    def __init__(self, where: str, fields: object) -> None:
        if not isinstance(fields, dict):
            raise ExtensionError(f"{FOLDER}: {where} has to be a table")
        self.where, self.left = where, dict(fields)

    def text(self, name: str, why: str) -> str:
        value = self.left.pop(name, "")
        if not isinstance(value, str) or not value.strip():
            raise ExtensionError(f"{FOLDER}: {self.where} has no `{name}`: {why}")
        return " ".join(value.split())

    def number(self, name: str, least: float, why: str) -> float:
        value = self.left.pop(name, None)
        if not isinstance(value, int | float) or isinstance(value, bool) or value < least:
            raise ExtensionError(f"{FOLDER}: {self.where} has no `{name}` of at least {least}: {why}")
        return float(value)

    def flag(self, name: str) -> bool:
        return self.left.pop(name, False) is True

    def table(self, name: str) -> dict[str, Any]:
        return Entry(f"{self.where}, {name}", self.left.pop(name, {})).left

    def finish(self) -> None:
        if self.left:
            raise ExtensionError(f"{FOLDER}: {self.where} has `{', '.join(self.left)}`, which nothing reads")


def options_of(entry: Entry, key: Literal["holds", "sorted-by"]) -> tuple[Option, ...]:
    options = []
    for text, fields in entry.table("options").items():
        own = Entry(f"{entry.where}, option “{text}”", fields)
        says = own.text("says", "who takes this option reads a sentence")
        expression = own.text(key, "an expression in the chapter's names has to prove the option")
        options.append(Option(text, says, expression, right=key == "holds" and own.flag("right")))
        own.finish()
    if len(options) < 2:
        raise ExtensionError(f"{FOLDER}: {entry.where} needs at least two options")
    return tuple(options)


def sentences_of(entry: Entry, names: tuple[str, ...]) -> dict[str, str]:
    own = Entry(f"{entry.where}, says", entry.table("says"))
    says = {name: own.text(name, f"each of {', '.join(names)} is answered with a sentence") for name in names}
    own.finish()
    return says


def choice_of(entry: Entry) -> Choice:
    choice = Choice(options_of(entry, "holds"))
    if {option.right for option in choice.options} != {True, False}:
        raise ExtensionError(f"{FOLDER}: {entry.where} needs an option with `right = true`, and one without")
    return choice


def number_of(entry: Entry) -> Number:
    return Number(
        entry.text("value", "an expression in the chapter's names computes the key; it is not typed by hand"),
        entry.text("form", 'how the value is written, as in Python: ".6f"'),
        entry.number("near", 0, "which part of the value a guess may be off and count as near; 0 asks for the value"),
        entry.number("factor", 1, "up to how many times too large or too small is off by a factor"),
        sentences_of(entry, VERDICTS),
    )


def order_of(entry: Entry) -> Order:
    return Order(options_of(entry, "sorted-by"), sentences_of(entry, ("right", "wrong")))


def text_of(entry: Entry) -> Text:
    return Text(entry.text("ours", "the reader compares with our words"))


KINDS: dict[Kind, Callable[[Entry], Answers]] = {
    "choice": choice_of,
    "number": number_of,
    "order": order_of,
    "text": text_of,
}


def answers_of(where: str, kind: Kind, fields: object) -> Answers:
    """Return what a guess of this kind is answered with, from its table of the file."""
    entry = Entry(where, fields)
    answers = KINDS[kind](entry)
    entry.finish()
    return answers


def chapters(root: Path) -> dict[str, dict[str, object]]:
    """Return the tables of all chapters, by chapter and guess."""
    return tables_in(root / FOLDER)
