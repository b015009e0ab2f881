// The links below a field, one of which is chosen by the arrow keys and opened by Enter while the
// focus stays in the field. Screen readers follow aria-activedescendant.

import { make } from "./make.js";

const steps = { ArrowDown: 1, ArrowUp: -1 };

export class Options {
  #field;
  #list;
  #choosesFirst;
  #ready;
  #links = [];
  #chosen = null;

  // choosesFirst tells that Enter opens the first link unless another is chosen. Otherwise none is at
  // first, and Enter is left to the field. ready returns a promise that ends when the links are there,
  // for which Enter waits.
  constructor({ field, list, inputMethod, choosesFirst, ready = () => null }) {
    this.#field = field;
    this.#list = list;
    this.#choosesFirst = choosesFirst;
    this.#ready = ready;
    field.addEventListener("keydown", (event) => {
      if (!inputMethod.owns(event)) this.#pressed(event);
    });
  }

  // Shows other links. Each has an id.
  show(links) {
    this.#links = links;
    this.#list.replaceChildren(...links.map(item));
    this.#field.setAttribute("aria-expanded", links.length > 0);
    this.#choose(this.#choosesFirst ? links[0] : null);
  }

  #pressed(event) {
    const step = steps[event.key];
    if (step) this.#choose(this.#next(step));
    else if (event.key === "Enter" && (this.#chosen || this.#choosesFirst)) this.#open();
    else return;
    event.preventDefault();
  }

  async #open() {
    await this.#ready();
    this.#chosen?.click();
  }

  // From the first one, the way up leads back to the field.
  #next(step) {
    const at = this.#links.indexOf(this.#chosen) + step;
    if (at < 0 && !this.#choosesFirst) return null;
    return this.#links[at] ?? this.#chosen;
  }

  #choose(link) {
    this.#chosen?.setAttribute("aria-selected", "false");
    this.#chosen = link ?? null;
    if (!link) {
      this.#field.removeAttribute("aria-activedescendant");
      return;
    }
    link.setAttribute("aria-selected", "true");
    link.scrollIntoView({ block: "nearest" });
    this.#field.setAttribute("aria-activedescendant", link.id);
  }
}

function item(link) {
  link.setAttribute("role", "option");
  link.setAttribute("aria-selected", "false");
  link.tabIndex = -1;
  const inList = make("li", {}, link);
  inList.setAttribute("role", "none");
  return inList;
}
