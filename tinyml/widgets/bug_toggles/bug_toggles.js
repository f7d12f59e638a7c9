// BugToggles: a training loop with one mistake beside a healthy one. Guess first, then let it be named.

import { buttonRow, checkbox, select } from "../kit/controls.js";
import { numberTable, plot } from "../kit/drawing.js";
import { html, setText } from "../kit/elements.js";
import { general } from "../kit/format.js";
import { frame } from "../kit/frame.js";
import { canonicalCorpus, corpusOrCanonical, sentenceField } from "../kit/sentence.js";
import { CANONICAL_TOKENS, CANONICAL_VOCABULARY, MODEL_DIMENSION } from "../kit/training.js";
import { averageLoss, gradientOf, initialParameters, logProbabilities, trainStep } from "../kit/training.js";

/** @import { Values } from "../kit/certificate.js" */
/** @import { Choice } from "../kit/controls.js" */
/** @import { Given } from "../kit/frame.js" */
/** @import { Dataset } from "../kit/training.js" */
/** @typedef {"mean" | "sign" | "head" | "loss" | "bounds"} Bug */
/** @typedef {"A" | "B" | "C" | "D" | "E"} Run */
/** @typedef {{ name: string, right: string, wrong: string, why: (pairs: number, size: number) => string }} Mistake */

const STEPS = 80;
const SHOWN = [0, 1, 5, 10, 80];
/** @type {Record<Run, Bug>} */
const RUNS = { A: "head", B: "sign", C: "loss", D: "mean", E: "bounds" };

/** @type {Record<Bug, Mistake>} */
const MISTAKES = {
  mean: {
    name: "it adds the gradients of the examples up and forgets the mean",
    right: "rate * sum(gradients) / len(examples)", wrong: "rate * sum(gradients)",
    why: (pairs) => pairs === 1
      ? "With a single example the sum is the mean; with more, what controls the size would be wrong."
      : `With ${pairs} examples every step is ${pairs} times too large. What controls the size is wrong.`,
  },
  sign: {
    name: "it adds the gradient where it should subtract it",
    right: "parameters - rate * gradient", wrong: "parameters + rate * gradient",
    why: () => "The loss rises from the first step on. The right object is updated, in the wrong direction.",
  },
  head: {
    name: "it updates the head and leaves the embedding and the bias alone",
    right: "Parameters(embedding - ..., head - ..., bias - ...)", wrong: "Parameters(embedding, head - ..., bias)",
    why: () => "The loss falls, which hides the mistake, and far too slowly. Only a part of the object is updated.",
  },
  loss: {
    name: "its step returns the loss",
    right: "TrainStep : Parameters -> Parameters", wrong: "train_step : Parameters -> Loss",
    why: () => "A measurement cannot be repeated; the types say so before any number moves.",
  },
  bounds: {
    name: "it looks tokens up without checking that they are in the vocabulary",
    right: "Embedding(parameters)(token)", wrong: "parameters.embedding[token]",
    why: (_pairs, size) => `numpy stops at token ${size}, late and in its own words; at token -1 it would not stop at ` +
      `all but read the last row. With the check the same data are refused at once: ${checkedMessage(size)}.`,
  },
};

/**
 * The losses of steps 0 to 80 of a loop with this mistake; fewer when it overflows.
 * @param {Bug | "none"} bug
 * @param {Dataset} dataset
 */
export function lossesWith(bug, dataset) {
  const rate = bug === "mean" ? dataset.pairs : bug === "sign" ? -1 : 1;
  const losses = [];
  let state = initialParameters(dataset.vocabulary, MODEL_DIMENSION);
  for (let n = 0; n <= STEPS; n++) {
    const table = logProbabilities(state);
    if (table === null) break;
    losses.push(averageLoss(table, dataset));
    const next = trainStep(state, gradientOf(state, table, dataset), rate);
    state = bug === "head" ? { ...state, lmHead: next.lmHead } : next;
  }
  return losses;
}

/**
 * What a loop with a curve does, in words; `losses` end where it overflows.
 * @param {string} run
 * @param {number[]} healthy
 * @param {number[]} losses
 */
export function story(run, healthy, losses) {
  const last = losses.length - 1;
  const late = last < STEPS ? `after ${last} steps ${general(losses[last])}, and then it overflows`
    : `after ${STEPS} steps ${general(losses[STEPS])}`;
  const same = losses.length === healthy.length && losses.every((loss, n) => loss === healthy[n]);
  return `Run ${run}: the loss starts at ${general(losses[0])}, after 10 steps it is ${general(losses[10])}, ${late}. ` +
    `A healthy run has ${general(healthy[10])} and ${general(healthy[STEPS])}.` +
    (same ? " On this text the two runs are the same, so that it cannot show the mistake." : "");
}

/**
 * What a loop says that stops before its first step.
 * @param {Bug | "none"} bug
 * @param {number} size
 */
export function messageOf(bug, size) {
  if (bug === "loss") {
    const row = "\n    train_step : Parameters -> Loss";
    return `CompositionError: cannot compose${row}${row}\nLoss is not Parameters: an arrow Loss -> Parameters is missing`;
  }
  return bug === "bounds" ? `IndexError: index ${size} is out of bounds for axis 0 with size ${size}` : "";
}

/** @param {number} size */
export function checkedMessage(size) {
  return `OutOfRange: input token index ${size} out of range; limit is ${size}, so 0 to ${size - 1} are valid`;
}

export function recompute() {
  const { dataset } = canonicalCorpus();
  const size = dataset.vocabulary;
  /** @type {Values} */
  const values = { "healthy, step 80": lossesWith("none", dataset)[80] };
  for (const bug of /** @type {Bug[]} */ (["sign", "head", "mean"])) {
    const losses = lossesWith(bug, dataset);
    for (const n of [1, 2, 3, 5]) values[`${bug}, step ${n}`] = losses[n];
  }
  values["head, step 80"] = lossesWith("head", dataset)[80];
  for (const bug of /** @type {Bug[]} */ (["loss", "bounds"])) values[`message of ${bug}`] = messageOf(bug, size);
  values["message of the check"] = checkedMessage(size);
  return values;
}

/** @type {Record<"mean" | "sign" | "head", string[]>} */
const LOOPS = {
  mean: ["    state = descend(state, gradient(state, dataset), LearningRate(1.0 * len(dataset)))"],
  sign: ["    g = gradient(state, dataset)",
    "    state = descend(state, Gradient(-g.embedding, -g.lm_head, -g.bias), LearningRate(1.0))"],
  head: ["    g = gradient(state, dataset)",
    "    state = descend(state, Gradient(0 * g.embedding, g.lm_head, 0 * g.bias), LearningRate(1.0))"],
};

/**
 * A runnable loop with the mistake: it prints two losses, the second after `last` steps, or ends in the message.
 * @param {{ bug: Bug, sentence: string, last?: number }} given
 */
export function faultyLoop({ bug, sentence, last = STEPS }) {
  const own = sentence.trim() !== "";
  const lines = ["from tinyml import *", ""];
  lines.push(...(own
    ? [`text = ${JSON.stringify(sentence)}`, "vocabulary = Vocabulary.from_text(text)",
      "dataset = DatasetWindowing()(vocabulary.encode(text))",
      `state = Parameters.init(vocabulary.size, ModelDimension(${MODEL_DIMENSION}))`]
    : [`dataset = DatasetWindowing()(TokenSequence.from_indices([${CANONICAL_TOKENS.join(", ")}]))`,
      `state = Parameters.init(VocabSize(${CANONICAL_VOCABULARY}), ModelDimension(${MODEL_DIMENSION}))`]));
  if (bug === "bounds") lines.push("token = state.vocab_size.value", "state.embedding[token]");
  else if (bug === "loss") {
    lines.push("", "@arrow(Parameters, Loss)", "def train_step(parameters):",
      "    return average_loss(TrainStep(dataset, LearningRate(1.0))(parameters), dataset)", "",
      `iterate(train_step, state, StepCount(${STEPS}))`);
  } else {
    const after = last < STEPS ? `  # after ${last + 1} steps: NumericalOverflow` : "";
    lines.push("losses = [average_loss(state, dataset).value]", `for _ in range(${last}):${after}`, ...LOOPS[bug],
      "    losses.append(average_loss(state, dataset).value)", 'print(f"{losses[10]:.6g} {losses[-1]:.6g}")');
  }
  return `${lines.join("\n")}\n`;
}

/** @param {Given<{ run: Run, guess: Bug | "", revealed: boolean, sentence: string }>} given */
function render({ model, el }) {
  const settings = model.get("settings");
  const curve = plot("Loss by StepCount, the broken run beside a healthy one");
  const message = html("pre", { class: "bug-message" });
  const table = numberTable("Losses by step");
  const answer = html("p", {});
  const named = html("div", { class: "bug-named" });
  let key = "";
  let corpus = canonicalCorpus().dataset;
  /** @type {number[][]} */
  let runs = [];
  const train = () => {
    const asked = JSON.stringify([model.get("run"), model.get("sentence")]);
    if (asked === key) return;
    key = asked;
    corpus = corpusOrCanonical(model.get("sentence")).dataset;
    const bug = RUNS[model.get("run")];
    runs = [lossesWith("none", corpus), ...(messageOf(bug, 1) ? [] : [lossesWith(bug, corpus)])];
  };
  const words = () => {
    const [healthy, broken] = runs;
    return broken ? story(model.get("run"), healthy, broken)
      : `Run ${model.get("run")} stops before its first step and draws no curve. It says what stands below.`;
  };
  const update = () => {
    train();
    const bug = RUNS[model.get("run")];
    const [guess, size] = [model.get("guess"), corpus.vocabulary];
    const [healthy, broken] = runs;
    const cap = 3 * Math.log(Math.max(size, 2));
    const highest = Math.max(0.1, ...runs.flat());
    curve.node.hidden = !broken;
    message.hidden = Boolean(broken);
    setText(message, messageOf(bug, size));
    curve.draw({
      x: { from: 0, to: STEPS, label: "StepCount" }, y: {
        from: 0, to: Math.min(cap, 1.1 * highest), label: highest > cap ? "loss (axis cut at 3 ln V)" : "loss",
      },
      curves: [{ values: healthy, kind: 1, name: "healthy run" },
        ...(broken ? [{ values: broken, kind: 2, name: `run ${model.get("run")}` }] : [])],
      description: words(),
    });
    table.show({
      rows: ["healthy", `run ${model.get("run")}`].slice(0, runs.length), columns: SHOWN.map((n) => `step ${n}`),
      values: runs.flatMap((losses) => SHOWN.map((n) => losses[n] ?? NaN)),
    });
    setText(answer, guess === "" ? "What is wrong with this loop? Choose an answer before you let it be named."
      : guess === bug ? "Your answer is right." : "That is not it: compare what it would do with what you see.");
    const { name, right, wrong, why } = MISTAKES[bug];
    named.hidden = !model.get("revealed");
    named.replaceChildren(html("p", {}, `The mistake: ${name}. ${why(corpus.pairs, size)}`),
      html("p", {}, "It has ", html("code", {}, wrong), " where ", html("code", {}, right), " belongs."));
    return words();
  };
  const python = () => faultyLoop({
    bug: RUNS[model.get("run")], sentence: model.get("sentence"), last: (runs[1] ?? runs[0]).length - 1,
  });
  const page = frame({
    model, el, title: "Find the mistake", update, python, recompute, tall: true,
    types: ["TrainStep : Parameters -> Parameters", "average_loss : Parameters x TrainingSet -> Loss"],
  });
  const run = page.bind("run", buttonRow({ label: "Run", choices: settings.run.choices }));
  /** @type {Choice<Bug | "">[]} */
  const choices = settings.guess.choices.map((own) => [own, own ? MISTAKES[own].name : "choose your answer"]);
  const guess = page.bind("guess", select({ label: "What is wrong?", choices, initial: "" }));
  const revealed = page.bind("revealed", checkbox({ label: "Name the mistake" }));
  const sentence = sentenceField(page, model);
  guess.node.classList.add("tinyml-wide");
  page.controls.append(run.node);
  page.fields.append(revealed.node, guess.node, sentence.node);
  page.stage.append(curve.node, message, table.node, answer, named);
  page.onWidth((width) => curve.layout(width));
  page.open();
  return page.close;
}

export default { render };
