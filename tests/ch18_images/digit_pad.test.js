import assert from "node:assert/strict";
import { test } from "node:test";

import {
  answersOf, inkOf, inkText, KERNELS, largestPlaces, learnt, PLACES, scoresOf, seenIn, sharesOf, UNIT,
} from "../../tinyml/widgets/digit_pad/classifying.js";
import { afterKey, drawnOn, moved, touched, untouched } from "../../tinyml/widgets/digit_pad/pen.js";
import {
  answerText, cellWords, kernelName, padCode, padWords, percent, placeOfMost, ranked, sampleOf, samples, sharesWords,
} from "../../tinyml/widgets/digit_pad/telling.js";

/** @import { Point } from "../../tinyml/widgets/digit_pad/pen.js" */

/** @type {number[]} */
const NONE = Array(64).fill(0);
const ROWS = [0, 1, 2, 3, 4, 5, 6, 7];
/** @type {(text: string) => number[]} */
const read = (text) => inkOf(text) ?? assert.fail(`${text} is no picture`);
/** @type {(lines: Point[][], ink?: number[]) => number[]} a picture after strokes of the pen */
const drawn = (lines, ink = NONE) => lines.reduce((before, [first, ...others]) => {
  const start = touched(untouched(), first, first);
  const { dots } = others.reduce(({ dots: own, last }, point) => ({ dots: touched(own, last, point), last: point }),
    { dots: start, last: first });
  return drawnOn(before, dots, false);
}, ink);
/**
 * @param {string[]} keys
 * @param {{ ink?: number[], at?: number, shift?: boolean, erasing?: boolean }} given
 */
const pressed = (keys, { ink = NONE, at = 0, shift = false, erasing = false } = {}) => keys.reduce((state, key) => (
  afterKey(state.ink, state.at, { key, shift, erasing }) ?? assert.fail(`${key} is not the pad's`)), { ink, at });
/** @type {(found: number[], expected: number[]) => void} */
const near = (found, expected) => expected.forEach((own, k) => assert.ok(Math.abs(found[k] - own) < 1e-9, `${k}`));

test("a text of 64 letters is a picture, and nothing else is", () => {
  for (const text of [...samples(), "0".repeat(64), "g".repeat(64)]) assert.equal(inkText(read(text)), text);
  assert.deepEqual(read(`${"0".repeat(61)}9ag`).slice(60), [0, 9, 10, 16]);
  for (const wrong of ["", "0".repeat(63), "0".repeat(65), `h${"0".repeat(63)}`, `G${"0".repeat(63)}`]) {
    assert.equal(inkOf(wrong), undefined);
  }
});

test("what was learnt has 810 numbers in their brackets", () => {
  const { offsets, weights, kernelOffsets, kernels } = learnt();
  assert.deepEqual([offsets.length, weights.length, kernelOffsets.length, kernels.length], [10, 72, 8, 9]);
  assert.ok(weights.every((row) => row.length === 10) && kernels.every((row) => row.length === 8));
  assert.ok([offsets, ...weights, kernelOffsets, ...kernels].flat().every(Number.isInteger));
  assert.equal(learnt(), learnt());
});

test("an answer is a window times a kernel plus its offset, in whole numbers", () => {
  const { kernelOffsets, kernels } = learnt();
  const ink = read(samples()[5]);
  const answers = answersOf(ink);
  assert.equal(answers.length, KERNELS);
  for (const [kernel, row, column] of [[0, 0, 0], [2, 5, 5], [7, 3, 1]]) {
    let sum = kernelOffsets[kernel] * 16;
    for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) {
      sum += kernels[3 * i + j][kernel] * ink[8 * (row + i) + column + j];
    }
    assert.equal(answers[kernel][PLACES * row + column], sum);
  }
  assert.deepEqual(answersOf(NONE).map((own) => new Set(own).size), Array(8).fill(1));
});

test("of each square the largest goes on, and of equal ones the first", () => {
  assert.deepEqual(largestPlaces(Array(36).fill(3)), [0, 2, 4, 12, 14, 16, 24, 26, 28]);
  const rising = Array.from({ length: 36 }, (_, k) => k - 40);
  assert.deepEqual(largestPlaces(rising), [7, 9, 11, 19, 21, 23, 31, 33, 35]);
});

test("a number below zero has no say", () => {
  const nothing = Array.from({ length: KERNELS }, () => Array(36).fill(-UNIT));
  near(scoresOf(nothing), learnt().offsets.map((own) => own / 1000));
  nothing[3][7] = UNIT; // in the first square, so it's the fourth of 72 numbers
  near(scoresOf(nothing), learnt().offsets.map((own, digit) => (own + learnt().weights[3][digit]) / 1000));
});

test("probabilities sum to one, also where a power would be too large for a number", () => {
  for (const scores of [[0, 0, 0, 0], [1000, 0], [-1000, -1001]]) {
    const shares = sharesOf(scores);
    assert.ok(Math.abs(shares.reduce((a, b) => a + b) - 1) < 1e-12);
    assert.ok(shares.every((own) => own >= 0 && own <= 1));
  }
  near(sharesOf([0, Math.log(3)]), [0.25, 0.75]);
});

test("what is drawn by pen and by keys has the scores that Python gives", () => {
  const seven = drawn([[[1.5, 0.8], [6.2, 0.8], [3.4, 7.4]]]);
  const four = drawn([[[4.3, 0.5], [1.8, 4.8], [6.4, 4.8]], [[4.8, 2.6], [4.8, 7.6]]]);
  const one = pressed(Array(7).fill("ArrowDown"), { at: 3, shift: true }).ink;
  assert.equal(inkText(seven), "2fggggd008888ga000004g400000bd000002g6000009f100001f9000003g2000");
  assert.equal(inkText(four), "0008g000002f800000bef70004g6g8000dgggge00588gg700000g8000000f800");
  assert.equal(inkText(one), `00000000${"000g0000".repeat(7)}`);
  near(seenIn(seven).scores, [-19.087795875, -12.060761125, 1.3583526875, -0.8517523125, -17.9355230625, -17.3524906875,
    -28.787681625, 5.19361425, -6.5068209375, -14.17362025]);
  near(seenIn(four).scores, [-12.8718194375, -0.5942144375, -19.6949163125, -13.8068431875, 12.9434870625,
    -10.6107194375, -3.1321745, -7.59970275, -7.0569706875, -15.4022065625]);
  near(seenIn(one).scores, [-16.115846, 4.140843, -5.848806, -14.834203, -3.201086, -10.247368, -9.131941, -5.112914,
    -11.333228, -14.457755]);
  assert.deepEqual([seven, four, one].map((ink) => ranked(seenIn(ink).shares)[0]), [7, 4, 1]);
});

test("a tap fills its cell and touches those beside it, and a stroke has no gaps", () => {
  const tap = drawn([[[3.5, 3.5]]]);
  assert.deepEqual([tap[8 * 3 + 3], tap[8 * 2 + 3], tap[8 * 3 + 4], tap[8 * 2 + 2]], [16, 2, 2, 0]);
  const long = drawn([[[0.5, 0.5], [7.5, 7.5]]]);
  assert.ok(ROWS.every((k) => long[9 * k] === 16));
  assert.deepEqual(drawn([[[0.5, 0.5], [2, 2], [4, 4], [7.5, 7.5]]]), long, "wherever the pointer was told to be");
  assert.deepEqual(drawn([[[-3, 4.5], [12, 4.5]]]).slice(32, 40), Array(8).fill(16), "and it may leave the pad");
});

test("the same stroke again lays no ink twice, another one does, and an eraser takes it", () => {
  const there = drawn([[[1, 1], [6, 1]]]);
  assert.deepEqual(drawn([[[1, 1], [6, 1], [1, 1]]]), there);
  const twice = drawn([[[1, 1], [6, 1]]], there);
  assert.deepEqual(twice, there.map((own) => Math.min(16, 2 * own)));
  const dots = touched(untouched(), [1, 1], [6, 1]);
  assert.deepEqual(drawnOn(there, dots, true), NONE);
  assert.deepEqual(drawnOn(NONE, dots, true), NONE);
});

test("a picture is moved by a cell, and what leaves the pad is lost", () => {
  const ink = read(samples()[4]);
  assert.deepEqual(moved(moved(ink, 0, 1), 0, -1), ink, "its last column is empty");
  const up = moved(ink, -1, 0);
  assert.deepEqual(up.slice(0, 56), ink.slice(8));
  assert.deepEqual(up.slice(56), Array(8).fill(0));
  assert.deepEqual(moved(ink, 1, 0).slice(8), ink.slice(0, 56));
  const full = Array(64).fill(16);
  assert.deepEqual(moved(full, 0, 1), full.map((_, k) => (k % 8 ? 16 : 0)));
  assert.deepEqual(moved(full, 0, -1), full.map((_, k) => (k % 8 < 7 ? 16 : 0)));
});

test("keys move a cursor that stays on the pad", () => {
  assert.equal(pressed(["ArrowRight", "ArrowRight", "ArrowDown"]).at, 10);
  assert.equal(pressed(["ArrowLeft", "ArrowUp"]).at, 0);
  assert.equal(pressed(["ArrowRight", "ArrowDown"], { at: 63 }).at, 63);
  assert.deepEqual(pressed(["ArrowRight"]).ink, NONE);
  assert.equal(pressed(["ArrowLeft"], { at: 8 }).at, 8, "and does not go on in the row above");
});

test("Space and Enter ink a cell in halves, Delete empties it, and Shift draws", () => {
  for (const key of [" ", "Enter"]) {
    assert.deepEqual([1, 2, 3].map((count) => pressed(Array(count).fill(key), { at: 9 }).ink[9]), [8, 16, 0]);
  }
  const some = NONE.with(5, 3).with(6, 11);
  assert.equal(pressed([" "], { ink: some, at: 5 }).ink[5], 8);
  assert.equal(pressed([" "], { ink: some, at: 6 }).ink[6], 16);
  for (const key of ["Delete", "Backspace"]) assert.equal(pressed([key], { ink: some, at: 6 }).ink[6], 0);
  assert.equal(pressed([" "], { ink: some, at: 6, erasing: true }).ink[6], 0);
  const line = pressed(["ArrowRight", "ArrowRight"], { shift: true });
  assert.deepEqual([line.at, line.ink.slice(0, 4)], [2, [0, 16, 16, 0]]);
  assert.deepEqual(pressed(["ArrowLeft", "ArrowLeft"], { ...line, shift: true, erasing: true }).ink, NONE.with(2, 16));
  for (const key of ["7", "a", "Tab", "Escape", "PageDown", "Home"]) {
    assert.equal(afterKey(NONE, 0, { key, shift: false, erasing: false }), undefined, "is not the pad's");
  }
});

test("the words say which digit, whether it was meant, what is next, and where a kernel looks", () => {
  assert.equal(padWords(seenIn(read(samples()[4])), 2), "It says 4, with 98.7 %. Its writer meant 4, so it's right. " +
    "Next comes 6, with 0.7 %. Kernel 2 answers most, 4.11, at row 6, column 5.");
  const wrong = padWords(seenIn(read(samples()[1])), 0);
  assert.match(wrong, /^It says 9, with 99\.7 %\. Its writer meant 1, so it's wrong\. /);
  const nothing = padWords(seenIn(NONE), 3);
  assert.match(nothing, /^It says 1, with 76\.2 %, though there is no ink\. Next comes 7, with 8\.9 %/);
  const heart = read("000000000gg00gg0gggggggggggggggg0gggggg000gggg00000gg00000000000");
  const sure = padWords(seenIn(heart), 2);
  assert.match(sure, /^It says 4, with more than 99\.9 %\. Next comes 9, with less than 0\.1 %\. /);
  assert.equal(sampleOf(heart), -1);
  assert.deepEqual(samples().map((text) => sampleOf(read(text))), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test("no probability is rounded to none or to all", () => {
  assert.deepEqual([0, 0.00049, 0.0005, 0.5, 0.9994, 0.9995, 1].map((own) => percent(own)),
    ["< 0.1 %", "< 0.1 %", "0.1 %", "50.0 %", "99.9 %", "> 99.9 %", "> 99.9 %"]);
  assert.equal(sharesWords([0.0001, 0.9996, 0.0003]),
    "The most probable digits: 1, more than 99.9 %; 2, less than 0.1 %; 0, less than 0.1 %.");
  assert.deepEqual(ranked([0.2, 0.3, 0.2, 0.3]), [1, 3, 0, 2], "of equal ones, the first");
});

test("a cell and a kernel are told in a few words", () => {
  assert.equal(cellWords(NONE.with(19, 11), 19), "row 3, column 4: 11 of 16");
  const answer = Array(36).fill(-UNIT).with(35, 1.5 * UNIT);
  assert.equal(kernelName(6, answer), "Kernel 6, at most 1.50");
  assert.equal(placeOfMost(answer), 35);
  assert.equal(answerText(-0.25 * UNIT), "-0.25");
});

test("the copied code has the picture row by row", () => {
  const code = padCode(read(samples()[0]));
  for (const row of samples()[0].match(/.{8}/g) ?? []) assert.ok(code.includes(`    "${row}"\n`));
  assert.match(code, /^from tinyml import Product, digit_classifier, flattened, learnt, log_softmax$/m);
});
