"""ReverseBench: the page reads the same maps out of texts as Python does, and says the same of them, sign by sign."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import traitlets
from broken_widgets import with_one_change
from snippets import ran

from tinyml.ch10_tape.rings import GF2, RATIONAL, Bit, Ring
from tinyml.ch16_reverse import Polynomials, polymaps, reverse_derivative, try_axioms
from tinyml.widgets import ReverseBench
from tinyml.widgets.reverse_bench import (
    COMPANIONS,
    FEW_TERMS,
    MAPS,
    REVERSES,
    RINGS,
    gap_of,
    sample_of,
    story_of,
    unlike,
)
from tinyml.widgets.reverse_bench.reading import MOST_DEGREE, MOST_LETTERS, MOST_TERMS, Misread, read_map

FOLDER = "reverse_bench"
PIECES = (
    "x",
    "y",
    "z",
    "2",
    "3",
    "10",
    "/",
    "^",
    "**",
    "*",
    "+",
    "-",
    "(",
    ")",
    ",",
    " ",
    "q",
    ".",
    "^2",
    "x^6",
    "1/2",
)
HOSTILE = (
    "",
    "   ",
    "x^999999999",
    "9" * 60,
    "(" * 60,
    "(" * 29 + "x" + ")" * 29,
    ")" * 61,
    "x + " * 1000,
    "((((9^6)^6)^6)^6)^6",
    "1/999999999 + 1/999999998",
    "(x + y + z)^4",
    "x, (x + y + z)^5",
    "0 (x^6) x^6",
    "0^0, 0^3",
    "<script>alert(1)</script>",
    "__proto__",
    "x\u0000y",
    "\u202ex",
    "x\ud800",
    "x\u00b2",
    "\u0663 x",
    "x\u2028y",
    "\U0001d465",
    "\U0001f4a5 + x",
    "x\u00a0y \u2212 1\u00b7z",
    "x\ty\nz",
    "x\u2003y",
    "x\x1cy",
    "x,,y",
    "x,",
    ",",
    "-",
    "x--y",
    "x^2^3",
    "x/2/3, 3/2^2",
    "2 3",
    "(x)(y)",
    "x(2)",
    "x, y, z",
)


def told(text: str, ring: str) -> str:
    """Return the map that Python reads out of a text, or what it has to say against it."""
    return problem_of(text, RINGS[ring]) or repr(read_map(text, RINGS[ring]))


def problem_of(text: str, ring: Ring) -> str:
    try:
        read_map(text, ring)
    except Misread as problem:
        return str(problem)
    return ""


def in_javascript(ask_javascript: Any, texts: list[tuple[str, str, str]]) -> list[dict[str, Any]]:
    answers: list[dict[str, Any]] = ask_javascript(f"{FOLDER}/telling.js", "benchTold", [list(own) for own in texts])
    return answers


@pytest.mark.uncounted
def test_both_readers_say_the_same_of_every_text(ask_javascript: Any) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    rng = random.Random(seed)
    made = ["".join(rng.choices(PIECES, k=rng.randrange(1, 12))) for _ in range(1500)]
    texts = [(text, ring, "right") for text in (*HOSTILE, *MAPS, *made) for ring in RINGS]
    understood = 0
    for (text, ring, _), own in zip(texts, in_javascript(ask_javascript, texts), strict=True):
        assert (own["problem"] or own["f"]) == told(text, ring), (text, ring)
        understood += not own["problem"]
    assert 50 < understood < len(texts) - 500


def expression(rng: random.Random, depth: int) -> tuple[str, str]:
    """Return a polynomial as a reader types it, and as Python computes it from x, y and z."""
    kind = rng.randrange(6) if depth else rng.randrange(2)
    if kind == 0:
        name = rng.choice("xyz")
        return name, name
    if kind == 1:
        top, bottom = rng.randrange(5), rng.choice((1, 3, 5))
        return (f"{top}/{bottom}" if bottom > 1 else str(top)), f"ring.number({top}) * inverses[{bottom}]"
    (one, first), (other, second) = expression(rng, depth - 1), expression(rng, depth - 1)
    if kind in (2, 3):
        sign = rng.choice("+-")
        return f"({one}{sign}{other})", f"({first} {sign} ({second}))"
    if kind == 4:
        times = rng.choice(("*", " * ")) if other[0].isdigit() else rng.choice((" ", "*", ""))
        return f"({one}){times}({other})", f"({first}) * ({second})"
    power = rng.randrange(3)
    return f"({one})^{power}", f"({first}) ** {power}"


@pytest.mark.parametrize("ring", [RATIONAL, GF2])
def test_a_text_is_read_as_python_computes_it(ring: Ring) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    rng, tried = random.Random(seed), 0
    inverses = {bottom: Fraction(1, bottom) if ring is RATIONAL else Bit(1) for bottom in (1, 3, 5)}
    while tried < 60:
        text, program = expression(rng, 3)
        problem = problem_of(text, ring)
        if problem:
            assert any(word in problem for word in ("degree", "terms", "characters", "digits")), (text, problem)
            continue
        f, tried = read_map(text, ring), tried + 1
        for _ in range(3):
            point = [ring.number(rng.randrange(-3, 4)) for _ in "xyz"]
            names = dict(zip("xyz", point, strict=True)) | {"ring": ring, "inverses": inverses}
            assert f(*point[: f.source]) == (eval(program, names),), (text, point)


def test_a_map_has_the_variables_up_to_the_last_one_that_is_named() -> None:
    assert [read_map(text, RATIONAL).source for text in ("7", "x", "y", "x z", "1, z", "0 z")] == [1, 1, 2, 3, 3, 3]


def test_limits_are_kept_and_said_in_words() -> None:
    assert read_map("x^6 + " + "x" * 6, RATIONAL).outputs[0].degree == MOST_DEGREE
    for text, words in {
        "x^7": "Character 3, “7”: an exponent is at most 6.",
        "x^3 (x^2 y) z": "Character 13, “z”: with this the degree is 7; at most 6.",
        "(x + y + z)^4": "This polynomial has 15 terms when it is multiplied out; at most 8.",
        "1, (x + y + z)^4": "Output 2 has 15 terms when it is multiplied out; at most 8.",
        "99999^2": "Character 1, “9”: with this a number has more than 9 digits.",
        "1234567890": "Character 1, “1”: a number has at most 9 digits.",
        "x" * (MOST_LETTERS + 1): "A map has at most 60 characters here; this text has 61.",
    }.items():
        assert told(text, "fractions") == words
    assert len(read_map("(x + 1)^6 + y", RATIONAL).outputs[0].terms) == MOST_TERMS
    assert told("(x + y + z)^4", "bits") == "(x, y, z) -> (x^4 + y^4 + z^4)", "the others are even"


def random_map(rng: random.Random) -> str:
    def term() -> str:
        number = rng.choice(("", "2 ", "3 ", "1/3 ", "5/7 "))
        return number + " ".join(f"{rng.choice('xyz')}^{rng.randrange(3)}" for _ in range(rng.randrange(1, 4)))

    def output() -> str:
        return term() + "".join(rng.choice((" + ", " - ")) + term() for _ in range(rng.randrange(2)))

    text = ", ".join(output() for _ in range(rng.randrange(1, 3)))
    return text if len(text) <= MOST_LETTERS else random_map(rng)


@pytest.mark.uncounted
def test_everything_that_is_said_of_a_map_is_the_same_in_the_browser(ask_javascript: Any) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    rng = random.Random(seed)
    maps = ["(x + y + z)^2 + x + y", "x y z + 1, (x + y)^3", "0", *(random_map(rng) for _ in range(6))]
    every = list(product(maps, RINGS, REVERSES))
    for given, own in zip(every, in_javascript(ask_javascript, every), strict=True):
        story = story_of(*given)
        assert [own["f"], own["reverse"], own["forward"]] == [repr(story.f), repr(story.reverse), repr(story.forward)]
        assert own["axioms"] == ["holds" if gap is None else list(gap) for gap in story.gaps.values()], given
        assert f"{story.holding} " in own["words"].replace("All 7", "7 of 7")


@pytest.mark.parametrize(("ring", "reverse"), list(product(RINGS, REVERSES)))
def test_a_gap_is_where_the_axioms_of_the_chapter_fail(ring: str, reverse: str) -> None:
    for text in ("x^2 + 3 y x", "x y, x", "x^3 z - y"):
        sample = sample_of(read_map(text, RINGS[ring]))
        polynomials: Any = Polynomials(RINGS[ring])
        found = try_axioms(polynomials, sample, REVERSES[reverse])
        gaps = {axiom: gap_of(axiom, sample, REVERSES[reverse]) for axiom in found}
        assert {axiom: report.holds for axiom, report in found.items()} == {
            own: gap is None for own, gap in gaps.items()
        }


def test_every_axiom_can_be_crossed() -> None:
    """Each by an R of which it is the first, or the only one, to refuse something here."""

    def twice(f: polymaps.PolyMap) -> polymaps.PolyMap:
        back = reverse_derivative(f)
        return back + back

    def constant_too(f: polymaps.PolyMap) -> polymaps.PolyMap:
        back = reverse_derivative(f)
        return polymaps.PolyMap(f.ring, back.source, tuple(own + 1 for own in back.outputs))

    sample = sample_of(read_map("x^2 + 3 y x", RATIONAL))
    assert gap_of("RD.3 wires", sample, twice) == ("to x", "2 w1", "w1")
    assert gap_of("RD.1 sums", sample, constant_too) == ("to x", "2 x w + 4 y w + 1", "2 x w + 4 y w + 2")
    assert gap_of("RD.2 changes add", sample, constant_too) is not None
    assert gap_of("RD.4 pairs", sample, constant_too) is not None
    assert gap_of("RD.6 linear", sample, twice) is not None


def test_a_companion_has_the_ends_that_it_needs() -> None:
    for n, m, ring in product(COMPANIONS, (1, 2), RINGS.values()):
        f = polymaps.zero(ring, m, n)
        sample = sample_of(f)
        assert (sample.g.source, sample.g.target) == (n, m)
        assert sample.after.source == m
        assert any(own.degree > 1 for own in sample.g.outputs)
        assert reverse_derivative(sample.after) != polymaps.zero(ring, m, m + 1)


def test_of_long_sides_what_differs_is_told_first() -> None:
    (one,) = read_map("(x + 1)^6 + y", RATIONAL).outputs
    (other,) = read_map("(x + 1)^6 + 2 y", RATIONAL).outputs
    assert len(one.terms) == FEW_TERMS
    assert unlike(one, other) == repr(one)
    longer = one + read_map("x^2 y", RATIONAL).outputs[0]
    assert unlike(longer, one) == "x^2 y, and 8 terms of both sides"
    assert unlike(one, longer) == "8 terms of both sides"
    assert unlike(one * 0, longer) == "0"
    assert unlike(longer, one * 0).endswith("6 x + y, and 1 more")


def test_what_there_was_to_find() -> None:
    right, slide = ReverseBench().story(), ReverseBench(reverse="printed").story()
    assert repr(right.reverse) == "(x, y, w) -> (2 x w + 3 y w, 3 x w)"
    assert repr(slide.reverse) == "(x, y, w) -> (2 x w, 3 x w)"
    assert ReverseBench().shown() == {"holding": 7, "terms_of_R": 3, "terms_of_D": 3}
    assert ReverseBench(reverse="printed").shown() == {"holding": 6, "terms_of_R": 2, "terms_of_D": 2}
    assert slide.gaps["RD.5 chain rule"] == ("to x", "4 x^3 w", "4 x^3 w + 12 x^2 y w")
    copied = ReverseBench(polynomials="x y, x").story()
    assert repr(copied.reverse) == "(x, y, w1, w2) -> (y w1 + w2, x w1)"
    assert repr(ReverseBench(polynomials="x, x").story().reverse) == "(x, w1, w2) -> (w1 + w2)"
    assert repr(ReverseBench(polynomials="x + y").story().reverse) == "(x, y, w) -> (w, w)"
    assert ReverseBench(polynomials="x^2", ring="bits").shown() == {"holding": 7, "terms_of_R": 0, "terms_of_D": 0}
    sums = ReverseBench(polynomials="x + y", reverse="printed")
    assert sums.shown()["holding"] == 6, "R of f is right, and R of f >> after isn't"
    assert ReverseBench(ring="bits", reverse="printed").shown() == {"holding": 7, "terms_of_R": 1, "terms_of_D": 1}


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"reverse": "printed"},
        {"ring": "bits", "reverse": "printed", "polynomials": "x y, x"},
        {"polynomials": "1/2 x^3 - 7/3, -y z"},
        {"polynomials": "5, 0", "ring": "bits"},
        {"polynomials": "(x + y + z)^2 + x + y", "reverse": "printed"},
    ],
)
def test_the_copied_code_prints_what_is_shown(given: dict[str, Any], ask_javascript: Any) -> None:
    own = ReverseBench(**given)
    [page] = in_javascript(ask_javascript, [(own.polynomials, own.ring, own.reverse)])
    [run] = ran([page["code"]])
    story = own.story()
    ticks = [f"{axiom} {'holds' if gap is None else 'fails'}" for axiom, gap in story.gaps.items()]
    assert run.stderr == ""
    assert run.stdout.splitlines() == [repr(story.reverse), repr(story.forward), *ticks]


def test_the_picture_and_the_caption_say_what_holds() -> None:
    slide = ReverseBench(reverse="printed")
    assert slide.caption == (
        "Over fractions, f is (x, y) -> (x^2 + 3 x y); the slide's R[f] is (x, y, w) -> (2 x w, 3 x w), "
        "and D[f] is (x, y, v1, v2) -> (2 x v1 + 3 x v2). 6 of 7 axioms hold, and not RD.5 chain rule."
    )
    assert ReverseBench().caption.endswith("All 7 axioms hold.")
    picture = slide.fallback_svg()
    assert [picture.count(mark) for mark in "✓✗"] == [6, 1]
    assert "and not 4 x^3 w + 12 x^2 y w" in picture
    assert "…" in ReverseBench(polynomials="(x + y)^2 (x + z)").fallback_svg()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"polynomials": "x + q"}, "Character 5, “q”, means nothing here"),
        ({"polynomials": ""}, "Write a polynomial"),
        ({"polynomials": "x/2", "ring": "bits"}, "over bits 2 is 0"),
        ({"polynomials": 3}, "polynomials"),
        ({"ring": "floats"}, "ring"),
        ({"reverse": "wrong"}, "reverse"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(given: dict[str, Any], says: str) -> None:
    with pytest.raises(traitlets.TraitError, match=says):
        ReverseBench(**given)


def test_fractions_are_not_taken_to_bits() -> None:
    own = ReverseBench(polynomials="x/2")
    with pytest.raises(traitlets.TraitError, match="nothing can be divided by it"):
        own.ring = "bits"
    assert own.ring == "fractions"
    own.polynomials = "x/3"
    own.ring = "bits"
    assert repr(own.story().f) == "(x) -> (x)"


@pytest.mark.parametrize(
    ("module", "old", "new"),
    [
        (
            "polymaps.js",
            "BigInt(exponents[place]) * number.n, number.d",
            "-BigInt(exponents[place]) * number.n, number.d",
        ),
        ("polymaps.js", "places.slice(-1)", "places.slice(0, 1)"),
        ("polymaps.js", "BigInt.asUintN(1, n)", "n"),
        ("polymaps.js", "variable(ring, size, source + row)", "variable(ring, size, source)"),
        ("polymaps.js", "k * f.source", "0"),
        ("polymaps.js", "projectionsOf(ring, n, m)[1]", "projectionsOf(ring, m, n)[0]"),
        ("reading.js", 'sign === "-" ? productOf', 'sign === "+" ? productOf'),
        ("axioms.js", "thenOf(pairOf(here, between), Rf)", "reverse(thenOf(f, after))"),
        ("story.js", "left: unlike(one, other, names), right: unlike(other, one, names)", 'left: "", right: ""'),
    ],
)
def test_one_changed_rule_is_seen(module: str, old: str, new: str, tmp_path: Path, ask_javascript: Any) -> None:
    broken = with_one_change(tmp_path, f"{FOLDER}/{module}", old, new)
    [own] = ask_javascript(str(broken / FOLDER / "reverse_bench.js"), "recompute", [[]])
    [found] = ask_javascript("kit/certificate.js", "compare", [[ReverseBench().certificate, own]])
    assert not found["agrees"]
    assert "Python says" in found["words"]
