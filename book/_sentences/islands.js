// The widgets of the page, as kit/host.js hands them over, and what an attribute of a sentence says of one.

import { readAddress } from "../../tinyml/widgets/kit/address.js";

/** @import { Handle, Island } from "../../tinyml/widgets/kit/host.js" */

/** @typedef {Island & { widget: Handle }} ReadyIsland it can be asked, and may not be drawn yet */
/** @typedef {Island & { widget: Required<Handle> }} LiveIsland */

/**
 * Those that can be asked: a widget that could not be drawn is a picture.
 * @returns {ReadyIsland[]}
 */
export function islands() {
  const all = /** @type {Island[]} */ ([...document.querySelectorAll(".tinyml-widget")]);
  return /** @type {ReadyIsland[]} */ (all.filter(({ widget }) => widget));
}

/**
 * @param {Island} island
 * @returns {island is LiveIsland}
 */
export function isLive(island) {
  return island.widget?.drawn !== undefined;
}

/** @param {string} key */
export const islandOf = (key) => islands().find(({ widget }) => widget.key === key);

/**
 * "training_explorer?step_count=13" as the key of a widget and the texts that go with it.
 * @param {string | undefined} text
 */
export function named(text = "") {
  const [[key, texts]] = Object.entries(readAddress(text));
  return { key, texts };
}

/**
 * The parts of the page's sentences that are about a widget.
 * @param {"data-moves" | "data-shows"} attribute
 * @param {string} key
 */
export function partsAbout(attribute, key) {
  const all = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(`[${attribute}]`)]);
  return all.filter((own) => named(own.getAttribute(attribute) ?? "").key === key);
}
