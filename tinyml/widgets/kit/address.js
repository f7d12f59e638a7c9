// Settings in the address: "#step_trace?example=2;training_explorer?step_count=10&learning_rate=2".
// Only settings that differ from their start are written, so an untouched page keeps its address.

/** @typedef {Record<string, string>} Texts settings by their names, as texts */

/**
 * What Python says of a setting: its start, and what else it may be.
 * @typedef {{
 *   initial: unknown, min?: number, max?: number, whole?: boolean, choices?: unknown[] | null,
 *   fewest?: number, most?: number,
 * }} AnySetting
 */

/**
 * "#a?x=1&y=2;b?z=3" as { a: { x: "1", y: "2" }, b: { z: "3" } }; an ordinary anchor gives {}.
 * @param {string} hash
 */
export function readAddress(hash) {
  /** @type {Record<string, Texts>} */
  const found = {};
  for (const part of hash.replace(/^#/, "").split(";")) {
    const at = part.indexOf("?");
    if (at < 1) continue;
    try {
      const pairs = part.slice(at + 1).split("&").filter(Boolean).map((pair) => {
        const cut = pair.indexOf("=");
        return [pair.slice(0, cut), decodeURIComponent(pair.slice(cut + 1))];
      });
      found[decodeURIComponent(part.slice(0, at))] = Object.fromEntries(pairs);
    } catch {
      // a broken escape: somebody cut the link
    }
  }
  return found;
}

/** @param {Record<string, Texts>} widgets */
export function writeAddress(widgets) {
  const parts = Object.entries(widgets)
    .filter(([, values]) => Object.keys(values).length > 0)
    .map(([key, values]) => `${key}?${Object.entries(values)
      .map(([name, text]) => `${name}=${encodeURIComponent(text)}`).join("&")}`);
  return parts.length > 0 ? `#${parts.join(";")}` : "";
}

/**
 * A setting as text, and back: strings as they are, all else as JSON.
 * @param {unknown} value
 */
export function settingText(value) {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/**
 * The value that a text stands for, or undefined when the setting does not admit it.
 * @param {string} text
 * @param {AnySetting} setting
 */
export function settingValue(text, setting) {
  if (typeof setting.initial === "string") return admitted(text, setting);
  try {
    return admitted(JSON.parse(text), setting);
  } catch {
    return undefined;
  }
}

/**
 * @param {unknown} value
 * @param {AnySetting} setting
 * @returns {unknown}
 */
function admitted(value, setting) {
  const { initial, min = -Infinity, max = Infinity, whole = false, choices = null } = setting;
  if (Array.isArray(initial)) {
    const { fewest = 0, most = Infinity } = setting; // entries of a list
    if (!Array.isArray(value) || value.length < fewest || value.length > most) return undefined;
    const model = initial[0] ?? (choices ? choices[0] : 0);
    const items = value.map((item) => admitted(item, { initial: model, min, max, whole, choices }));
    return items.includes(undefined) ? undefined : items;
  }
  if (typeof value !== typeof initial) return undefined;
  if (choices !== null) return choices.includes(value) ? value : undefined;
  if (typeof value !== "number") return value;
  const fits = Number.isFinite(value) && value >= min && value <= max && (!whole || Number.isInteger(value));
  return fits ? value : undefined;
}
