// Somebody answers a question, or its time is over.

import { answered } from "../model/ask.js";
import { outcomeOf } from "../view/ask.js";
import { quoteOf } from "../model/quote.js";
import { t } from "../words.js";

export function answer(room, event, { speak }) {
  const message = room.messages.get(event.target);
  if (!message?.ask) return;
  const own = !event.expired && room.isOwn(event);
  const ask = answered(message.ask, event, own);
  room.messages.change(event.target, () => ({ ask }));
  if (own || ask.state === message.ask.state) return;
  speak(t("page.spoken.answer", { text: quoteOf(message).message, outcome: outcomeOf(ask) }));
}
