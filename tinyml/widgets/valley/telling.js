// What Valley says: its result, its pictures for those who do not see them, and the same two runs in Python.

import { floatRepr, general } from "../kit/format.js";
import { away, EDGE, EPS, NEAR, runOf, START, STEEPNESS, turned, turnOf } from "./rolling.js";

/** @import { Optimiser, Place, Run } from "./rolling.js" */
/**
 * @typedef {{
 *   first: Optimiser, second: Optimiser, rate: number, gamma: number, angle: number, steps: number,
 * }} Choice
 */

/** @type {Record<Optimiser, string>} */
export const NAMES = {
  descent: "gradient descent", momentum: "momentum", misprinted: "misprinted momentum", nesterov: "Nesterov",
  adagrad: "AdaGrad", adam: "Adam",
};

/** @type {(text: string) => string} */
export const capital = (text) => text[0].toUpperCase() + text.slice(1);
/** @type {(count: number) => string} */
const stepsText = (count) => `${count} ${count === 1 ? "step" : "steps"}`;
/** @type {(optimiser: Optimiser) => boolean} */
const looksAtEntries = (optimiser) => optimiser === "adagrad" || optimiser === "adam";

/**
 * Where an optimiser is, or why it is not there any more.
 * @param {Optimiser} optimiser
 * @param {Run} run
 * @param {number} steps
 */
function whereWords(optimiser, { complete, value }, steps) {
  const name = NAMES[optimiser];
  if (complete === steps) return `After ${stepsText(steps)} ${name} is at f = ${general(value)}.`;
  return `${capital(name)} is thrown out: step ${complete + 1} leads more than ${EDGE} from the bottom, and is ` +
    `refused. Before that step f is ${general(value)}.`;
}

/**
 * How far the turn has moved the paths, and why.
 * @param {Optimiser[]} chosen
 * @param {Run[]} runs
 * @param {number} angle
 */
function meterWords(chosen, runs, angle) {
  if (angle === 0) return `The valley isn't turned, so its two runs are one: ${away(0)} apart.`;
  const [one, two] = chosen.map((own, k) => ({ name: NAMES[own], far: away(runs[k].deviation) }));
  const alike = two && two.far === one.far;
  const other = !two ? "" : alike ? `, and so is ${two.name}'s` : `; ${two.name}'s is ${two.far} from its own`;
  const told = `Turned back, ${one.name}'s path is ${one.far} from its path before the turn${other}.`;
  const moved = chosen.filter((own, k) => looksAtEntries(own) && runs[k].deviation > NEAR);
  const kept = chosen.filter((own, k) => looksAtEntries(own) && runs[k].deviation <= NEAR);
  const why = [];
  const named = (/** @type {Optimiser[]} */ own) => own.map((each) => NAMES[each]).join(" and ");
  if (moved.length > 0) {
    const [give, see] = moved.length === 1 ? ["gives", "it sees"] : ["give", "they see"];
    why.push(` ${named(moved)} ${give} each coordinate a rate of its own, and so ${see} the turn.`);
  }
  if (kept.length > 0 && angle === 90) {
    why.push(` A quarter turn only swaps the coordinates and flips a sign: ${named(kept)} can't tell.`);
  }
  return told + why.join("");
}

/**
 * The result in words.
 * @param {Choice} choice
 */
export function valleyWords({ first, second, rate, gamma, angle, steps }) {
  const chosen = first === second ? [first] : [first, second];
  const runs = chosen.map((own) => runOf(own, rate, gamma, angle, steps));
  const where = chosen.map((own, k) => whereWords(own, runs[k], steps));
  if (runs.length === 2 && runs.every(({ complete }) => complete === steps)) {
    where.splice(0, 2, `${where[0].slice(0, -1)}, and ${NAMES[second]} at f = ${general(runs[1].value)}.`);
  }
  return [...where, meterWords(chosen, runs, angle)].join(" ");
}

/** @type {(place: Place) => string} */
const placeText = ([x, y]) => `(${general(x, 3)}, ${general(y, 3)})`;

/**
 * One picture in words.
 * @param {Optimiser} optimiser
 * @param {Run} run
 * @param {number} angle
 */
export function pictureWords(optimiser, { complete, places, level, deviation }, angle) {
  const turn = turnOf(angle);
  const valley = angle === 0 ? "a long and narrow valley" : `a long and narrow valley, turned by ${angle} degrees`;
  const path = `The path of ${NAMES[optimiser]} over the contour lines of ${valley}: from ${placeText(places[0])} in ` +
    `${stepsText(complete)} to ${placeText(places[complete])}. The bottom is at (0, 0).`;
  if (angle === 0) return path;
  const other = `The path in the valley before the turn, dashed and turned along, ends at ` +
    `${placeText(turned(level[complete], turn))}.`;
  return `${path} ${other} The symmetry meter is at ${away(deviation)}.`;
}

/**
 * An update in Python and the rate of its cap.
 * @param {Optimiser} optimiser
 * @param {Choice} choice
 */
function updateCode(optimiser, { rate, gamma }) {
  const [share, number] = [floatRepr(gamma), floatRepr(rate)];
  return {
    descent: `momentum(flat(2), 0.0), ${number}`,
    momentum: `momentum(flat(2), ${share}), ${number}`,
    misprinted: `misprinted_momentum(flat(2), ${share}), ${number}`,
    nesterov: `nesterov(flat(2), ${share}), ${number}`,
    adagrad: `adagrad(flat(2), ${number}, eps=${floatRepr(EPS)}), 1.0`,
    adam: `adam(flat(2), ${number}, ${share}, eps=${floatRepr(EPS)}), 1.0`,
  }[optimiser];
}

/**
 * A runnable snippet that takes both runs, and prints where they are and how far the turn has moved them.
 * @param {Choice} choice
 */
export function valleyCode(choice) {
  const { first, second, rate, gamma, angle, steps } = choice;
  const chosen = [first, second];
  const names = new Set([...chosen.map((own) => updateCode(own, choice).split("(")[0]), "starting"]);
  const lines = chosen.flatMap((own) => {
    const { complete } = runOf(own, rate, gamma, angle, steps);
    const told = [];
    if (own === "descent") told.push("    # gradient descent is momentum that keeps nothing");
    if (complete < steps) told.push(`    # step ${complete + 1} leads more than ${EDGE} from the bottom`);
    return [...told, `    (${updateCode(own, choice)}, ${complete}),`];
  });
  return [
    "import numpy as np", "",
    `from tinyml import ${[...names].sort().join(", ")}`,
    "from tinyml.ch12_para.trees import flat", "",
    `steepness, start = np.array([1.0, ${floatRepr(STEEPNESS)}]), np.array([${START.map(floatRepr).join(", ")}])`,
    `angle = np.radians(${angle})`,
    "turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])", "", "",
    "def path(update, rate, turn, steps):",
    "    state, places = starting(update, turn @ start), []",
    "    for _ in range(steps + 1):",
    "        place, kept = update.forward(state)",
    "        places.append(turn.T @ place)  # turned back",
    "        state = update.backward(kept, -rate * turn @ (steepness * places[-1]))",
    "    return np.array(places)", "", "",
    "for update, rate, steps in [",
    ...lines,
    "]:",
    "    level, turned = path(update, rate, np.eye(2), steps), path(update, rate, turn, steps)",
    '    print(f"{turned[-1] @ (steepness * turned[-1]) / 2:.6g}")',
    "    far = np.hypot(*(turned - level).T).max()",
    `    print("at most ${general(NEAR)}" if far <= ${general(NEAR)} else f"{far:.6g}")`,
    "",
  ].join("\n");
}
