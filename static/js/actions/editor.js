// A message that is being edited, in its place.

import { Completer } from "../complete.js";
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

  // onsave takes the new text and returns whether it is stored; onclose is called at the end. about is
  // for Completer.
  constructor(element, { about, onsave, onclose }) {
    const before = element.querySelector(".editor");
    before?.remove();
    this.#form = part(".editor");
    this.#field = this.#form.elements.message;
    this.#onsave = onsave;
    this.#onclose = onclose;
    this.#field.value = before?.elements.message.value ?? messageOf(element).message;
    this.#form.noValidate = true;
    element.append(this.#form);
    element.classList.add("editing");
    this.#listen(about);
    this.#field.focus();
  }

  #listen(about) {
    const inputMethod = new InputMethod(this.#field);
    const completer = new Completer({ field: this.#field, inputMethod, place: this.#field.parentElement }, about);
    const softKeyboard = matchMedia("(pointer: coarse)");
    onEnter(this.#field, inputMethod, {
      action: ({ ctrlKey, metaKey }) => {
        if (ctrlKey || metaKey || !completer.take()) this.#save();
      },
      breaksLine: (event) => event.shiftKey || (softKeyboard.matches && !completer.choosing),
    });
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      event.stopPropagation();
      inputMethod.end(() => this.#save());
    });
    this.#field.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented && !inputMethod.owns(event)) this.#close();
    });
    this.#form.querySelector(".cancel").addEventListener("click", (event) => {
      event.preventDefault();
      this.#close();
    });
  }

  async #save() {
    if (this.#saving) return;
    this.#saving = true;
    const saved = await this.#onsave(this.#field.value.trimEnd());
    this.#saving = false;
    if (saved) this.#close();
  }

  #close() {
    this.#form.parentElement?.classList.remove("editing");
    this.#form.remove();
    this.#onclose();
  }
}
