// What is played, when and how loud, by a Web Audio that writes it down.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import "../support/fake_audio.js";
import { BEAT, player, voiceOf } from "../../tinyml/widgets/kit/sound.js";

/** @type {any} */
const { audio, AudioContext: Fake } = globalThis;
/** @type {{ heard: (string | number)[], sound: ReturnType<typeof player> }} */
const now = { heard: [], sound: player(0) };

beforeEach(() => {
  Object.assign(audio, { notes: [], contexts: 0, closed: 0, resumed: 0, volume: NaN, state: "running" });
  Object.assign(globalThis, { AudioContext: Fake });
  now.heard = [];
  now.sound = player(0.3);
});
afterEach(() => now.sound.close());

/** @type {() => boolean[]} */
const stopped = () => audio.notes.map((/** @type {{ stopped: boolean }} */ note) => note.stopped);
/** @param {number[]} tokens */
const play = (tokens) => now.sound.play(tokens, (k) => now.heard.push(k), () => now.heard.push("end"));

test("tokens 1 2 3 4 are do re mi fa, and token 0 is too low, off the key and short", () => {
  const hertz = [1, 2, 3, 4].map((token) => voiceOf(token).hertz.toFixed(2));
  assert.deepEqual(hertz, ["261.63", "293.66", "329.63", "349.23"]); // C4 D4 E4 F4 of a piano
  const off = voiceOf(0);
  assert.equal(off.hertz.toFixed(2), "185.00"); // F sharp, not in the scale of C
  assert.ok(off.seconds < voiceOf(1).seconds / 2);
  assert.notEqual(off.shape, voiceOf(1).shape);
});

test("nothing is opened before something is played, and it is opened once", () => {
  assert.equal(audio.contexts, 0);
  play([1]);
  play([2]);
  assert.equal(audio.contexts, 1);
});

test("notes are started in order, a beat apart", () => {
  assert.equal(play([1, 0, 4]), true);
  const [a, b, c] = audio.notes;
  assert.deepEqual([a, b, c].map((note) => Math.round(note.hertz)), [262, 185, 349]);
  assert.deepEqual([a, b, c].map((note) => note.shape), ["triangle", "square", "triangle"]);
  assert.ok(a.at >= 10 && Math.abs(b.at - a.at - BEAT) < 1e-9 && Math.abs(c.at - b.at - BEAT) < 1e-9);
  for (const note of [a, b, c]) assert.ok(Math.abs(note.until - note.at - BEAT) < 1e-9);
});

test("each note is told as it begins, and the end once", () => {
  play([1, 2]);
  assert.deepEqual(now.heard, [0]);
  audio.notes[0].end();
  assert.deepEqual(now.heard, [0, 1]);
  audio.notes[1].end();
  assert.deepEqual(now.heard, [0, 1, "end"]);
  now.sound.stop();
  assert.deepEqual(stopped(), [false, false]);
});

test("after a stop nothing sounds and nothing is told", () => {
  play([1, 2]);
  now.sound.stop();
  assert.deepEqual(stopped(), [true, true]);
  audio.notes[0].end();
  assert.deepEqual(now.heard, [0]);
});

test("what is played next ends what was played before", () => {
  play([1, 2]);
  play([3, 4]);
  assert.deepEqual(stopped(), [true, true, false, false]);
  audio.notes[0].end();
  audio.notes[2].end();
  assert.deepEqual(now.heard, [0, 0, 1]);
});

test("the volume holds from the start, and changes what sounds already", () => {
  now.sound.setVolume(0.7);
  play([1]);
  assert.equal(audio.volume, 0.7);
  now.sound.setVolume(0);
  assert.equal(audio.volume, 0);
});

test("a browser that has put the sound to sleep is asked to wake it up", () => {
  audio.state = "suspended";
  play([1]);
  assert.equal(audio.resumed, 1);
  now.sound.close();
  audio.state = "running";
  play([1]);
  assert.equal(audio.resumed, 1);
});

test("without Web Audio, or where it is refused, `play` says so and tells no note", () => {
  Reflect.deleteProperty(globalThis, "AudioContext");
  assert.equal(play([1]), false);
  Object.assign(globalThis, {
    AudioContext: class {
      constructor() {
        throw new Error("refused");
      }
    },
  });
  assert.equal(play([1]), false);
  assert.deepEqual(now.heard, []);
});

test("closing stops the notes and gives the sound back", () => {
  play([1]);
  now.sound.close();
  assert.equal(audio.closed, 1);
  assert.equal(audio.notes[0].stopped, true);
});
