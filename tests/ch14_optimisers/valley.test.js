import assert from "node:assert/strict";
import { test } from "node:test";

import { away, EDGE, NEAR, OPTIMISERS, runOf, START, turned, turnOf } from "../../tinyml/widgets/valley/rolling.js";
import { NAMES, pictureWords, valleyCode, valleyWords } from "../../tinyml/widgets/valley/telling.js";

/** @import { Choice } from "../../tinyml/widgets/valley/telling.js" */

/** @type {Choice} */
const OPENED = { first: "momentum", second: "adam", rate: 0.05, gamma: 0.8, angle: 30, steps: 40 };
/** @type {(given: Partial<Choice>) => string} */
const said = (given) => valleyWords({ ...OPENED, ...given });

test("no step is no way", () => {
  for (const own of OPTIMISERS) {
    const { complete, places, value, deviation } = runOf(own, 0.05, 0.8, 0, 0);
    assert.deepEqual([complete, places, value, deviation], [0, [START], 6.5, 0]);
  }
});

test("the first step is what its update says", () => {
  /** @type {(own: import("../../tinyml/widgets/valley/rolling.js").Optimiser) => number[]} */
  const after = (own) => runOf(own, 0.05, 0.8, 0, 1).places[1].map((number) => Number(number.toFixed(6)));
  assert.deepEqual(after("descent"), [-1.9, -0.15]);
  assert.deepEqual([after("momentum"), after("misprinted")], [after("descent"), after("descent")]);
  assert.deepEqual(after("nesterov"), [-1.82, -0.75], "it looks ahead by 0.8 of its first velocity");
  assert.deepEqual([after("adagrad"), after("adam")], [[-1.95, 0.55], [-1.95, 0.55]]);
});

test("without momentum the three that roll are descent", () => {
  const { places } = runOf("descent", 0.03, 0, 30, 40);
  for (const own of /** @type {const} */ (["momentum", "misprinted", "nesterov"])) {
    const rolled = runOf(own, 0.03, 0, 30, 40).places;
    assert.ok(rolled.every((place, k) => Math.hypot(place[0] - places[k][0], place[1] - places[k][1]) < NEAR));
  }
});

test("a turn moves the paths of those that look at coordinates, and a quarter turn none", () => {
  for (const own of OPTIMISERS) {
    const adapts = own === "adagrad" || own === "adam";
    assert.equal(runOf(own, 0.05, 0.8, 45, 40).deviation > 0.1, adapts);
    assert.ok(runOf(own, 0.05, 0.8, 90, 40).deviation <= NEAR);
  }
  assert.deepEqual([away(0), away(NEAR), away(0.25)], ["at most 1e-12", "at most 1e-12", "0.25"]);
});

test("a run is cut before it leaves the valley", () => {
  const { complete, places, level } = runOf("misprinted", 0.05, 0.8, 30, 40);
  assert.deepEqual([complete, places.length, level.length], [8, 9, 9]);
  assert.ok(places.every((place) => Math.hypot(...place) <= EDGE));
  assert.deepEqual(runOf("misprinted", 0.05, 0.8, 30, 8).places, places);
});

test("a turn is a rotation", () => {
  const [x, y] = turned([1, 0], turnOf(30));
  assert.ok(Math.abs(x - Math.sqrt(0.75)) < NEAR && Math.abs(y - 0.5) < NEAR);
});

test("the words say where both are, and who sees the turn", () => {
  assert.equal(said({}), "After 40 steps momentum is at f = 0.000552357, and Adam at f = 0.762562. Turned back, " +
    "momentum's path is at most 1e-12 from its path before the turn; Adam's is 0.798345 from its own. " +
    "Adam gives each coordinate a rate of its own, and so it sees the turn.");
  assert.match(said({ first: "adagrad" }), /AdaGrad and Adam give each coordinate .* and so they see the turn\.$/);
  assert.match(said({ second: "nesterov" }), /before the turn, and so is Nesterov's\.$/);
  assert.match(said({ angle: 90 }), /A quarter turn only swaps the coordinates and flips a sign: Adam can't tell\.$/);
  assert.match(said({ angle: 0 }), /The valley isn't turned, so its two runs are one: at most 1e-12 apart\.$/);
});

test("the words of one optimiser twice are said once", () => {
  assert.equal(said({ second: "momentum", steps: 1 }), "After 1 step momentum is at f = 2.08625. Turned back, " +
    "momentum's path is at most 1e-12 from its path before the turn.");
});

test("a step that leads out of the valley is refused, and says so", () => {
  const thrown = { second: /** @type {const} */ ("misprinted") };
  assert.match(said(thrown), /^After 40 steps momentum is at f = 0\.000552357\. Misprinted momentum is thrown out: /);
  assert.match(said(thrown), /step 9 leads more than 10 from the bottom, .* Before that step f is 765\.423\./);
  const code = valleyCode({ ...OPENED, ...thrown });
  assert.match(code, /# step 9 leads more .*\n {4}\(misprinted_momentum\(flat\(2\), 0\.8\), 0\.05, 8\)/);
});

test("a picture is told with its start, its end and its meter", () => {
  const words = pictureWords("adam", runOf("adam", 0.05, 0.8, 30, 40), 30);
  assert.match(words, /^The path of Adam over the contour lines of .* valley, turned by 30 degrees: from /);
  assert.match(words, /from \(-2\.03, -0\.48\) in 40 steps to .* The symmetry meter is at 0\.798345\.$/);
  assert.doesNotMatch(pictureWords("adam", runOf("adam", 0.05, 0.8, 0, 40), 0), /turned|meter/);
});

test("the copied code has what was chosen, and no more", () => {
  const code = valleyCode({ ...OPENED, first: "descent" });
  assert.match(code, /^from tinyml import adam, momentum, starting$/m);
  assert.match(code, /\(momentum\(flat\(2\), 0\.0\), 0\.05, 40\),\n {4}\(adam\(flat\(2\), 0\.05, 0\.8/);
  assert.doesNotMatch(code, /leads more/);
  assert.equal(Object.keys(NAMES).length, OPTIMISERS.length);
});
