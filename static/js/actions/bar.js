// The actions that a pointer finds beside a message: the first reactions, and the reply. It is one
// element, which moves to the message under the pointer.

import { messageOf } from "../view/message.js";

const offered = 3; // reactions

export class Bar {
  #element = document.createElement("span");
  #onreact;
  #onreply;

  // The buttons are those of actions, a row with all of them. onreact takes the element of a message
  // and an emoji, onreply the element.
  constructor({ list, actions, onreact, onreply }) {
    this.#onreact = onreact;
    this.#onreply = onreply;
    this.#element.className = "bar";
    const buttons = [...actions.querySelectorAll(".react")].slice(0, offered);
    for (const button of [...buttons, actions.querySelector(".reply")]) this.#element.append(this.#take(button));
    if (!matchMedia("(hover: hover)").matches) return;
    list.addEventListener("pointerover", ({ target }) => this.#move(target.closest(".message")));
    list.addEventListener("pointerleave", () => this.#element.remove());
    this.#move(list.querySelector(".message:hover")); // that has it loaded
  }

  #take(button) {
    button.tabIndex = -1; // the keyboard has the row
    button.addEventListener("click", (event) => {
      event.preventDefault();
      event.stopPropagation();
      const element = button.closest(".message");
      if (button.matches(".reply")) this.#onreply(element);
      else this.#onreact(element, button.value);
    });
    return button;
  }

  #move(message) {
    if (!message || this.#element.parentElement === message) return;
    const { deleted, entry } = messageOf(message) ?? { deleted: true };
    if (deleted || entry || message.querySelector(".actions, .editor")) this.#element.remove();
    else message.append(this.#element);
  }
}
