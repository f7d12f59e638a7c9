// The pen of DigitPad: a cell has as much ink as a pointer has touched of its 4 x 4 dots, and keys ink whole cells.

import { INK, SIDE } from "./classifying.js";

/** @typedef {[x: number, y: number]} Point in cells, from the upper left corner of the pad */

const DOTS = 4 * SIDE; // across and down
const RADIUS = 0.7; // of the pen, in cells: so thick, a digit has as much ink as those of the data have

/** @type {() => number[]} no dot is touched yet: 0 for each, row by row */
export const untouched = () => Array(DOTS * DOTS).fill(0);

/**
 * Touch the dots along a line: 1 for each that was touched, now or before.
 * @param {number[]} dots
 * @param {Point} from
 * @param {Point} to
 */
export function touched(dots, [x, y], [u, v]) {
  const [dx, dy] = [u - x, v - y];
  const long = dx * dx + dy * dy;
  return dots.map((own, k) => {
    const [px, py] = [((k % DOTS) + 0.5) / 4 - x, (Math.floor(k / DOTS) + 0.5) / 4 - y];
    const along = long ? Math.min(1, Math.max(0, (px * dx + py * dy) / long)) : 0;
    return Math.hypot(px - along * dx, py - along * dy) <= RADIUS ? 1 : own;
  });
}

/**
 * What a picture is when the touched dots are inked, or erased.
 * @param {number[]} ink
 * @param {number[]} dots
 * @param {boolean} erasing
 */
export function drawnOn(ink, dots, erasing) {
  const count = ink.map(() => 0);
  dots.forEach((own, k) => (count[SIDE * Math.floor(k / (4 * DOTS)) + Math.floor((k % DOTS) / 4)] += own));
  return ink.map((own, k) => (erasing ? Math.max(0, own - count[k]) : Math.min(INK, own + count[k])));
}

/**
 * A picture that was moved by so many cells; what leaves the pad is lost.
 * @param {number[]} ink
 * @param {number} down
 * @param {number} right
 */
export function moved(ink, down, right) {
  return ink.map((_, k) => {
    const [row, column] = [Math.floor(k / SIDE) - down, (k % SIDE) - right];
    return Math.min(row, column) < 0 || Math.max(row, column) >= SIDE ? 0 : ink[SIDE * row + column];
  });
}

/** @type {Record<string, [down: number, right: number]>} */
export const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/**
 * What a key does: an arrow moves the cursor, and with Shift draws; Space and Enter take a cell from none to half to
 * all of its ink and back to none; Delete empties it. Other keys are not the pad's.
 * @param {number[]} ink
 * @param {number} at the cell of the cursor
 * @param {{ key: string, shift: boolean, erasing: boolean }} pressed
 */
export function afterKey(ink, at, { key, shift, erasing }) {
  const half = INK / 2;
  if (key in ARROWS) {
    const [down, right] = ARROWS[key];
    const [row, column] = [Math.floor(at / SIDE) + down, (at % SIDE) + right];
    const there = Math.min(row, column) < 0 || Math.max(row, column) >= SIDE ? at : SIDE * row + column;
    return { at: there, ink: shift ? ink.with(there, erasing ? 0 : INK) : ink };
  }
  if (key === " " || key === "Enter") {
    const own = ink[at];
    return { at, ink: ink.with(at, erasing || own === INK ? 0 : own < half ? half : INK) };
  }
  return key === "Delete" || key === "Backspace" ? { at, ink: ink.with(at, 0) } : undefined;
}
