// Shows the outbox below the messages.

import { renderMessage } from "./message.js";
import { words } from "./words.js";

const template = document.getElementById("delivery-template");

export class Deliveries {
  #list;
  #timeline;
  #elements = new Map();
  #onretry;
  #ondiscard;

  constructor({ list, timeline, onretry, ondiscard }) {
    this.#list = list;
    this.#timeline = timeline;
    this.#onretry = onretry;
    this.#ondiscard = ondiscard;
  }

  // Shows an entry as it now is.
  show(entry) {
    if (!this.#elements.has(entry.clientId)) this.#add(entry);
    const element = this.#elements.get(entry.clientId);
    element.dataset.state = entry.state;
    element.querySelector(".delivery-text").textContent = describe(entry);
    element.querySelector(".retry").hidden = entry.state !== "failed" && entry.state !== "waiting";
    element.querySelector(".discard").hidden = entry.state === "sending";
  }

  get empty() {
    return this.#elements.size === 0;
  }

  // Groups them with the messages before them.
  group() {
    this.#timeline.groupAfter(this.#list);
  }

  remove(entry) {
    this.#elements.get(entry.clientId)?.remove();
    this.#elements.delete(entry.clientId);
  }

  #add({ clientId, userName, text, replyTo, time }) {
    const element = renderMessage({
      id: clientId, seq: 0, user_name: userName, message: text, time, reply_to: replyTo, quote: this.#timeline.quote(replyTo),
    });
    element.querySelector(".act").remove(); // nothing can be done to it yet
    element.classList.add("own");
    element.append(template.content.cloneNode(true));
    element.querySelector(".retry").addEventListener("click", () => this.#onretry(clientId));
    element.querySelector(".discard").addEventListener("click", () => this.#ondiscard(clientId));
    this.#elements.set(clientId, element);
    this.#list.append(element);
  }
}

function describe({ state, reason, seconds }) {
  switch (state) {
    case "failed": return reason;
    case "waiting": return words.again(reason, seconds);
    case "queued": return words.queued;
    default: return words.sending;
  }
}
