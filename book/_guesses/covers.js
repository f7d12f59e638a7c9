// Covers: what is covered keeps its height, so nothing moves when it opens. Until the browser has laid out the page, and the
// height costs nothing to ask for, it is made invisible in its place.
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

  /** It is closed with all others by `coverAll`. */
  close() {
    this.content.style.visibility = "hidden";
    this.sheet.hidden = false;
    this.covered = true;
  }

  /** @param {number} height that the content has when it is in sight */
  hide(height) {
    this.content.style.visibility = "";
    this.content.style.setProperty("contain-intrinsic-block-size", `${height}px`);
    this.content.hidden = true;
    this.content.setAttribute("hidden", "until-found");
  }

  open() {
    this.content.style.visibility = "";
    this.content.removeAttribute("hidden");
    this.sheet.hidden = true;
    this.covered = false;
  }
}

/**
 * Cover all that is to be covered, again when the page has another width. All are in sight when they are measured, and all
 * are measured before one is hidden: otherwise a page with ten of them would be laid out ten times.
 * @param {Cover[]} covers
 */
export function coverAll(covers) {
  const wanted = covers.filter((cover) => cover.covered);
  for (const { content } of wanted) content.removeAttribute("hidden");
  const heights = wanted.map(({ content }) => content.getBoundingClientRect().height);
  wanted.forEach((cover, k) => cover.hide(heights[k]));
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
