// Elements: html("p", { class: "note" }, "text", child) and svg("rect", { x: 0 }).

/** @typedef {Record<string, string | number | boolean | null | undefined>} Attributes */
/** @typedef {Node | string | null | undefined} Child */

const SVG_SPACE = "http://www.w3.org/2000/svg";

/**
 * Set attributes; false, null and undefined remove one.
 * @template {Element} E
 * @param {E} element
 * @param {Attributes} given
 */
export function attributes(element, given) {
  for (const [name, value] of Object.entries(given)) {
    const text = value === true ? "" : String(value);
    if (value === false || value === null || value === undefined) element.removeAttribute(name);
    else if (element.getAttribute(name) !== text) element.setAttribute(name, text);
  }
  return element;
}

/**
 * @template {Element} E
 * @param {E} element
 * @param {Attributes} given
 * @param {Child[]} children
 */
function filled(element, given, children) {
  attributes(element, given);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Attributes} given
 * @param {Child[]} children
 */
export function html(tag, given = {}, ...children) {
  return filled(document.createElement(tag), given, children);
}

/**
 * @template {keyof SVGElementTagNameMap} T
 * @param {T} tag
 * @param {Attributes} given
 * @param {Child[]} children
 */
export function svg(tag, given = {}, ...children) {
  return filled(document.createElementNS(SVG_SPACE, tag), given, children);
}

/**
 * Change a text only when it differs, so that nothing is announced or laid out for nothing.
 * @template {Element} E
 * @param {E} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
  return element;
}
