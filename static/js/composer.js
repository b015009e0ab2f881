// The field in which a message is written.

import { Completer } from "./complete.js";
import { onEnter } from "./enter.js";
import { InputMethod } from "./input-method.js";
import { asAction, commandOf } from "./model/command.js";
import { t } from "./words.js";

const maxLength = 8000; // characters
const nearTheEnd = 200;

// What there is to see in a text, as the server has it.
const visible = /[^\s\p{Z}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u;
const blankEnds = /^(?:\s*\n)+|\s+$/g;

export class Composer {
  #parts;
  #field;
  #drafts;
  #inputMethod;
  #completer;
  #onresume;
  #onsend;
  #oncommand;
  #asked = ""; // the text of which the notice asks whether it is meant so
  #running = false; // a command

  // drafts keeps what is written. onresume takes the id of the message, or an empty string, that a draft
  // answers which is resumed. onsend takes a text and returns whether it has taken charge of it.
  // oncommand does what a text asks for and returns what there is to say: {notice}, and whether
  // the text may be sent as it is after that, sendable. about is for Completer.
  constructor({ form, field, button, counter, notice, drafts, about, onresume, onsend, oncommand }) {
    this.#parts = { form, button, counter, notice };
    this.#field = field;
    this.#drafts = drafts;
    this.#onresume = onresume;
    this.#onsend = onsend;
    this.#oncommand = oncommand;
    this.#inputMethod = new InputMethod(field);
    this.#completer = new Completer({ field, inputMethod: this.#inputMethod, place: field.closest(".composer-row"), hasCommands: true }, about);
    this.#listen(matchMedia("(pointer: coarse)"));
    if (this.empty) this.#resume(drafts.recall());
    this.#changed();
    this.#takeUp();
  }

  focus() {
    this.#field.focus();
  }

  // Says something to whoever writes, until they go on writing.
  tell(sentence) {
    this.#parts.notice.textContent = sentence;
  }

  get empty() {
    return this.#field.value === "";
  }

  #listen(softKeyboard) {
    const { form, button } = this.#parts;
    form.noValidate = true; // a name field that is folded away cannot show a complaint
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#inputMethod.end(() => this.#send());
    });
    onEnter(this.#field, this.#inputMethod, {
      action: (event) => this.#entered(event),
      breaksLine: (event) => event.shiftKey || (softKeyboard.matches && !this.#completer.choosing),
    });
    this.#field.addEventListener("input", () => {
      this.#drafts.keep({ text: this.#field.value });
      this.#changed();
    });
    // The button must not take the focus, or a phone's keyboard closes.
    button.addEventListener("mousedown", (event) => event.preventDefault());
    this.#field.enterKeyHint = softKeyboard.matches ? "enter" : "send";
  }

  // Goes on with what was written in a tab that is gone, unless something is written here.
  async #takeUp() {
    if (!this.empty) return;
    const left = await this.#drafts.findLeft();
    if (!left || !this.empty || this.#inputMethod.composing) return;
    this.#drafts.take(left);
    this.#resume(left);
    this.#changed();
  }

  #resume({ text, replyTo }) {
    this.#field.value = text;
    if (text) this.#onresume(replyTo);
  }

  // Enter takes what is chosen, if there is a list; with Ctrl or Command it sends all the same.
  #entered({ ctrlKey, metaKey }) {
    if (ctrlKey || metaKey || !this.#completer.take()) this.#send();
  }

  get #text() {
    return this.#field.value.replace(blankEnds, "");
  }

  #send() {
    const text = this.#text;
    const command = text === this.#asked ? null : commandOf(text);
    if (!this.#sendable) this.focus();
    else if (!command) this.#handOver(text);
    else if (command.name === "me" && command.rest) this.#handOver(asAction(command.rest));
    else this.#run(command);
  }

  #handOver(text) {
    if (this.#onsend(text)) this.#clear();
  }

  // Does what is asked for. What is written meanwhile stays.
  async #run(command) {
    if (this.#running) return;
    const text = this.#text;
    this.#running = true;
    const { notice = "", sendable = false } = await this.#oncommand(command);
    this.#running = false;
    if (this.#text !== text) return;
    if (!notice) this.#clear();
    this.#parts.notice.textContent = notice;
    this.#asked = sendable ? text : "";
  }

  #clear() {
    this.#field.value = "";
    this.#drafts.keep({ text: "" });
    this.#changed();
    this.focus();
  }

  get #sendable() {
    return visible.test(this.#field.value) && this.#excess() <= 0;
  }

  #changed() {
    const { form, button, counter, notice } = this.#parts;
    const excess = this.#excess();
    notice.textContent = this.#asked = "";
    form.classList.toggle("too-long", excess > 0);
    button.setAttribute("aria-disabled", !this.#sendable); // not disabled: that would take the focus away
    counter.textContent = excess > 0 ? t("page.too_long", { n: excess })
      : excess > -nearTheEnd ? t("page.space_left", { n: -excess }) : "";
    this.#fit();
  }

  // How many characters the text is over the limit; negative below it. A character
  // takes one or two units of a string, so that a short one need not be counted.
  #excess() {
    const { value } = this.#field;
    if (value.length <= maxLength - nearTheEnd) return -maxLength;
    return [...value].length - maxLength;
  }

  // Where a field is not as high as its text by itself, a copy of the text beside it is: nothing has
  // to be measured.
  #fit() {
    if (!CSS.supports("field-sizing", "content")) this.#field.parentElement.dataset.text = this.#field.value;
  }
}
