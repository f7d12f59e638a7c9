// ChainBuilder: stages joined by >>. What is said of a chain is word for word what Python says.

import { button, select } from "../kit/controls.js";
import { html, setText } from "../kit/elements.js";
import { frame } from "../kit/frame.js";
import { wiring } from "../kit/wiring.js";

/** @import { Choice } from "../kit/controls.js" */
/** @import { Given } from "../kit/frame.js" */
/** @typedef {{ name: string, source: string, target: string, error?: undefined }} Arrow */
/** @typedef {{ error: string, at: number }} Refusal */

/**
 * name: [name of the arrow, source, target, how it is made in Python]
 * @type {Record<string, [string, string, string, string]>}
 */
const STAGES = {
  embedding: ["embedding", "TokenId[5]", "Vector[4]", "Embedding(Parameters.init(VocabSize(5), ModelDimension(4)))"],
  "embedding, 8 features":
    ["embedding", "TokenId[5]", "Vector[8]", "Embedding(Parameters.init(VocabSize(5), ModelDimension(8)))"],
  linear_to_logits:
    ["linear_to_logits", "Vector[4]", "Logits[5]", "LinearToLogits(Parameters.init(VocabSize(5), ModelDimension(4)))"],
  softmax: ["softmax", "Logits[5]", "Distribution[5]", "Softmax(VocabSize(5))"],
  identity: ["identity", "Vector[4]", "Vector[4]", 'Identity(Space("Vector", (4,)))'],
  "identity, any size": ["identity", "Vector", "Vector", 'Identity(Space("Vector"))'],
  dataset_windowing: ["dataset_windowing", "TokenSequence", "TrainingSet", "DatasetWindowing()"],
  train_step: ["train_step_endomorphism", "Parameters", "Parameters", "TrainStep(dataset, LearningRate(1.0))"],
  average_loss: ["average_loss", "Parameters", "Loss", "AverageLoss(dataset)"],
  logit: ["logit", "Input", "Logit", ""],
  sigmoid: ["sigmoid", "Logit", "Probability", ""],
  decide: ["decide", "Probability", "Prediction", ""],
  report: ["report", "Prediction", "Report", ""],
};

/**
 * The arrows that a message may name, by the kinds of their ends.
 * @type {Record<string, string>}
 */
const KNOWN = {
  "TokenSequence -> TrainingSet": "dataset_windowing",
  "TokenId -> Vector": "embedding",
  "Vector -> Logits": "linear_to_logits",
  "Logits -> Distribution": "softmax",
  "TokenId -> Distribution": "direct_predict",
  "Parameters -> Loss": "average_loss",
  "Input -> Logit": "logit",
  "Logit -> Probability": "sigmoid",
  "Probability -> Prediction": "decide",
  "Prediction -> Report": "report",
};

/** @type {(space: string) => string} */
const kind = (space) => space.replace(/\[.*/, "");

/**
 * Two spaces meet: the same kind, and no two known sizes differ.
 * @param {string} ends
 * @param {string} starts
 */
function meets(ends, starts) {
  return ends === starts || (kind(ends) === kind(starts) && !(ends.includes("[") && starts.includes("[")));
}

/**
 * Of two spaces that meet, the one that knows the size.
 * @type {(space: string, other: string) => string}
 */
const sized = (space, other) => (space.includes("[") ? space : other);

/**
 * Where each stage ends, with the size that an identity without one hands on from the stage before it.
 * @param {[string, string, string, string][]} stages
 */
function endsOf(stages) {
  /** @type {string[]} */
  const ends = [];
  for (const [name, source, target] of stages) {
    const before = ends.at(-1);
    ends.push(name === "identity" && before && meets(before, source) ? sized(target, before) : target);
  }
  return ends;
}

/**
 * What `>>` makes of a chain: an arrow, or a refusal with the place of the joint that does not fit.
 * @param {string[]} chain
 * @returns {Arrow | Refusal | null}
 */
export function composed(chain) {
  const stages = chain.filter(Boolean).map((own) => STAGES[own]);
  if (stages.length === 0) return null;
  const ends = endsOf(stages);
  let [name, source] = stages[0];
  for (let k = 1; k < stages.length; k++) {
    const [nextName, nextSource, nextTarget] = stages[k];
    const target = ends[k - 1];
    if (!meets(target, nextSource)) {
      const width = Math.max(name.length, nextName.length);
      const known = KNOWN[`${kind(target)} -> ${kind(nextSource)}`];
      const rows = [[name, source, target], [nextName, nextSource, nextTarget]]
        .map(([own, from, to]) => `    ${own.padEnd(width)} : ${from} -> ${to}`);
      const hint = known ? ` (${known} has this type)` : "";
      const gap = `${target} is not ${nextSource}: an arrow ${target} -> ${nextSource} is missing${hint}`;
      return { error: ["cannot compose", ...rows, gap].join("\n"), at: k };
    }
    name = `${name} >> ${nextName}`;
    if (stages.slice(0, k).every(([own]) => own === "identity")) source = sized(source, nextSource);
  }
  return { name, source, target: ends[ends.length - 1] };
}

/** @param {string[]} chain */
export function toldOf(chain) {
  const result = composed(chain);
  if (!result) return "There is no stage to run.";
  if (result.error !== undefined) return `CompositionError: ${result.error}`;
  return `${result.name} : ${result.source} -> ${result.target}`;
}

const CHAINS = [
  ...Object.keys(STAGES).map((own) => [own]),
  ["embedding", "linear_to_logits", "softmax"], ["embedding", "softmax"],
  ["embedding, 8 features", "linear_to_logits"], ["embedding", "identity", "linear_to_logits"],
  ["embedding, 8 features", "identity, any size", "linear_to_logits"], ["identity, any size", "linear_to_logits"],
  ["train_step", "train_step", "average_loss"], ["average_loss", "train_step"],
  ["logit", "sigmoid", "decide", "report"], ["logit", "sigmoid", "report"], ["logit", "decide"],
  ["dataset_windowing", "embedding"],
];

export function recompute() {
  return Object.fromEntries(CHAINS.map((chain) => [chain.join(" >> "), toldOf(chain)]));
}

/**
 * A runnable snippet that prints the chain with its type, or ends in the error shown.
 * @param {string[]} chain
 */
export function chainSnippet(chain) {
  const used = chain.filter(Boolean);
  if (used.length === 0) return 'print("There is no stage to run.")\n';
  const lines = ["from tinyml import *", ""];
  if (used.some((own) => ["train_step", "average_loss"].includes(own))) {
    lines.push("dataset = DatasetWindowing()(TokenSequence.from_indices([1, 2, 3, 4, 1, 2, 3, 4]))");
  }
  const neuron = Object.keys(STAGES).filter((own) => !STAGES[own][3]); // a hint may name one that the chain leaves out
  const declared = used.some((own) => neuron.includes(own)) ? neuron : [];
  for (const end of new Set(declared.flatMap((own) => STAGES[own].slice(1, 3)))) lines.push(`class ${end}: pass`);
  /** @type {(own: string) => string} */
  const variable = (own) => own.replace(", 8 features", "_8").replace(", any size", "_any");
  for (const own of new Set([...declared, ...used])) {
    const [, source, target, made] = STAGES[own];
    lines.push(...(made ? [`${variable(own)} = ${made}`]
      : [`@arrow(${source}, ${target})`, `def ${own}(given): return ${target}()`]));
  }
  lines.push(`chain = ${used.map(variable).join(" >> ")}`, "print(repr(chain))");
  return `${lines.join("\n")}\n`;
}

/**
 * The pairs of neighbouring places that hold a stage; empty places between them do not count.
 * @param {string[]} chain
 */
export function neighbours(chain) {
  const used = chain.flatMap((own, k) => (own ? [k] : []));
  return used.slice(1).map((k, j) => /** @type {[number, number]} */ ([used[j], k]));
}

/**
 * @param {string[]} chain
 * @param {[number, number]} places
 */
export function swapped(chain, [first, second]) {
  return chain.map((own, k) => (k === first ? chain[second] : k === second ? chain[first] : own));
}

/** @param {Given<{ chain: string[] }>} given */
function render({ model, el }) {
  const picture = wiring("The chain");
  const told = html("pre", { class: "chain-told" });
  const update = () => {
    const chain = model.get("chain");
    const used = chain.filter(Boolean);
    const result = composed(chain);
    const boxes = used.map((own) => ({ name: STAGES[own][0] }));
    const stages = used.map((own) => STAGES[own]);
    const ends = endsOf(stages);
    /** @type {(k: number) => boolean} */
    const fits = (k) => k === 0 || meets(ends[k - 1], stages[k][1]);
    const wires = stages.map(([, starts], k) => {
      if (k === 0) return result && result.error === undefined ? result.source : starts;
      return fits(k) ? sized(starts, ends[k - 1]) : `${ends[k - 1]} is not ${starts}`;
    });
    const broken = stages.flatMap((_, k) => (fits(k) ? [] : [k]));
    wires.push(ends.at(-1) ?? "");
    const words = !result ? "There is no stage to run." : result.error !== undefined
      ? `The joint before stage ${result.at + 1} does not fit, and >> refuses the chain before any number moves.`
      : `The chain composes: it is one arrow from ${result.source} to ${result.target}.`;
    picture.node.hidden = !result;
    if (result) picture.draw({ boxes, wires, broken, description: words });
    setText(told, toldOf(chain));
    told.classList.toggle("tinyml-broken", Boolean(result?.error));
    return words;
  };
  const page = frame({
    model, el, title: "Chain builder", update, python: () => chainSnippet(model.get("chain")), recompute,
    types: ["f : A -> B,  g : B -> C   give   f >> g : A -> C"],
  });
  /** @type {Choice<string>[]} */
  const choices = model.get("settings").chain.choices.map((own) => [own, own || "no stage"]);
  const places = model.get("chain").map((own, k) => {
    const control = select({ label: `Stage ${k + 1}`, choices, initial: own });
    control.listen((value) => page.set("chain", model.get("chain").map((old, j) => (j === k ? value : old))));
    return control;
  });
  page.onChange("chain", () => places.forEach((control, k) => control.set(model.get("chain")[k])));
  const swaps = html("div", { class: "tinyml-buttons tinyml-wide", role: "group", "aria-label": "Change the order" });
  const offer = () => {
    const pairs = neighbours(model.get("chain"));
    if (swaps.dataset.pairs === String(pairs)) return; // the same buttons stay, and with them the focus
    swaps.dataset.pairs = String(pairs);
    swaps.replaceChildren(...pairs.map((pair) => button(`Swap ${pair[0] + 1} and ${pair[1] + 1}`,
      () => page.set("chain", swapped(model.get("chain"), pair)))));
  };
  page.onChange("chain", offer);
  offer();
  page.controls.append(...places.map(({ node }) => node), swaps);
  page.stage.append(picture.node, told);
  page.onWidth((width) => picture.layout(width));
  page.open();
  return page.close;
}

export default { render };
