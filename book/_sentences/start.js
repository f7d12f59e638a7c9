// The sentences of a page that move its widgets; without this script they are words and numbers.

import { DRAWN } from "../../tinyml/widgets/kit/frame.js";
import { HERE } from "../../tinyml/widgets/kit/waiting.js";
import { expect, follow, listenToDrags } from "./drags.js";
import { islands, isLive } from "./islands.js";
import { createSets } from "./sets.js";

/** @import { ReadyIsland } from "./islands.js" */

function start() {
  if (!document.querySelector("[data-moves]")) return;
  const sets = createSets();
  listenToDrags();
  /** @param {ReadyIsland} island */
  const meet = (island) => {
    sets.enable(island);
    expect(island);
    if (isLive(island)) follow(island);
  };
  islands().forEach(meet); // those that were there before
  /** @param {Event} event */
  const islandOf = ({ target }) => islands().find((own) => own.contains(/** @type {Node} */ (target)));
  document.addEventListener(HERE, (event) => {
    const island = islandOf(event);
    if (island) meet(island);
  });
  document.addEventListener(DRAWN, (event) => {
    const island = islandOf(event);
    if (!island || !isLive(island)) return;
    follow(island);
    if (sets.follow(island)) event.preventDefault(); // it was said here, where the reader is
  });
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
