"""ReverseBench: a polynomial map that the reader types, what R and D make of it, and the seven axioms tried on it.

    x^2 + 3 y x      R[f](x, y, w) = (2 x w + 3 y w, 3 x w)      as printed: (2 x w, 3 x w)

The axioms are tried on this map with two fixed companions, exactly: a crossed one shows where its sides differ.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, ClassVar, NamedTuple, final

import traitlets

from tinyml.ch10_tape.rings import GF2, RATIONAL, Ring
from tinyml.ch16_reverse.axioms import SIDES, Sample
from tinyml.ch16_reverse.polymaps import PolyMap, Polynomials, forward_derivative, printed_reverse, reverse_derivative
from tinyml.ch16_reverse.polynomials import Polynomial
from tinyml.draw.picture import ACCENT, FLOOR, QUIET, document, text
from tinyml.widgets.reverse_bench.reading import NAMES, Misread, read_map
from tinyml.widgets.widget import Widget

START = "x^2 + 3 y x"
RINGS: dict[str, Ring] = {"fractions": RATIONAL, "bits": GF2}
REVERSES: dict[str, Callable[[PolyMap], PolyMap]] = {"right": reverse_derivative, "printed": printed_reverse}
COMPANIONS = {1: ("x^3 + 1", "x"), 2: ("x y + y", "x + y"), 3: ("x y + z", "x + y z")}
"""The outputs of g, by the number of inputs: it has as many of them as f."""
AFTER = {"fractions": {1: "x^2", 2: "x y"}, "bits": {1: "x^3", 2: "x y"}}
"""What comes after f, by the number of its outputs; a square would have no derivative over bits."""
FEW_TERMS = 8
"""Where a side of an equation has more of them, only those are shown that the other side doesn't have."""
BAD = "#b3261e"

Reverse = Callable[[PolyMap], PolyMap]


@final
class Gap(NamedTuple):
    """Where the two sides of an axiom differ: an output of both, by its name, and what each side has there."""

    place: str
    left: str
    right: str


@final
class Story(NamedTuple):
    """All that is shown of a map: f, R[f] and D[f] with named variables, and for each axiom a gap, if there is one."""

    f: PolyMap
    reverse: PolyMap
    forward: PolyMap
    gaps: dict[str, Gap | None]

    @property
    def holding(self) -> int:
        return sum(gap is None for gap in self.gaps.values())


def lettered(letter: str, size: int) -> list[str]:
    """Return names for so many variables with one letter."""
    return [letter] if size == 1 else [f"{letter}{place}" for place in range(1, size + 1)]


def sample_of(f: PolyMap) -> Sample[PolyMap]:
    """Return a map with its companions g, with the same ends, and after."""
    n, m, ring = f.source, f.target, f.ring
    given = "bits" if ring is GF2 else "fractions"
    g, after = read_map(", ".join(COMPANIONS[n][:m]), ring), read_map(AFTER[given][m], ring)
    return Sample(f, g, after.told(" ".join("uv"[:m])))


def names_in(axiom: str, n: int, m: int, k: int) -> list[list[str]]:
    """Return the names of the variables in each equation of an axiom, on f : n -> m and after : m -> k."""
    x, u = list(NAMES[:n]), lettered("u", m)
    v, w = lettered("v", m), lettered("w", m)
    two = [*x, *v, *w]
    return {
        "RD.1": [[*x, *w], [*x, *w]],
        "RD.2": [two, x],
        "RD.3": [[*x, *lettered("w", n)], [*x, *u, *lettered("w", n)], [*x, *u, *w]],
        "RD.4": [two, x],
        "RD.5": [[*x, *lettered("w", k)]],
        "RD.6": [[*x, *w]],
        "RD.7": [[*x, *lettered("v", n), *lettered("w", n)]],
    }[axiom[:4]]


def gap_of(axiom: str, sample: Sample[PolyMap], reverse: Reverse) -> Gap | None:
    """Return the first output in which the sides of an axiom differ."""
    f, ring = sample.f, sample.f.ring
    sides = SIDES[axiom](Polynomials(ring), sample, reverse)
    for (left, right), names in zip(sides, names_in(axiom, f.source, f.target, sample.after.target), strict=True):
        for place, (one, other) in enumerate(zip(left.outputs, right.outputs, strict=True)):
            if one != other:
                where = f"output {place + 1}" if axiom.startswith("RD.7") else f"to {names[place]}"
                own = [Polynomial(ring, tuple(names), each.terms) for each in (one, other)]
                return Gap(where, unlike(*own), unlike(*reversed(own)))
    return None


def unlike(own: Polynomial, other: Polynomial) -> str:
    """Return one side of an equation: all of it if both are short, or what the other side doesn't have.

    Of long sides it says how many terms they share, and how many more are left out.
    """
    if max(len(own.terms), len(other.terms)) <= FEW_TERMS:
        return repr(own)
    alone = {place: number for place, number in own.terms.items() if other.terms.get(place) != number}
    first = dict(sorted(alone.items(), reverse=True)[:FEW_TERMS])
    cut, shared = len(alone) - len(first), len(own.terms) - len(alone)
    told = [
        *([repr(Polynomial(own.ring, own.names, first))] if first else []),
        *([f"{cut} more"] if cut else []),
        *([f"{shared} {'term' if shared == 1 else 'terms'} of both sides"] if shared else []),
    ]
    return ", and ".join(told) or "0"


@cache
def story_of(polynomials: str, ring: str, reverse: str) -> Story:
    f, turned = read_map(polynomials, RINGS[ring]), REVERSES[reverse]
    n, m = f.source, f.target
    sample = sample_of(f)
    return Story(
        f,
        turned(f).told(" ".join([*NAMES[:n], *lettered("w", m)])),
        forward_derivative(f, turned).told(" ".join([*NAMES[:n], *lettered("v", n)])),
        {axiom: gap_of(axiom, sample, turned) for axiom in SIDES},
    )


@final
class ReverseBench(Widget):
    """One or two polynomials in x, y and z, over `ring`, reversed by the right R or by the one that is printed.

    `polynomials` is a text such as "x^2 + 3 y x, x y"; what is not understood is refused and says where.
    """

    name: ClassVar[str] = "reverse_bench"

    polynomials = traitlets.Unicode(START).tag(sync=True, setting=True)
    ring = traitlets.Enum(list(RINGS), "fractions").tag(sync=True, setting=True)
    reverse = traitlets.Enum(list(REVERSES), "right").tag(sync=True, setting=True)

    @traitlets.validate("polynomials")
    def _understood(self, proposal: Any) -> str:
        self._read(proposal["value"], self.ring)
        return str(proposal["value"])

    @traitlets.validate("ring")
    def _has_these_numbers(self, proposal: Any) -> str:
        self._read(self.polynomials, proposal["value"])
        return str(proposal["value"])

    def _read(self, polynomials: str, ring: str) -> None:
        try:
            read_map(polynomials, RINGS[ring])
        except Misread as problem:
            raise traitlets.TraitError(f"polynomials: {problem}") from None

    def story(self) -> Story:
        return story_of(self.polynomials, self.ring, self.reverse)

    def references(self) -> dict[str, Any]:
        return canonical_references()

    def shown(self) -> dict[str, float]:
        told = self.story()
        back, ahead = (sum(len(one.terms) for one in own.outputs) for own in (told.reverse, told.forward))
        return {"holding": told.holding, "terms_of_R": back, "terms_of_D": ahead}

    def fallback_svg(self) -> str:
        told = self.story()
        parts = list[str]()
        for place, (name, own) in enumerate((("f", told.f), ("R[f]", told.reverse), ("D[f]", told.forward))):
            parts.append(text(20, 34 + 30 * place, name, fill=QUIET))
            parts.append(text(70, 34 + 30 * place, short(repr(own), 78), fill=ACCENT))
        y = 136
        for axiom, gap in told.gaps.items():
            parts.append(text(20, y, f"{'✓' if gap is None else '✗'} {axiom}", fill=FLOOR if gap is None else BAD))
            if gap is not None:
                parts.append(text(170, y, short(f"{gap.place}: {gap.left}", 66)))
                parts.append(text(170, y + 20, short(f"and not {gap.right}", 66)))
                y += 20
            y += 26
        return document(640, y, parts)

    @property
    def alt(self) -> str:
        return "A polynomial map, its reverse and its forward derivative, and seven axioms that are ticked or crossed."

    @property
    def caption(self) -> str:
        told = self.story()
        whose = "" if self.reverse == "right" else "the slide's "
        crossed = [axiom for axiom, gap in told.gaps.items() if gap is not None]
        rest = f"{told.holding} of 7 axioms hold, and not {', '.join(crossed)}"
        return (
            f"Over {self.ring}, f is {told.f!r}; {whose}R[f] is {told.reverse!r}, and D[f] is {told.forward!r}. "
            f"{rest if crossed else 'All 7 axioms hold'}."
        )


def short(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[: most - 1]}…"


MAPS = ("x^2 + 3 y x", "x y, x", "x + y", "(x y + z)^2", "x^2", "5, -y", "1/3 x^3 y^2 z - 7 z^6, x y z")


@cache
def canonical_references() -> dict[str, Any]:
    """Return the reference values that the page recomputes, under the same names."""
    values: dict[str, Any] = {}
    for ring in RINGS:
        for reverse in REVERSES:
            for polynomials in MAPS:
                told = story_of(polynomials, ring, reverse)
                key = f"{polynomials}, {ring}, {reverse}"
                values[f"f of {key}"] = repr(told.f)
                values[f"R of {key}"] = repr(told.reverse)
                values[f"D of {key}"] = repr(told.forward)
                values[f"axioms of {key}"] = ["holds" if gap is None else list(gap) for gap in told.gaps.values()]
    return values
