// What DigitPad says: which digit it is, the pad and the kernels in words, and the same in Python.

import { INK, inkText, PLACES, SIDE, UNIT } from "./classifying.js";
import { SAMPLES } from "./learnt.js";

export const PAD = "Pad of 8 by 8 cells";

/** @typedef {{ ink: number[], answers: number[][], shares: number[] }} Seen */

/** @type {() => string[]} the pictures on the buttons, from a 0 to a 9 */
export const samples = () => SAMPLES.trim().split(/\s+/);
/** @type {(ink: number[]) => number} which sample it is, or -1 */
export const sampleOf = (ink) => samples().indexOf(inkText(ink));
/** @type {(shares: number[]) => number[]} the digits by their probabilities, the largest first */
export const ranked = (shares) => shares.map((_, digit) => digit).sort((a, b) => shares[b] - shares[a]);

/**
 * A probability in per cent, which is never rounded to none or to all.
 * @param {number} share
 */
export function percent(share, [more, less] = ["> ", "< "]) {
  return share >= 0.9995 ? `${more}99.9 %` : share < 0.0005 ? `${less}0.1 %` : `${(100 * share).toFixed(1)} %`;
}
/** @type {(share: number) => string} */
const spoken = (share) => percent(share, ["more than ", "less than "]);

/** @type {(answer: number) => string} */
export const answerText = (answer) => (answer / UNIT).toFixed(2);

/** @type {(answer: number[]) => number} */
export const placeOfMost = (answer) => answer.indexOf(Math.max(...answer));

/**
 * The result in words.
 * @param {Seen} seen
 * @param {number} kernel
 */
export function padWords({ ink, answers, shares }, kernel) {
  const [first, second] = ranked(shares);
  const meant = sampleOf(ink);
  const none = ink.every((own) => own === 0);
  const told = [`It says ${first}, with ${spoken(shares[first])}${none ? ", though there is no ink" : ""}.`];
  if (meant >= 0) told.push(`Its writer meant ${meant}, so it's ${meant === first ? "right" : "wrong"}.`);
  told.push(`Next comes ${second}, with ${spoken(shares[second])}.`);
  const largest = placeOfMost(answers[kernel]);
  const [most, where] = [answerText(answers[kernel][largest]), placeText(largest, PLACES)];
  told.push(`Kernel ${kernel} answers most, ${most}, at ${where}.`);
  return told.join(" ");
}

/**
 * The bars in words.
 * @param {number[]} shares
 */
export function sharesWords(shares) {
  const some = ranked(shares).slice(0, 3).map((digit) => `${digit}, ${spoken(shares[digit])}`);
  return `The most probable digits: ${some.join("; ")}.`;
}

/** @type {(place: number, across: number) => string} */
const placeText = (place, across) => `row ${1 + Math.floor(place / across)}, column ${1 + (place % across)}`;

/** @type {(ink: number[], at: number) => string} the cell of the cursor */
export const cellWords = (ink, at) => `${placeText(at, SIDE)}: ${ink[at]} of ${INK}`;

/** @type {(kernel: number, answer: number[]) => string} the name of a kernel's button */
export const kernelName = (kernel, answer) => `Kernel ${kernel}, at most ${answerText(Math.max(...answer))}`;

/**
 * A runnable snippet that classifies the same picture, and prints what it says and the probability of each digit.
 * @param {number[]} ink
 */
export function padCode(ink) {
  const rows = inkText(ink).match(/.{8}/g) ?? [];
  return [
    "import numpy as np", "",
    "from tinyml import Product, digit_classifier, flattened, learnt, log_softmax", "",
    "ink = (", ...rows.map((row) => `    "${row}"`), ")  # 0 to 9 and a to g: none to 16",
    "image = np.array([int(own, 17) for own in ink]).reshape(8, 8, 1) / 16",
    "network = digit_classifier()",
    "model = network.reparametrise(flattened(network.parameters))",
    "scores = model.get(Product(learnt(), image))",
    'print("It says", scores.argmax())',
    "for digit, share in enumerate(np.exp(log_softmax(scores))):",
    '    print(digit, f"{share:.6g}")',
    "",
  ].join("\n");
}
