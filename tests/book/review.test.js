// The pure part of the page Review: when a question comes back, which of two answers stays, and what the sidebar says.
import assert from "node:assert/strict";
import { test } from "node:test";

import { KEY, readKept } from "../../book/_guesses/memory.js";
import { chapterMark, reviewMark } from "../../book/_guesses/progress.js";
import { DAY, dueAt, dueNow, isDue, mixed, nextWait } from "../../book/_guesses/schedule.js";
import { inWords } from "../../book/_guesses/times.js";
import { asText, fromText, merged, newer } from "../../book/_guesses/transfer.js";

/** @import { Kept } from "../../book/_guesses/memory.js" */
/** @import { Said, Wait } from "../../book/_guesses/schedule.js" */

const TIMES = 200;

/** Numbers from 0 to below 1, the same at each run: mulberry32. */
function random(/** @type {number} */ seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixture = Math.imul(state ^ (state >>> 15), 1 | state);
    mixture = (mixture + Math.imul(mixture ^ (mixture >>> 7), 61 | mixture)) ^ mixture;
    return ((mixture ^ (mixture >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** @type {Said} */
const KNOWN = { given: "a", sure: true, right: true };
/** @type {Record<string, Said>} */
const SAID = {
  known: KNOWN,
  doubted: { ...KNOWN, sure: false },
  wrong: { ...KNOWN, right: false },
  "wrong, not sure": { given: "a", sure: false, right: false },
  shown: { given: null, sure: false, right: false },
  "own words": { ...KNOWN, right: null },
  "own words, not sure": { given: "a", sure: false, right: null },
  "ours shown": { given: null, sure: false, right: null },
};

test("what was wrong or not sure comes back in a day, and nothing else does", () => {
  const back = Object.keys(SAID).filter((name) => nextWait(undefined, SAID[name], 7));
  assert.deepEqual(back, ["doubted", "wrong", "wrong, not sure", "shown", "own words, not sure"]);
  for (const name of back) assert.deepEqual(nextWait(undefined, SAID[name], 7), { stage: 0, since: 7 });
});

test("who knows it each time is asked after 1, 3, 7 and 21 days, and then no more", () => {
  for (const said of [KNOWN, SAID["own words"]]) {
    let [now, wait] = [0, nextWait(undefined, SAID.doubted, 0)];
    const days = [];
    while (wait) {
      const due = dueAt(wait);
      assert.deepEqual([isDue(wait, due - 1), isDue(wait, due)], [false, true]);
      days.push((due - now) / DAY);
      now = due;
      wait = nextWait(wait, said, now);
    }
    assert.deepEqual(days, [1, 3, 7, 21]);
  }
});

/** Every stage, at every moment that matters. @type {(check: (wait: Wait, now: number) => void) => void} */
function everywhere(check) {
  for (let stage = 0; stage < 4; stage += 1) {
    const wait = { stage, since: 100 * DAY };
    for (const days of [-400, -2, -1, 0, 0.5, 1, 3, 7, 21, 400]) check(wait, wait.since + days * DAY);
  }
}

test("a wrong answer begins anew, at any time", () => {
  everywhere((wait, now) => {
    for (const name of ["wrong", "wrong, not sure", "shown"]) {
      assert.deepEqual(nextWait(wait, SAID[name], now), { stage: 0, since: now });
    }
  });
});

test("a doubt is asked about after the same time again", () => {
  everywhere((wait, now) => {
    for (const name of ["doubted", "own words, not sure", "ours shown"]) {
      assert.deepEqual(nextWait(wait, SAID[name], now), isDue(wait, now) ? { ...wait, since: now } : wait);
    }
  });
});

test("an answer that is taken back changes nothing of when a question comes back", () => {
  everywhere((wait, now) => assert.equal(nextWait(wait, { sure: false, right: null }, now), wait));
  assert.equal(nextWait(undefined, { sure: false, right: null }, 7), undefined);
});

test("before it is due, a right answer changes nothing", () => {
  everywhere((wait, now) => {
    if (!isDue(wait, now)) assert.equal(nextWait(wait, KNOWN, now), wait);
  });
});

test("whatever clocks do, nobody waits more than a day longer, and each wait is read again as it was stored", () => {
  const draw = random(1);
  const names = Object.keys(SAID);
  for (let time = 0; time < TIMES; time += 1) {
    /** @type {Wait | undefined} */
    let wait;
    for (let answers = 0; answers < 12; answers += 1) {
      const now = Math.floor((draw() - 0.3) * 100 * DAY);
      wait = nextWait(wait, SAID[names[Math.floor(draw() * names.length)]], now);
      const stored = readKept(JSON.stringify({ answers: { a: { ...KNOWN, at: 1, wait } } }));
      assert.deepEqual([stored.lost, stored.kept.answers.a.wait], [0, wait]);
      if (!wait) continue;
      const later = Math.floor((draw() - 0.3) * 100 * DAY); // by another clock
      const longest = dueAt({ ...wait, since: later }) + DAY;
      assert(isDue(wait, later) || isDue(wait, longest), `${wait.stage} since ${wait.since}, from ${later} to ${longest}`);
    }
  }
});

test("due is what waits and has waited long enough", () => {
  const wait = { stage: 1, since: 0 };
  const answers = { a: { wait }, b: {}, c: { wait: { ...wait, stage: 2 } }, d: { wait } };
  const due = (/** @type {number} */ now) => dueNow(["a", "b", "c", "d", "e"], answers, now);
  assert.deepEqual(due(3 * DAY), ["a", "d"]);
  assert.deepEqual(due(3 * DAY - 1), []);
  assert.deepEqual(due(7 * DAY), ["a", "c", "d"]);
  assert.deepEqual(dueNow(["c"], answers, 7 * DAY), ["c"]);
});

test("the order is the same all day, another the next day, and no chapter comes in one piece", () => {
  const ids = ["04", "05", "06"].flatMap((chapter) => ["a", "b", "c", "d", "e"].map((name) => `${chapter}/${name}`));
  const orders = new Set();
  let pieces = 0;
  for (let day = 0; day < 100; day += 1) {
    const order = mixed(ids, day * DAY);
    assert.deepEqual(mixed([...ids].reverse(), (day + 1) * DAY - 1), order);
    assert.deepEqual([...order].sort(), ids);
    orders.add(order.join());
    pieces += order.filter((id, place) => id.slice(0, 2) !== order[place - 1]?.slice(0, 2)).length;
  }
  assert.equal(orders.size, 100);
  assert(pieces / 100 > 9, `${pieces / 100} pieces of 15 questions of three chapters: well mixed, there are 11`);
});

/** @type {(draw: () => number) => Kept} */
function drawnKept(draw) {
  const some = (/** @type {string[]} */ names) => names.filter(() => draw() < 0.6);
  const time = () => Math.floor(draw() * 6); // few times, so that two are often the same
  const said = () => Object.values(SAID)[Math.floor(draw() * 8)];
  return {
    answers: Object.fromEntries(some(["a", "b", "c", "__proto__", "constructor"]).map((id) => [id, { ...said(), at: time() }])),
    read: Object.fromEntries(some(["04", "05"]).map((chapter) => [chapter, time()])),
  };
}

test("of two answers the newer one stays, ours if neither is, and none is lost", () => {
  const draw = random(2);
  for (let time = 0; time < TIMES; time += 1) {
    const [one, two, three] = [drawnKept(draw), drawnKept(draw), drawnKept(draw)];
    const both = merged(one, two);
    for (const id of new Set([...Object.keys(one.answers), ...Object.keys(two.answers)])) {
      const [ours, theirs] = [one, two].map(({ answers }) => Object.entries(answers).find(([own]) => own === id)?.[1]);
      const wanted = theirs && (!ours || theirs.at > ours.at) ? theirs : ours;
      assert.equal(Object.entries(both.answers).find(([own]) => own === id)?.[1], wanted);
    }
    const read = new Set([one, two].flatMap((own) => Object.keys(own.read)));
    assert.deepEqual(Object.keys(both.read).sort(), [...read].sort());
    assert.deepEqual(merged(one, one), one);
    assert.deepEqual(merged(both, two), both);
    assert.deepEqual(merged(both, one).answers, both.answers);
    assert.deepEqual(merged(both, three), merged(one, merged(two, three)));
    assert.equal(newer(one, two).length === 0, newer(one, both).length === 0);
  }
});

test("what is saved is read in as it was", () => {
  const draw = random(3);
  for (let time = 0; time < TIMES; time += 1) {
    const kept = drawnKept(draw);
    assert.deepEqual(fromText(asText(kept)), { kept, lost: 0 });
    assert.deepEqual(merged({ answers: {}, read: {} }, kept), kept);
  }
});

test("what is not ours is refused", () => {
  const ours = asText({ answers: {}, read: {} });
  assert(fromText(ours));
  const others = ["", "{", "7", "[]", "null", "{}", '{"answers": {}}', ours.replace(KEY, "another.v1"),
    ours.replace(KEY, `${KEY}2`), JSON.stringify({ format: KEY }), JSON.stringify({ format: KEY, answers: [] })];
  for (const text of others) assert.equal(fromText(text), undefined, text);
  const damaged = JSON.stringify({ format: KEY, answers: { a: { ...KNOWN, at: 1 }, b: 7 } });
  assert.deepEqual(fromText(damaged), { kept: { answers: { a: { ...KNOWN, at: 1 } }, read: {} }, lost: 1 });
});

test("a chapter says what is answered of what the book asks, and whether it was read", () => {
  const answers = { "05/a": { ...KNOWN, at: 1 }, "05/shown": { ...SAID.shown, at: 1 }, "04/b": { ...KNOWN, at: 1 },
    "05/back": { sure: false, right: null, at: 1 }, "05/vanished": { ...KNOWN, at: 1 } };
  const mark = (/** @type {string[]} */ names, read = {}) =>
    chapterMark({ answers, read }, ["04/b", ...names.map((name) => `05/${name}`)], "05");
  assert.deepEqual(mark(["a", "b", "shown", "back"]), { seen: "1/4", heard: "(1 of 4 answered)" });
  assert.deepEqual(mark(["a"], { "05": 1 }), { seen: "✓ 1/1", heard: "(read to its end) (1 of 1 answered)" });
  assert.deepEqual(mark(["b"], { "05": 1 }), { seen: "✓ 0/1", heard: "(read to its end) (0 of 1 answered)" });
  assert.deepEqual(mark([], { "05": 1 }), { seen: "✓ ", heard: "(read to its end) " });
  assert.equal(mark(["b"], { "04": 1 }), undefined);
  assert.equal(mark([]), undefined);
});

test("the page Review says how many are due of what the book asks", () => {
  const wait = { stage: 0, since: 0 };
  const answers = Object.fromEntries(["05/a", "05/b", "05/gone", "04/a"].map((id) => [id, { ...SAID.wrong, at: 0, wait }]));
  const asked = ["04/a", "05/a", "05/b", "05/c"];
  assert.deepEqual(reviewMark({ answers, read: {} }, asked, DAY), { seen: "3 due", heard: "(3 due)" });
  assert.equal(reviewMark({ answers, read: {} }, asked, DAY - 1), undefined);
});

test("how far a time is away is said in words", () => {
  const now = Date.UTC(2026, 10, 30, 12);
  const hour = DAY / 24;
  const words = { "within the hour": [1, hour], "in 2 hours": [hour + 1], "in 23 hours": [23 * hour] };
  for (const [said, times] of Object.entries(words)) {
    for (const far of times) assert.equal(inWords(now + far, now), said);
  }
  assert.match(inWords(now + DAY, now), /^in a day, on (Tues|Wednes)day,? [12] December$/); // of whatever time zone
  assert.match(inWords(now + 2.6 * DAY, now), /^in 3 days, on \w+day,? \d December$/);
  assert.match(inWords(now + 21 * DAY, now), /^in 21 days, on (Mon|Tues)day,? 2[12] December$/);
});
