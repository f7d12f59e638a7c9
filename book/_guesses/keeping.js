// Saving all answers, reading saved ones in, and wiping them: three things that a reader does on the page Review.

import { html } from "../../tinyml/widgets/kit/elements.js";
import { ASIDE, KEY, readKept } from "./memory.js";
import { asText, fromText, merged, newer } from "./transfer.js";

/** @import { Memory } from "./memory.js" */

const FILE = "category-theory-answers.json";
const NOT_OURS = "That isn't something this book has saved, so nothing was changed. A saved text begins with {\"format\": "
  + "and the name of the book.";
const SAVED = `Saved as ${FILE}, among your downloads. If nothing has come there, copy the text instead.`;

/** @type {(count: number) => string} */
const answersIn = (count) => (count === 1 ? "1 answer" : `${count} answers`);

/** @type {(label: string, act: () => void) => HTMLButtonElement} */
function button(label, act) {
  const made = html("button", { type: "button" }, label);
  made.addEventListener("click", act);
  return made;
}

/**
 * Forget everything, what was set aside included.
 * @param {Memory} memory
 */
function wipe(memory) {
  memory.change(() => readKept(null).kept);
  try { for (const key of [KEY, ASIDE]) localStorage.removeItem(key); } catch { /* nothing was kept there */ }
}

/**
 * @param {HTMLElement} place
 * @param {Memory} memory
 * @param {() => void} replaced called when other answers have come in the place of those that were there
 */
export function offerKeeping(place, memory, replaced) {
  const text = html("textarea", { rows: "4", spellcheck: "false", autocomplete: "off" });
  const file = html("input", { type: "file", accept: ".json,application/json" });
  const said = html("p", { class: "review-said", role: "status" });
  const count = () => Object.keys(memory.all().answers).length;

  function save() {
    const address = `data:application/json;charset=utf-8,${encodeURIComponent(asText(memory.all()))}`;
    html("a", { href: address, download: FILE }).click();
    said.textContent = SAVED;
  }

  function show() {
    text.value = asText(memory.all());
    text.focus();
    text.select();
    said.textContent = "Here is all of it: copy it, and keep it where you like.";
  }

  /** @param {string} given */
  function readIn(given) {
    const saved = fromText(given);
    if (!saved) {
      said.textContent = NOT_OURS;
      return;
    }
    const { kept, lost } = saved;
    const news = newer(memory.all(), kept).length;
    memory.change((ours) => merged(ours, kept));
    replaced();
    const all = answersIn(Object.keys(kept.answers).length);
    const left = lost ? ` What can't be read is left out: ${lost} of them.` : "";
    said.textContent = `Read in: ${all}, ${news} of them new here or newer than yours.${left}`;
  }

  /** @param {boolean} asks whether to wipe is asked, or settled */
  function askToWipe(asks) {
    question.textContent = `Wipe ${answersIn(count())}, and the marks of the chapters, from this browser?`;
    sure.setAttribute("aria-label", question.textContent);
    sure.hidden = !asks;
    ask.hidden = asks;
    (asks ? no : ask).focus();
  }

  function wipeAll() {
    wipe(memory);
    replaced();
    text.value = "";
    askToWipe(false);
    said.textContent = "Wiped. This browser knows nothing of your answers any more.";
  }

  const question = html("span");
  const no = button("No, keep them", () => askToWipe(false));
  const sure = html("div", { role: "group", hidden: true }, question, no, button("Yes, wipe them", wipeAll));
  const ask = button("Wipe all answers", () => askToWipe(true));
  file.addEventListener("change", async () => {
    const [chosen] = file.files ?? [];
    if (chosen) readIn(await chosen.text());
    file.value = "";
  });
  place.replaceChildren(
    html("div", {}, button("Save them as a file", save), button("Show them as text", show)),
    html("label", {}, "Answers as text, to copy or to read in", text),
    html("div", {}, button("Read in this text", () => readIn(text.value)), html("label", {}, "Read in a file ", file)),
    html("div", {}, ask, sure),
    said,
  );
}
