// Polynomial maps over fractions or bits, and R: what tinyml.ch16_reverse computes, with whole numbers of any length.

/** @typedef {"fractions" | "bits"} Ring */
/** @typedef {{ n: bigint, d: bigint }} Scalar a fraction in lowest terms; of bits, 0 or 1 over 1 */
/** @typedef {{ exponents: number[], number: Scalar }} Term */
/** @typedef {Term[]} Polynomial terms that differ, the largest exponents first; no number of them is 0 */
/** @typedef {{ ring: Ring, source: number, outputs: Polynomial[] }} PolyMap */
/** @typedef {(f: PolyMap) => PolyMap} Reversing */

/**
 * @param {bigint} a
 * @param {bigint} b
 * @returns {bigint}
 */
function divisorOf(a, b) {
  return b === 0n ? (a < 0n ? -a : a) : divisorOf(b, a % b);
}

/**
 * A number of the ring. Over bits what is below the fraction line is odd.
 * @param {Ring} ring
 * @param {number | bigint} top
 * @param {number | bigint} bottom
 * @returns {Scalar}
 */
export function scalar(ring, top, bottom = 1n) {
  const [n, d] = [BigInt(top), BigInt(bottom)];
  if (ring === "bits") return { n: BigInt.asUintN(1, n), d: 1n };
  if (d === 1n) return { n, d };
  const common = divisorOf(n, d);
  return { n: n / common, d: d / common };
}

/**
 * The sum of terms, like ones added up.
 * @param {Ring} ring
 * @param {Term[]} terms
 * @returns {Polynomial}
 */
export function polynomial(ring, terms) {
  /** @type {Map<string, Term>} */
  const kept = new Map();
  for (const { exponents, number } of terms) {
    const key = exponents.join();
    const { n, d } = kept.get(key)?.number ?? { n: 0n, d: 1n };
    kept.set(key, { exponents, number: scalar(ring, n * number.d + number.n * d, d * number.d) });
  }
  return [...kept.values()].filter(({ number }) => number.n !== 0n).sort((one, other) => {
    const k = one.exponents.findIndex((own, place) => own !== other.exponents[place]);
    return k < 0 ? 0 : other.exponents[k] - one.exponents[k];
  });
}

/**
 * @param {Ring} ring
 * @param {number} size how many variables there are
 * @param {number | bigint} top
 * @param {number | bigint} bottom
 */
export function constant(ring, size, top, bottom = 1n) {
  return polynomial(ring, [{ exponents: Array(size).fill(0), number: scalar(ring, top, bottom) }]);
}

/**
 * @param {Ring} ring
 * @param {number} size
 * @param {number} place
 */
export function variable(ring, size, place) {
  const exponents = Array.from({ length: size }, (_, k) => Number(k === place));
  return polynomial(ring, [{ exponents, number: scalar(ring, 1) }]);
}

/** @type {(ring: Ring, one: Polynomial, other: Polynomial) => Polynomial} */
export const sumOf = (ring, one, other) => polynomial(ring, [...one, ...other]);

/**
 * @param {Ring} ring
 * @param {Polynomial} one
 * @param {Polynomial} other
 */
export function productOf(ring, one, other) {
  const terms = one.flatMap((a) => other.map((b) => ({
    exponents: a.exponents.map((own, k) => own + b.exponents[k]),
    number: scalar(ring, a.number.n * b.number.n, a.number.d * b.number.d),
  })));
  return one.length === 1 || other.length === 1 ? terms : polynomial(ring, terms); // a single term keeps their order
}

/** @type {(own: Polynomial) => number} */
export const degreeOf = (own) => (
  Math.max(0, ...own.map(({ exponents }) => exponents.reduce((sum, each) => sum + each, 0))));

/**
 * The derivative in one variable.
 * @param {Ring} ring
 * @param {Polynomial} own
 * @param {number} place
 */
export function partialOf(ring, own, place) {
  return polynomial(ring, own.filter(({ exponents }) => exponents[place] > 0).map(({ exponents, number }) => ({
    exponents: exponents.map((each, k) => each - Number(k === place)),
    number: scalar(ring, BigInt(exponents[place]) * number.n, number.d),
  })));
}

/**
 * The same polynomial among more variables, with its own from `start` on.
 * @param {Polynomial} own
 * @param {number} size
 * @param {number} start
 */
function movedTo(own, size, start) {
  return own.map(({ exponents, number }) => ({
    exponents: Array.from({ length: size }, (_, k) => exponents[k - start] ?? 0), number,
  }));
}

/** @type {(number: Scalar) => string} */
const scalarText = ({ n, d }) => (d === 1n ? `${n}` : `${n}/${d}`);

/**
 * As Python writes it: 3 x y^2 - 1/2.
 * @param {Polynomial} own
 * @param {string[]} names
 */
export function textOf(own, names) {
  return own.map(({ exponents, number }) => {
    const factors = exponents.flatMap((each, k) => (each ? [each === 1 ? names[k] : `${names[k]}^${each}`] : []));
    const told = scalarText(number);
    if (!factors.length) return told;
    return (told === "1" ? "" : told === "-1" ? "-" : `${told} `) + factors.join(" ");
  }).join(" + ").replaceAll("+ -", "- ") || "0";
}

/**
 * @param {PolyMap} f
 * @param {string[]} names
 */
export function mapText({ outputs }, names) {
  return `(${names.join(", ")}) -> (${outputs.map((own) => textOf(own, names)).join(", ")})`;
}

/**
 * Whether two polynomials in as many variables have the same terms.
 * @param {Polynomial} one
 * @param {Polynomial} other
 */
export function sameTerms(one, other) {
  return one.length === other.length && one.every(({ exponents, number: { n, d } }, k) => (
    n === other[k].number.n && d === other[k].number.d && exponents.join() === other[k].exponents.join()));
}

/**
 * @param {Ring} ring
 * @param {number} source
 * @param {number[]} places
 * @returns {PolyMap}
 */
function rewired(ring, source, places) {
  return { ring, source, outputs: places.map((place) => variable(ring, source, place)) };
}

/** @type {(start: number, end: number) => number[]} */
const range = (start, end) => Array.from({ length: end - start }, (_, k) => start + k);

/** @type {(ring: Ring, size: number) => PolyMap} */
export const identityOf = (ring, size) => rewired(ring, size, range(0, size));

/** @type {(ring: Ring, first: number, second: number) => [PolyMap, PolyMap]} */
export const projectionsOf = (ring, first, second) => [
  rewired(ring, first + second, range(0, first)), rewired(ring, first + second, range(first, first + second)),
];

/** @type {(ring: Ring, size: number, source?: number) => PolyMap} */
export const zeroOf = (ring, size, source = 0) => ({ ring, source, outputs: range(0, size).map(() => []) });

/** @type {(f: PolyMap, g: PolyMap) => PolyMap} */
export const pairOf = (f, g) => ({ ...f, outputs: [...f.outputs, ...g.outputs] });

/** @type {(f: PolyMap, g: PolyMap) => PolyMap} */
export const plusOf = (f, g) => ({ ...f, outputs: f.outputs.map((own, k) => sumOf(f.ring, own, g.outputs[k])) });

/**
 * @param {PolyMap} f
 * @param {PolyMap} g
 * @returns {PolyMap}
 */
export function besideOf(f, g) {
  const source = f.source + g.source;
  const [one, other] = [f, g].map(({ outputs }, k) => outputs.map((own) => movedTo(own, source, k * f.source)));
  return { ring: f.ring, source, outputs: [...one, ...other] };
}

/**
 * f, and then g: the outputs of f in the place of the variables of g.
 * @param {PolyMap} f
 * @param {PolyMap} g
 * @returns {PolyMap}
 */
export function thenOf({ ring, source, outputs }, g) {
  const powers = outputs.map((own) => [constant(ring, source, 1), own]);
  /** @type {(place: number, exponent: number) => Polynomial} */
  const power = (place, exponent) => (
    powers[place][exponent] ??= productOf(ring, power(place, exponent - 1), outputs[place]));
  const put = (/** @type {Term} */ { exponents, number }) => exponents.reduce((made, exponent, place) => (
    exponent ? productOf(ring, made, power(place, exponent)) : made), constant(ring, source, number.n, number.d));
  return { ring, source, outputs: g.outputs.map((own) => polynomial(ring, own.flatMap(put))) };
}

/**
 * A reverse derivative that derives each term in the variables that `chosen` leaves of those that it has.
 * @param {(places: number[]) => number[]} chosen
 * @returns {Reversing}
 */
function reversingIn(chosen) {
  return ({ ring, source, outputs }) => {
    const size = source + outputs.length;
    /** @type {Term[][]} */
    const back = range(0, source).map(() => []);
    outputs.forEach((own, row) => {
      for (const term of own) {
        for (const place of chosen(range(0, source).filter((k) => term.exponents[k] > 0))) {
          const along = movedTo(partialOf(ring, [term], place), size, 0);
          back[place].push(...productOf(ring, along, variable(ring, size, source + row)));
        }
      }
    });
    return { ring, source: size, outputs: back.map((terms) => polynomial(ring, terms)) };
  };
}

/** @type {Record<"right" | "printed", Reversing>} */
export const REVERSES = { right: reversingIn((places) => places), printed: reversingIn((places) => places.slice(-1)) };

/**
 * D[f], made of R twice.
 * @param {PolyMap} f
 * @param {Reversing} reversing
 */
export function forwardIn(f, reversing) {
  const { ring, source: n, outputs: { length: m } } = f;
  const atZero = besideOf(besideOf(identityOf(ring, n), zeroOf(ring, m)), identityOf(ring, n));
  return thenOf(thenOf(atZero, reversing(reversing(f))), projectionsOf(ring, n, m)[1]);
}
