// splitmix64, as in tinyml/ch03_prediction/splitmix.py: random numbers from a seed, and tokens drawn with them.

const GAMMA = 0x9e3779b97f4a7c15n;

/** @type {(x: bigint) => bigint} */
const within64 = (x) => BigInt.asUintN(64, x);

/**
 * 64 random bits, and the seed of those that come after them.
 * @param {bigint} seed
 */
export function splitmix64(seed) {
  const left = within64(seed + GAMMA);
  let mixed = within64((left ^ (left >> 30n)) * 0xbf58476d1ce4e5b9n);
  mixed = within64((mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn);
  return { bits: mixed ^ (mixed >> 31n), left };
}

/**
 * 64 random bits as a number from 0 to below 1: the upper 53 of them, without rounding.
 * @param {bigint} bits
 */
export function shareOf(bits) {
  return Number(bits >> 11n) * 2 ** -53;
}

/**
 * The first token at which the sum of the probabilities so far is above `share` of the whole sum.
 * @param {ArrayLike<number>} probabilities
 * @param {number} share from 0 to below 1
 */
export function tokenAt(probabilities, share) {
  let total = 0;
  const sums = Array.from(probabilities, (own) => (total += own));
  return sums.findIndex((sum) => sum > share * total);
}

/**
 * The tokens that a model goes on with, each drawn from the row of the token before it.
 * @param {(token: number) => ArrayLike<number>} predict what the model says comes next, as probabilities
 * @param {number} token to start from; it is not among them
 * @param {number} seed a whole number of at most 53 bits
 * @param {number} count
 */
export function sample(predict, token, seed, count) {
  const tokens = [];
  let left = BigInt(seed);
  let last = token;
  for (let k = 0; k < count; k++) {
    const drawn = splitmix64(left);
    left = drawn.left;
    last = tokenAt(predict(last), shareOf(drawn.bits));
    tokens.push(last);
  }
  return tokens;
}
