// A message becomes a question.

import { asked } from "../model/ask.js";
import { t } from "../words.js";

export function ask(room, event, { speak }) {
  const message = room.messages.get(event.target);
  if (!message || message.ask || message.deleted) return;
  room.messages.change(event.target, () => ({ ask: asked(event) }));
  if (!room.isOwn(message)) speak(t("page.spoken.ask", { choices: event.choices.join(", ") }));
}
