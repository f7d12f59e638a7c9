import assert from "node:assert/strict";
import { test } from "node:test";

import {
  eventsIn, heldAfter, roomsAfter, runCode, runOf, runTold, runWords,
} from "../../tinyml/widgets/lens_corridor/lens_corridor.js";

/** @import { Corridor, Way } from "../../tinyml/widgets/lens_corridor/lens_corridor.js" */

test("bare pairs walk again from the entrance for each room", () => {
  assert.equal(runTold("pairs", "left", 3, 4), "1>0 2>0 3<0 1>0 2<0 1<0");
  assert.equal(runTold("pairs", "right", 3, 4), "1>0 2>0 3<0 2<0 1<0");
});

test("notes are written once and read once", () => {
  assert.equal(runTold("notes", "left", 2, 4), "1>0 2>1 2<2 1<2");
});

test("a segment is walked again just before its messages come back", () => {
  assert.equal(runTold("segments", "left", 3, 2), "1>0 2>1 3>1 3>2 3<3 1>2 2>3 2<4 1<4");
});

test("the same number arrives however the rooms remember", () => {
  /** @type {Corridor[]} */
  const corridors = [
    ["pairs", "left", 9, 4], ["pairs", "balanced", 9, 4], ["pairs", "right", 9, 4], ["notes", "left", 9, 4],
    ["segments", "left", 9, 4],
  ];
  assert.equal(new Set(corridors.map((given) => runOf(...given).arrives)).size, 1);
});

test("a run is over at a hundred per cent, and nobody has set out at none", () => {
  const run = runOf("pairs", "left", 32, 4);
  assert.deepEqual([0, 50, 99, 100].map((own) => eventsIn(run, own)), [0, 264, 522, 528]);
  assert.match(runWords(0, "pairs", "left", 8, 4), /^Nobody has set out yet\. The whole run: 28 forwards, at most 0 numbers held/);
  assert.match(runWords(100, "notes", "left", 2, 4), /^Event 4 of 4\. The message comes back through room 1 as /);
});

test("a room says how often its sine was taken", () => {
  assert.match(runWords(70, "pairs", "left", 3, 4), /^Event 4 of 6\. Room 1 takes its sine, 2 times by now: 0\.841471\./);
  const rooms = roomsAfter(6, "pairs", "left", 3, 4);
  assert.deepEqual(rooms.map((own) => own.taken), [2, 1, 0]);
  assert.deepEqual(rooms.map((own) => own.back), [true, true, true]);
});

test("there are notes where something is held", () => {
  /** @type {(count: number, given: Corridor) => number[]} */
  const notes = (count, given) => roomsAfter(count, ...given).map((own) => own.notes);
  assert.deepEqual(notes(3, ["notes", "left", 4, 2]), [1, 1, 1, 0]);
  assert.deepEqual(notes(3, ["segments", "left", 4, 2]), [1, 0, 1, 0]);
  assert.deepEqual(notes(6, ["segments", "left", 4, 2]), [1, 0, 2, 1]);
  assert.deepEqual(notes(10, ["segments", "left", 4, 2]), [2, 1, 1, 0]);
});

test("there are as many notes as numbers are held, after every event", () => {
  for (const way of /** @type {Way[]} */ (["pairs", "notes", "segments"])) {
    for (const [length, segment] of [[1, 1], [7, 3], [8, 4], [9, 9], [5, 1]]) {
      runOf(way, "left", length, segment).events.forEach((event, k) => {
        const notes = roomsAfter(k + 1, way, "left", length, segment).map((own) => own.notes);
        assert.equal(notes.reduce((sum, own) => sum + own, 0), heldAfter(way, event), `${way} ${length} ${segment} ${k}`);
      });
    }
  }
});

test("the copied code builds the corridor that is shown", () => {
  assert.match(runCode("segments", "left", 10, 3), /in_segments\(rooms, 3\)/);
  assert.match(runCode("pairs", "balanced", 10, 3), /bracketed\(rooms, "balanced"\)/);
});
