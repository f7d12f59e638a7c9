// The valley, the optimisers that roll in it, and how far a turn moves their paths: the arithmetic of chapter 14.

import { general } from "../kit/format.js";

/** @typedef {"descent" | "momentum" | "misprinted" | "nesterov" | "adagrad" | "adam"} Optimiser */
/** @typedef {[number, number]} Place */
/** @typedef {{ place: Place, velocity: Place, squares: Place, done: number }} State */
/** @typedef {{ rate: number, gamma: number }} Numbers */
/**
 * @typedef {{
 *   read: (state: State, gamma: number) => Place, next: (state: State, slope: Place, own: Numbers) => State,
 * }} Update
 */
/**
 * An optimiser after its steps, of which `complete` stayed in the valley: what it reads at the start and after each
 * step, in the turned valley and in the level one that is not turned.
 * @typedef {{
 *   complete: number, places: Place[], level: Place[], value: number, distance: number, straight: number,
 *   deviation: number,
 * }} Run
 */

/** @type {Optimiser[]} */
export const OPTIMISERS = ["descent", "momentum", "misprinted", "nesterov", "adagrad", "adam"];
export const STEEPNESS = 25;
/** @type {Place} */
export const START = [-2, 0.6];
export const EPS = 1e-8;
export const EDGE = 10; // so far from the bottom a run has left the valley
export const NEAR = 1e-12; // so far apart are two ways to round the same path
const BETA2 = 0.999;

/**
 * Two numbers, each made from its place.
 * @param {(k: 0 | 1) => number} make
 * @returns {Place}
 */
const both = (make) => [make(0), make(1)];

/**
 * @param {(gamma: number) => number} share
 * @param {(gamma: number) => number} ahead
 * @returns {Update}
 */
function rolling(share, ahead) {
  return {
    read: ({ place, velocity }, gamma) => (ahead(gamma) === 0 ? place
      : both((k) => place[k] + ahead(gamma) * velocity[k])),
    next({ place, velocity, squares, done }, slope, { rate, gamma }) {
      const after = both((k) => share(gamma) * velocity[k] - rate * slope[k]);
      return { place: both((k) => place[k] + after[k]), velocity: after, squares, done: done + 1 };
    },
  };
}

/** @type {Record<Optimiser, Update>} */
const UPDATES = {
  descent: rolling(() => 0, () => 0),
  momentum: rolling((gamma) => gamma, () => 0),
  misprinted: rolling((gamma) => -gamma, () => 0),
  nesterov: rolling((gamma) => gamma, (gamma) => gamma),
  adagrad: {
    read: ({ place }) => place,
    next({ place, velocity, squares, done }, slope, { rate }) {
      const after = both((k) => squares[k] + slope[k] * slope[k]);
      const moved = both((k) => place[k] + (rate * -slope[k]) / (Math.sqrt(after[k]) + EPS));
      return { place: moved, velocity, squares: after, done: done + 1 };
    },
  },
  adam: {
    read: ({ place }) => place,
    next({ place, velocity, squares, done }, slope, { rate, gamma }) {
      const mean = both((k) => gamma * velocity[k] + (1 - gamma) * -slope[k]);
      const after = both((k) => BETA2 * squares[k] + (1 - BETA2) * (slope[k] * slope[k]));
      const [one, two] = [1 - gamma ** (done + 1), 1 - BETA2 ** (done + 1)];
      const moved = both((k) => place[k] + (rate * (mean[k] / one)) / (Math.sqrt(after[k] / two) + EPS));
      return { place: moved, velocity: mean, squares: after, done: done + 1 };
    },
  },
};

/**
 * The cosine and the sine of an angle in degrees.
 * @param {number} angle
 * @returns {Place}
 */
export function turnOf(angle) {
  return [Math.cos((Math.PI * angle) / 180), Math.sin((Math.PI * angle) / 180)];
}

/**
 * @param {Place} place
 * @param {Place} turn
 * @returns {Place}
 */
export function turned([x, y], [cosine, sine]) {
  return [cosine * x - sine * y, sine * x + cosine * y];
}

/** @type {(place: Place, turn: Place) => Place} */
const turnedBack = (place, [cosine, sine]) => turned(place, [cosine, -sine]);

/** @type {(place: Place) => number} */
const valueAt = ([x, y]) => (x * x + STEEPNESS * y * y) / 2;

/**
 * What an optimiser reads at the start and after each step, up to a place that is out of the valley.
 * @param {Optimiser} optimiser
 * @param {Numbers} own
 * @param {Place} turn
 * @param {number} steps
 */
function pathOf(optimiser, own, turn, steps) {
  const { read, next } = UPDATES[optimiser];
  /** @type {State} */
  let state = { place: turned(START, turn), velocity: [0, 0], squares: [0, 0], done: 0 };
  /** @type {Place[]} */
  const places = [];
  for (let step = 0; step <= steps; step++) {
    const place = read(state, own.gamma);
    if (Math.hypot(...place) > EDGE) break;
    places.push(place);
    const [x, y] = turnedBack(place, turn);
    state = next(state, turned([x, STEEPNESS * y], turn), own);
  }
  return places;
}

/**
 * @param {Optimiser} optimiser
 * @param {number} rate
 * @param {number} gamma
 * @param {number} angle
 * @param {number} steps
 * @returns {Run}
 */
export function runOf(optimiser, rate, gamma, angle, steps) {
  const turn = turnOf(angle);
  const [straightAhead, aslant] = [turnOf(0), turn].map((own) => pathOf(optimiser, { rate, gamma }, own, steps));
  const count = Math.min(straightAhead.length, aslant.length);
  const [level, places] = [straightAhead.slice(0, count), aslant.slice(0, count)];
  const back = places.map((place) => turnedBack(place, turn));
  return {
    complete: count - 1,
    places,
    level,
    value: valueAt(back[count - 1]),
    distance: Math.hypot(...places[count - 1]),
    straight: valueAt(level[count - 1]),
    deviation: Math.max(...back.map(([x, y], k) => Math.hypot(x - level[k][0], y - level[k][1]))),
  };
}

/** @param {number} far */
export function away(far) {
  return far <= NEAR ? `at most ${general(NEAR)}` : general(far);
}
