import assert from "node:assert/strict";
import { test } from "node:test";

import { follows, going, goOn, recompute, tuneSnippet } from "../../tinyml/widgets/tune/tune.js";

const START = { step_count: 0, first_token: 4, seed: 1, volume: 0.3 };
/** @type {(changed: Partial<typeof START>) => string} */
const words = (changed) => {
  const settings = { ...START, ...changed };
  return going(settings, goOn(settings.step_count, settings.first_token, settings.seed));
};

test("the tune goes up by one and from 4 back to 1, and nothing leads to 0 or from it", () => {
  const found = [0, 1, 2, 3, 4].flatMap((before) => [0, 1, 2, 3, 4].filter((note) => follows(before, note))
    .map((note) => `${before}${note}`));
  assert.deepEqual(found, ["12", "23", "34", "41"]);
});

test("which notes are right is asked of each note and the one before it", () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const { notes, right } = goOn(12, 4, seed);
    const before = [4, ...notes];
    assert.deepEqual(right, notes.map((note, k) => before[k] !== 0 && note === (before[k] % 4) + 1));
  }
});

test("a trained model sings the tune, and the surprise of its notes is small", () => {
  const { notes, logs, right } = goOn(200, 4, 1);
  assert.deepEqual(notes, [1, 2, 3, 4, 1, 2, 3, 4]);
  assert.ok(right.every(Boolean) && logs.every((own) => own > -0.01 && own < 0));
});

test("the words say how many steps there were, what is sung, and how many notes are right", () => {
  assert.match(words({}), /^Before any training, the model goes on from token 4 with [0-4]( [0-4]){7}\. /);
  assert.match(words({ step_count: 1, first_token: 0 }), /^After 1 step of training, the model goes on from token 0 with /);
  assert.match(words({ step_count: 200 }),
    /^After 200 steps of training, .* with 1 2 3 4 1 2 3 4\. All 8 notes go where the tune goes\.$/);
  const settings = { ...START, step_count: 12 };
  /** @type {(count: number) => string} */
  const told = (count) => going(settings, { ...goOn(12, 4, 1), right: Array.from({ length: 8 }, (_, k) => k < count) });
  assert.match(told(0), /None of these 8 notes goes where the tune goes\.$/);
  assert.match(told(1), /Of these 8 notes, 1 goes where the tune goes\.$/);
  assert.match(told(5), /Of these 8 notes, 5 go where the tune goes\.$/);
});

test("the snippet names the settings, and not the volume", () => {
  const code = tuneSnippet({ ...START, step_count: 12, first_token: 3, seed: 7 });
  assert.match(code, /StepCount\(12\).*StepCount\(8\)\)\(Product\(TokenId\(3\), Seed\(7\)\)\)/s);
  assert.ok(!code.includes("0.3"));
});

test("the certificate has more than twenty states, and the generator from its least and its largest seed", () => {
  const values = recompute();
  assert.ok(Object.keys(values).filter((name) => name.startsWith("notes after")).length > 20);
  assert.ok("splitmix64 from seed 0" in values && "splitmix64 from seed 18446744073709551615" in values);
});
