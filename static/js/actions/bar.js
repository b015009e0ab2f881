// The actions that a pointer finds beside a message: the first reactions, all others, and the reply. It is one
// element, which moves to the message under the pointer.

import { isPlainClick } from "../plain-click.js";
import { complete } from "../view/address.js";
import { messageOf } from "../view/message.js";
const offered = 3; // reactions

export class Bar {
  #element = document.createElement("span");
  #onreact;
  #onmore;
  #onreply;
  #reply;
  #replyAddress; // without the id of a message

  // The buttons are those of actions, a row with all of them. onreact takes the element of a message
  // and an emoji, onmore the element and a button, onreply the element.
  constructor({ list, actions, onreact, onmore, onreply }) {
    this.#onreact = onreact;
    this.#onmore = onmore;
    this.#reply = actions.querySelector(".reply");
    this.#replyAddress = this.#reply.getAttribute("href");
    this.#onreply = onreply;
    this.#element.className = "bar";
    const buttons = [...actions.querySelectorAll(".react")].slice(0, offered);
    for (const button of [...buttons, actions.querySelector(".more-emoji"), this.#reply]) this.#element.append(this.#take(button));
    if (!matchMedia("(hover: hover)").matches) return;
    list.addEventListener("pointerover", ({ target }) => this.#move(target.closest(".message")));
    list.addEventListener("pointerleave", () => this.#element.remove());
    this.#move(list.querySelector(".message:hover")); // that has it loaded
  }

  #take(button) {
    button.tabIndex = -1; // the keyboard has the row
    button.addEventListener("click", (event) => {
      event.stopPropagation();
      if (!isPlainClick(event)) return;
      event.preventDefault();
      const element = button.closest(".message");
      if (button === this.#reply) this.#onreply(element);
      else if (button.matches(".more-emoji")) this.#onmore(element, button);
      else this.#onreact(element, button.value);
    });
    return button;
  }

  #address(id) {
    this.#reply.setAttribute("href", this.#replyAddress);
    complete(this.#reply, id);
  }

  #move(message) {
    if (!message || this.#element.parentElement === message) return;
    const { id, deleted, entry } = messageOf(message) ?? { deleted: true };
    if (deleted || entry || message.querySelector(".actions, .editor")) this.#element.remove();
    else {
      this.#address(id);
      message.append(this.#element);
    }
  }
}
