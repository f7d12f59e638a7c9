// Covers: what is covered keeps its height, so nothing moves when it opens.
//
// It is `hidden="until-found"`: out of sight, out of the order of the keyboard and out of what is read aloud, as an
// answer before a guess has to be, but the browser's own find, and a link to a place inside, open it.  Where a browser
// does not know this, it is made invisible in its place.

import { html } from "../../tinyml/widgets/kit/elements.js";

export class Cover {
  /** @param {HTMLElement} region */
  constructor(region) {
    this.region = region;
    this.content = /** @type {HTMLElement} */ (region.querySelector(".guess-content"));
    this.covered = false;
    this.button = html("button", { type: "button" }, "Just show me");
    this.sheet = html("div", { class: "guess-cover" }, html("span", {}, "Covered until you have guessed"), this.button);
    this.content.addEventListener("beforematch", () => this.open());
    region.prepend(this.sheet);
    region.classList.add("guess-ready");
    this.open();
  }

  /** The height is that of the content, which is in sight when this is asked: see `coverAll`. */
  close() {
    this.content.style.setProperty("contain-intrinsic-block-size", `${this.content.getBoundingClientRect().height}px`);
    this.content.hidden = true;
    this.content.setAttribute("hidden", "until-found");
    this.sheet.hidden = false;
    this.covered = true;
  }

  open() {
    this.content.removeAttribute("hidden");
    this.sheet.hidden = true;
    this.covered = false;
  }
}

/**
 * Cover all that is to be covered, again when the page has another width: what is inside comes before what is around it.
 * @param {Cover[]} covers
 */
export function coverAll(covers) {
  const wanted = covers.filter((cover) => cover.covered);
  for (const cover of wanted) cover.content.removeAttribute("hidden");
  for (const cover of wanted.reverse()) cover.close();
}

/**
 * Open what covers the place that an address names: an anchor, or a widget with its settings after a question mark.
 * @param {Cover[]} covers
 * @param {string} hash
 */
export function openPlace(covers, hash) {
  const name = decoded(hash.slice(1).split("?")[0]);
  const place = name && (document.getElementById(name) ?? document.querySelector(`[data-widget="${CSS.escape(name)}"]`));
  if (!place) return;
  const closed = covers.filter((cover) => cover.covered && cover.content.contains(place));
  for (const cover of closed) cover.open();
  if (closed.length) place.scrollIntoView();
}

/** @param {string} text */
function decoded(text) {
  try { return decodeURIComponent(text); } catch { return text; }
}
