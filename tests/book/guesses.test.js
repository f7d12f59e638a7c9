// The pure part of the guesses' script: numbers as they are typed, verdicts, and what a browser remembers.
import assert from "node:assert/strict";
import { test } from "node:test";

import { ASIDE, createMemory, KEY, NOT_KEPT, readKept, SET_ASIDE } from "../../book/_guesses/memory.js";
import { readNumber, verdictOf } from "../../book/_guesses/numbers.js";

/** @import { Store } from "../../book/_guesses/memory.js" */

test("numbers are read as people type them", () => {
  const read = { "0.2": 0.2, " 1.303 ": 1.303, "0,5": 0.5, "-3": -3, "−3": -3, "–.5": -0.5, "+2.": 2, "1e-3": 0.001,
    "2E4": 20000, "1/7": 1 / 7, "-1 / 4": -0.25, "20 %": 0.2, "1 000": 1000 };
  for (const [typed, value] of Object.entries(read)) assert.equal(readNumber(typed), value, typed);
  for (const typed of ["", "a", "1.2.3", "1,2,3", "1/0", "1//2", "e3", "0x10", "Infinity", "nan", "1e999", "--1", "%"]) {
    assert.equal(readNumber(typed), undefined, typed);
  }
});

test("a number is near by a part of the value, off by a factor by its size, and otherwise far", () => {
  const key = { value: 0.2, near: 0.1, factor: 10 };
  const cases = { near: [0.2, 0.18, 0.22], factor: [0.17, 0.23, 2, 0.02], sign: [-0.2, -50], far: [2.1, 0.019, 0] };
  for (const [verdict, guesses] of Object.entries(cases)) {
    for (const guess of guesses) assert.equal(verdictOf(guess, key), verdict, `${guess}`);
  }
  assert.equal(verdictOf(-0.22, { ...key, value: -0.2 }), "near");
});

test("zero and what has to be exact are met by themselves alone", () => {
  assert.equal(verdictOf(0, { value: 0, near: 0.5, factor: 10 }), "near");
  assert.equal(verdictOf(-0.001, { value: 0, near: 0.5, factor: 10 }), "far");
  assert.equal(verdictOf(4, { value: 4, near: 0, factor: 2 }), "near");
  assert.equal(verdictOf(5, { value: 4, near: 0, factor: 2 }), "factor");
  assert.equal(verdictOf(1 / 3, { value: 0.333333333333, near: 0, factor: 2 }), "near"); // the page has 12 digits
});

/** A storage as a browser has it; two memories with one are two tabs. */
function storage(/** @type {string | null} */ first = null) {
  /** @type {Map<string, string | null>} */
  const kept = new Map([[KEY, first]]);
  return {
    getItem: (key = KEY) => kept.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ given) => { kept.set(key, given); },
    keys: () => [...kept.keys()],
  };
}
const answer = { given: "token 1", sure: true, right: true };

/** A memory, and what it has told its reader. */
function open(/** @type {() => Store} */ store, now = () => 42) {
  /** @type {string[]} */
  const told = [];
  return { memory: createMemory(store, (word) => told.push(word), () => {}, now), told };
}

test("an answer is remembered by its name, with when it was given, and can be taken back", () => {
  const store = storage();
  open(() => store).memory.keep("04/bias", answer);
  const { memory, told } = open(() => store);
  assert.deepEqual(memory.get("04/bias"), { ...answer, at: 42 });
  for (const name of ["constructor", "__proto__"]) assert.equal(memory.get(name), undefined);
  memory.forget("04/bias");
  assert.equal(open(() => store).memory.get("04/bias"), undefined);
  assert.deepEqual(told, []);
  assert.deepEqual(store.keys(), [KEY]); // one key for all
});

test("an answer that is taken back stays due for review, and is older than the next one, whatever the clock says", () => {
  const store = storage();
  let now = 1000;
  const { memory } = open(() => store, () => now);
  memory.keep("a", { given: "x", sure: true, right: false });
  now = 1;
  memory.forget("a");
  memory.keep("b", answer);
  assert.deepEqual(memory.all().answers.a, { sure: false, right: null, at: 1001, wait: { stage: 0, since: 1000 } });
  memory.keep("a", { given: null, sure: false, right: null });
  assert.deepEqual(memory.get("a"), { given: null, sure: false, right: null, at: 1002, wait: { stage: 0, since: 1000 } });
  assert.equal(memory.get("b")?.at, 1);
});

test("a chapter is read once", () => {
  const store = storage("{");
  let now = 5;
  const { memory, told } = open(() => store, () => now);
  memory.markRead("04");
  now = 6;
  memory.markRead("04");
  memory.keep("a", answer);
  assert.deepEqual(memory.all().read, { "04": 5 });
  assert.deepEqual(told, [SET_ASIDE]);
});

test("two tabs do not lose each other's answers", () => {
  const store = storage();
  const [{ memory: one }, { memory: two }] = [open(() => store), open(() => store)];
  one.keep("a", answer);
  two.keep("b", answer);
  one.keep("c", answer);
  two.markRead("04");
  one.forget("a");
  one.markRead("05");
  assert.deepEqual(["a", "b", "c"].map((id) => two.get(id)?.given), [undefined, "token 1", "token 1"]);
  assert.deepEqual(Object.keys(one.all().read), ["04", "05"]);
});

test("what is damaged or foreign is set aside, once, and the other answers stay", () => {
  const good = { ...answer, at: 1 };
  const damaged = ["", "{", "7", "null", "[]", '"a"', '{"answers": []}', '{"answers": {}, "read": [1]}',
    JSON.stringify({ answers: { a: good, b: { given: 3 } }, read: { "04": 1 } })];
  for (const text of damaged) {
    const store = storage(text);
    const { memory, told } = open(() => store);
    memory.all();
    assert.deepEqual(told, [SET_ASIDE], text);
    memory.keep("c", answer);
    const { kept, lost } = readKept(store.getItem());
    assert.equal(lost, 0);
    assert.deepEqual(JSON.parse(store.getItem(ASIDE) ?? ""), [text]);
    assert.equal(Boolean(kept.answers.a), text.includes('"a":'));
    assert.equal("04" in kept.read, text.includes('"a":'));
    assert.deepEqual(told, [SET_ASIDE]);
  }
});

test("each field of an answer is looked at", () => {
  const good = { given: ["b", "a"], sure: false, right: null, at: 1 };
  for (const [name, value] of /** @type {[string, unknown][]} */ ([
    ["given", [1]], ["given", {}], ["sure", "yes"], ["right", undefined], ["at", "today"], ["at", null],
    ["wait", null], ["wait", {}], ["wait", { stage: 4, since: 1 }], ["wait", { stage: 0.5, since: 1 }],
    ["wait", { stage: -1, since: 1 }], ["wait", { stage: "0", since: 1 }], ["wait", { stage: 0, since: "1" }],
  ])) {
    const stored = JSON.stringify({ answers: { good, bad: { ...good, [name]: value } } });
    assert.deepEqual(Object.keys(readKept(stored).kept.answers), ["good"], name);
  }
  const wait = { stage: 3, since: 1 };
  assert.equal(readKept(JSON.stringify({ answers: { shown: { ...good, given: null, wait } } })).lost, 0);
  const read = readKept(JSON.stringify({ answers: { a: 1, good }, read: { a: 1, b: "x", c: null } }));
  assert.deepEqual(read, { kept: { answers: { good }, read: { a: 1 } }, lost: 3 });
  assert.equal(readKept(null).lost, 0);
});

test("of what was set aside the last few are kept", () => {
  for (const first of [undefined, "no JSON", "7"]) {
    const store = storage();
    if (first) store.setItem(ASIDE, first);
    const texts = [...(first ? [first] : []), ..."abcdefg"].slice(0, first ? 4 : 7);
    for (const text of texts.slice(first ? 1 : 0)) {
      store.setItem(KEY, text);
      open(() => store).memory.all();
    }
    assert.deepEqual(JSON.parse(store.getItem(ASIDE) ?? "").map(String), texts.slice(-5));
  }
});

test("a browser that keeps nothing says so, and remembers while the page is open", () => {
  const refused = () => { throw new Error("refused"); };
  for (const store of [refused, () => ({ ...storage(), setItem: refused }), () => ({ ...storage("{"), setItem: refused })]) {
    const { memory, told } = open(/** @type {() => Store} */ (store));
    memory.keep("a", answer);
    memory.markRead("04");
    assert.deepEqual(told, [NOT_KEPT]);
    assert.equal(memory.get("a")?.given, "token 1");
    assert.deepEqual(memory.all().read, { "04": 42 });
    memory.forget("a");
    assert.equal(memory.get("a"), undefined);
    assert.deepEqual(told, [NOT_KEPT]);
  }
});
