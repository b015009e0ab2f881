// A message that is being edited, in its place.

import { onEnter } from "../enter.js";
import { InputMethod } from "../input-method.js";
import { messageOf } from "../view/message.js";
import { part } from "../view/parts.js";

export class Editor {
  #form;
  #field;
  #onsave;
  #onclose;
  #saving = false;

  // onsave takes the new text and returns whether it is stored; onclose is called at the end.
  constructor(element, { onsave, onclose }) {
    const before = element.querySelector(".editor");
    before?.remove();
    this.#form = part(".editor");
    this.#field = this.#form.elements.message;
    this.#onsave = onsave;
    this.#onclose = onclose;
    this.#field.value = before?.elements.message.value ?? messageOf(element).message;
    this.#form.noValidate = true;
    element.append(this.#form);
    this.#listen();
    this.#field.focus();
  }

  #listen() {
    const inputMethod = new InputMethod(this.#field);
    const softKeyboard = matchMedia("(pointer: coarse)");
    onEnter(this.#field, inputMethod, {
      action: () => this.#save(),
      breaksLine: (event) => event.shiftKey || softKeyboard.matches,
    });
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      event.stopPropagation();
      inputMethod.afterwards(() => this.#save());
    });
    this.#field.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !inputMethod.owns(event)) this.#close();
    });
    this.#form.querySelector(".cancel").addEventListener("click", (event) => {
      event.preventDefault();
      this.#close();
    });
  }

  async #save() {
    if (this.#saving) return;
    this.#saving = true;
    const saved = await this.#onsave(this.#field.value);
    this.#saving = false;
    if (saved) this.#close();
  }

  #close() {
    this.#form.remove();
    this.#onclose();
  }
}
