// Boxes and wires: a chain of arrows.

import { CHARACTER, pictureFrame, resizable, textAt } from "./drawing.js";
import { html, svg } from "./elements.js";

/**
 * The texts on the wires are one more than the boxes; `broken` has the places of wires that do not fit.
 * @typedef {{
 *   boxes: { name: string, below?: string }[], wires: string[], broken?: number[], description?: string,
 * }} WiringSpec
 */

/**
 * Boxes in a row joined by wires; they stand in a column when the row is too narrow.
 * @param {string} name
 */
export function wiring(name) {
  const picture = pictureFrame(name);
  /** @type {(spec: WiringSpec, width: number) => void} */
  const paint = (spec, width) => {
    const { boxes, wires, broken = [] } = spec;
    const letters = boxes.map((box) => Math.max(box.name.length, (box.below ?? "").length));
    const boxWide = Math.max(60, ...letters.map((count) => count * CHARACTER + 20));
    const wireLong = Math.max(48, ...wires.map((wire) => wire.length * CHARACTER + 24));
    const rowWide = boxes.length * boxWide + wires.length * wireLong;
    const down = rowWide > width;
    /** @type {SVGElement[]} */
    const parts = [];
    let at = down ? 4 : 2;
    const middle = Math.min(width / 2, boxWide / 2 + 16);
    /** @param {number} k */
    const wire = (k) => {
      const kind = broken.includes(k) ? "tinyml-wire tinyml-broken" : "tinyml-wire";
      const long = down ? 40 : wireLong;
      const line = down ? { x1: middle, x2: middle, y1: at, y2: at + long } : { x1: at, x2: at + long, y1: 48, y2: 48 };
      parts.push(svg("line", { class: kind, ...line }), down
        ? textAt(middle + 10, at + 25, wires[k])
        : textAt(at + long / 2, 40, wires[k], { "text-anchor": "middle" }));
      at += long;
    };
    boxes.forEach((box, k) => {
      wire(k);
      const [x, y] = down ? [middle - boxWide / 2, at] : [at, 24];
      parts.push(svg("rect", { class: "tinyml-box", x, y, width: boxWide, height: 48, rx: 6 }),
        textAt(x + boxWide / 2, y + (box.below ? 21 : 29), box.name, {
          "text-anchor": "middle", class: "tinyml-strong",
        }));
      if (box.below) parts.push(textAt(x + boxWide / 2, y + 38, box.below, { "text-anchor": "middle" }));
      at += down ? 48 : boxWide;
    });
    wire(boxes.length);
    picture.size(down ? width : Math.ceil(rowWide + 4), down ? at + 4 : 96);
    picture.describe(spec.description ?? "");
    picture.drawing.replaceChildren(...parts);
  };
  return {
    node: html("figure", { class: "tinyml-figure" }, html("div", {}, picture.node)),
    ...resizable(paint),
  };
}
