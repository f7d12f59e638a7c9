// How far away a time is, in words.

import { DAY } from "./schedule.js";

const HOUR = 3_600_000;
const DATE = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long" });

/**
 * @param {number} time to come
 * @param {number} now
 */
export function inWords(time, now) {
  const hours = Math.ceil((time - now) / HOUR);
  if (hours <= 1) return "within the hour";
  if (hours < 24) return `in ${hours} hours`;
  const days = Math.round((time - now) / DAY);
  return `in ${days === 1 ? "a day" : `${days} days`}, on ${DATE.format(time)}`;
}
