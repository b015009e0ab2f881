// Who the reader is: a name, kept in a cookie so that the server can fill it in.

import { onEnter } from "./enter.js";
import { InputMethod } from "./input-method.js";
import { t } from "./words.js";

const maxLength = 40; // characters
const year = 365 * 24 * 60 * 60;

export class Identity {
  #parts;
  #accepted; // the last name that the server took; empty for none
  #refused = new Map(); // names that it did not take, and why: {detail, alternative}
  #handedOn = false; // the person went on from the name field with Enter
  name; // what to send under: the accepted one, or one that it has yet to judge

  // onchange is called whenever the name is another, onnew with each name that the server has to
  // judge, and ondone when the person has finished with the name field.
  constructor({ details, label, shown, input, problem, take, onchange, onnew, ondone }) {
    this.#parts = { details, label, shown, input, problem, take, onchange, onnew };
    this.name = this.#accepted = tidy(shown.textContent); // the field may offer another
    details.addEventListener("toggle", () => {
      if (details.open && !problem.textContent) input.select(); // takes the focus too
    });
    input.addEventListener("change", () => this.#take());
    take.addEventListener("click", () => {
      input.value = take.value;
      if (this.commit()) ondone();
    });
    const inputMethod = new InputMethod(input);
    onEnter(input, inputMethod, {
      action: () => {
        if (!this.commit()) return;
        this.#handedOn = true;
        ondone();
      },
    });
    input.addEventListener("focus", () => {
      this.#handedOn = false;
    });
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || inputMethod.owns(event) || !this.name) return;
      this.#close(this.name);
      ondone();
    });
  }

  // Opens the name field, and leads there.
  open() {
    this.#parts.details.open = true;
  }

  focus() {
    this.#parts.input.focus();
  }

  // Reports whether the server has yet to judge the name.
  get unjudged() {
    return this.name !== this.#accepted;
  }

  // Takes the name in the field, and returns whether there is a good one. If not, the
  // person is led to the field.
  commit() {
    const good = this.#take();
    if (!good) this.#parts.input.focus();
    return good;
  }

  #take() {
    const name = tidy(this.#parts.input.value);
    const problem = this.#problemOf(name);
    if (problem) {
      this.#explain(problem);
      return false;
    }
    this.#close(name);
    if (name !== this.name) {
      this.#become(name);
      this.#parts.onnew(name);
    }
    return true;
  }

  #problemOf(name) {
    if (!name) return { detail: t("page.name_missing") };
    if ([...name].length > maxLength) return { detail: t("page.name_too_long") };
    return this.#refused.get(name);
  }

  #close(name) {
    this.#parts.input.value = name;
    this.#parts.problem.textContent = "";
    this.#parts.take.hidden = true;
    this.#parts.details.open = false;
  }

  #become(name) {
    const { label, shown, onchange } = this.#parts;
    this.name = name;
    label.textContent = t(name ? "page.you_are" : "page.who");
    shown.textContent = name;
    onchange(name);
  }

  // The server takes a name, in the form in which it writes it. It is kept for the next visit.
  accept(name, form = name) {
    if (name !== this.name) return; // changed again meanwhile
    this.#accepted = form;
    document.cookie = `user_name=${encodeURIComponent(form)}; path=/; max-age=${year}; samesite=lax`;
    if (form === name) return;
    this.#parts.input.value = form;
    this.#become(form);
  }

  // The server refuses a name: the one before stays, and the person is told why in the name
  // field, where the refused one still stands. The refusal is {detail, alternative}: a sentence, and a
  // name that can be had instead or an empty one.
  refuse(name, refusal) {
    this.#refused.set(name, refusal);
    if (name !== this.name) return;
    this.#become(this.#accepted);
    this.#parts.input.value = name;
    this.#explain(refusal);
  }

  // Puts the focus back into the name field, if Enter led out of it.
  takeBack() {
    if (!this.#handedOn) return;
    this.#parts.input.focus();
    this.#parts.input.select();
  }

  // Opens the name field and says what is wrong with the name. The focus stays where
  // the person is typing.
  #explain({ detail, alternative = "" }) {
    const { problem, take, details } = this.#parts;
    problem.textContent = detail;
    take.hidden = !alternative;
    take.value = alternative;
    take.textContent = t("page.name_take", { name: alternative });
    details.open = true;
  }
}

function tidy(name) {
  return name.trim().replace(/\s+/gu, " ");
}
