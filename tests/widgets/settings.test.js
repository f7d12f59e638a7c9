// Settings on their way: address, model, logarithmic slider, certificate.
import assert from "node:assert/strict";
import { test } from "node:test";

import { readAddress, settingText, settingValue, writeAddress } from "../../tinyml/widgets/kit/address.js";
import { compare } from "../../tinyml/widgets/kit/certificate.js";
import { placeOfValue, valueAtPlace } from "../../tinyml/widgets/kit/controls.js";
import { scaleBetween, ticksBetween } from "../../tinyml/widgets/kit/drawing.js";
import { applyAddress, changedSettings, createModel } from "../../tinyml/widgets/kit/host.js";

test("an address reads back what was written, for several widgets and any text", () => {
  const widgets = {
    training_explorer: { step_count: "10", sentence: "a;b?c=d&e#f % ü \u2028 🙂" },
    "training_explorer-2": { learning_rate: "0.01" },
  };
  assert.deepEqual(readAddress(writeAddress(widgets)), widgets);
  assert.equal(writeAddress({ training_explorer: {} }), "");
});

test("an ordinary anchor and a broken link name no settings", () => {
  for (const hash of ["", "#", "#one-step", "#a?b=%E0%A4%A", "#?x=1"]) assert.deepEqual(readAddress(hash), {});
});

test("a setting admits exactly its kind, its limits and its choices", () => {
  const count = { initial: 80, min: 0, max: 200, whole: true };
  assert.equal(settingValue("200", count), 200);
  for (const text of ["201", "-1", "1.5", "1e999", "NaN", "true", "\"7\"", "null", "[1]", ""]) {
    assert.equal(settingValue(text, count), undefined, text);
  }
  assert.equal(settingValue("sign", { initial: "none", choices: ["none", "sign"] }), "sign");
  assert.equal(settingValue("other", { initial: "none", choices: ["none", "sign"] }), undefined);
  assert.deepEqual(settingValue("[1,2.5]", { initial: [0, 0], min: -3, max: 3 }), [1, 2.5]);
  assert.equal(settingValue("[1,4]", { initial: [0, 0], min: -3, max: 3 }), undefined);
  const pair = { initial: [0, 0], fewest: 2, most: 2 };
  assert.deepEqual(settingValue("[3,4]", pair), [3, 4]);
  for (const text of ["[3]", "[3,4,5]", "[]"]) assert.equal(settingValue(text, pair), undefined, text);
  for (const value of ["text", 0.1, ["a", "b"], [], true]) {
    assert.deepEqual(settingValue(settingText(value), { initial: value }), value);
  }
});

test("the model tells of a change once, and not of the same value again", () => {
  const model = createModel({ a: 1, list: [1] });
  /** @type {unknown[]} */
  const told = [];
  /** @type {(...details: unknown[]) => void} */
  const listener = (_, value) => told.push(value);
  model.on("change:a", listener);
  model.set("a", 2);
  model.set("a", 2);
  model.set("list", [1]);
  model.off("change:a", listener);
  model.set("a", 3);
  assert.deepEqual(told, [2]);
  assert.equal(model.get("a"), 3);
});

test("the address sets what it names and resets the rest; only what differs is written", () => {
  const settings = { steps: { initial: 80, min: 0, max: 200, whole: true }, rate: { initial: 1, min: 0.01, max: 10 } };
  const model = createModel({ steps: 3, rate: 2, settings });
  applyAddress(model, { steps: "10", rate: "nonsense" });
  assert.deepEqual([model.get("steps"), model.get("rate")], [10, 1]);
  assert.deepEqual(changedSettings(model), { steps: "10" });
});

test("the logarithmic slider has round values and finds its way back", () => {
  assert.deepEqual([-80, -40, 0, 12, 31, 40].map(valueAtPlace), [0.01, 0.1, 1, 2, 6, 10]);
  for (let place = -80; place <= 40; place++) {
    assert.equal(placeOfValue(valueAtPlace(place)), place);
    assert.ok(valueAtPlace(place + 1) > valueAtPlace(place));
  }
});

test("ticks are round and lie between the bounds, and scales meet their ends", () => {
  assert.deepEqual(ticksBetween(0, 200, 4), [0, 50, 100, 150, 200]);
  assert.deepEqual(ticksBetween(0, 1.77, 5), [0, 0.5, 1, 1.5]);
  assert.deepEqual(ticksBetween(0.01, 10, 6, "log"), [0.01, 0.1, 1, 10]);
  assert.deepEqual([0.01, 10].map(scaleBetween({ from: 0.01, to: 10, scale: "log" }, 5, 305)), [5, 305]);
  assert.equal(scaleBetween({ from: 0, to: 4 }, 100, 0)(1), 75);
});

test("a certificate agrees within 1e-11 and names the value that does not", () => {
  const reference = { loss: 0.5, row: [0.25, 0.75], verdict: "diverged" };
  assert.equal(compare(reference, { loss: 0.5 + 1e-12, row: [0.25, 0.75], verdict: "diverged" }).agrees, true);
  assert.equal(compare(reference, { ...reference }).count, 4);
  const off = compare(reference, { ...reference, row: [0.25, 0.7500001] });
  assert.equal(off.agrees, false);
  assert.match(off.words, /does not agree with Python.*row\[1\]: Python says 0\.75, this page computes 0\.7500001/);
  for (const bad of [{}, { ...reference, loss: NaN }, { ...reference, verdict: "converged" }, { ...reference, row: [0.25] }]) {
    assert.equal(compare(reference, bad).agrees, false);
  }
  assert.equal(compare({}, {}).agrees, false);
});
