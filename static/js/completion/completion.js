// The list of what is being typed may become, above the field: one is chosen by the arrow keys and
// taken by Enter, Tab or a press. While an input method is at work, the keys are its own.
//
// The field stays what it is, a text box; screen readers follow aria-activedescendant in it.

import { make } from "../view/make.js";
import { t } from "../words.js";
import { tokenAt } from "./token.js";

const most = 8; // options that are shown
const steps = { ArrowDown: 1, ArrowUp: -1 };

export class Completion {
  #field;
  #inputMethod;
  #sources;
  #list = make("ul", { className: "completion", id: "completion", hidden: true });
  #status = make("p", { className: "visually-hidden" });
  #token = null;
  #options = [];
  #chosen = -1; // index of an option; -1 for none
  #left = null; // the token for which the person wanted no list
  #typed = ""; // by the last change; empty for what was not typed, such as what was undone

  // place is the element above which the list is. sources are by the sign with which a token begins:
  // each has find(query), which returns options {value, draw()}, the best first, and prepare(), which
  // returns null, or a promise after which there may be others. One that isSpelled is taken at once.
  constructor({ field, inputMethod, place, sources }) {
    this.#field = field;
    this.#inputMethod = inputMethod;
    this.#sources = sources;
    this.#list.setAttribute("role", "listbox");
    this.#list.setAttribute("aria-label", t("page.suggestions"));
    this.#status.setAttribute("role", "status");
    place.append(this.#list, this.#status);
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-haspopup", "listbox");
    field.addEventListener("input", ({ data }) => {
      this.#typed = data ?? "";
      this.update();
    });
    field.addEventListener("blur", () => this.#close());
    document.addEventListener("selectionchange", () => {
      if (document.activeElement === field) this.update();
    });
    place.addEventListener("keydown", (event) => this.#pressed(event), { capture: true }); // before the field has it
    this.#list.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays
    this.#list.addEventListener("click", ({ target }) => {
      const option = this.#options[[...this.#list.children].indexOf(target.closest("li"))];
      if (option) inputMethod.end(() => this.#insert(option));
    });
  }

  // Reports whether an option is chosen.
  get choosing() {
    return this.#chosen >= 0;
  }

  // Looks at what stands before the caret.
  update() {
    const token = this.#tokenNow();
    if (!token || isSame(token, this.#left)) {
      if (!token) this.#left = null;
      this.#close();
      return;
    }
    const source = this.#sources[token.sign] ?? nothing;
    source.prepare()?.then(() => this.update(), () => {}); // without them, there are those there are
    const options = source.find(token.query).slice(0, most);
    if (!options[0]?.isSpelled) this.#show(token, options);
    else if (this.#typed.endsWith(":")) this.#insert(options[0]);
    else this.#close();
  }

  // Takes the option that is chosen, and returns whether one is.
  take() {
    this.update();
    const option = this.#options[this.#chosen];
    if (option) this.#insert(option);
    return option !== undefined;
  }

  #tokenNow() {
    const { value, selectionStart, selectionEnd } = this.#field;
    return selectionStart === selectionEnd ? tokenAt(value, selectionStart) : null;
  }

  #pressed(event) {
    if (this.#list.hidden || event.target !== this.#field || this.#inputMethod.owns(event)) return;
    const { key, shiftKey } = event;
    if (steps[key] && !shiftKey) this.#choose(this.#next(steps[key]));
    else if (key === "Escape") this.#leave();
    else if (key === "Tab" && !shiftKey && this.choosing) this.#inputMethod.afterwards(() => this.take());
    else return;
    event.preventDefault();
  }

  #next(step) {
    const { length } = this.#options;
    return this.choosing ? (this.#chosen + step + length) % length : step > 0 ? 0 : length - 1;
  }

  #leave() {
    this.#left = this.#token;
    this.#close();
  }

  // Nothing is chosen while nothing is typed, nor where what is typed is whole: Enter sends it then.
  #show(token, options) {
    const typed = token.sign + token.query;
    const isWhole = options.some(({ value }) => value.trimEnd() === typed);
    if (options.length === 0 || (isWhole && options.length === 1)) {
      this.#close();
      return;
    }
    const before = this.#token;
    const chosen = this.#options[this.#chosen]?.value;
    this.#token = token;
    this.#options = options;
    this.#list.replaceChildren(...options.map(({ draw }, at) => drawOption(draw(), at)));
    this.#list.hidden = false;
    this.#field.setAttribute("aria-controls", this.#list.id);
    this.#say(t("page.suggestions.n", { n: options.length }));
    const kept = before?.query === token.query ? options.findIndex(({ value }) => value === chosen) : -1;
    this.#choose(kept >= 0 ? kept : isWhole || !token.query ? -1 : 0);
  }

  #choose(at) {
    this.#list.children[this.#chosen]?.setAttribute("aria-selected", "false");
    this.#chosen = at;
    const item = this.#list.children[at];
    if (!item) {
      this.#field.removeAttribute("aria-activedescendant");
      return;
    }
    item.setAttribute("aria-selected", "true");
    item.scrollIntoView({ block: "nearest" });
    this.#field.setAttribute("aria-activedescendant", item.id);
  }

  #close() {
    this.#token = null;
    this.#options = [];
    this.#choose(-1);
    this.#list.hidden = true;
    this.#list.replaceChildren();
    this.#field.removeAttribute("aria-controls");
    this.#say("");
  }

  #say(text) {
    if (this.#status.textContent !== text) this.#status.textContent = text;
  }

  // Puts an option in the place of the token, so that it can be undone.
  #insert({ value }) {
    const token = this.#tokenNow();
    if (!token) return;
    this.#field.focus();
    this.#field.setSelectionRange(token.start, token.end);
    if (document.execCommand("insertText", false, value)) return;
    this.#field.setRangeText(value, token.start, token.end, "end");
    this.#field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
}

const nothing = { prepare: () => null, find: () => [] };

const isSame = (a, b) => a?.sign === b?.sign && a?.start === b?.start;

function drawOption(content, at) {
  const item = make("li", { className: "completion-option", id: `completion-${at}` }, ...content);
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  return item;
}
