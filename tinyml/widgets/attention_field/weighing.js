// Attention of three positions in the plane, what a mask may be, and how arrows move: chapter 19 in small.

/** @typedef {number[]} Pair two coordinates */
/** @typedef {{ scores: number[][], weights: number[][], outputs: Pair[] }} Reading a row for each query */
/**
 * `mask` has nine digits, row by row: 1 where a query may read a key. `query` is the one that is shown.
 * @typedef {{
 *   q0: Pair, q1: Pair, q2: Pair, k0: Pair, k1: Pair, k2: Pair, mask: string, query: number,
 * }} Choice
 */

export const PLACES = [0, 1, 2];
export const VALUES = [[1, 0], [0, 1], [-1, -1]];
export const FAR = 2; // how far an arrow may go, in each direction
export const STEPS = 10; // of an arrow, from one whole number to the next
const STRIDE = 5; // of them at once
export const ALL = "111111111";
export const CAUSAL = "100110111";

/**
 * Whether each query may read something.
 * @param {string} mask
 */
export const readable = (mask) => /^(?:(?!000)[01]{3}){3}$/.test(mask);

/**
 * For each query and each key, whether it may be read. What an address has in place of a mask allows everything.
 * @param {string} mask
 */
export function allowedIn(mask) {
  const digits = readable(mask) ? mask : ALL;
  return PLACES.map((row) => PLACES.map((column) => digits[3 * row + column] === "1"));
}

/**
 * The mask with one digit turned over, or null if the query would have nothing left to read.
 * @param {string} mask
 * @param {number} row
 * @param {number} column
 */
export function turnedOver(mask, row, column) {
  const digits = allowedIn(mask).flat();
  digits[3 * row + column] = !digits[3 * row + column];
  const turned = digits.map(Number).join("");
  return readable(turned) ? turned : null;
}

/**
 * The softmax of a row over what is allowed there; what isn't has weight 0, exactly.
 * @param {number[]} scores
 * @param {boolean[]} allowed
 */
export function weightsOf(scores, allowed) {
  const top = Math.max(...scores.filter((_, k) => allowed[k]));
  const powers = scores.map((score, k) => (allowed[k] ? Math.exp(score - top) : 0));
  const sum = powers.reduce((total, own) => total + own, 0);
  return powers.map((own) => own / sum);
}

/**
 * What the three queries read.
 * @param {Pair[]} queries
 * @param {Pair[]} keys
 * @param {string} mask
 * @returns {Reading}
 */
export function attended(queries, keys, mask) {
  const allowed = allowedIn(mask);
  const scores = queries.map(([a, b]) => keys.map(([c, d]) => (a * c + b * d) / Math.SQRT2));
  const weights = scores.map((row, k) => weightsOf(row, allowed[k]));
  return { scores, weights, outputs: weights.map((row) => walkOf(row)[3]) };
}

/** @type {(choice: Choice) => Pair[]} */
export const queriesOf = ({ q0, q1, q2 }) => [q0, q1, q2];
/** @type {(choice: Choice) => Pair[]} */
export const keysOf = ({ k0, k1, k2 }) => [k0, k1, k2];
/** @type {(choice: Choice) => Reading} */
export const readingOf = (choice) => attended(queriesOf(choice), keysOf(choice), choice.mask);

/**
 * The places of a walk from (0, 0), a share of a value at a time, to the mean of the values.
 * @param {number[]} weights
 */
export function walkOf(weights) {
  let [x, y] = [0, 0];
  return [[x, y], ...weights.map((weight, k) => {
    [x, y] = [x + weight * VALUES[k][0], y + weight * VALUES[k][1]];
    return [x, y];
  })];
}

/**
 * A place on the grid of steps, as near as there is one.
 * @param {Pair} place
 */
export function onGrid(place) {
  return place.map((own) => Math.max(-FAR, Math.min(FAR, Math.round(own * STEPS) / STEPS)) + 0);
}

/** @type {Record<string, Pair>} */
const WAYS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/**
 * Where a key of the keyboard moves an arrow, or null if it doesn't.
 * @param {Pair} place
 * @param {string} pressed
 * @param {boolean} far with Shift
 */
export function movedBy([x, y], pressed, far) {
  if (!Object.hasOwn(WAYS, pressed)) return null;
  const [right, up] = WAYS[pressed];
  const long = (far ? STRIDE : 1) / STEPS;
  return onGrid([x + right * long, y + up * long]);
}
