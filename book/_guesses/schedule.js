// When a question comes back: after 1, 3, 7 and 21 days, each time that it was answered right, and for sure.

/** @typedef {{ stage: number, since: number }} Wait which interval a question waits for, and since when, in milliseconds */
/** @typedef {{ given?: string | string[] | null, sure: boolean, right: boolean | null }} Said
    `given` is null after "just show me", and absent once the answer was taken back; `right` is null where nothing is right
    or wrong */

export const DAYS = [1, 3, 7, 21];
export const DAY = 86_400_000;

/** @param {Wait} wait */
export const dueAt = ({ stage, since }) => since + DAYS[stage] * DAY;

/**
 * A wait that began more than a day from now was noted by a clock that was wrong, then or now: nobody waits for that day.
 * @param {Wait} wait
 * @param {number} now
 */
export const isDue = (wait, now) => now >= dueAt(wait) || now < wait.since - DAY;

/**
 * What a question waits for after an answer, or after one was taken back; undefined: it does not come back.
 * @param {Wait | undefined} wait
 * @param {Said} answer
 * @param {number} now
 * @returns {Wait | undefined}
 */
export function nextWait(wait, { given, sure, right }, now) {
  if (given === undefined) return wait;
  if (right === false) return { stage: 0, since: now };
  if (!wait) return sure || given === null ? undefined : { stage: 0, since: now };
  if (!isDue(wait, now)) return wait; // who has just read the answer knows it, and may not in a week
  const stage = sure ? wait.stage + 1 : wait.stage;
  return stage < DAYS.length ? { stage, since: now } : undefined;
}

/**
 * Which of some questions are due.
 * @param {string[]} ids
 * @param {Record<string, { wait?: Wait }>} answers
 * @param {number} now
 */
export const dueNow = (ids, answers, now) => ids.filter((id) => {
  const wait = answers[id]?.wait;
  return wait && isDue(wait, now);
});

/**
 * Names in an order that has nothing to do with the book's, and stays the same all day.
 * @param {string[]} ids
 * @param {number} now
 */
export function mixed(ids, now) {
  const day = Math.floor(now / DAY);
  const places = new Map(ids.map((id) => [id, hashOf(`${day} ${id}`)]));
  return [...ids].sort((one, two) => (places.get(one) ?? 0) - (places.get(two) ?? 0) || (one < two ? -1 : 1));
}

/**
 * FNV-1a in 32 bits, and the last step of MurmurHash3, without which the order hardly depends on how a text begins.
 * @param {string} text
 */
function hashOf(text) {
  let hash = 0x811c9dc5;
  for (const letter of text) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
