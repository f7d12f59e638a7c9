// Reading a polynomial map from a text, as reading.py does, with the same sentences about what is not understood.

import { constant, degreeOf, productOf, sumOf, variable } from "./polymaps.js";

/** @import { Polynomial, PolyMap, Ring } from "./polymaps.js" */

export const NAMES = ["x", "y", "z"];
const MOST_LETTERS = 60;
const MOST_DEGREE = 6;
const MOST_TERMS = 8;
const MOST_DIGITS = 9;
const MOST_OUTPUTS = 2;
const TOO_LARGE = 10n ** BigInt(MOST_DIGITS);
/** @type {Record<string, string>} */
const USUAL = { "\u2212": "-", "\u00b7": "*" }; // what is written for another sign
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Z}]/u; // or what turns around what comes after it: told by its number
const NEEDED = "a number, x, y, z or a bracket";

class Misread extends Error {}

/**
 * The map that a text describes, in the variables from x to the last one that it names, or a problem that says where.
 * @param {string} text
 * @param {Ring} ring
 * @returns {{ map: PolyMap, problem?: undefined } | { problem: string }}
 */
export function readMap(text, ring) {
  const size = Math.max(1, ...NAMES.map((name, k) => (text.includes(name) ? k + 1 : 0)));
  try {
    return { map: { ring, source: size, outputs: readOutputs(text, ring, size) } };
  } catch (error) {
    if (error instanceof Misread) return { problem: error.message };
    throw error;
  }
}

/**
 * @param {string} text
 * @param {Ring} ring
 * @param {number} size
 */
function readOutputs(text, ring, size) {
  const letters = [...text].map((letter) => USUAL[letter] ?? letter);
  let at = 0;
  /** The next letter that is no space, with `at` before it; nothing at the end. */
  const peek = () => {
    while (at < letters.length && " \t\n\u00a0".includes(letters[at])) at += 1;
    return letters[at] ?? "";
  };
  const isDigit = (/** @type {string} */ letter) => letter >= "0" && letter <= "9" && letter.length === 1;
  /** @type {(place: number, why: string) => never} */
  const refuse = (place, why) => {
    throw new Misread(`Character ${place + 1}, “${letters[place]}”: ${why}`);
  };
  /** @type {(needed: string) => never} */
  const unexpected = (needed) => {
    const letter = peek();
    if (!letter) throw new Misread(`The text ends too early: ${needed}`);
    if ("xyz0123456789+-*/^(),".includes(letter)) {
      throw new Misread(`Character ${at + 1}, “${letter}”, can't be here: ${needed}`);
    }
    const code = letter.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0");
    const seen = UNSEEN.test(letter) ? `U+${code}` : letter;
    throw new Misread(`Character ${at + 1}, “${seen}”, means nothing here: a map is made of x, y and z, ` +
      "numbers like 2 or 3/2, + - * ^, brackets and a comma.");
  };
  /** @type {(start: number, made: Polynomial) => Polynomial} */
  const kept = (start, made) => {
    if (made.some(({ number: { n, d } }) => n >= TOO_LARGE || -n >= TOO_LARGE || d >= TOO_LARGE)) {
      refuse(start, `with this a number has more than ${MOST_DIGITS} digits.`);
    }
    return made;
  };
  /** @type {(start: number, one: Polynomial, other: Polynomial) => Polynomial} */
  const product = (start, one, other) => {
    const degree = degreeOf(one) + degreeOf(other);
    if (degree > MOST_DEGREE) refuse(start, `with this the degree is ${degree}; at most ${MOST_DEGREE}.`);
    return kept(start, productOf(ring, one, other));
  };
  /** @type {(otherwise: string) => number} */
  const whole = (otherwise) => {
    const start = at;
    while (at < letters.length && isDigit(letters[at])) at += 1;
    if (at === start) unexpected(otherwise);
    if (at - start > MOST_DIGITS) refuse(start, `a number has at most ${MOST_DIGITS} digits.`);
    return Number(letters.slice(start, at).join(""));
  };
  const bracket = () => {
    const opened = at;
    at += 1;
    const made = sum();
    if (["", ","].includes(peek())) refuse(opened, "this bracket isn't closed.");
    if (peek() !== ")") unexpected(`it needs ${NEEDED} before it.`);
    at += 1;
    return made;
  };
  const factor = () => {
    const letter = peek();
    const start = at;
    /** @type {Polynomial} */
    let base;
    if (isDigit(letter)) base = constant(ring, size, whole(""));
    else if (NAMES.includes(letter)) {
      base = variable(ring, size, NAMES.indexOf(letter));
      at += 1;
    } else if (letter === "(") base = bracket();
    else unexpected(`${NEEDED} has to be here.`);
    const sign = peek() === "^" ? 1 : peek() === "*" && letters[at + 1] === "*" ? 2 : 0;
    if (!sign) return base;
    at += sign;
    peek();
    const place = at;
    const exponent = whole("after ^ comes a whole number.");
    if (exponent > MOST_DEGREE) refuse(place, `an exponent is at most ${MOST_DEGREE}.`);
    let power = constant(ring, size, 1);
    for (let k = 0; k < exponent; k++) power = product(start, power, base);
    return power;
  };
  /** @type {(made: Polynomial) => Polynomial} */
  const divided = (made) => {
    at += 1;
    peek();
    const start = at;
    const number = whole("after / comes a whole number.");
    if (number === 0) refuse(start, "nothing can be divided by 0.");
    if (ring === "bits" && number % 2 === 0) {
      refuse(start, `over bits ${number} is 0, and nothing can be divided by it.`);
    }
    return kept(start, productOf(ring, made, constant(ring, size, 1, number)));
  };
  const term = () => {
    let made = factor();
    for (;;) {
      const letter = peek();
      if (letter === "/") made = divided(made);
      else if ([...NAMES, "*", "("].includes(letter)) {
        if (letter === "*") at += 1;
        peek();
        const start = at;
        made = product(start, made, factor());
      } else if (isDigit(letter)) unexpected("write 2 x for twice x, x^2 for its square, and * between two numbers.");
      else return made;
    }
  };
  /** @returns {Polynomial} */
  const sum = () => {
    /** @type {Polynomial} */
    let total = [];
    let sign = peek();
    if (sign === "+" || sign === "-") at += 1;
    for (;;) {
      peek();
      const start = at;
      const own = term();
      const signed = sign === "-" ? productOf(ring, constant(ring, size, -1), own) : own;
      total = kept(start, sumOf(ring, total, signed));
      sign = peek();
      if (sign !== "+" && sign !== "-") return total;
      at += 1;
    }
  };
  if (letters.length > MOST_LETTERS) {
    throw new Misread(`A map has at most ${MOST_LETTERS} characters here; this text has ${letters.length}.`);
  }
  if (!peek()) throw new Misread("Write a polynomial in x, y and z, or two with a comma between them.");
  const found = [sum()];
  while (peek() === ",") {
    if (found.length === MOST_OUTPUTS) refuse(at, `this would begin a third output; at most ${MOST_OUTPUTS}.`);
    at += 1;
    found.push(sum());
  }
  if (peek()) unexpected(peek() === ")" ? "no bracket is open." : `it needs ${NEEDED} before it.`);
  found.forEach((own, place) => {
    if (own.length <= MOST_TERMS) return;
    const which = found.length > 1 ? `Output ${place + 1}` : "This polynomial";
    throw new Misread(`${which} has ${own.length} terms when it is multiplied out; at most ${MOST_TERMS}.`);
  });
  return found;
}
