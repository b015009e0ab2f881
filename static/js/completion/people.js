// Names after @: of those who are here, and then of those who wrote, the last one first.

import { ask } from "../answer.js";
import { find, finder } from "../model/finder.js";
import { hue, initials } from "../model/person.js";
import { make } from "../view/make.js";
import { t } from "../words.js";

const patience = 15_000; // milliseconds until an answer is given up
const fresh = 30_000; // milliseconds for which who is here is not asked again

export class People {
  #path;
  #messages;
  #reader;
  #here = [];
  #asked = -fresh;

  // messages are those that the page has; reader returns the reader's own name, which is left out.
  constructor({ path, messages, reader }) {
    this.#path = path;
    this.#messages = messages;
    this.#reader = reader;
  }

  prepare() {
    if (performance.now() - this.#asked < fresh) return null;
    this.#asked = performance.now();
    return this.#ask();
  }

  async #ask() {
    const response = await ask(`${this.#path}/people`, {
      headers: { Accept: "application/json" }, signal: AbortSignal.timeout(patience),
    });
    this.#here = (await response.json()).people.map((person) => person.user_name);
  }

  // After a quote, a name is typed until the next one.
  find(typed) {
    const query = typed.replace(/^["“]/u, "");
    if (query !== typed && /["”]/u.test(query)) return [];
    const writers = this.#messages.all.map((message) => message.user_name).reverse();
    const names = [...new Set([...this.#here, ...writers])].filter((name) => name !== this.#reader());
    return find(query, names, (name) => [name]).filter((name) => isMeant(query, name)).map((name) => this.#option(name));
  }

  #option(name) {
    return { value: `@${quoted(name)} `, draw: () => drawPerson(name, this.#here.includes(name)) };
  }
}

// Returns a name so that it is clear where it ends.
const quoted = (name) => (name.includes(" ") && !name.includes('"') ? `"${name}"` : name);

// After a space, a name goes on or it does not: what begins another of its words is no longer meant.
function isMeant(query, name) {
  return !query.includes(" ") || (!query.endsWith(" ") && finder(query)(name) === 0);
}

function drawPerson(name, isHere) {
  const tile = make("span", { className: "initials small" }, initials(name));
  tile.dataset.hue = hue(name);
  tile.setAttribute("aria-hidden", "true");
  return [tile, make("bdi", { className: "completion-name" }, name), isHere ? make("span", { className: "completion-about" }, t("page.here")) : ""];
}
