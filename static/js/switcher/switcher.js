// The quick switcher: a dialog that finds a room while its name is typed, and opens it.

import { Refusal } from "../answer.js";
import { fetchRooms } from "../client.js";
import { InputMethod } from "../input-method.js";
import { find } from "../model/finder.js";
import { isRoom, nearestRoom } from "../model/room-name.js";
import { showDialog } from "../view/dialog.js";
import { make } from "../view/make.js";
import { Options } from "../view/options.js";
import { t } from "../words.js";

const most = 50; // rooms that are shown

const template = document.getElementById("switcher-template");
const addressOf = (room) => `/rooms/${encodeURIComponent(room)}`;

class Switcher {
  #dialog = template.content.firstElementChild.cloneNode(true);
  #field = this.#dialog.querySelector("input");
  #options;
  #state = this.#dialog.querySelector(".switcher-state");
  #rooms = null; // until they are there
  #asked = null; // a promise that ends then

  constructor() {
    const list = this.#dialog.querySelector("ul");
    const inputMethod = new InputMethod(this.#field);
    this.#options = new Options({ field: this.#field, list, inputMethod, choosesFirst: true, ready: () => this.#asked });
    this.#field.addEventListener("input", () => this.#show());
  }

  open() {
    this.#field.value = "";
    this.#rooms = null;
    this.#options.show([]);
    this.#state.textContent = "";
    showDialog(this.#dialog);
    this.#asked = this.#ask();
  }

  async #ask() {
    try {
      this.#rooms = await fetchRooms();
      this.#show();
    } catch (error) {
      this.#state.textContent = error instanceof Refusal ? error.detail : t("page.switcher.away");
    }
  }

  #show() {
    if (!this.#rooms) return;
    const typed = this.#field.value.trim();
    const exact = this.#rooms.find(({ room }) => room === typed.normalize("NFC").toLowerCase());
    const open = this.#rooms.filter((each) => !each.archived || each === exact);
    const found = find(typed, open, ({ room }) => [room]).slice(0, most);
    const links = found.map(({ room, topic }) => option(room, topic));
    const name = exact ? "" : nearestRoom(typed);
    if (name) links.push(option(name, "", t("page.switcher.new", { room: name })));
    this.#options.show(links);
    this.#state.textContent = remark(typed, found.length);
  }
}

// Returns what there is to say of a name, and of how many rooms it finds.
function remark(typed, found) {
  if (!typed) return "";
  if (!isRoom(typed)) return t("page.switcher.names");
  return found === 0 ? t("page.switcher.none") : "";
}

function option(room, topic, label = room) {
  return make("a", { className: "switcher-room", id: `switch-${room}`, href: addressOf(room) },
    make("bdi", {}, label), make("span", { className: "switcher-topic", dir: "auto" }, topic));
}

let switcher = null;

export function openSwitcher() {
  switcher ??= new Switcher();
  switcher.open();
}
