// What a message tells of the one that it answers: {id, user_name, message, deleted}, or null
// where nothing is known of that.

import { part } from "./parts.js";
import { firstLine } from "./text.js";

const deletedText = part(".deleted-text").textContent;
const unknownText = part(".quote-text").textContent;
const { path } = document.body.dataset;

// Returns what is told of a message.
export function quoteOf({ id, user_name, message, deleted = false }) {
  return { id, user_name, message: deleted ? "" : firstLine(message), deleted };
}

// Shows the name and the first line of a quote in an element that has places for them.
export function fillLine(element, quote) {
  element.querySelector(".quote-name").firstElementChild.textContent = quote?.user_name ?? "";
  element.querySelector(".quote-text").textContent =
    !quote ? unknownText : quote.deleted ? deletedText : quote.message;
}

export function fillQuote(element, { reply_to, quote }) {
  let shown = element.querySelector(".quote");
  if (!reply_to) {
    shown?.remove();
    delete element.dataset.replyTo;
    return;
  }
  if (!shown) element.querySelector(".bubble").prepend((shown = part(".quote")));
  element.dataset.replyTo = reply_to;
  shown.href = `${path}/messages/${reply_to}`;
  shown.classList.toggle("gone", quote?.deleted ?? false);
  fillLine(shown, quote);
}

export function readQuote(element) {
  const shown = element.querySelector(".quote");
  const user_name = shown?.querySelector(".quote-name").textContent;
  if (!user_name) return null;
  const deleted = shown.classList.contains("gone");
  const message = deleted ? "" : shown.querySelector(".quote-text").textContent;
  return { id: element.dataset.replyTo, user_name, message, deleted };
}
