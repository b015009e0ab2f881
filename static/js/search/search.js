// Search in place: a dialog with results below the words. Each leads to its message (goto.js).

import { Refusal } from "../answer.js";
import { fetchFound } from "../client.js";
import { InputMethod } from "../input-method.js";
import { hue } from "../model/person.js";
import { showDialog } from "../view/dialog.js";
import { make } from "../view/make.js";
import { Options } from "../view/options.js";
import { lang, t } from "../words.js";

const pause = 200; // milliseconds without a key, after which it is searched

const template = document.getElementById("search-template");
const time = new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" });

class Search {
  #dialog = template.content.firstElementChild.cloneNode(true);
  #field = this.#dialog.querySelector("[type=search]");
  #here = this.#dialog.querySelector("[type=checkbox]");
  #options;
  #state = this.#dialog.querySelector(".search-state");
  #room;
  #timer = 0;
  #asked = 0; // counts the searches: an answer to an earlier one comes too late

  constructor(room) {
    this.#room = room;
    const inputMethod = new InputMethod(this.#field);
    const list = this.#dialog.querySelector("ol");
    this.#options = new Options({ field: this.#field, list, inputMethod, choosesFirst: false });
    for (const field of [this.#field, this.#here]) field.addEventListener("input", () => this.#soon());
    this.#dialog.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      inputMethod.afterwards(() => this.#search());
    });
  }

  open() {
    showDialog(this.#dialog);
    this.#field.select();
  }

  #soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#search(), pause);
  }

  async #search() {
    clearTimeout(this.#timer);
    const asked = ++this.#asked;
    const words = this.#field.value.trim();
    if (!words) return this.#show([], "");
    try {
      const { messages, more } = await fetchFound(words, this.#here.checked ? this.#room : "");
      if (asked !== this.#asked) return;
      const state = messages.length === 0 ? t("page.search.nothing") : more ? t("page.search.more", { n: messages.length }) : "";
      this.#show(messages, state);
    } catch (error) {
      if (asked === this.#asked) this.#show([], error instanceof Refusal ? error.detail : t("page.not_done"));
    }
  }

  #show(messages, state) {
    this.#options.show(messages.map(result));
    this.#state.textContent = state;
  }
}

function result({ id, room, user_name, time: at, excerpt }) {
  const link = make("a", {
    className: "found-message", id: `found-${id}`, href: `/rooms/${encodeURIComponent(room)}/messages/${id}`,
  });
  const name = make("b", { className: "name" }, make("bdi", {}, user_name));
  name.dataset.hue = hue(user_name);
  const where = make("span", { className: "found-where" }, "#", make("bdi", {}, room), ` · ${time.format(new Date(at))}`);
  const text = make("span", { className: "found-text", dir: "auto" }, ...excerpt.map(part));
  link.append(name, " ", where, text);
  return link;
}

const part = ({ text, match }) => (match ? make("mark", {}, text) : text);

let search = null;

export function openSearch(room) {
  search ??= new Search(room);
  search.open();
}
