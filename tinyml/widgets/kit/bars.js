// Bars with their numbers, positive or signed.

import { CHARACTER, numberTable, pictureFrame, resizable, scaleBetween, textAt } from "./drawing.js";
import { html, setText, svg } from "./elements.js";
import { cellText } from "./format.js";

/**
 * @typedef {{
 *   labels: string[], values: ArrayLike<number>, from?: number, to?: number, marked?: number, description?: string,
 *   text?: (value: number) => string, note?: string, columnName?: string,
 * }} BarsSpec
 */

/**
 * Horizontal bars, one per label, from a common zero line; with negative values the zero line stands inside.
 * @param {string} name
 */
export function bars(name) {
  const picture = pictureFrame(name);
  const table = numberTable(name);
  const caption = html("figcaption", {});
  /** @type {(spec: BarsSpec, width: number) => void} */
  const paint = (spec, width) => {
    const { labels, values, from = 0, to = 1, marked = -1, text = cellText } = spec;
    const left = Math.min(Math.max(...labels.map((own) => own.length)), 14) * CHARACTER + 12;
    const across = scaleBetween({ from, to }, left + (from < 0 ? 44 : 2), width - 52);
    const tall = 26;
    const parts = labels.flatMap((own, k) => {
      const value = Math.max(from, Math.min(to, Number.isFinite(values[k]) ? values[k] : 0));
      const [start, end] = [across(Math.min(value, 0)), across(Math.max(value, 0))];
      const y = k * tall + 3;
      /** @type {SVGElement[]} */
      const drawn = [
        textAt(left - 8, y + 15, own, { "text-anchor": "end", class: k === marked ? "tinyml-strong" : null }),
        svg("rect", {
          class: ["tinyml-bar", values[k] < 0 ? "tinyml-negative" : "tinyml-positive", k === marked && "tinyml-marked"]
            .filter(Boolean).join(" "),
          x: start, y, width: Math.max(end - start, 1), height: tall - 6,
        }),
        textAt(values[k] < 0 ? start - 5 : end + 5, y + 15, text(values[k]), {
          "text-anchor": values[k] < 0 ? "end" : "start",
        }),
      ];
      return drawn;
    });
    parts.push(svg("line", { class: "tinyml-axis", x1: across(0), x2: across(0), y1: 0, y2: labels.length * tall }));
    picture.size(width, labels.length * tall + 2);
    picture.describe(spec.description ?? "");
    picture.drawing.replaceChildren(...parts);
    setText(caption, spec.note ? `${name}. ${spec.note}` : name);
    table.show({ rows: labels, columns: [spec.columnName ?? "value"], values });
  };
  return {
    node: html("figure", { class: "tinyml-figure" }, caption, html("div", {}, picture.node), table.node),
    ...resizable(paint, 320),
  };
}
