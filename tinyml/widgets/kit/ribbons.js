// Columns of bars joined by ribbons: each bar as tall as its share of 1, each ribbon as wide as the share it carries.

import { CHARACTER, pictureFrame, resizable, textAt } from "./drawing.js";
import { html, svg } from "./elements.js";
import { general } from "./format.js";

/** @typedef {{ label: string, value: number }} Bar */
/** @typedef {{ from: number, to: number, value: number, kind?: string }} Ribbon */
/**
 * Ribbons are one list fewer than columns: the list at k leads from column k to column k + 1. The ribbons of a list are
 * in the order of the bars that they leave.
 * @typedef {{ columns: { head: string, bars: Bar[] }[], ribbons: Ribbon[][], description: string }} RibbonSpec
 */

const FULL = 180; // pixels of a bar of 1
const THICK = 12;
const ROW = 20;
const THIN = 10; // pixels: a ribbon below them would strike its label through
const GAP = 4;
const HEAD = 24;

/**
 * Where the bars of a column begin, one below the other, where their labels are, and the height of them all. A label is
 * in the middle of its bar, and above a thin one.
 * @param {number[]} values
 */
export function stacked(values) {
  let height = 0;
  /** @type {number[]} */
  const labels = [];
  const tops = values.map((value) => {
    const tall = value * FULL;
    const row = Math.max(tall, ROW);
    const thin = tall < THIN;
    const top = height + (row - tall) / (thin ? 1 : 2);
    labels.push(top + (thin ? -8 : tall / 2));
    height += row + GAP;
    return top;
  });
  return { tops, labels, height };
}

/**
 * Where each ribbon leaves and arrives: side by side at both ends.
 * @param {Ribbon[]} all
 * @param {number[]} here the tops of the bars that they leave
 * @param {number[]} there
 */
export function ends(all, here, there) {
  const [leaving, arriving] = [[...here], [...there]];
  return all.map(({ from, to, value }) => {
    const own = { leaves: leaving[from], arrives: arriving[to], wide: value * FULL };
    leaving[from] += own.wide;
    arriving[to] += own.wide;
    return own;
  });
}

/** @param {string} name */
export function ribbons(name) {
  const picture = pictureFrame(name);
  /** @type {(spec: RibbonSpec, width: number) => void} */
  const paint = (spec, width) => {
    const { columns } = spec;
    const last = columns[columns.length - 1].bars;
    const room = (Math.max(...last.map(({ label }) => label.length)) + 7) * CHARACTER + 6;
    const apart = (width - room - THICK - 4) / (columns.length - 1);
    const stacks = columns.map(({ bars }) => stacked(bars.map(({ value }) => value)));
    /** @type {(k: number) => number} */
    const across = (k) => 2 + k * apart;
    /** @type {SVGElement[]} */
    const parts = [];
    spec.ribbons.forEach((own, k) => {
      const [x0, x1] = [across(k) + THICK, across(k + 1)];
      const middle = (x0 + x1) / 2;
      ends(own, stacks[k].tops, stacks[k + 1].tops).forEach(({ leaves, arrives, wide }, place) => {
        const [y0, y1] = [HEAD + leaves, HEAD + arrives];
        parts.push(svg("path", {
          class: `tinyml-ribbon ${own[place].kind ?? ""}`.trim(),
          d: `M${x0} ${y0}C${middle} ${y0} ${middle} ${y1} ${x1} ${y1}v${wide}` +
            `C${middle} ${y1 + wide} ${middle} ${y0 + wide} ${x0} ${y0 + wide}Z`,
        }));
      });
    });
    columns.forEach(({ head, bars }, k) => {
      const x = across(k);
      const crowded = k < columns.length - 1 && apart < 80;
      parts.push(textAt(x, 13, head, { class: "tinyml-quiet" }));
      bars.forEach(({ label, value }, place) => {
        parts.push(
          svg("rect", {
            class: "tinyml-bar tinyml-ribbon-end", x, y: HEAD + stacks[k].tops[place], width: THICK,
            height: Math.max(value * FULL, 0.5),
          }),
          textAt(x + THICK + 4, HEAD + stacks[k].labels[place] + 4, crowded ? label : `${label} ${general(value, 2)}`),
        );
      });
    });
    picture.size(width, HEAD + Math.max(...stacks.map(({ height }) => height)));
    picture.describe(spec.description);
    picture.drawing.replaceChildren(...parts);
  };
  return { node: html("figure", { class: "tinyml-figure" }, html("div", {}, picture.node)), ...resizable(paint, 320) };
}
