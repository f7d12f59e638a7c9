// LensCorridor: a number walks through rooms in a row, a message comes back, and every sine and every note is counted.

import { buttonRow, slider } from "../kit/controls.js";
import { pictureFrame, resizable, textAt } from "../kit/drawing.js";
import { html, setText, svg } from "../kit/elements.js";
import { frame } from "../kit/frame.js";

/** @import { Values } from "../kit/certificate.js" */
/** @import { Choice } from "../kit/controls.js" */
/** @import { Given } from "../kit/frame.js" */
/** @typedef {"pairs" | "notes" | "segments"} Way */
/** @typedef {"left" | "balanced" | "right"} Bracket */
/** @typedef {[way: Way, bracket: Bracket, length: number, segment: number]} Corridor */
/** @typedef {{ there: boolean, room: number, made: number, held: number }} CorridorEvent */
/** @typedef {{ events: CorridorEvent[], arrives: number, forwards: number, most: number }} Run */
/** @typedef {{ taken: number, notes: number, back: boolean, here: boolean, first: boolean }} Room */

const LONGEST = 32;
const START = 1;

/**
 * One message carried back through a corridor, event by event: rooms are counted from 1, `held` is what was held
 * when the event began.
 * @param {Corridor} given
 * @returns {Run}
 */
export function runOf(...given) {
  const [way, bracket, length, segment] = given;
  const values = [START];
  for (let room = 1; room <= length; room++) values.push(Math.sin(values[room - 1]));
  /** @type {number[]} */
  const changes = [...Array(length).fill(0), 1];
  /** @type {CorridorEvent[]} */
  const events = [];
  /** @type {(room: number, held: number) => void} */
  const there = (room, held) => events.push({ there: true, room, made: values[room], held });
  /** @type {(room: number, held: number) => void} */
  const back = (room, held) => {
    changes[room - 1] = Math.cos(values[room - 1]) * changes[room];
    events.push({ there: false, room, made: changes[room - 1], held });
  };
  /** @type {(from: number, to: number, held: (place: number) => number) => void} */
  const walk = (from, to, held) => {
    for (let room = from; room <= to; room++) there(room, held(room - from));
  };
  if (way === "pairs") {
    /** @type {(from: number, to: number) => void} */
    const put = (from, to) => {
      const count = to - from + 1;
      if (count === 1) return back(from, 0);
      const half = { left: count - 1, balanced: Math.floor(count / 2), right: 1 }[bracket];
      walk(from, from + half - 1, () => 0);
      put(from + half, to);
      put(from, from + half - 1);
    };
    put(1, length);
  } else if (way === "notes") {
    walk(1, length, (place) => place);
    for (let room = length; room >= 1; room--) back(room, length);
  } else {
    const pieces = Math.ceil(length / segment);
    /** @type {(piece: number) => number} */
    const last = (piece) => Math.min(length, segment * (piece + 1));
    for (let piece = 0; piece < pieces; piece++) walk(segment * piece + 1, last(piece), (place) => piece + place);
    for (let piece = pieces - 1; piece >= 0; piece--) {
      const [from, to] = [segment * piece + 1, last(piece)];
      walk(from, to, (place) => pieces + place);
      for (let room = to; room >= from; room--) back(room, pieces + to - from + 1);
    }
  }
  return {
    events, arrives: changes[0], forwards: events.filter((own) => own.there).length,
    most: Math.max(...events.map((own) => heldAfter(way, own))),
  };
}

/**
 * All events in a line: the room, where to, and what was held.
 * @param {Corridor} given
 */
export function runTold(...given) {
  return runOf(...given).events.map((own) => `${own.room}${own.there ? ">" : "<"}${own.held}`).join(" ");
}

/**
 * How many events make up so many per cent of a run.
 * @param {Run} run
 * @param {number} walked
 */
export function eventsIn(run, walked) {
  return Math.floor((walked * run.events.length) / 100);
}

/**
 * The numbers that are held after an event: a forward of a lens adds its own.
 * @param {Way} way
 * @param {CorridorEvent | undefined} event
 */
export function heldAfter(way, event) {
  return event ? event.held + (event.there && way !== "pairs" ? 1 : 0) : 0;
}

/**
 * What is in each room after so many events: how often its sine was taken, its notes, the message; where somebody is.
 * @param {number} count
 * @param {Corridor} given
 * @returns {Room[]}
 */
export function roomsAfter(count, ...given) {
  const [way, , length, segment] = given;
  const seen = runOf(...given).events.slice(0, count);
  const piece = (/** @type {number} */ room) => Math.floor((room - 1) / segment);
  const now = seen[seen.length - 1];
  return Array.from({ length }, (_, k) => {
    const room = k + 1;
    const visits = seen.filter((own) => own.room === room);
    const first = (room - 1) % segment === 0;
    const taken = visits.filter((own) => own.there).length;
    const within = now !== undefined && piece(now.room) === piece(room);
    const walking = within && (count <= length || taken > 1);
    const behindTheDoor = first && !(within && count <= length);
    const notes = taken === 0 || way === "pairs" ? 0 : way === "notes" ? 1 : Number(walking) + Number(behindTheDoor);
    return {
      taken, notes, first: way === "segments" && first,
      back: visits.some((own) => !own.there), here: now?.room === room,
    };
  });
}

export function recompute() {
  /** @type {Values} */
  const values = {};
  const brackets = /** @type {Bracket[]} */ (["left", "balanced", "right"]);
  /** @type {Corridor[]} */
  const corridors = [];
  for (const bracket of brackets) for (const length of [1, 2, 7, 8, LONGEST]) corridors.push(["pairs", bracket, length, 4]);
  for (const length of [1, 8, LONGEST]) corridors.push(["notes", "left", length, 4]);
  for (const length of [1, 8, 10, LONGEST]) {
    for (const segment of [1, 3, 4, LONGEST]) corridors.push(["segments", "left", length, segment]);
  }
  for (const given of corridors) {
    const { forwards, most, arrives, events } = runOf(...given);
    const key = `${given[2]} rooms, ${given[0]}, ${given[1]}, ${given[3]}`;
    values[`totals: ${key}`] = [forwards, most, arrives];
    values[`events: ${key}`] = runTold(...given);
    values[`numbers: ${key}`] = events.slice(0, 40).map((own) => own.made);
  }
  return values;
}

/**
 * The result in words: what happens at this moment, and what the whole run comes to.
 * @param {number} walked
 * @param {Corridor} given
 */
export function runWords(walked, ...given) {
  const run = runOf(...given);
  const count = eventsIn(run, walked);
  const seen = run.events.slice(0, count);
  const now = seen[count - 1];
  const whole = `The whole run: ${meterText(run.forwards, run.most)}, and ${run.arrives.toFixed(6)} arrives.`;
  if (!now) return `Nobody has set out yet. ${whole}`;
  const taken = seen.filter((own) => own.there && own.room === now.room).length;
  const what = now.there
    ? `Room ${now.room} takes its sine${taken > 1 ? `, ${taken} times by now` : ""}: ${now.made.toFixed(6)}.`
    : `The message comes back through room ${now.room} as ${now.made.toFixed(6)}.`;
  return `Event ${count} of ${run.events.length}. ${what} ${whole}`;
}

/**
 * What a meter says.
 * @param {number} forwards
 * @param {number} most
 */
function meterText(forwards, most) {
  return `${forwards} forwards, at most ${most} numbers held`;
}

/**
 * A runnable snippet that prints what the whole run comes to.
 * @param {Corridor} given
 */
export function runCode(...given) {
  const [way, bracket, length, segment] = given;
  const pairs = way === "pairs";
  const names = pairs ? "BarePair, Meter, bracketed"
    : `NUMBERS, Meter, Product, bracketed, ${way === "segments" ? "in_segments, " : ""}lens`;
  const room = pairs
    ? ["room = BarePair(meter.counting(sin), lambda a, db: cos(a) * db)", `rooms = [room] * ${length}`]
    : [
        'room = lens("sine", NUMBERS, NUMBERS, meter.counting(sin), lambda a, db: cos(a) * db)',
        `rooms = [meter.holding(room)] * ${length}`,
        ...(way === "segments" ? [`rooms = [meter.holding(own) for own in in_segments(rooms, ${segment})]`] : []),
      ];
  return [
    "from math import cos, sin",
    "",
    `from tinyml import ${names}`,
    "",
    "meter = Meter()",
    ...room,
    `corridor = bracketed(rooms, "${bracket}")`,
    `arrives = corridor.put(${pairs ? "1.0, 1.0" : "Product(1.0, 1.0)"})`,
    "print(meter)",
    'print(f"{arrives:.6f}")',
    "",
  ].join("\n");
}

/** The rooms in rows: how often each sine was taken, a folded corner where a note is, a mark where the message was. */
function corridorPicture() {
  const picture = pictureFrame("The corridor");
  /** @type {(spec: { rooms: Room[], description: string }, width: number) => void} */
  const paint = ({ rooms, description }, width) => {
    const across = width < 420 ? 4 : 8;
    const [left, high] = [8, 58];
    const step = Math.min(Math.floor((width - left) / across), 76);
    /** @type {SVGElement[]} */
    const parts = [];
    rooms.forEach(({ taken, notes, back, here, first }, k) => {
      const [x, y] = [left + step * (k % across), 2 + high * Math.floor(k / across)];
      const [wide, tall] = [step - 8, high - 12];
      const kind = here ? "tinyml-box corridor-here" : back ? "tinyml-box corridor-back" : "tinyml-box";
      parts.push(svg("rect", { class: kind, x, y, width: wide, height: tall, rx: 4 }),
        textAt(x + 6, y + 15, String(k + 1), { class: "tinyml-quiet" }),
        textAt(x + wide / 2, y + 34, String(taken), { "text-anchor": "middle", class: "tinyml-strong" }));
      if (first) parts.push(svg("line", { class: "corridor-door", x1: x - 4, x2: x - 4, y1: y, y2: y + tall }));
      for (let note = 0; note < notes; note++) {
        parts.push(svg("rect", { class: "corridor-note", x: x + wide - 17 - 6 * note, y: y + 5, width: 11, height: 13 }));
      }
      if (back) parts.push(textAt(x + wide - 7, y + tall - 7, "↑", { "text-anchor": "end", class: "corridor-message" }));
    });
    picture.size(left + step * Math.min(across, rooms.length), 4 + high * Math.ceil(rooms.length / across));
    picture.describe(description);
    picture.drawing.replaceChildren(...parts);
  };
  const caption = html("figcaption", {},
    "In each room, how often its sine was taken; a sheet is a number that is held, ↑ the message that came back, " +
    "a broken line the door of a segment");
  return { node: html("figure", { class: "tinyml-figure" }, caption, html("div", {}, picture.node)), ...resizable(paint) };
}

/** @param {Given<{ way: Way, bracket: Bracket, length: number, segment: number, walked: number }>} given */
function render({ model, el }) {
  const settings = model.get("settings");
  const picture = corridorPicture();
  const cells = ["forwards", "numbers held", "the number in hand"].map((name) => {
    const [now, whole] = [html("td", {}), html("td", {})];
    return { row: html("tr", {}, html("th", { scope: "row" }, name), now, whole), now, whole };
  });
  const heads = ["", "so far", "in the whole run"].map((own) => (own ? html("th", { scope: "col" }, own) : html("td", {})));
  const table = html("table", { class: "corridor-meter" },
    html("thead", {}, html("tr", {}, ...heads)), html("tbody", {}, ...cells.map(({ row }) => row)));
  /** @type {() => Corridor} */
  const corridor = () => [model.get("way"), model.get("bracket"), model.get("length"), model.get("segment")];
  const update = () => {
    const run = runOf(...corridor());
    const count = eventsIn(run, model.get("walked"));
    const now = run.events[count - 1];
    const words = runWords(model.get("walked"), ...corridor());
    picture.draw({ rooms: roomsAfter(count, ...corridor()), description: words });
    const forwards = run.events.slice(0, count).filter((own) => own.there).length;
    const held = heldAfter(model.get("way"), now);
    const texts = [
      [String(forwards), String(run.forwards)], [String(held), `at most ${run.most}`],
      [(now?.made ?? START).toFixed(6), run.arrives.toFixed(6)],
    ];
    texts.forEach(([sofar, whole], k) => {
      setText(cells[k].now, sofar);
      setText(cells[k].whole, whole);
    });
    return words;
  };
  const page = frame({
    model, el, title: "Lens corridor", tall: true, update, recompute, python: () => runCode(...corridor()),
    types: ["put(a, c') = put_f(a, put_g(get_f(a), c'))"],
    shown: () => {
      const { forwards, most, arrives } = runOf(...corridor());
      return { forwards, most, arrives };
    },
  });
  const walked = page.bind("walked", slider({
    label: "Walked",
    ...settings.walked,
    text: (own) => {
      const run = runOf(...corridor());
      return `${eventsIn(run, own)} of ${run.events.length}`;
    },
  }));
  for (const name of /** @type {const} */ (["way", "bracket", "length", "segment"])) {
    page.onChange(name, () => walked.set(model.get("walked")));
  }
  const length = page.bind("length", slider({ label: "Rooms", ...settings.length, text: String }));
  const segment = page.bind("segment", slider({ label: "Rooms in a segment", ...settings.segment, text: String }));
  /** @type {Choice<Way>[]} */
  const ways = [["pairs", "bare pairs"], ["notes", "lenses: notes"], ["segments", "lenses in segments"]];
  /** @type {Choice<Bracket>[]} */
  const brackets = [["left", "on the left"], ["balanced", "in halves"], ["right", "on the right"]];
  const way = page.bind("way", buttonRow({ label: "How they remember", choices: ways }));
  const bracket = page.bind("bracket", buttonRow({ label: "Brackets of bare pairs", choices: brackets }));
  walked.node.classList.add("tinyml-wide");
  page.controls.append(walked.node);
  page.fields.append(length.node, segment.node, way.node, bracket.node);
  page.stage.append(picture.node, table);
  page.onWidth((width) => picture.layout(width));
  page.open();
  return page.close;
}

export default { render };
