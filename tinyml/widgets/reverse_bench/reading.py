"""Reading a polynomial map from a text: `x^2 + 3 y x, x y` has two outputs in x and y.

    map    = sum [, sum]        sum    = [-] term {+ term | - term}       term = factor {[*] factor | / number}
    factor = base [^ exponent]  base   = number | x | y | z | ( sum )

What is not understood is refused in a sentence that says where it is.  The page has the same reader in JavaScript
(reading.js), and both say the same of every text.
"""

from __future__ import annotations

import unicodedata
from fractions import Fraction
from typing import NoReturn, final

from tinyml.ch10_tape.rings import GF2, Ring
from tinyml.ch16_reverse.polymaps import PolyMap, polymap
from tinyml.ch16_reverse.polynomials import Polynomial, variables

NAMES = "xyz"
MOST_LETTERS = 60
MOST_DEGREE = 6
MOST_TERMS = 8
MOST_DIGITS = 9
MOST_OUTPUTS = 2
DIGITS = "0123456789"
SPACES = " \t\n\u00a0"
USUAL = {"\N{MINUS SIGN}": "-", "\N{MIDDLE DOT}": "*"}
"""What is written for another sign."""
UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp", "Zs")
"""Categories of letters that are not seen, or that turn around what comes after them: they are told by number."""
NEEDED = "a number, x, y, z or a bracket"


class Misread(ValueError):
    """A text that isn't a polynomial map, or is too large a one; the message says where."""


def read_map(text: str, ring: Ring) -> PolyMap:
    """Return the map that a text describes, in the variables from x to the last one that it names.

    Raises Misread where it describes none.

    >>> from tinyml.ch10_tape.rings import RATIONAL
    >>> read_map("x^2 + 3 y x, x y", RATIONAL)
    (x, y) -> (x^2 + 3 x y, x y)
    >>> read_map("x^7", RATIONAL)
    Traceback (most recent call last):
        ...
    tinyml.widgets.reverse_bench.reading.Misread: Character 3, “7”: an exponent is at most 6.
    """
    outputs = Reader(text, ring).outputs()
    size = max([1, *(place + 1 for place, name in enumerate(NAMES) if name in text)])
    names = tuple(NAMES[:size])
    return polymap(*(Polynomial(ring, names, {own[:size]: c for own, c in one.terms.items()}) for one in outputs))


@final
class Reader:
    """A text, and how far it has been read."""

    def __init__(self, text: str, ring: Ring) -> None:
        self.letters = [USUAL.get(letter, letter) for letter in text]
        self.ring = ring
        self.at = 0
        self.variables = variables(ring, " ".join(NAMES))
        if len(self.letters) > MOST_LETTERS:
            raise Misread(f"A map has at most {MOST_LETTERS} characters here; this text has {len(self.letters)}.")
        if not self.peek():
            raise Misread("Write a polynomial in x, y and z, or two with a comma between them.")

    def outputs(self) -> list[Polynomial]:
        found = [self.sum()]
        while self.peek() == ",":
            if len(found) == MOST_OUTPUTS:
                self.refuse(self.at, f"this would begin a third output; at most {MOST_OUTPUTS}.")
            self.at += 1
            found.append(self.sum())
        if self.peek():
            self.unexpected("no bracket is open." if self.peek() == ")" else f"it needs {NEEDED} before it.")
        for place, own in enumerate(found):
            if len(own.terms) > MOST_TERMS:
                which = f"Output {place + 1}" if len(found) > 1 else "This polynomial"
                raise Misread(f"{which} has {len(own.terms)} terms when it is multiplied out; at most {MOST_TERMS}.")
        return found

    def sum(self) -> Polynomial:
        total = self.variables[0] * 0
        sign = self.peek() if self.peek() in ("+", "-") else ""
        self.at += len(sign)
        while True:
            self.peek()
            start, term = self.at, self.term()
            total = self.kept(start, total - term if sign == "-" else total + term)
            sign = self.peek()
            if sign not in ("+", "-"):
                return total
            self.at += 1

    def term(self) -> Polynomial:
        made = self.factor()
        while True:
            letter = self.peek()
            if letter == "/":
                made = self.divided(made)
            elif letter == "*" or (letter and letter in f"{NAMES}("):
                self.at += letter == "*"
                self.peek()
                start = self.at
                made = self.product(start, made, self.factor())
            elif letter and letter in DIGITS:
                self.unexpected("write 2 x for twice x, x^2 for its square, and * between two numbers.")
            else:
                return made

    def divided(self, made: Polynomial) -> Polynomial:
        self.at += 1
        self.peek()
        start, number = self.at, self.whole("after / comes a whole number.")
        if number == 0:
            self.refuse(start, "nothing can be divided by 0.")
        if self.ring is GF2:
            if number % 2 == 0:
                self.refuse(start, f"over bits {number} is 0, and nothing can be divided by it.")
            return made
        return self.kept(start, made * Fraction(1, number))

    def factor(self) -> Polynomial:
        letter, start = self.peek(), self.at
        if letter and letter in DIGITS:
            base = self.variables[0] * 0 + self.whole("")
        elif letter and letter in NAMES:
            base = self.variables[NAMES.index(letter)]
            self.at += 1
        elif letter == "(":
            base = self.bracket()
        else:
            self.unexpected(f"{NEEDED} has to be here.")
        if self.peek() != "^" and not (self.peek() == "*" and self.letters[self.at + 1 : self.at + 2] == ["*"]):
            return base
        self.at += 1 if self.peek() == "^" else 2
        self.peek()
        place, exponent = self.at, self.whole("after ^ comes a whole number.")
        if exponent > MOST_DEGREE:
            self.refuse(place, f"an exponent is at most {MOST_DEGREE}.")
        power = self.variables[0] * 0 + 1
        for _ in range(exponent):
            power = self.product(start, power, base)
        return power

    def bracket(self) -> Polynomial:
        opened = self.at
        self.at += 1
        made = self.sum()
        if self.peek() in ("", ","):
            self.refuse(opened, "this bracket isn't closed.")
        if self.peek() != ")":
            self.unexpected(f"it needs {NEEDED} before it.")
        self.at += 1
        return made

    def whole(self, otherwise: str) -> int:
        start = self.at
        while self.at < len(self.letters) and self.letters[self.at] in DIGITS:
            self.at += 1
        if self.at == start:
            self.unexpected(otherwise)
        if self.at - start > MOST_DIGITS:
            self.refuse(start, f"a number has at most {MOST_DIGITS} digits.")
        return int("".join(self.letters[start : self.at]))

    def product(self, start: int, one: Polynomial, other: Polynomial) -> Polynomial:
        """Return a product whose degree is small enough, which is known before it is multiplied out."""
        degree = one.degree + other.degree
        if degree > MOST_DEGREE:
            self.refuse(start, f"with this the degree is {degree}; at most {MOST_DEGREE}.")
        return self.kept(start, one * other)

    def kept(self, start: int, made: Polynomial) -> Polynomial:
        if self.ring is not GF2:
            for number in made.terms.values():
                if max(abs(number.numerator), number.denominator) >= 10**MOST_DIGITS:
                    self.refuse(start, f"with this a number has more than {MOST_DIGITS} digits.")
        return made

    def peek(self) -> str:
        """Return the next letter that is no space, and stand before it; nothing at the end."""
        while self.at < len(self.letters) and self.letters[self.at] in SPACES:
            self.at += 1
        return self.letters[self.at] if self.at < len(self.letters) else ""

    def unexpected(self, needed: str) -> NoReturn:
        letter = self.peek()
        if not letter:
            raise Misread(f"The text ends too early: {needed}")
        if letter not in f"{NAMES}{DIGITS}+-*/^(),":
            needed = "a map is made of x, y and z, numbers like 2 or 3/2, + - * ^, brackets and a comma."
            letter = f"U+{ord(letter):04X}" if unicodedata.category(letter) in UNSEEN else letter
            raise Misread(f"Character {self.at + 1}, “{letter}”, means nothing here: {needed}")
        raise Misread(f"Character {self.at + 1}, “{letter}”, can't be here: {needed}")

    def refuse(self, place: int, why: str) -> NoReturn:
        raise Misread(f"Character {place + 1}, “{self.letters[place]}”: {why}")
