// What a message shows of the one that it answers.

import { part } from "./parts.js";

const deletedText = part(".deleted-text").textContent;
const unknownText = part(".quote-text").textContent;
const { path, thread = "" } = document.body.dataset;

// Shows the name and the first line of a quote in an element that has places for them.
export function fillLine(element, quote) {
  element.querySelector(".quote-name").firstElementChild.textContent = quote?.user_name ?? "";
  element.querySelector(".quote-text").textContent =
    !quote ? unknownText : quote.deleted ? deletedText : quote.message;
}

// In a thread, what answers its first message needs no quote: that stands above.
export function fillQuote(element, { reply_to, quote, deleted }) {
  let shown = element.querySelector(".quote");
  if (!reply_to || deleted || reply_to === thread) {
    shown?.remove();
    delete element.dataset.replyTo;
    return;
  }
  if (!shown) element.querySelector(".text").before((shown = part(".quote")));
  element.dataset.replyTo = reply_to;
  shown.href = `${path}/messages/${reply_to}`;
  shown.classList.toggle("gone", quote?.deleted ?? false);
  fillLine(shown, quote);
}
