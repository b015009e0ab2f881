// What the list shows: a pure function from messages to rows. The view puts each row into the
// page, and need not know why it is there.

import { mayAnswer } from "./model/ask.js";
import { continues } from "./model/grouping.js";

// Returns the rows for messages in log order, and then for the entries of the outbox, as
// messages too. Each has a key of its own and a type: "day" with a label, "unread", or "message"
// with the message, whether it is own and continues the group before it, how far it has come:
// "" but for the last one of the reader's own, and of a question whether it is shut to the reader.
//
// isOwn tells whether a message is the reader's, isOwnName whether a name is. unreadAfter is the position of the last message that the reader had seen;
// 0 for none, and no line. complete tells whether the messages reach the room's last. groupWithin is in milliseconds. dayOf returns the label of a time's day,
// receiptOf what is known of a message's receipt.
export function rowsOf(messages, entries, options) {
  const { unreadAfter } = options;
  const rows = [];
  const state = { day: "", start: 0, previous: null, isMarked: unreadAfter === 0 };
  for (const message of messages) place(message, rows, state, options);
  tellReplies(rows, options.complete);
  const last = rows.findLast((row) => row.own);
  if (last) last.receipt = options.receiptOf(last.message);
  const outbox = [];
  for (const entry of entries) place(entry, outbox, state, options);
  return { rows, outbox };
}

// Tells how many messages answer each one. They all come after it; where the list does not have the
// last, the server knows of more.
function tellReplies(rows, complete) {
  const counted = new Map();
  for (const { message } of rows) {
    if (message?.reply_to && !message.deleted) counted.set(message.reply_to, (counted.get(message.reply_to) ?? 0) + 1);
  }
  for (const row of rows) {
    if (row.type !== "message" || row.message.deleted) continue;
    const here = counted.get(row.message.id) ?? 0;
    row.replies = complete ? here : Math.max(here, row.message.replies ?? 0);
  }
}

function place(message, rows, state, { isOwn, isOwnName, unreadAfter, groupWithin, dayOf }) {
  const time = Date.parse(message.time);
  const own = isOwn(message);
  const day = dayOf(time);
  if (day !== state.day) {
    rows.push({ key: `day-${message.id}`, type: "day", label: day });
    Object.assign(state, { day, previous: null });
  }
  if (!state.isMarked && message.seq > unreadAfter && !own) {
    rows.push({ key: "unread", type: "unread" });
    Object.assign(state, { isMarked: true, previous: null });
  }
  const current = { author: message.user_name, time };
  const continued = state.previous !== null && continues(current, state.previous, state.start, groupWithin);
  if (!continued) state.start = time;
  state.previous = current;
  const shut = message.ask && !mayAnswer(message.ask, isOwnName);
  rows.push({ key: message.id, type: "message", message, own, continued, replies: 0, receipt: "", shut });
}
