// Words that set a widget, where it is, without leaving the sentence; and what was before comes back by one button.

import { attributes } from "../../tinyml/widgets/kit/elements.js";
import { createLine } from "./line.js";
import { islandOf, isLive, named, partsAbout } from "./islands.js";
import { changes, told } from "./numbers.js";

/** @import { Texts } from "../../tinyml/widgets/kit/address.js" */
/** @import { LiveIsland, ReadyIsland } from "./islands.js" */
/** @typedef {{ link: HTMLElement, island: ReadyIsland, before: Texts, back: boolean }} Setting */

/** @param {Event} event */
const linkOf = ({ target }) =>
  /** @type {HTMLElement | null} */ (target instanceof Element ? target.closest(".sentence-set[role]") : null);

export function createSets() {
  const line = createLine();
  /** @type {Setting | null} what was set and has not been drawn yet */
  let waiting = null;

  /** @param {Setting & { island: LiveIsland }} setting */
  function tell({ link, island, before, back }) {
    const { drawn, changed } = island.widget;
    const names = changes(before, changed());
    const lead = back ? "Taken back. " : names.length === 0 ? "It is there already. " : "";
    const undo = back || names.length === 0 ? null : () => set(link, island, before, true);
    line.show({ link, island, words: lead + told(names, drawn), undo });
  }

  /**
   * @param {HTMLElement} link
   * @param {ReadyIsland} island
   * @param {Texts} texts
   */
  function set(link, island, texts, back = false) {
    const before = island.widget.changed();
    const live = isLive(island);
    waiting = { link, island, before, back };
    island.widget.set(texts);
    if (!live || changes(before, island.widget.changed()).length > 0) return; // it was drawn, or will be
    tell({ link, island, before, back });
    waiting = null;
  }

  document.addEventListener("click", (event) => {
    const link = linkOf(event);
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const { key, texts } = named(link.dataset.moves);
    const island = islandOf(key);
    if (!island?.checkVisibility()) return; // the address leads there, and what covers the widget opens
    event.preventDefault();
    set(link, island, texts);
  });
  document.addEventListener("keydown", (event) => {
    const link = event.key === " " ? linkOf(event) : null;
    if (!link) return;
    event.preventDefault();
    link.click();
  });

  return {
    /**
     * Let the words about a widget be used, now that it can be asked.
     * @param {ReadyIsland} island
     */
    enable(island) {
      for (const link of partsAbout("data-moves", island.widget.key)) {
        if (link.matches("a")) attributes(link, { href: `#${link.dataset.moves}`, role: "button" });
      }
    },
    /**
     * Say what was set, once it is drawn; whoever moves the widget otherwise has nothing to take back.
     * @param {LiveIsland} island
     * @returns {boolean} whether it was said
     */
    follow(island) {
      const mine = waiting?.island === island ? waiting : null;
      if (mine) {
        waiting = null;
        tell({ ...mine, island });
      } else if (line.isAbout(island)) line.hide();
      return mine !== null;
    },
  };
}
