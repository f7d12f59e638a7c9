// ReverseBench: the reader types a polynomial map and sees what R and D make of it, and the axioms tried on it.

import { buttonRow, textField } from "../kit/controls.js";
import { html } from "../kit/elements.js";
import { frame } from "../kit/frame.js";
import { AXIOMS } from "./axioms.js";
import { readMap } from "./reading.js";
import { storyOf } from "./story.js";
import { benchCode, benchTold, benchWords } from "./telling.js";

/** @import { Values } from "../kit/certificate.js" */
/** @import { Given } from "../kit/frame.js" */
/** @import { PolyMap, Ring } from "./polymaps.js" */
/** @import { ReverseName, Story } from "./story.js" */

const START = "x^2 + 3 y x";
/** @type {[string, string][]} */
const EXAMPLES = ["x^2 + 3 y x", "x y, x", "x + y", "(x y + z)^2", "x^2"].map((own) => [own, own]);
const EQUATIONS = [
  "R[f + g] = R[f] + R[g]",
  "R[f](x, v + w) = R[f](x, v) + R[f](x, w)",
  "R of a wire puts w in its place, and 0 in the others",
  "R[(f, g)](x, v, w) = R[f](x, v) + R[g](x, w)",
  "R[f >> after](x, w) = R[f](x, R[after](f(x), w))",
  "D[R[f]](x, 0, 0, w) = R[f](x, w)",
  "D[D[f]](x, v, w, 0) = D[D[f]](x, w, v, 0)",
];
const CHECKED = ["x^2 + 3 y x", "x y, x", "x + y", "(x y + z)^2", "x^2", "5, -y", "1/3 x^3 y^2 z - 7 z^6, x y z"];

export function recompute() {
  /** @type {Values} */
  const values = {};
  for (const ring of /** @type {Ring[]} */ (["fractions", "bits"])) {
    for (const name of /** @type {ReverseName[]} */ (["right", "printed"])) {
      for (const text of CHECKED) {
        const { f = "", reverse = "", forward = "", axioms = [] } = benchTold(text, ring, name);
        const key = `${text}, ${ring}, ${name}`;
        Object.assign(values, {
          [`f of ${key}`]: f, [`R of ${key}`]: reverse, [`D of ${key}`]: forward, [`axioms of ${key}`]: axioms,
        });
      }
    }
  }
  return values;
}

/**
 * The row of an axiom: whether it holds, and where its sides differ.
 * @param {Story["gaps"][number]} gap
 * @param {number} place
 */
function axiomRow(gap, place) {
  const sides = gap ? [["left", gap.left], ["right", gap.right]] : [];
  return html("tr", {}, html("th", { scope: "row" }, AXIOMS[place]),
    html("td", { class: gap ? "reverse-fails" : "reverse-holds" }, gap ? "fails" : "holds"),
    html("td", {}, html("code", {}, EQUATIONS[place]), ...sides.map(([side, text]) => html("div", {},
      html("span", { class: "reverse-side" }, `${side}, ${gap?.place}: `), html("code", {}, text)))));
}

/** @param {Given<{ polynomials: string, ring: Ring, reverse: ReverseName }>} given */
function render({ model, el }) {
  const settings = model.get("settings");
  /** The map of the settings; where the address brought a text that is none, the one that is shown at the start. */
  const current = () => {
    const ring = model.get("ring");
    const found = readMap(model.get("polynomials"), ring);
    if (found.problem === undefined) return { map: found.map, problem: "" };
    const { map } = /** @type {{ map: PolyMap }} */ (readMap(START, ring));
    return { map, problem: `${found.problem} Shown is ${START}.` };
  };
  let story = storyOf(current().map, model.get("reverse"));
  const maps = html("tbody", {});
  const companions = html("p", { class: "reverse-companions" });
  const axioms = html("tbody", {});
  const update = () => {
    const { map, problem } = current();
    story = storyOf(map, model.get("reverse"));
    if (problem) field.remark(problem);
    maps.replaceChildren(...[["f", story.f], ["R[f]", story.reverse], ["D[f]", story.forward]].map(([name, text]) => (
      html("tr", {}, html("th", { scope: "row" }, name), html("td", {}, html("code", {}, text))))));
    companions.replaceChildren("Tried with g = ", html("code", {}, story.g),
      " and after = ", html("code", {}, story.after));
    axioms.replaceChildren(...story.gaps.map(axiomRow));
    return `${problem ? `${problem} ` : ""}${benchWords(map, model.get("reverse"), story)}`;
  };
  const field = textField({ label: "f, in x, y and z", placeholder: "x^2 y - 1/2 z, x z" });
  const page = frame({
    model, el, title: "Reverse bench", update, recompute, types: ["R[f] : n + m -> n", "D[f] : n + n -> m"],
    python: () => benchCode(current().map, model.get("reverse")),
    shown: () => ({
      holding: story.gaps.filter((gap) => !gap).length, terms_of_R: story.terms[0], terms_of_D: story.terms[1],
    }),
    onReset: () => follow(),
  });
  /** Let the field say what the setting says. */
  const follow = () => {
    field.set(model.get("polynomials"));
    field.remark("");
  };
  const check = () => {
    const { problem } = readMap(field.input.value, model.get("ring"));
    field.remark(problem === undefined ? "" : `${problem} Shown is still ${model.get("polynomials")}.`);
    return problem === undefined;
  };
  const take = () => {
    if (check()) page.set("polynomials", field.input.value);
  };
  field.listen(take);
  page.onChange("polynomials", follow);
  page.onChange("ring", () => {
    if (check()) follow();
  });
  const examples = buttonRow({ label: "Examples", choices: EXAMPLES });
  page.bind("polynomials", {
    ...examples,
    listen: (callback) => examples.listen((text) => {
      callback(text);
      follow(); // where it was this text already, and the field said another
    }),
  });
  const ring = buttonRow({ label: "Numbers", choices: settings.ring.choices });
  page.bind("ring", {
    ...ring,
    listen: (callback) => ring.listen((own) => {
      const { problem } = readMap(model.get("polynomials"), own);
      if (problem === undefined) {
        const typed = field.input.value;
        callback(own);
        field.set(typed); // which these numbers may admit
        take();
        return;
      }
      ring.set(model.get("ring"));
      field.remark(`${problem} So the numbers stay ${model.get("ring")}.`);
    }),
  });
  const reverse = page.bind("reverse", buttonRow({
    label: "R", choices: [["right", "the right one"], ["printed", "as printed"]],
  }));
  field.node.classList.add("reverse-field");
  for (const { node } of [field, examples]) node.classList.add("tinyml-wide");
  page.controls.append(field.node, examples.node, ring.node, reverse.node);
  page.stage.append(html("table", { class: "reverse-maps" }, maps),
    html("table", { class: "reverse-axioms" }, html("caption", {}, "The axioms, tried on this f"), axioms), companions);
  follow();
  page.open();
  return page.close;
}

export default { render };
