// The field in which a message is written.

import { onEnter } from "./enter.js";
import { InputMethod } from "./input-method.js";
import { tabMemory } from "./storage.js";
import { t } from "./words.js";

const maxLength = 8000; // characters
const nearTheEnd = 200;

// What there is to see in a text, as the server has it.
const visible = /[^\s\p{Z}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u;
const blankEnds = /^(?:\s*\n)+|\s+$/g;

export class Composer {
  #form;
  #field;
  #counter;
  #draftKey;
  #inputMethod;
  #onsend;

  // onsend takes the text and returns whether it has taken charge of it.
  constructor({ form, field, button, counter, room, onsend }) {
    this.#form = form;
    this.#field = field;
    this.#counter = counter;
    this.#draftKey = `draft:${room}`;
    this.#onsend = onsend;
    this.#inputMethod = new InputMethod(field);
    const softKeyboard = matchMedia("(pointer: coarse)");
    form.noValidate = true; // a name field that is folded away cannot show a complaint
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    onEnter(field, this.#inputMethod, {
      action: () => this.#send(),
      breaksLine: (event) => event.shiftKey || softKeyboard.matches,
    });
    field.addEventListener("input", () => this.#changed());
    // The button must not take the focus, or a phone's keyboard closes.
    button.addEventListener("mousedown", (event) => event.preventDefault());
    field.value ||= tabMemory.recall(this.#draftKey) ?? "";
    field.enterKeyHint = softKeyboard.matches ? "enter" : "send";
    this.#changed();
  }

  focus() {
    this.#field.focus();
  }

  get empty() {
    return this.#field.value === "";
  }

  // Sends what the button was pressed for.
  #submit() {
    const { composing } = this.#inputMethod;
    this.#inputMethod.afterwards(() => this.#send());
    if (!composing || document.activeElement !== this.#field) return;
    this.#field.blur(); // ends a composition in every browser
    this.#field.focus();
  }

  #send() {
    const text = this.#field.value.replace(blankEnds, "");
    if (!visible.test(text) || this.#excess() > 0) {
      this.focus();
      return;
    }
    if (!this.#onsend(text)) return;
    this.#field.value = "";
    this.#changed();
    this.focus();
  }

  #changed() {
    tabMemory.remember(this.#draftKey, this.#field.value);
    if (!CSS.supports("field-sizing", "content")) this.#fit();
    const excess = this.#excess();
    this.#form.classList.toggle("too-long", excess > 0);
    this.#counter.textContent = excess > 0 ? t("page.too_long", { n: excess })
      : excess > -nearTheEnd ? t("page.space_left", { n: -excess }) : "";
  }

  // How many characters the text is over the limit; negative below it. A character
  // takes one or two units of a string, so that a short one need not be counted.
  #excess() {
    const { value } = this.#field;
    if (value.length <= maxLength - nearTheEnd) return -maxLength;
    return [...value].length - maxLength;
  }

  #fit() {
    this.#field.style.blockSize = "auto";
    this.#field.style.blockSize = `${this.#field.scrollHeight}px`;
  }
}
