// A Web Audio that makes no sound. It writes down in `audio` which notes were started, and ends one when a test says so.
// As a classic script a browser test puts it into a page before the page's own scripts; a test of Node imports it.

((/** @type {any} */ page) => {
  const audio = { notes: /** @type {object[]} */ ([]), contexts: 0, closed: 0, resumed: 0, volume: NaN, state: "running" };
  page.audio = audio;

  class Gain {
    setValueAtTime() {}
    linearRampToValueAtTime() {}
  }

  class Master extends Gain {
    /** @param {number} value */
    set value(value) {
      audio.volume = value;
    }
  }

  page.AudioContext = class {
    currentTime = 10;
    destination = {};
    state = audio.state;
    gains = 0;

    constructor() {
      audio.contexts += 1;
    }

    async resume() {
      audio.resumed += 1;
    }

    async close() {
      audio.closed += 1;
    }

    /** The first one that is made is the volume, and the others are those of single notes. */
    createGain() {
      this.gains += 1;
      return { gain: this.gains === 1 ? new Master() : new Gain(), connect() {} };
    }

    createOscillator() {
      const events = new EventTarget();
      const end = () => events.dispatchEvent(new Event("ended"));
      const note = { hertz: 0, shape: "", at: NaN, until: NaN, stopped: false, end };
      return {
        type: "",
        frequency: { value: 0 },
        addEventListener: events.addEventListener.bind(events),
        connect() {},
        disconnect() {},
        /** @param {number} at */
        start(at) {
          audio.notes.push(Object.assign(note, { hertz: this.frequency.value, shape: this.type, at }));
        },
        /** @param {number} [until] */
        stop(until) {
          Object.assign(note, until === undefined ? { stopped: true } : { until });
        },
      };
    }
  };
})(globalThis);
