// How many people are in the room.

import { t } from "./words.js";

export class Presence {
  #element;

  constructor(element) {
    this.#element = element;
  }

  // Takes the data of a presence event, or of a room in hello.
  update({ online }) {
    this.#element.textContent = online > 0 ? t("page.online", { n: online }) : "";
  }
}
