// What people do to messages is loaded when somebody is about to do something.

import { later } from "./later.js";
import { isPlainClick } from "./plain-click.js";

const load = later(() => import("./actions/actions.js"));

export class LateActions {
  #options;
  #onmissing;
  #actions = null;

  // options are those of Actions. onmissing is called when they are wanted and cannot be loaded now.
  constructor(options, onmissing) {
    this.#options = options;
    this.#onmissing = onmissing;
    const { list } = options;
    const foresee = () => this.#load().catch(() => {}); // they are loaded again for what is then done
    for (const sign of ["pointerover", "focusin"]) list.addEventListener(sign, foresee, { once: true });
    list.addEventListener("click", (event) => this.#clicked(event), { capture: true });
    if (list.querySelector(".editor")) foresee(); // the page was opened so without script
  }

  // Begins to edit the last message of the reader's in the list.
  editLast() {
    this.#use((actions) => actions.editLast());
  }

  #clicked(event) {
    const button = event.target.closest("a.act, a.reply, a.edit, a.more-emoji, a.versions, button");
    if (this.#actions || !button || !isPlainClick(event)) return;
    event.preventDefault();
    this.#use(() => button.click());
  }

  #use(what) {
    this.#load().then(what, this.#onmissing);
  }

  async #load() {
    const { Actions } = await load();
    this.#actions ??= new Actions(this.#options);
    return this.#actions;
  }
}
