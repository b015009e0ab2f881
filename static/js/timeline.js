// The list of messages: in log order, each once, grouped by who speaks. The DOM is
// the model; the server rendered its first part.

import { authorOf, dress, idOf, renderMessage, seqOf, timeOf } from "./message.js";

export class Timeline {
  #list;
  #groupWithin;
  #userName = "";

  constructor(list, groupSeconds) {
    this.#list = list;
    this.#groupWithin = groupSeconds * 1000;
    for (const element of list.children) dress(element);
  }

  // Marks the messages of this name as the reader's own.
  setUserName(name) {
    this.#userName = name;
    for (const element of this.#list.children) this.#own(element);
  }

  get oldestId() {
    const first = this.#list.firstElementChild;
    return first ? idOf(first) : "";
  }

  // Reports whether the list goes back as far as an event. It has no holes, from which what is
  // older is loaded.
  reaches(event) {
    const first = this.#list.firstElementChild;
    return !first || event.seq > seqOf(first);
  }

  has(event) {
    return document.getElementById(`m-${event.id}`) !== null;
  }

  hasClientId(clientId) {
    return this.#list.querySelector(`[data-client-id="${CSS.escape(clientId)}"]`) !== null;
  }

  // Puts a message where it belongs. One that is there already stays as it is.
  add(event) {
    if (this.has(event)) return;
    const element = this.#own(renderMessage(event));
    let next = null;
    let previous = this.#list.lastElementChild;
    while (previous && seqOf(previous) > event.seq) [next, previous] = [previous, previous.previousElementSibling];
    this.#list.insertBefore(element, next);
    this.group(element, previous);
    if (next) this.group(next, element);
  }

  // Puts a page of older messages, oldest first, before all others.
  prepend(events) {
    for (const event of events.toReversed()) {
      if (this.has(event)) continue;
      const element = this.#own(renderMessage(event));
      const next = this.#list.firstElementChild;
      this.#list.prepend(element);
      this.group(element, null);
      if (next) this.group(next, element);
    }
  }

  get elements() {
    return [...this.#list.children];
  }

  // Puts events in the place of elements.
  replace(elements, events) {
    for (const element of elements) element.remove();
    for (const event of events) this.add(event);
  }

  // Marks whether a message goes on in the group of the one before it.
  group(element, previous = this.#list.lastElementChild) {
    const continued = previous !== null && authorOf(previous) === authorOf(element) &&
      timeOf(element) - timeOf(previous) < this.#groupWithin;
    element.classList.toggle("continued", continued);
  }

  #own(element) {
    element.classList.toggle("own", authorOf(element) === this.#userName);
    return element;
  }
}
