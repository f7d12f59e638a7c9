// Elements: html("p", { class: "note" }, "text", child) and svg("rect", { x: 0 }).

const SVG_SPACE = "http://www.w3.org/2000/svg";

export function attributes(element, given) {
  for (const [name, value] of Object.entries(given)) {
    if (value === false || value === null || value === undefined) element.removeAttribute(name);
    else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value === true ? "" : value);
  }
  return element;
}

function filled(element, given, children) {
  attributes(element, given);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export function html(tag, given = {}, ...children) {
  return filled(document.createElement(tag), given, children);
}

export function svg(tag, given = {}, ...children) {
  return filled(document.createElementNS(SVG_SPACE, tag), given, children);
}

/** Change a text only when it differs, so that nothing is announced or laid out for nothing. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
  return element;
}
