// The digit classifier of chapter 18 in whole numbers: ink in sixteenths times weights in thousandths, exactly.

import { LEAST, LETTERS, PACKED } from "./learnt.js";

/**
 * What was learnt, in thousandths: ten offsets, ten weights for each of 72 numbers, eight offsets, and eight weights
 * for each cell of a window.
 * @typedef {{ offsets: number[], weights: number[][], kernelOffsets: number[], kernels: number[][] }} Learnt
 */

export const SIDE = 8;
export const PLACES = 6; // of a window of 3 x 3, across and down
export const INK = 16; // of a cell that is full
export const UNIT = 1000 * INK; // an answer of 1
export const KERNELS = 8;
const INKS = "0123456789abcdefg";
const DIGITS = 10;

/** @type {(count: number) => number[]} */
const upTo = (count) => Array.from({ length: count }, (_, k) => k);

/** @type {Learnt | undefined} */
let known;

/** @returns {Learnt} */
export function learnt() {
  if (known) return known;
  const left = (PACKED.match(/\S\S/g) ?? []).map((pair) => {
    const [above, below] = [...pair].map((own) => LETTERS.indexOf(own));
    return LEAST + LETTERS.length * above + below;
  });
  /** @type {(rows: number, columns: number) => number[][]} */
  const taken = (rows, columns) => upTo(rows).map(() => left.splice(0, columns));
  const [offsets] = taken(1, DIGITS);
  const weights = taken(72, DIGITS);
  const [kernelOffsets] = taken(1, KERNELS);
  known = { offsets, weights, kernelOffsets, kernels: taken(9, KERNELS) };
  return known;
}

/**
 * The ink of each cell, from 0 to 16, or nothing where a text is no picture.
 * @param {string} text
 */
export function inkOf(text) {
  const ink = [...text].map((letter) => INKS.indexOf(letter));
  return ink.length === SIDE * SIDE && !ink.includes(-1) ? ink : undefined;
}

/** @type {(ink: number[]) => string} */
export const inkText = (ink) => ink.map((own) => INKS[own]).join("");

/**
 * The answers of each kernel at all places, before ReLU; an answer of 1 is UNIT.
 * @param {number[]} ink
 */
export function answersOf(ink) {
  const { kernelOffsets, kernels } = learnt();
  return kernelOffsets.map((offset, kernel) => upTo(PLACES * PLACES).map((place) => {
    const corner = SIDE * Math.floor(place / PLACES) + (place % PLACES);
    return kernels.reduce((sum, own, k) => sum + own[kernel] * ink[corner + SIDE * Math.floor(k / 3) + (k % 3)],
      INK * offset);
  }));
}

/**
 * The place of the largest answer of each 2 x 2 square; of equal ones, the first.
 * @param {number[]} answer
 */
export function largestPlaces(answer) {
  return upTo(9).map((square) => {
    const corner = 2 * PLACES * Math.floor(square / 3) + 2 * (square % 3);
    const four = [corner, corner + 1, corner + PLACES, corner + PLACES + 1];
    return four.reduce((best, place) => (answer[place] > answer[best] ? place : best));
  });
}

/**
 * The ten scores of what all kernels answer.
 * @param {number[][]} answers
 */
export function scoresOf(answers) {
  const { offsets, weights } = learnt();
  const goesOn = answers.map((answer) => largestPlaces(answer).map((place) => Math.max(0, answer[place])));
  return offsets.map((offset, digit) => weights.reduce((sum, own, k) => (
    sum + own[digit] * goesOn[k % KERNELS][Math.floor(k / KERNELS)]), UNIT * offset) / (1000 * UNIT));
}

/**
 * The probability of each digit.
 * @param {number[]} scores
 */
export function sharesOf(scores) {
  const largest = Math.max(...scores);
  const powers = scores.map((own) => Math.exp(own - largest));
  const sum = powers.reduce((left, right) => left + right);
  return powers.map((own) => own / sum);
}

/**
 * All that is computed of a picture.
 * @param {number[]} ink
 */
export function seenIn(ink) {
  const answers = answersOf(ink);
  const scores = scoresOf(answers);
  return { ink, answers, scores, shares: sharesOf(scores) };
}
