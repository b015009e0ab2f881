// The list of messages and, below it, those that are on their way.

import { rowsOf } from "../rows.js";
import { Days } from "./days.js";
import { List } from "./list.js";
import { messageRow } from "./message.js";
import { receiptOf } from "./receipt.js";
import { dayRow, unreadRow } from "./separators.js";

const renderers = { message: messageRow, day: dayRow, unread: unreadRow };

export class Timeline {
  #parts;
  #messages;
  #outbox;
  #days;

  // room has what is shown: {messages, entries, isOwn, unreadAfter}. groupWithin is in
  // milliseconds. isComplete tells whether the messages reach the room's last. onstale is called when what is shown is right no longer, since another day has
  // begun.
  constructor({ list, outbox, room, groupWithin, isComplete, onstale }) {
    this.#parts = { list, room, groupWithin, isComplete };
    this.#messages = new List(list, renderers);
    this.#outbox = new List(outbox, renderers);
    this.#days = new Days({ onnew: onstale });
    this.#adopt();
    this.show();
  }

  // Takes the rows that the server has rendered; those between the messages are for its own days.
  #adopt() {
    const { list, room } = this.#parts;
    for (const element of [...list.children]) {
      const message = room.messages.get(element.id.slice("m-".length));
      if (!message) {
        element.remove();
        continue;
      }
      messageRow.adopt(element, message);
      const { classList } = element;
      const row = { key: message.id, type: "message", message, own: classList.contains("own"), continued: classList.contains("continued"), replies: message.replies ?? 0, receipt: "" };
      this.#messages.adopt(element, row);
    }
  }

  // Shows the room as it stands.
  show() {
    const { room, groupWithin, isComplete } = this.#parts;
    const { rows, outbox } = rowsOf(room.messages.all, room.entries, {
      isOwn: (message) => room.isOwn(message), isOwnName: room.isOwnName, unreadAfter: room.unreadAfter, groupWithin, complete: isComplete(),
      dayOf: (time) => this.#days.label(time), receiptOf: (message) => receiptOf(message, room),
    });
    this.#messages.show(rows);
    this.#outbox.show(outbox);
  }
}
