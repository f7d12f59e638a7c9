// The sentences of a page that move its widgets; without this script they are words and numbers.

import { DRAWN } from "../../tinyml/widgets/kit/frame.js";
import { follow, listenToDrags } from "./drags.js";
import { islands } from "./islands.js";
import { createSets } from "./sets.js";

/** @import { LiveIsland } from "./islands.js" */

function start() {
  if (!document.querySelector("[data-moves]")) return;
  const sets = createSets();
  listenToDrags();
  /** @param {LiveIsland} island */
  const meet = (island) => {
    sets.enable(island);
    follow(island);
  };
  islands().forEach(meet); // those that were there before
  document.addEventListener(DRAWN, (event) => {
    const island = islands().find((own) => own.contains(/** @type {Node} */ (event.target)));
    if (!island) return;
    meet(island);
    if (sets.follow(island)) event.preventDefault(); // it was said here, where the reader is
  });
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
