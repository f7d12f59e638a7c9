import assert from "node:assert/strict";
import { test } from "node:test";

import { AXIOMS, sampleOf, sidesOf } from "../../tinyml/widgets/reverse_bench/axioms.js";
import {
  constant, forwardIn, partialOf, polynomial, productOf, REVERSES, sameTerms, scalar, sumOf, textOf, thenOf, variable,
} from "../../tinyml/widgets/reverse_bench/polymaps.js";
import { readMap } from "../../tinyml/widgets/reverse_bench/reading.js";
import { storyOf } from "../../tinyml/widgets/reverse_bench/story.js";
import { benchCode, benchTold, benchWords, pythonOf } from "../../tinyml/widgets/reverse_bench/telling.js";

/** @import { Polynomial, PolyMap, Ring, Scalar, Term } from "../../tinyml/widgets/reverse_bench/polymaps.js" */

/** @type {Ring[]} */
const RINGS = ["fractions", "bits"];
const NAMES = ["x", "y", "z"];

/** @type {(text: string, ring?: Ring) => PolyMap} */
function read(text, ring = "fractions") {
  const { map, problem } = /** @type {{ map: PolyMap, problem?: string }} */ (readMap(text, ring));
  assert.equal(problem, undefined, text);
  return map;
}

/** @type {(text: string, ring?: Ring) => string} */
function refused(text, ring = "fractions") {
  const { problem } = readMap(text, ring);
  assert.ok(problem, text);
  return problem;
}

/** @type {(text: string, ring?: Ring) => string[]} */
const texts = (text, ring) => read(text, ring).outputs.map((own) => textOf(own, NAMES));

/**
 * The value at a point, computed term by term with whole numbers.
 * @param {Polynomial} own
 * @param {Scalar[]} point
 * @param {Ring} ring
 */
function valueAt(own, point, ring) {
  return own.reduce((sum, { exponents, number }) => {
    let [n, d] = [number.n, number.d];
    exponents.forEach((each, k) => {
      n *= point[k].n ** BigInt(each);
      d *= point[k].d ** BigInt(each);
    });
    return scalar(ring, sum.n * d + n * sum.d, sum.d * d);
  }, scalar(ring, 0));
}

/** A sequence of numbers that look random, from a seed: the same on every run. */
function drawer(seed = 16) {
  let state = seed;
  return (/** @type {number} */ below) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
}

/** @type {(draw: (below: number) => number, ring: Ring, size: number) => Polynomial} */
const drawn = (draw, ring, size) => polynomial(ring, Array.from({ length: 1 + draw(4) }, () => ({
  exponents: Array.from({ length: size }, () => draw(3)),
  number: scalar(ring, draw(9) - 4, ring === "bits" ? 1 : 1 + draw(3)),
})));

/** @type {(draw: (below: number) => number, ring: Ring, size: number) => Scalar[]} */
const pointOf = (draw, ring, size) => Array.from({ length: size }, () => (
  scalar(ring, draw(11) - 5, ring === "bits" ? 1 : 1 + draw(4))));

test("the value of a sum, of a product and of a composite is that of the values", () => {
  const draw = drawer();
  for (const ring of RINGS) for (let k = 0; k < 40; k++) {
    const [one, other] = [drawn(draw, ring, 2), drawn(draw, ring, 2)];
    const point = pointOf(draw, ring, 2);
    const [a, b] = [valueAt(one, point, ring), valueAt(other, point, ring)];
    assert.deepEqual(valueAt(sumOf(ring, one, other), point, ring), scalar(ring, a.n * b.d + b.n * a.d, a.d * b.d));
    assert.deepEqual(valueAt(productOf(ring, one, other), point, ring), scalar(ring, a.n * b.n, a.d * b.d));
    const outer = drawn(draw, ring, 2);
    const both = thenOf({ ring, source: 2, outputs: [one, other] }, { ring, source: 2, outputs: [outer] });
    assert.deepEqual(valueAt(both.outputs[0], point, ring), valueAt(outer, [a, b], ring));
  }
});

test("a derivative adds, and follows the product rule", () => {
  const draw = drawer(2);
  for (const ring of RINGS) for (let k = 0; k < 40; k++) {
    const [one, other] = [drawn(draw, ring, 2), drawn(draw, ring, 2)];
    const place = draw(2);
    const [d, e] = [partialOf(ring, one, place), partialOf(ring, other, place)];
    assert.deepEqual(partialOf(ring, sumOf(ring, one, other), place), sumOf(ring, d, e));
    assert.deepEqual(partialOf(ring, productOf(ring, one, other), place),
      sumOf(ring, productOf(ring, d, other), productOf(ring, one, e)));
  }
  const x = variable("fractions", 1, 0);
  assert.deepEqual(partialOf("fractions", x, 0), constant("fractions", 1, 1));
  assert.deepEqual(partialOf("fractions", constant("fractions", 1, 7), 0), []);
});

test("a derivative is what a small step changes first", () => {
  // f(x + e) = f(x) + f'(x) e + e^2 (...): its terms with one e, by putting in a polynomial x + e
  const draw = drawer(3);
  for (const ring of RINGS) for (let k = 0; k < 20; k++) {
    const own = drawn(draw, ring, 1);
    const step = sumOf(ring, variable(ring, 2, 0), variable(ring, 2, 1));
    const [moved] = thenOf({ ring, source: 2, outputs: [step] }, { ring, source: 1, outputs: [own] }).outputs;
    const first = moved.filter(({ exponents }) => exponents[1] === 1)
      .map(({ exponents, number }) => ({ exponents: [exponents[0]], number }));
    assert.deepEqual(polynomial(ring, first), partialOf(ring, own, 0));
  }
});

test("R brings w back, and D goes ahead: both are sums of w or v times a partial derivative", () => {
  const draw = drawer(4);
  for (const ring of RINGS) for (let k = 0; k < 20; k++) {
    const f = { ring, source: 2, outputs: [drawn(draw, ring, 2), drawn(draw, ring, 2)] };
    const point = pointOf(draw, ring, 2);
    const change = pointOf(draw, ring, 2);
    const slopes = f.outputs.map((own) => [0, 1].map((place) => valueAt(partialOf(ring, own, place), point, ring)));
    const dot = (/** @type {Scalar[]} */ row) => row.reduce((sum, { n, d }, j) => (
      scalar(ring, sum.n * d * change[j].d + n * change[j].n * sum.d, sum.d * d * change[j].d)), scalar(ring, 0));
    const back = REVERSES.right(f).outputs.map((own) => valueAt(own, [...point, ...change], ring));
    assert.deepEqual(back, [0, 1].map((place) => dot(slopes.map((row) => row[place]))));
    const ahead = forwardIn(f, REVERSES.right).outputs.map((own) => valueAt(own, [...point, ...change], ring));
    assert.deepEqual(ahead, slopes.map(dot));
  }
});

test("terms are written as Python writes them, the largest exponents first", () => {
  assert.deepEqual(texts("3 y x + x^2"), ["x^2 + 3 x y"]);
  assert.deepEqual(texts("1 - z - 1/2 x y^2"), ["-1/2 x y^2 - z + 1"]);
  assert.deepEqual(texts("x - x, -7/14"), ["0", "-1/2"]);
  assert.deepEqual(texts("3 x + 2 y + x x", "bits"), ["x^2 + x"]);
  assert.deepEqual(texts("(x + y)^2", "bits"), ["x^2 + y^2"]);
  assert.deepEqual(texts("5/3 x", "bits"), ["x"], "3 is 1 over bits");
});

test("a map may be written in many ways", () => {
  for (const text of ["x^2+3y x", " x x + 3*y*x ", "x**2 + x(3y)", "x ^ 2 + 6 y x / 2", "x\u00b7x + 3\u00a0x y"]) {
    assert.deepEqual(texts(text), ["x^2 + 3 x y"], text);
  }
  assert.deepEqual(texts("\u2212x"), ["-x"]);
  assert.deepEqual(texts("-(x - 2)^3"), ["-x^3 + 6 x^2 - 12 x + 8"]);
  assert.deepEqual(texts("+x, (y)"), ["x", "y"]);
  assert.deepEqual(texts("2^3 x^0"), ["8"]);
  assert.deepEqual([read("x").source, read("7").source, read("y").source, read("z, 1").source], [1, 1, 2, 3]);
});

test("what is not understood is refused in a sentence that says where", () => {
  assert.match(refused(""), /^Write a polynomial/);
  assert.match(refused(" \n\t"), /^Write a polynomial/);
  assert.equal(refused("x + q"), "Character 5, “q”, means nothing here: a map is made of x, y and z, " +
    "numbers like 2 or 3/2, + - * ^, brackets and a comma.");
  assert.match(refused("x +"), /^The text ends too early: a number, x, y, z or a bracket has to be here\.$/);
  assert.match(refused("x + * y"), /^Character 5, “\*”, can't be here/);
  assert.match(refused("(x + (y)"), /^Character 1, “\(”: this bracket isn't closed\.$/);
  assert.match(refused("x)"), /^Character 2, “\)”, can't be here: no bracket is open\.$/);
  assert.match(refused("x 2"), /^Character 3, “2”, can't be here: write 2 x/);
  assert.match(refused("x^y"), /^Character 3, “y”, can't be here: after \^ comes a whole number\.$/);
  assert.match(refused("x^-1"), /^Character 3, “-”/);
  assert.match(refused("1.5 x"), /^Character 2, “\.”, means nothing here/);
  assert.match(refused("x/0"), /^Character 3, “0”: nothing can be divided by 0\.$/);
  assert.match(refused("x/y"), /^Character 3, “y”, can't be here: after \/ comes a whole number\.$/);
  assert.match(refused("x, y, z"), /^Character 5, “,”: this would begin a third output; at most 2\.$/);
  assert.match(refused("x/4", "bits"), /^Character 3, “4”: over bits 4 is 0/);
});

test("what is too large is refused in words", () => {
  assert.match(refused("x^7"), /^Character 3, “7”: an exponent is at most 6\.$/);
  assert.match(refused("x^999999999"), /an exponent is at most 6/);
  assert.match(refused(`x^${"9".repeat(50)}`), /a number has at most 9 digits/);
  assert.match(refused("x^4 y^3"), /^Character 5, “y”: with this the degree is 7; at most 6\.$/);
  assert.match(refused("((x^6)^6)^6"), /the degree is 12/);
  assert.match(refused("((((9^6)^6)^6)^6)^6"), /^Character 3, “\(”|has more than 9 digits/);
  assert.match(refused("1/999999999 + 1/999999998"), /^Character 15, “1”: with this a number has more than 9 digits/);
  assert.match(refused("(x + y + z)^4"), /^This polynomial has 15 terms when it is multiplied out; at most 8\.$/);
  assert.match(refused("x, (x + y + z)^4"), /^Output 2 has 15 terms/);
  assert.match(refused("(".repeat(61)), /^A map has at most 60 characters here; this text has 61\.$/);
  assert.match(refused("x + ".repeat(100000)), /this text has 400000\.$/);
  assert.match(refused("(".repeat(60)), /^The text ends too early/);
  assert.deepEqual(texts(`${"(".repeat(29)}x${")".repeat(29)}`), ["x"]);
});

test("a hostile text is a text", () => {
  const hostile = [
    "<script>alert(1)</script>", "x + <img src=x onerror=1>", "constructor", "__proto__", "x\u0000", "\u202ex", "𝑥",
    "x\u00b2", "٣ x", "x\u2028y", "\ud800", "💥 + x", "$x", "x;y", "x=y", "NaN", "1e9",
  ];
  for (const text of hostile) for (const ring of RINGS) {
    assert.match(refused(text, ring), /^(Character \d+, “.+”, (means nothing|can't be) here: |The text)/su);
  }
  assert.match(refused("💥 + x"), /“💥”/);
  assert.match(refused("x\u202e"), /^Character 2, “U\+202E”, means nothing here/);
  assert.match(refused("x + \u0000"), /“U\+0000”/);
});

test("the seven axioms hold of the right R, whatever the map", () => {
  const draw = drawer(5);
  for (const ring of RINGS) for (let k = 0; k < 12; k++) {
    const [n, m] = [1 + draw(3), 1 + draw(2)];
    const f = { ring, source: n, outputs: Array.from({ length: m }, () => drawn(draw, ring, n)) };
    const sides = sidesOf(sampleOf(f), REVERSES.right);
    assert.equal(sides.length, AXIOMS.length);
    for (const [left, right, names] of sides.flat()) {
      assert.deepEqual([left.source, left.outputs.length], [right.source, right.outputs.length]);
      assert.equal(names.length, left.source);
      assert.ok(left.outputs.every((own, j) => sameTerms(own, right.outputs[j])));
    }
  }
});

test("an R that is no reverse is crossed, and both sides are shown", () => {
  const { gaps, lacks, reverse, forward } = storyOf(read("x^2 + 3 y x"), "printed");
  assert.deepEqual(gaps.map((gap) => gap === null), [true, true, true, true, false, true, true]);
  assert.deepEqual(gaps[4], { place: "to x", left: "4 x^3 w", right: "4 x^3 w + 12 x^2 y w" });
  assert.deepEqual([reverse, forward], ["(x, y, w) -> (2 x w, 3 x w)", "(x, y, v1, v2) -> (2 x v1 + 3 x v2)"]);
  assert.deepEqual(lacks, [["3 y w", "x", 1]]);
});

test("of long sides the terms are shown that differ", () => {
  const gap = storyOf(read("(x + y + z)^2 + x + y"), "printed").gaps[4];
  assert.deepEqual([gap?.place, gap?.left], ["to x", "3 terms of both sides"]);
  assert.match(gap?.right ?? "", /^8 x\^2 y w \+ .* \+ 2 y\^2 w, and 3 more, and 3 terms of both sides$/);
});

test("the words say what R does, what is missing and which axioms are crossed", () => {
  /** @type {(text: string, name: "right" | "printed", ring?: Ring) => string} */
  const said = (text, name, ring = "fractions") => benchWords(read(text, ring), name, storyOf(read(text, ring), name));
  assert.equal(said("x^2 + 3 y x", "right"), "R[f] brings a change at the output back to x and y. " +
    "D[f], made of R twice, takes a change of x and y on to the output. All 7 axioms hold for this f.");
  assert.equal(said("x^2 + 3 y x", "printed"), "The slide's R derives each term in its last variable alone, " +
    "so nothing brings 3 y w back to x, and D[f] isn't right either. 6 of 7 axioms hold; RD.5 doesn't.");
  assert.match(said("x y z + x y + x z", "printed"), /so R\[f\] lacks 4 terms, and/);
  assert.match(said("x + y", "printed"), / f that is the right R\[f\]\. 6 of 7 .*, because it reverses f >> after/);
  assert.match(said("x^2 + x y", "printed", "bits"), /hold for this f, with these companions\. One try proves nothing/);
  assert.match(said("x^2", "right", "bits"), /^R\[f\] is 0 and f isn't constant: all its exponents are even, and/);
  assert.match(said("4", "right"), /f doesn't depend on its inputs/);
  assert.match(said("4, 2", "printed"), /R\[f\] is 0 either way\. All 7 axioms hold for this f\.$/);
});

test("the copied code writes each polynomial so that Python reads it", () => {
  const python = (/** @type {string} */ text) => pythonOf(read(text).outputs[0], ["x", "y"]);
  assert.equal(python("x^2 - 3 y x + 1/2"), "x**2 - 3 * x * y + Fraction(1, 2)");
  assert.deepEqual(["0", "1", "-5", "-x", "x - 1"].map(python), ["0 * x", "x**0", "-5 * x**0", "-1 * x", "x - 1"]);
  assert.match(benchCode(read("x/2"), "right"), /^from fractions import Fraction\n/);
  assert.doesNotMatch(benchCode(read("x"), "right"), /Fraction/);
  assert.match(benchCode(read("x, y", "bits"), "printed"), /try_axioms\(Polynomials\(GF2\), .*, printed_reverse\)/);
});

test("everything that is told of a text that is not a map is its problem", () => {
  assert.deepEqual(Object.keys(benchTold("x +", "fractions", "right")), ["problem"]);
});
