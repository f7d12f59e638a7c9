// SeamCutter: a text is cut, its parts are counted apart, and what they counted is added up again.

import { checkbox, select, slider } from "../kit/controls.js";
import { pictureFrame, resizable, textAt } from "../kit/drawing.js";
import { html, svg } from "../kit/elements.js";
import { frame } from "../kit/frame.js";

/** @import { Choice } from "../kit/controls.js" */
/** @import { Given } from "../kit/frame.js" */
/** @typedef {"tune" | "mirror" | "drone"} Text */
/** @typedef {[text: Text, cut: number, secondCut: number, ends: boolean]} CutText */
/** @typedef {{ pairs: Map<string, number>, ends: [first: string, last: string] | null }} Counts */
/** @typedef {[pair: string, counts: number[]]} Row a pair, and how often it is in each of the COLUMNS */

/** @type {Record<Text, string>} */
const TEXTS = { tune: "1 2 3 4 1 2 3 4", mirror: "1 2 3 4 4 3 2 1", drone: "1 1 1 1 1 1 1 1" };
const LENGTH = 8;
const COLUMNS = ["part 1", "part 2", "part 3", "on seams", "added up", "whole"];

/** @param {Text} text */
function tokensOf(text) {
  return TEXTS[text].split(" ");
}

/**
 * The three parts of a text in their order; a part may be empty.
 * @param {Text} text
 * @param {number} cut
 * @param {number} secondCut
 */
export function partsOf(text, cut, secondCut) {
  const tokens = tokensOf(text);
  const [first, second] = [Math.min(cut, secondCut), Math.max(cut, secondCut)];
  return [tokens.slice(0, first), tokens.slice(first, second), tokens.slice(second)];
}

/**
 * What is kept of a text: how often each pair of neighbours occurs, and its first and last token.
 * @param {string[]} tokens
 * @returns {Counts}
 */
export function countsOf(tokens) {
  /** @type {Map<string, number>} */
  const pairs = new Map();
  for (let k = 1; k < tokens.length; k++) addPair(pairs, `${tokens[k - 1]} ${tokens[k]}`, 1);
  return { pairs, ends: tokens.length ? [tokens[0], tokens[tokens.length - 1]] : null };
}

/** @type {(pairs: Map<string, number>, pair: string, times: number) => void} */
function addPair(pairs, pair, times) {
  pairs.set(pair, (pairs.get(pair) ?? 0) + times);
}

/**
 * The counts of two texts written one after the other, from their counts alone: the ends know the pair on the seam.
 * @param {Counts} left
 * @param {Counts} right
 * @returns {Counts}
 */
export function joinedCounts(left, right) {
  if (!left.ends || !right.ends) return left.ends ? left : right;
  const pairs = new Map(left.pairs);
  for (const [pair, times] of right.pairs) addPair(pairs, pair, times);
  addPair(pairs, `${left.ends[1]} ${right.ends[0]}`, 1);
  return { pairs, ends: [left.ends[0], right.ends[1]] };
}

/**
 * How often each pair of the text is in each of the COLUMNS; pairs come in the order of the text.
 * @param {CutText} given
 * @returns {Row[]}
 */
export function rowsOf(...given) {
  const [text, cut, secondCut, ends] = given;
  const parts = partsOf(text, cut, secondCut).map(countsOf);
  const whole = countsOf(tokensOf(text));
  const joined = parts.reduce(joinedCounts);
  return [...whole.pairs].map(([pair, times]) => {
    const apart = parts.map(({ pairs }) => pairs.get(pair) ?? 0);
    const bare = apart.reduce((sum, own) => sum + own, 0);
    const together = joined.pairs.get(pair) ?? 0;
    return [pair, [...apart, together - bare, ends ? together : bare, times]];
  });
}

/**
 * What each part sends home, a line for each.
 * @param {CutText} given
 */
export function sentOf(...given) {
  const [text, cut, secondCut, ends] = given;
  return partsOf(text, cut, secondCut).map((tokens, k) => {
    const pairs = Math.max(tokens.length - 1, 0);
    const found = `part ${k + 1}, ${tokens.join(" ") || "empty"}: ${pairs} ${pairs === 1 ? "pair" : "pairs"}`;
    return ends && tokens.length ? `${found}, first ${tokens[0]}, last ${tokens[tokens.length - 1]}` : found;
  });
}

/** @param {Row[]} rows */
function verdictOf(rows) {
  /** @param {number} column */
  const total = (column) => rows.reduce((sum, [, counts]) => sum + counts[column], 0);
  return `${total(4)} of ${total(5)} pairs`;
}

/**
 * All that the page shows, line by line.
 * @param {CutText} given
 */
export function toldOfCut(...given) {
  const rows = rowsOf(...given);
  return [...sentOf(...given), ...rows.map(([pair, counts]) => `${pair} ${counts.join(" ")}`), verdictOf(rows)].join("\n");
}

export function recompute() {
  const names = /** @type {Text[]} */ (Object.keys(TEXTS));
  const cuts = [[4, LENGTH], [0, LENGTH], [4, 5], [6, 2], [4, 4]];
  return Object.fromEntries(names.flatMap((text) => cuts.flatMap(([cut, second]) => [false, true].map((ends) => [
    `${text} cut after ${cut} and ${second}, ${ends ? "with" : "without"} ends`, toldOfCut(text, cut, second, ends),
  ]))));
}

/**
 * The result in words.
 * @param {CutText} given
 */
export function cutWords(...given) {
  const rows = rowsOf(...given);
  const ends = given[3];
  const verdict = `Added up ${ends ? "with their ends" : "as bare counts"}, the parts have ${verdictOf(rows)}.`;
  const across = rows.filter(([, counts]) => counts[3] > 0);
  if (!across.length) return `${verdict} No pair is on a seam: all tokens are in one part.`;
  const seams = across.reduce((sum, [, counts]) => sum + counts[3], 0);
  const pairs = across.map(([pair, counts]) => (counts[3] > 1 ? `${pair}, twice` : pair)).join(" and ");
  const found = seams === 1 ? `One pair is on a seam: ${pairs}.` : `Two pairs are on seams: ${pairs}.`;
  return ends ? `${verdict} ${found} The last token of one part and the first of the next say which.`
    : `${verdict} ${found} No part has counted ${seams === 1 ? "it" : "them"}.`;
}

/**
 * A runnable snippet that prints the rows of the table and how many pairs there are.
 * @param {CutText} given
 */
export function cutSnippet(...given) {
  const [text, cut, secondCut, ends] = given;
  /** @type {(tokens: string[]) => string} */
  const list = (tokens) => `[${tokens.join(", ")}]`;
  return [
    "from tinyml import PairCounts, TokenSequence, VocabSize, pair_counts",
    "",
    "size = VocabSize(5)",
    `text = ${list(tokensOf(text))}`,
    `parts = [${partsOf(text, cut, secondCut).map(list).join(", ")}]`,
    "",
    "def counted(tokens):",
    "    if not tokens:",
    "        return PairCounts.empty(size)",
    "    return PairCounts.of(TokenSequence.from_indices(tokens), size)",
    "",
    "found = [counted(part) for part in parts]",
    "joined = pair_counts(size).fold(found).counts",
    "bare = sum(own.counts for own in found)",
    "whole = counted(text).counts",
    `added = ${ends ? "joined" : "bare"}`,
    "for pair in dict.fromkeys(zip(text, text[1:])):",
    "    columns = *(own.counts for own in found), joined - bare, added, whole",
    "    print(*pair, *(int(column[pair]) for column in columns))",
    'print(f"{added.sum():.0f} of {whole.sum():.0f} pairs")',
    "",
  ].join("\n");
}

/**
 * The tokens in a row with a gap at each seam, and an arc over each pair: plain inside a part, broken across a seam.
 * @param {string} name
 */
function seamPicture(name) {
  const picture = pictureFrame(name);
  /** @type {(spec: { parts: string[][], ends: boolean, description: string }, width: number) => void} */
  const paint = ({ parts, ends, description }, width) => {
    const gap = 26;
    const step = (Math.min(width, 440) - 4 - 2 * gap) / LENGTH;
    const [box, top] = [step - 4, 36];
    /** @type {SVGElement[]} */
    const drawn = [];
    let x = 4;
    /** @type {number | null} the middle of the last token of the part before */
    let before = null;
    /** @type {(from: number, to: number, kind: string) => void} */
    const arc = (from, to, kind) => drawn.push(svg("path", {
      class: `tinyml-wire seam-arc ${kind}`, d: `M${from} ${top - 3}Q${(from + to) / 2} ${top - 40} ${to} ${top - 3}`,
    }));
    for (const [k, tokens] of parts.entries()) {
      if (!tokens.length) continue;
      const left = x;
      for (const [place, token] of tokens.entries()) {
        const middle = x + box / 2;
        const end = place === 0 || place === tokens.length - 1;
        if (before !== null) arc(before, middle, place ? "" : ends ? "seam-kept" : "tinyml-broken");
        drawn.push(
          svg("rect", { class: `tinyml-box${ends && end ? " seam-end" : ""}`, x, y: top, width: box, height: 34, rx: 5 }),
          textAt(middle, top + 22, token, { "text-anchor": "middle", class: "tinyml-strong" }));
        before = middle;
        x += step;
      }
      drawn.push(svg("line", { class: "tinyml-axis", x1: left, x2: x - 4, y1: top + 42, y2: top + 42 }),
        textAt((left + x - 4) / 2, top + 58, String(k + 1), { "text-anchor": "middle", class: "tinyml-quiet" }));
      x += gap;
    }
    picture.size(Math.ceil(x - gap + 2), top + 66);
    picture.describe(description);
    picture.drawing.replaceChildren(...drawn);
  };
  const caption = html("figcaption", {}, `${name}: an arc for each pair, the number of the part below`);
  return { node: html("figure", { class: "tinyml-figure" }, caption, html("div", {}, picture.node)), ...resizable(paint) };
}

/** @param {Given<{ text: Text, cut: number, second_cut: number, ends: boolean }>} given */
function render({ model, el }) {
  const settings = model.get("settings");
  const picture = seamPicture("The text in its parts");
  const sent = html("ul", { class: "seam-sent" });
  const rows = html("tbody", {});
  const head = html("tr", {}, ...["pair", ...COLUMNS].map((own) => html("th", { scope: "col" }, own)));
  const table = html("table", { class: "seam-counts" }, html("thead", {}, head), rows);
  /** @type {() => CutText} */
  const now = () => [model.get("text"), model.get("cut"), model.get("second_cut"), model.get("ends")];
  const update = () => {
    const [text, cut, secondCut, ends] = now();
    const words = cutWords(...now());
    picture.draw({ parts: partsOf(text, cut, secondCut), ends, description: words });
    sent.replaceChildren(...sentOf(...now()).map((line) => html("li", {}, line)));
    rows.replaceChildren(...rowsOf(...now()).map(([pair, counts]) => html("tr",
      { class: counts[4] === counts[5] ? null : "seam-missing" },
      html("th", { scope: "row" }, pair), ...counts.map((own) => html("td", {}, String(own))))));
    return words;
  };
  const page = frame({
    model, el, title: "Seam cutter", update, recompute, python: () => cutSnippet(...now()),
    types: ["PairCounts.of : TokenSequence -> PairCounts", "h(text + more) = h(text) + h(more)"],
  });
  const cut = page.bind("cut", slider({ label: "Cut after so many tokens", ...settings.cut, text: String }));
  const second = page.bind("second_cut", slider({ label: "Cut again after", ...settings.second_cut, text: String }));
  /** @type {Choice<Text>[]} */
  const texts = settings.text.choices.map((own) => [own, `${own}: ${TEXTS[own]}`]);
  const text = page.bind("text", select({ label: "Text", choices: texts }));
  const ends = page.bind("ends", checkbox({ label: "A part also sends its first and its last token" }));
  page.controls.append(cut.node, second.node, text.node, ends.node);
  page.stage.append(picture.node, sent,
    html("div", { class: "tinyml-scroll", tabindex: 0, role: "group", "aria-label": "How often each pair was counted" }, table));
  page.onWidth((width) => picture.layout(width));
  page.open();
  return page.close;
}

export default { render };
