// What a reader has answered and read, kept in the browser under one key, by the names of guesses, options and chapters.
// Each change begins with what is stored at that moment, so that two tabs do not lose each other's answers.

import { dueAt, nextWait } from "./schedule.js";

/** @import { Said, Wait } from "./schedule.js" */

/** @typedef {Said & { at: number, wait?: Wait }} Answer
    `at`, in milliseconds, is later than that of the answer before, whatever the clock says: the newer one wins */
/** @typedef {{ answers: Record<string, Answer>, read: Record<string, number> }} Kept
    `read` has the chapters whose end was in view, and when it first was */
/** @typedef {Pick<Storage, "getItem" | "setItem">} Store */

export const KEY = "category-theory-for-tiny-ml.answers.v1";
export const ASIDE = `${KEY}.set-aside`;
const MOST_SET_ASIDE = 5;
export const SET_ASIDE = "Some of your answers can't be read. They're set aside, and new ones are kept.";
export const NOT_KEPT = "This browser keeps nothing, so your answers last until you leave this page.";

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
export function isRecord(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * @param {unknown} value
 * @returns {value is Answer}
 */
function isAnswer(value) {
  if (!isRecord(value)) return false;
  const { given, sure, right, at, wait } = value;
  return [given ?? ""].flat().every((word) => typeof word === "string") && typeof sure === "boolean"
    && (right === null || typeof right === "boolean") && isTime(at) && (wait === undefined || isWait(wait));
}

/**
 * @param {unknown} value
 * @returns {value is Wait}
 */
const isWait = (value) =>
  isRecord(value) && isTime(value.stage) && isTime(dueAt(/** @type {Wait} */ (value)));

const isTime = /** @type {(value: unknown) => value is number} */ (Number.isFinite);

/**
 * The entries of a record that are in our form.
 * @template T
 * @param {Record<string, unknown>} record
 * @param {(value: unknown) => value is T} fits
 */
const sifted = (record, fits) =>
  /** @type {Record<string, T>} */ (Object.fromEntries(Object.entries(record).filter((entry) => fits(entry[1]))));

/** @type {(...records: object[]) => number} */
const sizeOf = (...records) => records.flatMap(Object.keys).length;

/**
 * @param {string | null} text
 * @returns {unknown}
 */
function parsed(text) {
  try { return JSON.parse(/** @type {string} */ (text)); } catch { return undefined; } // nothing is null to it as well
}

/**
 * Read what is stored, or was saved, and say how much of it is not in our form.
 * @param {string | null} text
 */
export function readKept(text) {
  const stored = parsed(text);
  const { answers, read = {} } = isRecord(stored) ? stored : {};
  /** @type {Kept} */
  const kept = { answers: {}, read: {} };
  if (!isRecord(answers) || !isRecord(read)) return { kept, lost: Number(text !== null) };
  kept.answers = sifted(answers, isAnswer);
  kept.read = sifted(read, isTime);
  return { kept, lost: sizeOf(answers, read) - sizeOf(kept.answers, kept.read) };
}

/**
 * Put a text that cannot be read, or not all of it, under a key of its own, of which the last few are left.
 * @param {Store} store
 * @param {string | null} text
 */
function setAside(store, text) {
  const before = store.getItem(ASIDE);
  store.setItem(ASIDE, JSON.stringify([parsed(before) ?? before ?? [], text].flat().slice(-MOST_SET_ASIDE)));
}

/**
 * @param {() => Store} storage a browser may refuse to hand it out
 * @param {(word: string) => void} tell say to the reader, once, what is wrong with the memory
 * @param {() => void} changed called after each change
 * @param {() => number} now in milliseconds
 */
export function createMemory(storage, tell, changed, now = Date.now) {
  let last = readKept(null).kept;
  let keeps = true;

  /** @param {(store: Store) => void} work */
  function attempt(work) {
    if (!keeps) return;
    try { work(storage()); } catch {
      keeps = false;
      tell(NOT_KEPT);
    }
  }

  function all() {
    attempt((store) => {
      const text = store.getItem(KEY);
      const { kept, lost } = readKept(text);
      last = kept;
      if (!lost) return;
      setAside(store, text);
      store.setItem(KEY, JSON.stringify(kept));
      tell(SET_ASIDE);
    });
    return last;
  }

  /** @param {(kept: Kept) => Kept} make */
  function change(make) {
    const made = make(all());
    last = made;
    attempt((store) => store.setItem(KEY, JSON.stringify(made)));
    changed();
  }

  /**
   * @param {string} id
   * @param {Said} said
   */
  function keep(id, said) {
    change((kept) => {
      /** @type {Answer | undefined} */
      const before = kept.answers[id];
      const at = Math.max(now(), (before?.at ?? 0) + 1);
      return { ...kept, answers: { ...kept.answers, [id]: { ...said, at, wait: nextWait(before?.wait, said, now()) } } };
    });
  }

  return {
    all,
    change,
    keep,
    /** @type {(id: string) => Answer | undefined} */
    get(id) {
      const answer = all().answers[id];
      return answer?.given === undefined ? undefined : answer;
    },
    /** @type {(id: string) => void} */
    forget: (id) => keep(id, { sure: false, right: null }),
    /** @param {string} chapter */
    markRead(chapter) {
      all().read[chapter] ?? change((kept) => ({ ...kept, read: { ...kept.read, [chapter]: now() } }));
    },
  };
}
/** @typedef {ReturnType<typeof createMemory>} Memory */
