// What the page remembers: in this browser, for all its tabs, or in this tab. Where storage
// is blocked or full, it forgets, and everything else still works.

const prefix = "plainchat:";

class Memory {
  #area;

  // area names a property of the window, which may throw when it is read.
  constructor(area) {
    this.#area = area;
  }

  recall(key) {
    try {
      return window[this.#area].getItem(prefix + key);
    } catch {
      return null;
    }
  }

  // Returns all values whose key starts with this one.
  recallAll(start) {
    try {
      const area = window[this.#area];
      const keys = Object.keys(area).filter((key) => key.startsWith(prefix + start));
      return keys.map((key) => area.getItem(key));
    } catch {
      return [];
    }
  }

  // Keeps a value, or forgets it if it is empty.
  remember(key, value) {
    try {
      if (value) window[this.#area].setItem(prefix + key, value);
      else window[this.#area].removeItem(prefix + key);
    } catch {
      // Nothing to be done about it.
    }
  }
}

export const browserMemory = new Memory("localStorage");
export const tabMemory = new Memory("sessionStorage");

// Calls back with the rest of each key, after start, that another tab forgets.
export function onForgotten(start, forget) {
  addEventListener("storage", ({ key, newValue }) => {
    if (newValue === null && key?.startsWith(prefix + start)) forget(key.slice((prefix + start).length));
  });
}
