// Sorting a list by keyboard, with two buttons for each entry, and by pointer, at its grip.

import { html } from "../../tinyml/widgets/kit/elements.js";

/** @param {HTMLElement} item */
const textOf = (item) => item.querySelector("span:not(.guess-grip)")?.textContent ?? "";

/**
 * @param {HTMLElement} list
 * @param {(sentence: string) => void} say what has moved where
 */
export function makeSortable(list, say) {
  const items = () => /** @type {HTMLElement[]} */ ([...list.children]);
  /**
   * The others go past the entry, which stays in the page: what leaves it loses the focus, and the pointer.
   * @param {HTMLElement} item
   * @param {number} place
   */
  function move(item, place) {
    const [from, order] = [items().indexOf(item), items()];
    if (place > from) item.before(...order.slice(from + 1, place + 1));
    else item.after(...order.slice(place, from));
    say(`“${textOf(item)}” is now ${items().indexOf(item) + 1} of ${items().length}.`);
  }
  for (const item of items()) {
    const step = (/** @type {number} */ by, /** @type {string} */ sign, /** @type {string} */ way) => {
      const button = html("button", { type: "button", "aria-label": `Move “${textOf(item)}” ${way}` }, sign);
      button.addEventListener("click", () => {
        const place = items().indexOf(item) + by;
        if (place >= 0 && place < items().length) move(item, place);
      });
      return button;
    };
    const grip = html("span", { class: "guess-grip", "aria-hidden": "true" }, "⠿");
    item.prepend(grip);
    item.append(step(-1, "↑", "up"), step(1, "↓", "down"));
    grip.addEventListener("pointerdown", (event) => {
      if (list.closest("fieldset")?.disabled) return;
      event.preventDefault();
      grip.setPointerCapture(event.pointerId);
    });
    grip.addEventListener("pointermove", (event) => {
      if (!grip.hasPointerCapture(event.pointerId)) return;
      const above = items().filter((own) => own !== item && middle(own) < event.clientY);
      if (above.length !== items().indexOf(item)) move(item, above.length);
    });
  }
}

/** @param {HTMLElement} item */
function middle(item) {
  const { top, height } = item.getBoundingClientRect();
  return top + height / 2;
}
