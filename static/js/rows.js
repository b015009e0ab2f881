// What the list shows: a pure function from messages to rows. The view puts each row into the
// page, and need not know why it is there.

import { continues } from "./model/grouping.js";

// Returns the rows for messages in log order, and then for the entries of the outbox, as
// messages too. Each has a key of its own and a type: "day" with a label, "unread", or "message"
// with the message, whether it is own and continues the group before it, and how far it has come:
// "" but for the last one of the reader's own.
//
// name is the reader's. unreadAfter is the position of the last message that the reader had seen;
// 0 for none, and no line. groupWithin is in milliseconds. dayOf returns the label of a time's day,
// receiptOf what is known of a message's receipt.
export function rowsOf(messages, entries, options) {
  const { name, unreadAfter } = options;
  const rows = [];
  const state = { day: "", start: 0, previous: null, isMarked: unreadAfter === 0 };
  for (const message of messages) place(message, rows, state, options);
  const last = rows.findLast((row) => row.own);
  if (last) last.receipt = options.receiptOf(last.message);
  const outbox = [];
  for (const entry of entries) place(entry, outbox, state, options);
  return { rows, outbox };
}

function place(message, rows, state, { name, unreadAfter, groupWithin, dayOf }) {
  const time = Date.parse(message.time);
  const own = message.user_name === name;
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
  rows.push({ key: message.id, type: "message", message, own, continued, receipt: "" });
}
