// The list of pinned messages, in the order of the log.

import { quoteOf } from "./model/quote.js";
import { fillLine } from "./view/quote.js";

const most = 10; // entries, of which the newest are shown

const template = document.getElementById("pinned-template");
const { path } = document.body.dataset;

export class Pins {
  #details;
  #list;
  #count;
  #quote;
  #lookUp;
  #quotes = new WeakMap(); // by their elements

  // quote returns what is told of a message that the page shows, lookUp of any other; both may
  // return null.
  constructor({ details, list, count, quote, lookUp }) {
    this.#details = details;
    this.#list = list;
    this.#count = count;
    this.#quote = quote;
    this.#lookUp = lookUp;
  }

  async add(id) {
    if (this.#find(id)) return;
    const element = template.content.firstElementChild.cloneNode(true);
    element.dataset.id = id;
    element.querySelector("a").href = `${path}/messages/${id}`;
    this.#list.insertBefore(element, [...this.#list.children].find((each) => seqOf(each) > seqOf(element)) ?? null);
    this.#fill(element, this.#quote(id));
    if (this.#list.childElementCount > most) this.#list.firstElementChild.remove();
    this.#show();
    if (this.#quotes.get(element)) return;
    const quote = await this.#lookUp(id);
    const meanwhile = this.#quotes.get(element); // its text was changed
    this.#fill(element, quote && meanwhile ? { ...quote, message: meanwhile.message } : quote);
  }

  remove(id) {
    this.#find(id)?.remove();
    this.#show();
  }

  // Takes another text of a message.
  change(id, { message, body }) {
    const element = this.#find(id);
    if (!element) return;
    const user_name = element.querySelector(".quote-name").textContent;
    this.#fill(element, quoteOf({ id, user_name, message, body }));
  }

  #fill(element, quote) {
    this.#quotes.set(element, quote);
    fillLine(element, quote);
  }

  #find(id) {
    return this.#list.querySelector(`[data-id="${CSS.escape(id)}"]`);
  }

  #show() {
    const { childElementCount } = this.#list;
    this.#count.textContent = childElementCount;
    this.#details.hidden = childElementCount === 0;
  }
}

const seqOf = (element) => Number(element.dataset.id.split("-").at(-1));
