// SoftmaxBench: (logits + shift) / temperature through softmax; entropy and loss; and the careless formula beside it.

import { bars } from "../kit/bars.js";
import { buttonRow, slider } from "../kit/controls.js";
import { fitToPlace } from "../kit/drawing.js";
import { html, setText } from "../kit/elements.js";
import { floatRepr, general } from "../kit/format.js";
import { frame } from "../kit/frame.js";
import { logSoftmax } from "../kit/training.js";

/** @import { Values } from "../kit/certificate.js" */
/** @import { Given } from "../kit/frame.js" */
/** @typedef {{ logits: number[], shift: number, temperature: number, target: number }} Settings */
/** @typedef {ReturnType<typeof benchOf>} Bench */

const START = [2, 1, 0.5, 0, -1];

/**
 * Everything that the bench shows: scores, distribution, surprises, entropy, and the careless formula.
 * @param {number[]} logits
 * @param {number} shift
 * @param {number} temperature
 */
export function benchOf(logits, shift, temperature) {
  const scores = logits.map((logit) => (logit + shift) / temperature);
  const logs = Array.from(logSoftmax(scores));
  const distribution = logs.map(Math.exp);
  const powers = scores.map(Math.exp);
  const total = powers.reduce((sum, power) => sum + power, 0);
  return {
    scores,
    distribution,
    surprises: logs.map((own) => -own),
    entropy: Math.abs(logs.reduce((sum, own, k) => sum + distribution[k] * own, 0)),
    careless: powers.map((power) => power / total),
  };
}

export function recompute() {
  /** @type {Values} */
  const values = {};
  for (const [shift, temperature] of [[0, 1], [0, 0.25], [0, 4], [1000, 1], [-1000, 2]]) {
    const bench = benchOf(START, shift, temperature);
    const key = `shift ${general(shift)}, temperature ${general(temperature)}`;
    values[`scores at ${key}`] = bench.scores;
    values[`distribution at ${key}`] = bench.distribution;
    values[`entropy at ${key}`] = bench.entropy;
    values[`losses at ${key}`] = bench.surprises;
  }
  values["careless at shift 0"] = benchOf(START, 0, 1).careless;
  return values;
}

/**
 * What the careless formula does with these scores, in words: its powers may leave 64 bits above or below.
 * @param {Bench} bench
 */
export function carelessWords({ scores, careless, distribution }) {
  const top = Math.max(...scores);
  const power = `exp(${general(top)})`;
  if (Math.exp(top) === Infinity) {
    return `${power} is too large for a number of 64 bits, so the formula as it stands divides inf by inf.`;
  }
  if (Math.exp(top) === 0) return `${power} is so small that it rounds to 0, so the formula as it stands divides 0 by 0.`;
  const off = Math.max(...careless.map((share, k) => Math.abs(share - distribution[k])));
  if (off < 1e-9) return "The formula as it stands gives the same here, to nine decimals.";
  return careless.every((share) => share === 0)
    ? "The sum of the powers is too large for a number of 64 bits, so the formula as it stands gives 0 to every token."
    : `${power} is so small that only a few of its digits are left, so the formula as it stands is off by ${general(off)}.`;
}

/**
 * A runnable snippet that prints the distribution, its entropy and the loss shown.
 * @param {Settings} settings
 */
export function benchSnippet({ logits, shift, temperature, target }) {
  return [
    "import numpy as np",
    "from tinyml import Logits, Softmax, TokenId, VocabSize, log_softmax, loss_from_logits",
    "",
    `logits = Logits((np.array([${logits.map(floatRepr).join(", ")}]) + ${floatRepr(shift)}) / ${floatRepr(temperature)})`,
    "distribution = Softmax(VocabSize(5))(logits)",
    'print(*(f"{p:.6g}" for p in distribution.values))',
    'print(f"{abs((distribution.values * log_softmax(logits.values)).sum()):.6g}")',
    `print(f"{loss_from_logits(logits, TokenId(${target})).value:.6g}")`,
    "",
  ].join("\n");
}

/** @param {Given<Settings>} given */
function render({ model, el }) {
  const settings = model.get("settings");
  const distribution = bars("Distribution");
  const surprise = bars("Surprise, -ln p");
  const careless = bars("exp(l) divided by the sum, as it stands");
  const remark = html("p", {});
  const labels = START.map((_, k) => `token ${k}`);
  const update = () => {
    const target = model.get("target");
    const bench = benchOf(model.get("logits"), model.get("shift"), model.get("temperature"));
    const words = `The distribution has an entropy of ${general(bench.entropy)} nats; a uniform one would have ln 5 = ` +
      `${general(Math.log(5))}. Target ${target} has probability ${general(bench.distribution[target])}, and the loss, ` +
      `its surprise, is ${general(bench.surprises[target])}.`;
    distribution.draw({ labels, values: bench.distribution, marked: target, description: words });
    surprise.draw({
      labels, values: bench.surprises, to: Math.max(...bench.surprises, 1), marked: target,
      description: "The rarer a token is, the longer its bar.",
    });
    careless.draw({ labels, values: bench.careless, marked: target, description: carelessWords(bench) });
    setText(remark, carelessWords(bench));
    return words;
  };
  const python = () => benchSnippet({
    logits: model.get("logits"), shift: model.get("shift"), temperature: model.get("temperature"),
    target: model.get("target"),
  });
  const page = frame({
    model, el, title: "Softmax bench", update, python, recompute, tall: true,
    types: ["softmax : Logits[5] -> Distribution[5]", "cross_entropy : Distribution x TokenId -> Loss"],
  });
  const { min, max } = settings.logits;
  const logitSliders = labels.map((label, k) => {
    const control = slider({ label: `Logit of ${label}`, min, max, step: 0.5, initial: model.get("logits")[k] });
    control.listen((value) => page.set("logits", model.get("logits").map((own, j) => (j === k ? value : own))));
    return control;
  });
  page.onChange("logits", () => logitSliders.forEach((control, k) => control.set(model.get("logits")[k])));
  const temperature = page.bind("temperature", slider({ label: "Temperature", ...settings.temperature, scale: "log" }));
  const shift = page.bind("shift", slider({ label: "Shift, added to all logits", ...settings.shift, step: 10 }));
  const target = page.bind("target", buttonRow({ label: "Target", choices: labels.map((_, k) => k) }));
  page.controls.append(temperature.node);
  page.fields.append(...logitSliders.map(({ node }) => node), shift.node, target.node);
  const columns = html("div", { class: "tinyml-columns" },
    html("div", {}, distribution.node, surprise.node), html("div", {}, careless.node, remark));
  page.stage.append(columns);
  const layout = () => [distribution, surprise, careless].forEach(fitToPlace);
  page.onWidth(layout);
  page.open();
  layout();
  return page.close;
}

export default { render };
