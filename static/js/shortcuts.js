// Keys that work anywhere on the page. Who has others in their way switches them off.

import { browserMemory } from "./storage.js";

const setting = "shortcuts";

export class Shortcuts {
  #on = browserMemory.recall(setting) !== "off";

  // actions are by key, each with Ctrl or, on Apple's systems, Command. toggle is the button that
  // switches them.
  constructor({ toggle, actions }) {
    toggle.addEventListener("click", () => this.#switch(toggle));
    toggle.ariaPressed = String(this.#on);
    addEventListener("keydown", (event) => {
      const action = actions[event.key?.toLowerCase()];
      const meant = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && !event.isComposing;
      if (!this.#on || !action || !meant) return;
      event.preventDefault();
      action();
    });
  }

  #switch(toggle) {
    this.#on = !this.#on;
    browserMemory.remember(setting, this.#on ? "" : "off");
    toggle.ariaPressed = String(this.#on);
  }
}
