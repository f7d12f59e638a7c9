// Tune: the text as it sounds, and what the model goes on with after so many steps, drawn note by note.

import { button, buttonRow, slider } from "../kit/controls.js";
import { numberTable, pictureFrame, resizable, textAt } from "../kit/drawing.js";
import { html, setText, svg } from "../kit/elements.js";
import { frame } from "../kit/frame.js";
import { BEAT, player } from "../kit/sound.js";
import { sample, splitmix64 } from "../kit/splitmix.js";
import { CANONICAL_TOKENS, CANONICAL_VOCABULARY, MODEL_DIMENSION } from "../kit/training.js";
import { datasetOf, trajectoryOf } from "../kit/training.js";

/** @import { Values } from "../kit/certificate.js" */
/** @import { Given } from "../kit/frame.js" */
/** @typedef {{ step_count: number, seed: number, first_token: number, volume: number }} Settings */
/** @typedef {ReturnType<typeof goOn>} Going */
/** @typedef {"text" | "model"} Part */

const RATE = 1;
const MOST_STEPS = 200;
const NOTES = 8; // as many as the text has
const HEARD = [0, 12, 80];
const GOES_ON = "What the model goes on with";
const DATASET = datasetOf(CANONICAL_TOKENS, CANONICAL_VOCABULARY);
/** @type {Float64Array[] | undefined} */
let tables; // log P(next | token) after each step, computed when they are first asked for


/** @type {Record<Part, string>} */
const PARTS = { text: "the text", model: "what the model goes on with" };
const CALM = "(prefers-reduced-motion: reduce)";
const MUTE = "This browser can’t play sounds here, because it has no Web Audio. The notes are all in the pictures, as " +
  "numbers.";

/**
 * Whether a note goes where the tune goes from the one before it.
 * @param {number} before
 * @param {number} note
 */
export function follows(before, note) {
  return DATASET.counts[before * CANONICAL_VOCABULARY + note] > 0;
}

/**
 * What the model goes on with after some steps: the notes, the logarithm of the probability that each had, and which of
 * them the tune has.
 * @param {number} steps
 * @param {number} first
 * @param {number} seed
 */
export function goOn(steps, first, seed) {
  tables ??= trajectoryOf(DATASET, RATE, MOST_STEPS).tables;
  const table = tables[steps];
  /** @type {(token: number) => Float64Array} */
  const row = (token) => table.subarray(token * CANONICAL_VOCABULARY, (token + 1) * CANONICAL_VOCABULARY);
  const notes = sample((token) => row(token).map(Math.exp), first, seed, NOTES);
  const before = [first, ...notes];
  return {
    notes,
    logs: notes.map((note, k) => row(before[k])[note]),
    right: notes.map((note, k) => follows(before[k], note)),
  };
}

/** The values of the certificate, under the names that Python gives them. */
export function recompute() {
  /** @type {Values} */
  const values = {};
  for (const seed of [0n, 1234567n, 2n ** 64n - 1n]) {
    const first = splitmix64(seed);
    values[`splitmix64 from seed ${seed}`] = [first.bits, splitmix64(first.left).bits].map(String);
  }
  for (const steps of [...HEARD, MOST_STEPS]) {
    for (const first of [0, 4]) {
      for (const seed of [1, 6, 99]) {
        const { notes, logs } = goOn(steps, first, seed);
        const key = `after ${steps} steps, from token ${first}, seed ${seed}`;
        values[`notes ${key}`] = notes;
        values[`their surprise ${key}`] = logs.reduce((sum, own) => sum - own, 0);
      }
    }
  }
  return values;
}

/**
 * The result in words.
 * @param {Settings} settings
 * @param {Going} going
 */
export function going({ step_count: steps, first_token: first }, { notes, right }) {
  const count = right.filter(Boolean).length;
  const trained = steps === 0 ? "Before any training" : `After ${steps} ${steps === 1 ? "step" : "steps"} of training`;
  const share = count === NOTES ? `All ${NOTES} notes go` : count === 0 ? `None of these ${NOTES} notes goes`
    : `Of these ${NOTES} notes, ${count} ${count === 1 ? "goes" : "go"}`;
  return `${trained}, the model goes on from token ${first} with ${notes.join(" ")}. ${share} where the tune goes.`;
}

/**
 * A runnable snippet that prints the notes shown.
 * @param {Settings} settings
 */
export function tuneSnippet({ step_count: steps, first_token: first, seed }) {
  return [
    "from tinyml import (",
    "    DatasetWindowing, LearningRate, ModelDimension, Parameters, Product, Sampler, Seed, StepCount, TokenId,",
    "    TokenSequence, TrainStep, VocabSize, iterate,",
    ")",
    "",
    `text = TokenSequence.from_indices([${CANONICAL_TOKENS.join(", ")}])`,
    `start = Parameters.init(VocabSize(${CANONICAL_VOCABULARY}), ModelDimension(${MODEL_DIMENSION}))`,
    "step = TrainStep(DatasetWindowing()(text), LearningRate(1.0))",
    `model = iterate(step, start, StepCount(${steps}))`,
    `notes = Sampler(model, StepCount(${NOTES}))(Product(TokenId(${first}), Seed(${seed})))`,
    "print(*notes.indices)",
    "",
  ].join("\n");
}

/**
 * Notes from left to right, each at the height of its token and with its number: round where the tune has it, else
 * square. `mark(k)` shows which one sounds; -1 is none.
 * @param {string} name
 */
function staff(name) {
  const picture = pictureFrame(name);
  /** @type {SVGElement[]} */
  let shapes = [];
  let sounding = -1;
  const [left, tall, size] = [22, 26, 11];
  /** @type {(now: number) => void} */
  const mark = (now) => {
    sounding = now;
    shapes.forEach((shape, k) => shape.classList.toggle("tinyml-marked", k === sounding));
  };
  /** @type {(token: number) => number} */
  const height = (token) => (CANONICAL_VOCABULARY - token - 0.5) * tall;
  /** @type {(spec: { notes: number[], right: boolean[] }, width: number) => void} */
  const paint = ({ notes, right }, width) => {
    const lines = Array.from({ length: CANONICAL_VOCABULARY }, (_, token) => [
      textAt(4, height(token) + 4, String(token), { class: "tinyml-quiet" }),
      svg("line", { class: "tinyml-grid", x1: left, x2: width, y1: height(token), y2: height(token) }),
    ]).flat();
    const across = notes.map((_, k) => left + ((k + 0.5) * (width - left)) / notes.length);
    shapes = notes.map((note, k) => {
      const [x, y] = [across[k], height(note)];
      return right[k] ? svg("circle", { class: "tune-note tinyml-positive", cx: x, cy: y, r: size })
        : svg("rect", {
          class: "tune-note tinyml-negative", x: x - size, y: y - size, width: 2 * size, height: 2 * size,
        });
    });
    const numbers = notes.map((note, k) =>
      textAt(across[k], height(note) + 4.5, String(note), { "text-anchor": "middle", class: "tinyml-strong" }));
    picture.size(width, CANONICAL_VOCABULARY * tall);
    picture.describe(`${notes.map((note, k) => (right[k] ? note : `${note}, which the tune has not`)).join("; ")}.`);
    picture.drawing.replaceChildren(...lines, ...shapes, ...numbers);
    mark(sounding);
  };
  return {
    node: html("figure", { class: "tinyml-figure" }, html("figcaption", {}, name), html("div", {}, picture.node)),
    mark,
    ...resizable(paint, 320),
  };
}

/** @param {number} share */
function percent(share) {
  return `${Math.round(100 * share)} %`;
}

/** @param {Given<Settings>} given */
function render({ model, el }) {
  const settings = model.get("settings");
  const sound = player(model.get("volume"));
  const staffs = { text: staff("The text"), model: staff(GOES_ON) };
  const table = numberTable(GOES_ON);
  const status = html("p", { class: "tune-status", "aria-live": "polite" });
  const loudness = html("p", {});
  /** @type {Part | null} */
  let playing = null;
  let played = CANONICAL_TOKENS;

  const now = () => ({
    step_count: model.get("step_count"), seed: model.get("seed"), first_token: model.get("first_token"),
    volume: model.get("volume"),
  });
  const sung = () => goOn(model.get("step_count"), model.get("first_token"), model.get("seed"));
  /** @type {(words: string) => void} */
  const end = (words) => {
    if (playing) staffs[playing].mark(-1);
    playing = null;
    setText(status, words);
  };
  /** @type {(words: string) => void} */
  const stop = (words) => {
    sound.stop();
    end(words);
  };
  /** @type {(part: Part) => void} */
  const play = (part) => {
    stop("");
    played = part === "text" ? CANONICAL_TOKENS : sung().notes;
    const onNote = matchMedia(CALM).matches ? () => {} : staffs[part].mark;
    const heard = sound.play(played, onNote, () => end(`That was ${PARTS[part]}.`));
    if (heard) playing = part;
    setText(status, heard ? `Playing ${PARTS[part]}: ${played.join(" ")}.` : MUTE);
  };
  const update = () => {
    const found = sung();
    if (playing === "model" && found.notes.join() !== played.join()) {
      stop("The model goes on with something else now. Play it to hear what.");
    }
    staffs.model.draw(found);
    table.show({
      rows: ["note", "its probability", "its surprise, −ln p"], columns: found.notes.map((_, k) => String(k + 1)),
      values: [...found.notes, ...found.logs.map(Math.exp), ...found.logs.map((own) => -own)],
    });
    setText(loudness, `A note lasts ${BEAT} seconds, at ${percent(model.get("volume"))} of the volume. Tokens 1 2 3 4 ` +
      "are do re mi fa. Token 0, which is never sung, is too low, off the key, and cut short.");
    return going(now(), found);
  };

  const page = frame({
    model, el, title: "The tune", update, python: () => tuneSnippet(now()), recompute,
    types: ["sampler : TokenId[5] x Seed -> TokenSequence"], onReset: () => stop(""),
  });
  const steps = page.bind("step_count", slider({ label: "StepCount", ...settings.step_count, text: String }));
  const presets = page.bind("step_count", buttonRow({ label: "Steps to listen to", choices: HEARD }));
  const seed = page.bind("seed", slider({ label: "Seed", ...settings.seed, text: String }));
  const first = page.bind("first_token",
    slider({ label: "Token to go on from", ...settings.first_token, text: String }));
  const volume = page.bind("volume", slider({ label: "Volume", ...settings.volume, step: 0.05, text: percent }));
  page.onChange("volume", () => sound.setVolume(model.get("volume")));
  page.controls.append(steps.node, presets.node, seed.node, first.node, volume.node);
  page.stage.append(
    html("div", { class: "tinyml-buttons" }, button("Play the text", () => play("text")),
      button("Play the model", () => play("model")), button("Stop", () => stop(playing ? "Stopped." : ""))),
    status, staffs.text.node, staffs.model.node, table.node,
    html("p", { class: "tune-key" },
      "A round note goes where the tune goes from the note before it, a square one doesn’t."), loudness);
  staffs.text.draw({ notes: CANONICAL_TOKENS, right: CANONICAL_TOKENS.map(() => true) });
  page.cleaners.push(sound.close);
  page.onWidth((width) => [staffs.text, staffs.model].forEach((own) => own.layout(width)));
  page.open();
  return page.close;
}

export default { render };
