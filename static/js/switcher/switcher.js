// The quick switcher: a dialog that finds a room while its name is typed, and opens it.

import { fetchRooms } from "../client.js";
import { InputMethod } from "../input-method.js";
import { find } from "../model/finder.js";
import { showDialog } from "../view/dialog.js";
import { t } from "../words.js";

const most = 50; // rooms that are shown
const validName = /^[\p{L}\p{M}\p{N}_-]{1,64}$/u; // about as the server has it, which judges

const template = document.getElementById("switcher-template");
const addressOf = (room) => `/rooms/${encodeURIComponent(room)}`;

class Switcher {
  #dialog = template.content.firstElementChild.cloneNode(true);
  #field = this.#dialog.querySelector("input");
  #list = this.#dialog.querySelector("ul");
  #rooms = [];
  #asked = Promise.resolve(); // ends when the rooms are there

  constructor() {
    const inputMethod = new InputMethod(this.#field);
    this.#field.addEventListener("input", () => this.#show());
    this.#field.addEventListener("keydown", (event) => {
      if (!inputMethod.owns(event)) this.#pressed(event);
    });
  }

  open() {
    this.#field.value = "";
    this.#rooms = null;
    this.#show();
    showDialog(this.#dialog);
    this.#asked = this.#ask();
  }

  async #ask() {
    this.#rooms = (await fetchRooms().catch(() => [])).filter(({ archived }) => !archived);
    this.#show();
  }

  #show() {
    const typed = this.#field.value.trim();
    const found = find(typed, this.#rooms ?? [], ({ room }) => [room]).slice(0, most);
    const options = found.map(({ room, topic }) => option(room, topic));
    if (this.#rooms && validName.test(typed) && !found.some(({ room }) => room === typed.toLowerCase())) {
      options.push(option(typed, "", t("page.switcher.new", { room: typed })));
    }
    this.#list.replaceChildren(...options);
    this.#choose(this.#list.querySelector("[role=option]"));
  }

  #pressed(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const chosen = this.#chosen;
    if (step) {
      event.preventDefault();
      const options = [...this.#list.querySelectorAll("[role=option]")];
      this.#choose(options[options.indexOf(chosen) + step] ?? chosen);
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.#go();
    }
  }

  // Goes to the chosen room, once it is clear which there are.
  async #go() {
    await this.#asked;
    if (this.#chosen) location.assign(this.#chosen.href);
  }

  get #chosen() {
    return this.#list.querySelector("[aria-selected=true]");
  }

  #choose(item) {
    this.#chosen?.setAttribute("aria-selected", "false");
    item?.setAttribute("aria-selected", "true");
    item?.scrollIntoView({ block: "nearest" });
    if (item) this.#field.setAttribute("aria-activedescendant", item.id);
    else this.#field.removeAttribute("aria-activedescendant");
  }
}

function option(room, topic, label = room) {
  const item = document.createElement("li");
  item.role = "none";
  const link = document.createElement("a");
  link.role = "option";
  link.id = `switch-${room}`;
  link.ariaSelected = "false";
  link.href = addressOf(room);
  link.tabIndex = -1;
  link.className = "switcher-room";
  const name = document.createElement("bdi");
  name.textContent = label;
  const about = document.createElement("span");
  about.className = "switcher-topic";
  about.textContent = topic;
  link.append(name, about);
  item.append(link);
  return item;
}

let switcher = null;

export function openSwitcher() {
  switcher ??= new Switcher();
  switcher.open();
}
