// A message has another text and, if it is a robot's, perhaps another status.

import { quoteOf } from "../model/quote.js";
import { isNews } from "../model/status.js";
import { statusText } from "../view/status.js";
import { t } from "../words.js";

export function edit(room, event, { pins, reply, speak }) {
  const { target, message, body, time } = event;
  const before = room.messages.get(target);
  room.change(target, { message, body, edited: time, ...updated(before, event) });
  reply.change(target, { message, body });
  pins.change(target, { message, body });
  if (!before || before.deleted || !isNews(before.status, event.status)) return;
  const { user_name, message: text } = quoteOf(room.messages.get(target));
  speak(t("page.spoken.status", { name: user_name, text, status: statusText(event.status) }));
}

// Returns what an update changes beside the text: an edit by hand leaves the status as it is. What was
// there before a kept update is one more version, unless that has been counted: by its position, or where
// the message came with the history, by its time.
function updated(before, { seq, time, status, update = false }) {
  if (!before || (!status && !update)) return {};
  const { counted = 0, edited = "", versions = 0 } = before;
  const isNew = update && (counted ? seq > counted : time > edited);
  return { status, versions: versions + (isNew ? 1 : 0), counted: Math.max(counted, isNew ? seq : 0) };
}
