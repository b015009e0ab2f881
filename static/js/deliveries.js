// What people do about messages that are on their way.

import { messageOf } from "./view/message.js";

export class Deliveries {
  // onretry and ondiscard take the client id of a message in the list.
  constructor({ list, onretry, ondiscard }) {
    list.addEventListener("click", ({ target }) => {
      const button = target.closest(".retry, .discard");
      if (!button) return;
      const { entry } = messageOf(button.closest(".message"));
      (button.matches(".retry") ? onretry : ondiscard)(entry.clientId);
    });
  }
}
