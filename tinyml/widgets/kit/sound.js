// Sound: tokens as notes, by Web Audio. No files are played, and nothing sounds before `play` is called.
// Tokens 1 2 3 4 are the first notes of a scale, do re mi fa. Token 0 has no place in the scale: it sounds too low,
// off the key, and is cut short.

/** @typedef {{ hertz: number, seconds: number, shape: OscillatorType, peak: number }} Voice */

const KEYS = [54, 60, 62, 64, 65]; // on a piano, middle C is 60: a low F sharp, then C D E F
const RISE = 0.02; // seconds in which a note swells: without them it would click
const AHEAD = 0.05; // seconds that the browser has to prepare the first note

/** Seconds from one note to the next. */
export const BEAT = 0.4;

/**
 * How a token sounds.
 * @param {number} token
 * @returns {Voice}
 */
export function voiceOf(token) {
  const hertz = 440 * 2 ** ((KEYS[token] - 69) / 12);
  return token === 0 ? { hertz, seconds: BEAT / 3, shape: "square", peak: 0.3 } // a square wave is the louder one
    : { hertz, seconds: BEAT * 0.95, shape: "triangle", peak: 0.8 };
}

/**
 * What notes are played through; null where a browser has no Web Audio, or does not let a page have it.
 * @param {number} volume
 */
function openOutput(volume) {
  try {
    const context = new AudioContext();
    const out = context.createGain();
    out.gain.value = volume;
    out.connect(context.destination);
    return { context, out };
  } catch {
    return null;
  }
}

/**
 * Start one note at a time of the context's clock. It ends with its beat, also where it is heard for less.
 * @param {AudioContext} context
 * @param {AudioNode} out
 * @param {Voice} voice
 * @param {number} at
 */
function startNote(context, out, { hertz, seconds, shape, peak }, at) {
  const oscillator = context.createOscillator();
  const swell = context.createGain();
  oscillator.type = shape;
  oscillator.frequency.value = hertz;
  swell.gain.setValueAtTime(0, at);
  swell.gain.linearRampToValueAtTime(peak, at + RISE);
  swell.gain.linearRampToValueAtTime(0, at + seconds);
  oscillator.connect(swell);
  swell.connect(out);
  oscillator.start(at);
  oscillator.stop(at + BEAT);
  return oscillator;
}

/**
 * What plays notes, at a volume from 0 to 1. `play` says whether it can; `onNote(k)` is called as note k begins, and
 * `onEnd()` after the last one. After `stop` neither is.
 * @param {number} volume
 */
export function player(volume) {
  /** @type {ReturnType<typeof openOutput>} */
  let opened = null;
  /** @type {OscillatorNode[]} */
  let notes = [];
  let loud = volume;
  const self = {
    /**
     * @param {number[]} tokens
     * @param {(k: number) => void} onNote
     * @param {() => void} onEnd
     */
    play(tokens, onNote, onEnd) {
      self.stop();
      opened ??= openOutput(loud);
      if (opened === null) return false;
      const { context, out } = opened;
      if (context.state === "suspended") context.resume().catch(() => {}); // closed before it woke up
      const first = context.currentTime + AHEAD;
      const started = tokens.map((token, k) => startNote(context, out, voiceOf(token), first + k * BEAT));
      notes = started;
      started.forEach((note, k) => note.addEventListener("ended", () => {
        if (notes !== started) return; // stopped meanwhile
        if (k + 1 < tokens.length) return onNote(k + 1);
        notes = [];
        onEnd();
      }));
      onNote(0);
      return true;
    },
    stop() {
      notes.forEach((note) => {
        note.stop();
        note.disconnect();
      });
      notes = [];
    },
    /** @param {number} value */
    setVolume(value) {
      loud = value;
      if (opened) opened.out.gain.value = value;
    },
    close() {
      self.stop();
      opened?.context.close();
      opened = null;
    },
  };
  return self;
}
