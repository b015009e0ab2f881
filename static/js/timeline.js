// The list of messages: in log order, each once, grouped by who speaks. The server rendered its
// first part.

import { localise, onNewDay } from "./clock.js";
import { continues } from "./grouping.js";
import { authorOf, changeMessage, dress, idOf, messageOf, renderMessage, seqOf, timeOf } from "./message.js";
import { quoteOf } from "./quote.js";

export class Timeline {
  #list;
  #groupWithin; // milliseconds
  #userName = "";
  #lookUp;
  #facts = new WeakMap(); // what grouping needs of each element: {author, time, start}

  // lookUp returns a quote of a message that is not in the list, or null if there is none.
  constructor(list, groupSeconds, lookUp) {
    this.#list = list;
    this.#groupWithin = groupSeconds * 1000;
    this.#lookUp = lookUp;
    for (const element of list.children) dress(element);
    this.#regroup(list.firstElementChild);
    onNewDay(() => {
      for (const element of list.querySelectorAll("time")) localise(element);
    });
  }

  // Marks the messages of this name as the reader's own.
  setUserName(name) {
    this.#userName = name;
    for (const element of this.#list.children) this.#own(element);
  }

  get size() {
    return this.#list.childElementCount;
  }

  get oldestId() {
    return idOf(this.#list.firstElementChild);
  }

  get newestId() {
    return idOf(this.#list.lastElementChild);
  }

  // Reports whether a message is not in the list, and belongs into it. That is so from its first
  // message on; if it is whole, the list has the first of the room.
  lacks({ id, seq }, { whole }) {
    const first = this.#list.firstElementChild;
    return (whole || !first || seq > seqOf(first)) && this.#find(id) === null;
  }

  hasClientId(clientId) {
    return this.#list.querySelector(`[data-client-id="${CSS.escape(clientId)}"]`) !== null;
  }

  // Puts messages where they belong. One that is there already stays as it is.
  add(events) {
    for (const event of events) {
      if (this.#has(event)) continue;
      let next = null;
      let previous = this.#list.lastElementChild;
      while (previous && seqOf(previous) > event.seq) [next, previous] = [previous, previous.previousElementSibling];
      const element = this.#own(renderMessage({ ...event, quote: event.quote ?? this.quote(event.reply_to) }));
      this.#list.insertBefore(element, next);
      this.#regroup(element);
      if (event.reply_to && !messageOf(element).quote) this.#quoteFromAfar(element);
    }
  }

  // Puts a page of older messages, oldest first, before all others.
  prepend(events) {
    const elements = events.filter((event) => !this.#has(event)).map((event) => this.#own(renderMessage(event)));
    this.#list.prepend(...elements);
    this.#regroup(this.#list.firstElementChild);
  }

  // Changes a message, if it is in the list, and what others tell of it. change is the members
  // that are another, or returns them from the message.
  change(id, change) {
    const element = this.#find(id);
    const changes = typeof change === "function" ? element && change(messageOf(element)) : change;
    if (element) changeMessage(element, changes);
    for (const reply of this.#repliesTo(id)) {
      const quote = this.quote(id) ?? messageOf(reply).quote;
      if (quote) changeMessage(reply, { quote: quoteOf({ ...quote, ...changes }) });
    }
  }

  // Returns what is told of a message by others, or null if it is not in the list.
  quote(id) {
    const element = id && this.#find(id);
    return element ? quoteOf(messageOf(element)) : null;
  }

  // Puts events in the place of all messages.
  replace(events) {
    this.#list.replaceChildren();
    this.add(events);
  }

  // Takes messages off the top until no more than these are left, and returns whether there
  // were any.
  cutTop(most) {
    const over = this.size > most;
    while (this.size > most) this.#list.firstElementChild.remove();
    if (over) this.#regroup(this.#list.firstElementChild);
    return over;
  }

  // The same off the bottom.
  cutBottom(most) {
    const over = this.size > most;
    while (this.size > most) this.#list.lastElementChild.remove();
    return over;
  }

  // Groups the elements of another list that continues after this one.
  groupAfter(list) {
    for (const element of list.children) this.#group(element, element.previousElementSibling ?? this.#list.lastElementChild);
  }

  // Groups from an element on, until nothing changes any more.
  #regroup(element) {
    for (; element; element = element.nextElementSibling) {
      const known = this.#facts.get(element)?.start;
      const start = this.#group(element, element.previousElementSibling);
      if (start === known) return;
    }
  }

  // Marks whether a message continues the group of the one before it, and returns when its
  // group began.
  #group(element, previous) {
    const message = this.#factsOf(element);
    const before = previous && this.#factsOf(previous);
    const continued = before !== null && continues(message, before, before.start, this.#groupWithin);
    element.classList.toggle("continued", continued);
    message.start = continued ? before.start : message.time;
    return message.start;
  }

  #factsOf(element) {
    let facts = this.#facts.get(element);
    if (!facts) this.#facts.set(element, (facts = { author: authorOf(element), time: timeOf(element) }));
    return facts;
  }

  #has(event) {
    return this.#find(event.id) !== null;
  }

  #find(id) {
    return document.getElementById(`m-${id}`);
  }

  #repliesTo(id) {
    return this.#list.querySelectorAll(`[data-reply-to="${CSS.escape(id)}"]`);
  }

  async #quoteFromAfar(element) {
    const quote = await this.#lookUp(messageOf(element).reply_to);
    if (quote && !messageOf(element).deleted) changeMessage(element, { quote });
  }

  #own(element) {
    element.classList.toggle("own", authorOf(element) === this.#userName);
    return element;
  }
}
