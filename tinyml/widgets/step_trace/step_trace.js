// StepTrace: one training step, opened. An example goes forward to its prediction, its error signal comes back into
// three gradient buffers, and the mean over all examples moves the parameters.

import { bars } from "../kit/bars.js";
import { slider } from "../kit/controls.js";
import { fitToPlace, heatMap } from "../kit/drawing.js";
import { html, setText } from "../kit/elements.js";
import { floatRepr, general, lossText } from "../kit/format.js";
import { frame } from "../kit/frame.js";
import { canonicalCorpus, corpusOrCanonical, sentenceField } from "../kit/sentence.js";
import { CANONICAL_TOKENS, CANONICAL_VOCABULARY, MODEL_DIMENSION } from "../kit/training.js";
import { divergenceLimit, gradientOf, trajectoryOf } from "../kit/training.js";

/** @import { Values } from "../kit/certificate.js" */
/** @import { Given } from "../kit/frame.js" */
/** @import { Dataset, Parameters } from "../kit/training.js" */
/** @typedef {{ example: number, step_count: number, learning_rate: number, sentence: string }} Settings */
/** @typedef {ReturnType<typeof traceExample>} Trace */
/** @typedef {[rows: string[], columns: string[], rowName: string, columnName: string]} Labels */

/**
 * The parameters after a number of steps, the table log P(next | token) that goes with them, the parameters after one
 * step more, the average losses before and after it, and the step count at which the run up to there diverged, or null.
 * @param {Dataset} dataset
 * @param {number} rate
 * @param {number} steps
 */
export function stateAfter(dataset, rate, steps) {
  const { states, tables, losses, divergedAt } = trajectoryOf(dataset, rate, steps + 1);
  return {
    parameters: states[steps], table: tables[steps], after: states[steps + 1], losses: losses.slice(steps), divergedAt,
  };
}

/**
 * Every intermediate value of one example: prediction, error signal, and its share of the three gradient buffers.
 * @param {{ embedding: ArrayLike<number>, lmHead: ArrayLike<number> }} parameters
 * @param {Float64Array} table
 * @param {number} input
 * @param {number} target
 */
export function traceExample({ embedding, lmHead }, table, input, target) {
  const size = Math.sqrt(table.length);
  const dimension = lmHead.length / size;
  const prediction = Array.from(table.subarray(input * size, (input + 1) * size), Math.exp);
  const signal = prediction.map((p, k) => (k === target ? p - 1 : p));
  /** @type {(k: number) => number} */
  const feature = (k) => embedding[input * dimension + k];
  const headGradient = Array.from({ length: dimension * size }, (_, k) => feature(Math.floor(k / size)) * signal[k % size]);
  const embeddingGradient = Array.from({ length: size * dimension }, () => 0);
  for (let k = 0; k < dimension; k++) {
    embeddingGradient[input * dimension + k] = signal.reduce((sum, own, j) => sum + lmHead[k * size + j] * own, 0);
  }
  return { prediction, signal, headGradient, embeddingGradient, loss: -table[input * size + target] + 0 };
}

/**
 * Why each bar of the error signal, and each row of the gradients, has the sign it has.
 * @param {{ signal: number[], target: number, input: string, name: string, features: number[] }} given
 */
export function signWords({ signal, target, input, name, features }) {
  const others = signal.some((error, k) => k !== target && error === 0)
    ? "Every other bar is positive or 0, and a positive one pulls its logit down."
    : "Every other bar is positive and pulls its logit down.";
  const bar = signal[target] < 0
    ? `The bar of the target ${name} is ${general(signal[target], 4)}: its probability should be 1. A step subtracts, ` +
      `and subtracting a negative number pulls the logit of ${name} up. ${others}`
    : `The bar of the target ${name} is 0: the prediction is right and certain, so this example asks for no change.`;
  const negative = features.flatMap((value, k) => (value < 0 ? [k] : []));
  let signs = "no feature is negative, so the signs stay";
  if (negative.length === features.length) signs = "all features are negative, so all signs are turned over";
  else if (negative.length) signs = `where the feature is negative (row ${negative.join(", ")}) the signs are turned over`;
  return `${bar} The bias gradient of this example is the error signal itself. Row k of the head gradient is the error ` +
    `signal times feature k of ${input}; ${signs}. The embedding gradient touches the row of ${input} alone.`;
}

/**
 * Two decimals hide a small gradient, so its picture says how large the largest entry is.
 * @param {number[]} values
 */
export function sizeNote(values) {
  return `Largest size ${general(Math.max(...values.map(Math.abs)), 2)}; the colours are relative to it.`;
}

/**
 * What a step over all examples does to the average loss, and whether the run up to there diverged.
 * @param {Pick<Dataset, "pairs" | "vocabulary">} dataset
 * @param {number[]} losses
 * @param {number | null} divergedAt
 */
export function stepWords({ pairs, vocabulary }, losses, divergedAt) {
  const all = pairs === 1 ? "this one example" : `all ${pairs} examples`;
  const apart = divergedAt === null ? "" : ` At this rate the run diverged at step ${divergedAt}: its loss was above ` +
    `10 ln V = ${general(divergenceLimit(vocabulary), 4)}, ten times that of a uniform guess.`;
  return `The step over ${all} takes the average loss from ${lossText(losses[0])} to ${lossText(losses[1])}.${apart}`;
}

export function recompute() {
  const { dataset } = canonicalCorpus();
  const [input, target] = dataset.tokens;
  /** @type {Values} */
  const values = {};
  for (const steps of [0, 20]) {
    const { parameters, table, after, losses } = stateAfter(dataset, 1, steps);
    const trace = traceExample(parameters, table, input, target);
    const change = gradientOf(parameters, table, dataset);
    values[`prediction after ${steps} steps`] = trace.prediction;
    values[`error signal after ${steps} steps`] = trace.signal;
    values[`loss of example 1 after ${steps} steps`] = trace.loss;
    values[`head gradient of example 1 after ${steps} steps`] = trace.headGradient;
    values[`embedding gradient of example 1 after ${steps} steps`] = trace.embeddingGradient;
    values[`mean bias gradient after ${steps} steps`] = Array.from(change.bias);
    values[`bias after step ${steps + 1}`] = Array.from(after.bias);
    values[`average loss after step ${steps + 1}`] = losses[1];
  }
  return values;
}

/**
 * A runnable snippet that prints the prediction, the error signal and the new bias shown.
 * @param {{ example: number, steps: number, rate: number, sentence: string }} given
 */
export function traceSnippet({ example, steps, rate, sentence }) {
  const own = sentence.trim() !== "";
  const lines = ["from tinyml import *", ""];
  lines.push(...(own
    ? [`text = ${JSON.stringify(sentence)}`, "vocabulary = Vocabulary.from_text(text)",
      "dataset = DatasetWindowing()(vocabulary.encode(text))",
      `start = Parameters.init(vocabulary.size, ModelDimension(${MODEL_DIMENSION}))`]
    : [`dataset = DatasetWindowing()(TokenSequence.from_indices([${CANONICAL_TOKENS.join(", ")}]))`,
      `start = Parameters.init(VocabSize(${CANONICAL_VOCABULARY}), ModelDimension(${MODEL_DIMENSION}))`]));
  lines.push(`step = TrainStep(dataset, LearningRate(${floatRepr(rate)}))`,
    `before = iterate(step, start, StepCount(${steps}))`,
    `trace = trace_example(before, list(dataset.examples)[${example - 1}])`,
    'print(*(f"{p:.6g}" for p in trace.prediction.values))',
    'print(*(f"{e:.6g}" for e in trace.dlogits))',
    'print(*(f"{b:.6g}" for b in step(before).bias))');
  return `${lines.join("\n")}\n`;
}

/** @param {Given<Settings>} given */
function render({ model, el }) {
  const settings = model.get("settings");
  const prediction = bars("Prediction p");
  const signal = bars("Error signal p - onehot(target)");
  const reading = html("p", { class: "trace-reading" });
  const headChange = heatMap("Head gradient of this example", { least: 6 });
  const embeddingChange = heatMap("Embedding gradient of this example", { least: 6 });
  const bias = bars("Bias after the step");
  const head = heatMap("Head after the step", { least: 6 });
  const embedding = heatMap("Embedding after the step", { least: 6 });
  const pictures = [prediction, signal, headChange, embeddingChange, bias, head, embedding];
  const opened = () => {
    const corpus = corpusOrCanonical(model.get("sentence"));
    return { ...corpus, ...stateAfter(corpus.dataset, model.get("learning_rate"), model.get("step_count")) };
  };
  const asked = () => JSON.stringify([model.get("learning_rate"), model.get("step_count"), model.get("sentence")]);
  let key = asked();
  let now = opened();
  const compute = () => {
    if (asked() === key) return;
    key = asked();
    now = opened();
  };
  const chosen = () => Math.min(model.get("example"), now.dataset.pairs);
  /** @type {(k: number) => string} */
  const exampleText = (k) => {
    const place = Math.min(k, now.dataset.pairs);
    const [input, target] = now.dataset.tokens.slice(place - 1, place + 1).map((own) => now.names[own]);
    return `${place}: ${input} → ${target}`;
  };
  /** @type {(trace: Trace, input: string, target: string) => string} */
  const words = (trace, input, target) => {
    const { dataset, losses, divergedAt } = now;
    const most = settings.example.max;
    const reach = dataset.pairs > most ? ` The slider reaches the first ${most}.` : "";
    return `Example ${chosen()} of ${dataset.pairs}: ${input} → ${target}.${reach} The model gives the target ${target} ` +
      `the probability ${general(trace.prediction[dataset.tokens[chosen()]])} after the input ${input}; the loss of this ` +
      `example is ${lossText(trace.loss)}. ${stepWords(dataset, losses, divergedAt)}`;
  };
  const update = () => {
    compute();
    const { names, dataset, parameters, table, after } = now;
    const place = chosen();
    const [input, target] = dataset.tokens.slice(place - 1, place + 1);
    const trace = traceExample(parameters, table, input, target);
    const row = Array.from(parameters.embedding.subarray(input * MODEL_DIMENSION, (input + 1) * MODEL_DIMENSION));
    const features = Array.from({ length: MODEL_DIMENSION }, (_, k) => String(k));
    /** @type {(values: ArrayLike<number>) => number} */
    const most = (values) => Math.max(...Array.from(values, Math.abs)) || 1;
    prediction.draw({ labels: names, values: trace.prediction, marked: target, description: words(trace, names[input], names[target]) });
    signal.draw({
      labels: names, values: trace.signal, from: -1, to: 1, marked: target,
      description: `Negative at ${names[target]}, positive elsewhere; the bars sum to 0.`,
    });
    setText(reading, signWords({ signal: trace.signal, target, input: names[input], name: names[target], features: row }));
    /** @type {(picture: typeof head, values: ArrayLike<number>, labels: Labels, note?: string) => void} */
    const map = (picture, values, [rows, columns, rowName, columnName], note) => picture.draw({
      rows, columns, rowName, columnName, values, note, full: most(values),
      description: `${rows.length} by ${columns.length} numbers, the largest of size ${general(most(values), 3)}.`,
    });
    /** @type {Labels} */
    const wide = [features, names, "feature", "token"];
    /** @type {Labels} */
    const tall = [names, features, "token", "feature"];
    map(headChange, trace.headGradient, wide, sizeNote(trace.headGradient));
    map(embeddingChange, trace.embeddingGradient, tall, sizeNote(trace.embeddingGradient));
    map(head, after.lmHead, wide);
    map(embedding, after.embedding, tall);
    const reach = Math.max(most(after.bias), 0.1);
    bias.draw({
      labels: names, values: after.bias, from: -reach, to: reach, marked: target,
      description: "Bias minus the learning rate times the mean of all error signals.",
    });
    exampleSlider.input.max = String(Math.min(dataset.pairs, settings.example.max));
    exampleSlider.set(model.get("example"));
    return words(trace, names[input], names[target]);
  };
  const python = () => traceSnippet({
    example: chosen(), steps: model.get("step_count"), rate: model.get("learning_rate"), sentence: model.get("sentence"),
  });
  const page = frame({
    model, el, title: "One step, opened", update, python, recompute, tall: true,
    types: ["TrainStep : Parameters -> Parameters", "gradient : Parameters x TrainingSet -> Gradient"],
  });
  const exampleSlider = page.bind("example", slider({ label: "Example", ...settings.example, text: exampleText }));
  const steps = page.bind("step_count", slider({ label: "Steps before", ...settings.step_count, text: String }));
  const rate = page.bind("learning_rate", slider({ label: "LearningRate", ...settings.learning_rate, scale: "log" }));
  const sentence = sentenceField(page, model);
  page.controls.append(exampleSlider.node, steps.node, rate.node);
  page.fields.append(sentence.node);
  const columns = html("div", { class: "tinyml-columns" }, html("div", {}, prediction.node), html("div", {}, signal.node));
  const buffers = html("div", { class: "tinyml-columns" },
    html("div", {}, headChange.node), html("div", {}, embeddingChange.node));
  // Folded, so that whoever is asked whose bias goes up can think before they look.
  const results = html("details", {}, html("summary", {}, "The parameters after the step"),
    html("div", { class: "tinyml-columns" }, html("div", {}, head.node, bias.node), html("div", {}, embedding.node)));
  page.stage.append(columns, reading, buffers, html("p", { class: "trace-reading" },
    "The step takes the mean of these buffers over all examples, in which they may pull against each other, " +
    "multiplies it by the learning rate and subtracts it:"), results);
  const layout = () => pictures.forEach(fitToPlace);
  results.addEventListener("toggle", layout);
  page.onWidth(layout);
  page.open();
  layout();
  return page.close;
}

export default { render };
