// TrainingExplorer: the same step, StepCount times. A change of the rate or of the sentence trains anew (float64 and
// float32); a change of StepCount looks up a state of the trajectory.

import { buttonRow, slider } from "../kit/controls.js";
import { heatMap, plot } from "../kit/drawing.js";
import { html, setText } from "../kit/elements.js";
import { floatRepr, general, lossText } from "../kit/format.js";
import { frame } from "../kit/frame.js";
import { canonicalCorpus, corpusOrCanonical, sentenceField } from "../kit/sentence.js";
import { CANONICAL_TOKENS, CANONICAL_VOCABULARY, MODEL_DIMENSION } from "../kit/training.js";
import { FLOAT32, FLOAT64 } from "../kit/training.js";
import { divergenceLimit, entropyFloor, gradientOf, trajectoryOf } from "../kit/training.js";

/** @import { Values } from "../kit/certificate.js" */
/** @import { HeatSpec } from "../kit/drawing.js" */
/** @import { Given } from "../kit/frame.js" */
/** @import { Trajectory } from "../kit/training.js" */
/** @typedef {{ step_count: number, learning_rate: number, sentence: string }} Settings */

export const MOST_STEPS = 200;
const FULL_COLOUR = 3; // parameters of this size and beyond have the full colour
const BESIDE = 6; // up to this many words the tables stand side by side
const NEAR_FLOOR = 0.05; // converged: this share of the way from start to floor is left, or less

/** @type {Record<number, string>} */
const PRESETS = {
  1: "the direction of a single update at this rate. This does not show where many updates lead",
  10: "the trend of the first updates. This does not show that anything is learnt yet: look for rows of the " +
    "next-token table that still prefer the wrong word",
  80: "what repeating one and the same arrow does to all parameters together. This does not show which of them " +
    "did the work, nor that another rate would get here",
  200: "how slowly the loss falls once it is small. This does not show that the floor is ever reached, nor " +
    "anything about words that never came as an input: their rows were never trained",
};

/** @type {(floor: number) => string} */
const floorText = (floor) => (floor === 0 ? "0" : lossText(floor));

/**
 * How a run ended, in words: overflowed, diverged, converged or still on its way.
 * @param {Pick<Trajectory, "losses" | "divergedAt" | "overflowedAt">} run
 * @param {number} floor
 * @param {number} vocabulary
 */
export function verdict({ losses, divergedAt, overflowedAt }, floor, vocabulary) {
  const limit = `10 ln V = ${general(divergenceLimit(vocabulary), 4)}`;
  const apart = divergedAt === null ? "" : `diverged at step ${divergedAt} (loss above ${limit})`;
  if (overflowedAt !== null) {
    return `${apart ? `${apart} and ` : ""}overflowed at step ${overflowedAt}: ` +
      "a logit is no longer a finite number, and training stops with an error";
  }
  const last = losses.length - 1;
  if (apart) return `${apart}; no number overflows up to step ${last}`;
  const left = losses[last] - floor;
  const near = left <= NEAR_FLOOR * (losses[0] - floor);
  return `${near ? "converged" : "still on its way"}, ${lossText(left)} above the floor at step ${last}`;
}

/**
 * The verdicts of float64 and float32 in one sentence where they are the same.
 * @param {Pick<Trajectory, "losses" | "divergedAt" | "overflowedAt">[]} runs
 * @param {number} floor
 * @param {number} vocabulary
 */
export function verdicts(runs, floor, vocabulary) {
  const [double, single] = runs.map((run) => verdict(run, floor, vocabulary));
  return double === single ? `In float64 and in float32: ${double}.` : `In float64: ${double}. In float32: ${single}.`;
}

/**
 * A runnable snippet that prints the loss shown.
 * @param {{ steps: number, rate: number, sentence: string, run: Pick<Trajectory, "losses" | "overflowedAt"> }} given
 */
export function snippet({ steps, rate, sentence, run }) {
  const own = sentence.trim() !== "";
  const lines = [
    "from tinyml import (",
    "    DatasetWindowing, LearningRate, ModelDimension, Parameters, StepCount, TokenSequence, TrainStep,",
    `    ${own ? "Vocabulary" : "VocabSize"}, average_loss, iterate,`,
    ")",
    "",
  ];
  if (own) {
    lines[1] = lines[1].replace(" TokenSequence,", "");
    lines.push(`text = ${JSON.stringify(sentence)}`, "vocabulary = Vocabulary.from_text(text)",
      "dataset = DatasetWindowing()(vocabulary.encode(text))",
      `start = Parameters.init(vocabulary.size, ModelDimension(${MODEL_DIMENSION}))`);
  } else {
    lines.push(`dataset = DatasetWindowing()(TokenSequence.from_indices([${CANONICAL_TOKENS.join(", ")}]))`,
      `start = Parameters.init(VocabSize(${CANONICAL_VOCABULARY}), ModelDimension(${MODEL_DIMENSION}))`);
  }
  const loss = run.losses[steps];
  lines.push(`step = TrainStep(dataset, LearningRate(${floatRepr(rate)}))`,
    `trained = iterate(step, start, StepCount(${steps}))`,
    `print(average_loss(trained, dataset).value)  # ${
      loss === undefined ? `NumericalOverflow from step ${run.overflowedAt} on` : general(loss)}`);
  return `${lines.join("\n")}\n`;
}

/**
 * What sentences may show: the loss after so many steps, and how far it fell in the last of them; NaN: there is none.
 * @param {number[]} losses
 * @param {number} steps
 */
export function lent(losses, steps) {
  const [before, loss] = [losses[steps - 1] ?? NaN, losses[steps] ?? NaN];
  return { loss, fall: before - loss };
}

/** The values of the certificate, under the names that Python gives them. */
export function recompute() {
  const { dataset } = canonicalCorpus();
  /** @type {Values} */
  const values = { "entropy floor": entropyFloor(dataset) };
  for (const rate of [0.1, 1, 2]) {
    const run = trajectoryOf(dataset, rate, MOST_STEPS);
    for (const n of [1, 10, 80, 200]) values[`loss at rate ${general(rate)}, step ${n}`] = run.losses[n];
    if (rate !== 1) continue;
    /** @type {(n: number) => number[]} */
    const row = (n) => Array.from(run.tables[n].subarray(CANONICAL_VOCABULARY, 2 * CANONICAL_VOCABULARY), Math.exp);
    values["P(. | 1) at the start"] = row(0);
    values["P(. | 1) after 80 steps"] = row(80);
    const gradient = gradientOf(run.states[0], run.tables[0], dataset);
    values["gradient of the bias at the start"] = Array.from(gradient.bias);
    values["gradient of the embedding at the start"] = Array.from(gradient.embedding);
    values["bias after 80 steps"] = Array.from(run.states[80].bias);
  }
  return values;
}

/** @param {Given<Settings>} given */
function render({ model, el }) {
  const settings = model.get("settings");
  let key = "";
  let corpus = canonicalCorpus();
  /** @type {Trajectory[]} */
  let runs = [];
  let floor = 0;
  const train = () => {
    const asked = JSON.stringify([model.get("learning_rate"), model.get("sentence")]);
    if (asked === key) return;
    key = asked;
    corpus = corpusOrCanonical(model.get("sentence"));
    floor = entropyFloor(corpus.dataset);
    runs = [FLOAT64, FLOAT32].map((number) =>
      trajectoryOf(corpus.dataset, model.get("learning_rate"), MOST_STEPS, number));
  };

  const curve = plot("Loss by StepCount");
  const table = heatMap("Next-token table P(output | input)", { most: 52 });
  const embedding = heatMap("Embedding (one row a token)", { least: 6 });
  const lmHead = heatMap("Head (one column a token)", { least: 6 });
  const bias = heatMap("Bias", { least: 6 });
  const caption = html("p", { class: "training-caption" });
  const columns = html("div", {});
  const layoutTables = () => {
    const width = table.node.parentElement?.clientWidth ?? 0;
    [table, embedding, lmHead, bias].forEach((map) => map.layout(width));
  };

  /** @type {(steps: number, loss: number | undefined) => string} */
  const words = (steps, loss) => {
    const rate = general(model.get("learning_rate"));
    const shown = loss === undefined
      ? `At rate ${rate} there are no parameters after ${steps} ${steps === 1 ? "step" : "steps"}`
      : `After ${steps} ${steps === 1 ? "step" : "steps"} at rate ${rate} the loss is ${lossText(loss)}`;
    return `${shown}; it started at ${lossText(runs[0].losses[0])}, and no model can go below the entropy floor ` +
      `${floorText(floor)}. ` +
      verdicts(runs, floor, corpus.dataset.vocabulary);
  };
  /** @type {(steps: number, loss: number | undefined) => void} */
  const drawCurve = (steps, loss) => {
    /** @type {(run: Trajectory) => number[]} */
    const soFar = (run) => run.losses.slice(0, steps + 1);
    const uniform = Math.log(Math.max(corpus.dataset.vocabulary, 2));
    const cap = 3 * uniform;
    const highest = Math.max(...runs.flatMap((run) => run.losses.filter(Number.isFinite)));
    const cut = highest > cap;
    const parted = runs[1].losses.length < runs[0].losses.length ||
      runs[1].losses.some((own, n) => Math.abs(own - runs[0].losses[n]) > 0.01);
    curve.draw({
      x: { from: 0, to: MOST_STEPS, label: "StepCount" },
      y: {
        from: 0, to: Math.min(cap, Math.max(highest, uniform) * 1.1),
        label: cut ? "loss (axis cut at 3 ln V)" : "loss",
      },
      curves: [ // as far as the run has gone, so that its shape is there to be found
        { values: soFar(runs[0]), kind: 1, name: parted ? "float64" : "float64 (float32 draws the same curve)" },
        ...(parted ? [{ values: soFar(runs[1]), kind: 2, name: "float32" }] : []),
      ],
      floor: { value: floor, label: `entropy floor ${floorText(floor)}` },
      point: loss === undefined ? null : { x: steps, y: loss, label: lossText(loss) },
      description: words(steps, loss),
    });
  };
  /** @type {(map: typeof bias, given: HeatSpec) => void} */
  const drawParameters = (map, given) => {
    const { rows, columns, values } = given;
    const all = Array.from(values);
    map.draw({
      ...given, full: FULL_COLOUR,
      description: `${rows.length} by ${columns.length} numbers from ${general(Math.min(...all), 3)} ` +
        `to ${general(Math.max(...all), 3)}.`,
    });
  };
  /** @type {(steps: number) => void} */
  const drawTables = (steps) => {
    const { names, dataset } = corpus;
    const side = names.length > BESIDE ? "" : "tinyml-columns";
    if (columns.className !== side) {
      columns.className = side;
      layoutTables();
    }
    const state = runs[0].states[steps];
    const features = Array.from({ length: MODEL_DIMENSION }, (_, k) => String(k));
    /** @type {(count: number) => Float64Array} */
    const nothing = (count) => new Float64Array(count).fill(NaN);
    const size = names.length;
    table.draw({
      rows: names, columns: names, rowName: "input", columnName: "output",
      values: state ? runs[0].tables[steps].map(Math.exp) : nothing(size * size),
      faded: (i) => dataset.rowSums[i] === 0,
      note: "Each row sums to 1. A row with a faded name never came as an input.",
      description: bestGuesses(state && runs[0].tables[steps], names),
    });
    const parameters = state ??
      { embedding: nothing(size * MODEL_DIMENSION), lmHead: nothing(MODEL_DIMENSION * size), bias: nothing(size) };
    drawParameters(embedding, {
      rows: names, columns: features, rowName: "token", columnName: "feature", values: parameters.embedding,
    });
    drawParameters(lmHead, {
      rows: features, columns: names, rowName: "feature", columnName: "token", values: parameters.lmHead,
    });
    drawParameters(bias, { rows: ["b"], columns: names, rowName: "", columnName: "token", values: parameters.bias });
  };
  const update = () => {
    train();
    const steps = model.get("step_count");
    const loss = runs[0].losses[steps];
    drawCurve(steps, loss);
    drawTables(steps);
    setText(caption, steps in PRESETS
      ? `${steps} ${steps === 1 ? "step" : "steps"}: this shows ${PRESETS[steps]}.`
      : "Choose 1, 10, 80 or 200 steps to read what that many steps show, and what they do not.");
    return words(steps, loss);
  };
  const python = () => snippet({
    steps: model.get("step_count"), rate: model.get("learning_rate"), sentence: model.get("sentence"), run: runs[0],
  });

  const page = frame({
    model, el, title: "Training explorer", update, python, recompute, tall: true,
    shown: () => lent(runs[0].losses, model.get("step_count")),
    types: ["TrainStep : Parameters -> Parameters", "average_loss : Parameters x TrainingSet -> Loss"],
  });
  const steps = page.bind("step_count", slider({ label: "StepCount", ...settings.step_count, text: String }));
  const rate = page.bind("learning_rate", slider({ label: "LearningRate", ...settings.learning_rate, scale: "log" }));
  const presets = page.bind("step_count", buttonRow({ label: "Steps to look at", choices: [1, 10, 80, 200] }));
  const sentence = sentenceField(page, model);
  page.controls.append(steps.node, rate.node);
  page.fields.append(presets.node, sentence.node);
  columns.append(html("div", {}, table.node, bias.node), html("div", {}, embedding.node, lmHead.node));
  page.stage.append(caption, curve.node, columns, html("p", { class: "training-key" },
    `Colours of the parameters: blue is positive, orange negative, full colour from ${FULL_COLOUR} on.`));
  page.onWidth((width) => {
    curve.layout(width);
    layoutTables();
  });
  page.open();
  layoutTables();
  return page.close;
}

/**
 * The most probable next token of each input, in words, for those who do not see the colours.
 * @param {Float64Array | undefined} logTable
 * @param {string[]} names
 */
function bestGuesses(logTable, names) {
  if (!logTable) return "There are no numbers at this step.";
  const size = names.length;
  const shown = names.slice(0, 12).map((name, i) => {
    const row = logTable.subarray(i * size, (i + 1) * size);
    const best = row.indexOf(Math.max(...row));
    return `${name} to ${names[best]} (${general(Math.exp(row[best]), 3)})`;
  });
  return `Most probable output of each input: ${shown.join(", ")}${size > 12 ? " and so on" : ""}.`;
}

export default { render };
