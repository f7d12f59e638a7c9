// Pictures in SVG, at the size at which they are seen, so that text stays readable on a phone.
// Each drawing is { node, draw(spec), layout(width) }: draw again with a new spec whenever a number changes.
// Every picture carries its name and a description; heat maps and bars keep their numbers in a table behind them.

import { attributes, html, setText, svg } from "./elements.js";
import { cellText, general } from "./format.js";

/** @import { Attributes, Child } from "./elements.js" */

/**
 * A picture that is drawn from a spec; `layout` gives it another width.
 * @template S
 * @typedef {{ draw: (spec: S) => void, layout: (width: number) => void }} Resizable
 */
/** @typedef {{ from: number, to: number, scale?: string }} Span */
/** @typedef {Span & { label: string }} Axis */
/** @typedef {{ values?: ArrayLike<number>, points?: [number, number][], kind?: number, name?: string }} Curve */
/**
 * @typedef {{
 *   x: Axis, y: Axis, curves?: Curve[], floor?: { value: number, label: string } | null,
 *   point?: { x: number, y: number, label: string } | null, description?: string,
 * }} PlotSpec
 */
/** @typedef {{ rows: string[], columns: string[], values: ArrayLike<number>, corner?: string }} TableSpec */
/**
 * @typedef {TableSpec & {
 *   rowName?: string, columnName?: string, full?: number, note?: string, description?: string,
 *   faded?: (row: number) => boolean,
 * }} HeatSpec
 */

export const CHARACTER = 7.2; // width of a character of the pictures' text, in pixels

/** @param {string} name */
export function pictureFrame(name) {
  const title = svg("title", {}, name);
  const description = svg("desc");
  const drawing = svg("g");
  const node = svg("svg", { class: "tinyml-picture", role: "img" }, title, description, drawing);
  return {
    node,
    drawing,
    /** @type {(width: number, height: number) => void} */
    size: (width, height) => attributes(node, { width, height, viewBox: `0 0 ${width} ${height}` }),
    /** @type {(text: string) => void} */
    describe: (text) => setText(description, text),
  };
}

/**
 * draw(spec) and layout(width) of a drawing that is painted by paint(spec, width).
 * @template S
 * @param {(spec: S, width: number) => void} paint
 * @returns {Resizable<S>}
 */
export function resizable(paint, width = 480) {
  /** @type {S | null} */
  let last = null;
  let current = width;
  return {
    draw(spec) {
      last = spec;
      paint(spec, current);
    },
    layout(given) {
      if (given <= 0 || given === current) return;
      current = given;
      if (last) paint(last, current);
    },
  };
}

/**
 * Give a picture the width of the element that holds it.
 * @param {{ node: Element, layout: (width: number) => void }} picture
 */
export function fitToPlace({ node, layout }) {
  layout(node.parentElement?.clientWidth ?? 0);
}

/**
 * @param {number} x
 * @param {number} y
 * @param {string} text
 * @param {Attributes} given
 */
export function textAt(x, y, text, given = {}) {
  return svg("text", { x, y, ...given }, text);
}

/**
 * Round tick values between two bounds: powers of ten on a logarithmic scale, else 1, 2 or 5 times one.
 * @param {number} from
 * @param {number} to
 */
export function ticksBetween(from, to, most = 6, scale = "linear") {
  if (scale === "log") {
    const first = Math.ceil(Math.log10(from) - 1e-9);
    const last = Math.floor(Math.log10(to) + 1e-9);
    const every = Math.max(1, Math.ceil((last - first + 1) / most));
    const found = [];
    for (let power = first; power <= last; power += every) found.push(Number(`1e${power}`));
    return found;
  }
  const rough = (to - from) / most;
  const power = Math.floor(Math.log10(rough));
  const factor = [1, 2, 5].find((candidate) => candidate * 10 ** power >= rough * (1 - 1e-9)) ?? 10;
  const found = [];
  const digits = Math.max(0, -power);
  for (let k = Math.ceil(from / (factor * 10 ** power) - 1e-9); ; k++) {
    const value = Number((k * factor * 10 ** power).toFixed(Math.min(digits, 20)));
    if (value > to + 1e-9 * (to - from)) return found;
    found.push(value);
  }
}

/**
 * A function from values to pixels.
 * @param {Span} span
 * @param {number} start
 * @param {number} end
 */
export function scaleBetween({ from, to, scale = "linear" }, start, end) {
  /** @type {(value: number) => number} */
  const place = scale === "log" ? Math.log10 : (value) => value;
  const [low, high] = [place(from), place(to)];
  return (/** @type {number} */ value) => start + ((place(value) - low) / (high - low || 1)) * (end - start);
}

/**
 * Axes with curves. The `values` of a curve are at x = 0, 1, 2, ...; its `kind` 1, 2, 3 picks colour and dash. A curve
 * that leaves the axes is cut at the edge.
 * @param {string} name
 */
export function plot(name, { height = 260 } = {}) {
  const picture = pictureFrame(name);
  const legend = html("p", { class: "tinyml-legend" });
  /** @type {(spec: PlotSpec, width: number) => void} */
  const paint = (spec, width) => {
    const { x, y, curves = [], floor = null, point = null } = spec;
    const [left, right, top, bottom] = [46, width - 12, 26, height - 40];
    const across = scaleBetween(x, left, right);
    const up = scaleBetween(y, bottom, top);
    /** @type {SVGElement[]} */
    const parts = [];
    for (const value of ticksBetween(y.from, y.to, 5, y.scale)) {
      parts.push(svg("line", { class: "tinyml-grid", x1: left, x2: right, y1: up(value), y2: up(value) }),
        textAt(left - 6, up(value) + 4, general(value), { "text-anchor": "end" }));
    }
    for (const value of ticksBetween(x.from, x.to, width < 420 ? 4 : 8, x.scale)) {
      const at = across(value);
      parts.push(svg("line", { class: "tinyml-tick", x1: at, x2: at, y1: bottom, y2: bottom + 5 }),
        textAt(at, bottom + 18, general(value), { "text-anchor": "middle" }));
    }
    parts.push(svg("line", { class: "tinyml-axis", x1: left, x2: right, y1: bottom, y2: bottom }),
      textAt((left + right) / 2, height - 6, x.label, { "text-anchor": "middle" }),
      textAt(left - 40, 14, y.label));
    const inside = svg("svg", {
      x: left, y: top - 2, width: right - left, height: bottom - top + 4, overflow: "hidden",
    });
    /** @type {(point: [number, number]) => string} */
    const shift = ([a, b]) => `${(across(a) - left).toFixed(1)} ${(up(b) - top + 2).toFixed(1)}`;
    if (floor) {
      inside.append(svg("path", { class: "tinyml-floor", d: `M${shift([x.from, floor.value])}H${right - left}` }));
    }
    for (const { values = [], points, kind = 1 } of curves) {
      const all = points ?? Array.from(values, (value, k) => /** @type {[number, number]} */ ([k, value]));
      const listed = all.filter(([, b]) => Number.isFinite(b))
        .map(([a, b]) => /** @type {[number, number]} */ ([a, Math.min(b, y.to + (y.to - y.from))]));
      if (listed.length > 0) {
        const d = `M${listed.map(shift).join("L")}`;
        inside.append(svg("path", { class: `tinyml-curve tinyml-curve-${kind}`, d }));
      }
    }
    parts.push(inside);
    if (point) {
      const [px, py] = [across(point.x), up(Math.min(point.y, y.to))];
      const end = px > (left + right) / 2;
      parts.push(svg("line", { class: "tinyml-drop", x1: px, x2: px, y1: py, y2: bottom }),
        svg("circle", { class: "tinyml-point", cx: px, cy: py, r: 6 }),
        textAt(px + (end ? -10 : 10), Math.max(py - 10, 14), point.label, {
          "text-anchor": end ? "end" : "start", class: "tinyml-strong",
        }));
    }
    picture.size(width, height);
    picture.describe(spec.description ?? "");
    picture.drawing.replaceChildren(...parts);
    const named = curves.map(({ name: own = "", kind = 1 }) => [own, `tinyml-curve tinyml-curve-${kind}`]);
    if (floor) named.push([floor.label, "tinyml-floor"]);
    legend.replaceChildren(...named.filter(([own]) => own).map(([own, kind]) => html("span", {},
      svg("svg", { width: 28, height: 8, "aria-hidden": "true" }, svg("path", { class: kind, d: "M1 4H27" })), own)));
  };
  return {
    node: html("figure", { class: "tinyml-figure" }, html("div", {}, picture.node), legend),
    ...resizable(paint),
  };
}

/**
 * The numbers of a picture in a table that is filled while it is open.
 * @param {string} caption
 */
export function numberTable(caption) {
  const table = html("table", {});
  const node = html("details", {}, html("summary", {}, `Numbers of: ${caption}`),
    html("div", { class: "tinyml-scroll", tabindex: 0, role: "group", "aria-label": `${caption}, numbers` }, table));
  /** @type {TableSpec | null} */
  let spec = null;
  const fill = () => {
    if (!node.open || !spec) return;
    const { corner = "", rows, columns, values } = spec;
    table.replaceChildren(
      html("thead", {}, html("tr", {}, html("td", {}, corner),
        ...columns.map((own) => html("th", { scope: "col" }, own)))),
      html("tbody", {}, ...rows.map((own, i) => html("tr", {}, html("th", { scope: "row" }, own),
        ...columns.map((_, j) => html("td", {}, general(values[i * columns.length + j])))))));
  };
  node.addEventListener("toggle", fill);
  return {
    node,
    /** @param {TableSpec} given */
    show(given) {
      spec = given;
      fill();
    },
  };
}

/**
 * A heat map with its numbers: labels of rows and columns, and values row by row. A value of size `full` (1 unless
 * told) has the full colour; negative values have another one. Cells too small for text leave their numbers to the table.
 * @param {string} name
 */
export function heatMap(name, { least = 9, most = 46 } = {}) {
  const picture = pictureFrame(name);
  const caption = html("figcaption", {});
  const scroll = html("div", { class: "tinyml-scroll" }, picture.node);
  const table = numberTable(name);
  let built = "";
  /** @type {{ rect: SVGElement, text: SVGElement | null }[]} */
  let cells = [];
  /** @type {(spec: HeatSpec, width: number) => void} */
  const build = ({ rows, columns, rowName = "", columnName = "", faded = () => false }, width) => {
    const longest = Math.max(...rows.map((own) => own.length), 1);
    const left = Math.min(longest, 12) * CHARACTER + 8 + (rowName ? 18 : 0);
    const cell = Math.max(least, Math.min(most, Math.floor((width - left - 2) / columns.length)));
    const tall = Math.min(cell, 30);
    const widest = Math.max(...columns.map((own) => own.length));
    const upright = widest * CHARACTER > cell;
    const head = (columnName ? 18 : 2) + (upright ? Math.min(widest, 12) * CHARACTER : 14) + 6;
    /** @type {SVGElement[]} */
    const parts = [];
    if (columnName) parts.push(textAt(left, 12, columnName, { class: "tinyml-quiet" }));
    if (rowName) {
      const middle = head + (rows.length * tall) / 2;
      parts.push(textAt(12, middle, rowName, {
        class: "tinyml-quiet", "text-anchor": "middle", transform: `rotate(-90 12 ${middle})`,
      }));
    }
    /** @type {(own: string) => string} */
    const short = (own) => (own.length > 12 ? `${own.slice(0, 11)}…` : own);
    columns.forEach((own, j) => {
      if (upright && cell < 11 && j % 2) return;
      const at = left + (j + 0.5) * cell;
      parts.push(upright
        ? textAt(at + 4, head - 6, short(own), { transform: `rotate(-90 ${at + 4} ${head - 6})` })
        : textAt(at, head - 6, own, { "text-anchor": "middle" }));
    });
    rows.forEach((own, i) => {
      if (tall < 11 && i % 2) return;
      parts.push(textAt(left - 6, head + (i + 0.5) * tall + 4, short(own), {
        "text-anchor": "end", class: faded(i) ? "tinyml-quiet" : null,
      }));
    });
    const withText = cell >= 38;
    cells = rows.flatMap((_, i) => columns.map((__, j) => {
      const place = { x: left + j * cell, y: head + i * tall };
      const rect = svg("rect", { ...place, width: cell - 1, height: tall - 1 });
      const text = withText
        ? textAt(place.x + cell / 2 - 0.5, place.y + tall / 2 + 4, "", { "text-anchor": "middle" }) : null;
      parts.push(rect, ...(text ? [text] : []));
      return { rect, text };
    }));
    picture.size(Math.ceil(left + columns.length * cell + 1), Math.ceil(head + rows.length * tall + 1));
    picture.drawing.replaceChildren(...parts);
  };
  /** @type {(spec: HeatSpec, width: number) => void} */
  const paint = (spec, width) => {
    const key = JSON.stringify([spec.rows, spec.columns, spec.rows.map((_, i) => Boolean(spec.faded?.(i))), width]);
    if (key !== built) {
      built = key;
      build(spec, width);
    }
    cells.forEach((cell, k) => {
      const value = spec.values[k];
      const share = Math.min(1, Math.abs(value) / (spec.full ?? 1));
      const look = Number.isNaN(share) ? "0" : (0.04 + 0.96 * share).toFixed(2);
      const kind = value < 0 ? "tinyml-cell tinyml-negative" : "tinyml-cell tinyml-positive";
      attributes(cell.rect, { class: kind, "fill-opacity": look });
      if (cell.text) setText(cell.text, cellText(value));
    });
    picture.describe(spec.description ?? "");
    setText(caption, spec.note ? `${name}. ${spec.note}` : name);
    table.show({ ...spec, corner: spec.rowName ? `${spec.rowName} \\ ${spec.columnName}` : "" });
  };
  const { draw, layout } = resizable(paint, 320);
  return {
    node: html("figure", { class: "tinyml-figure" }, caption, scroll, table.node),
    draw,
    /** @param {number} width */
    layout(width) {
      layout(width);
      attributes(scroll, scroll.scrollWidth > scroll.clientWidth
        ? { tabindex: 0, role: "group", "aria-label": `${name}, scrolls sideways` }
        : { tabindex: null, role: null, "aria-label": null });
    },
  };
}
