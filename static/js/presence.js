// Who is here: a few of them in the header, and all in what opens below it.

import { fetchPeople } from "./client.js";
import { hue, initials } from "./model/person.js";
import { t } from "./words.js";

const shown = 3; // people in the header

export class Presence {
  #parts;
  #online = 0;

  // details opens the list; faces, count and, for those who do not see them, text are its summary.
  constructor({ path, details, faces, count, text, list }) {
    this.#parts = { path, details, faces, count, text, list };
    details.addEventListener("toggle", () => this.#list());
  }

  // Takes the data of a presence event, or of a room in hello.
  update({ online, here = [] }) {
    const { details, faces, count, text } = this.#parts;
    this.#online = online;
    details.hidden = online === 0;
    faces.replaceChildren(...here.slice(0, shown).map(face));
    count.textContent = online;
    text.textContent = t("page.online", { n: online });
    details.firstElementChild.title = text.textContent;
    this.#list();
  }

  async #list() {
    const { path, details, list } = this.#parts;
    if (!details.open) return;
    const people = await fetchPeople(path).catch(() => []);
    list.replaceChildren(...people.map(entry));
    if (this.#online > people.length) list.append(line("more", t("page.more_people", { n: this.#online - people.length })));
  }
}

function face({ user_name, idle }) {
  const element = document.createElement("span");
  element.className = "initials small";
  element.classList.toggle("idle", idle);
  element.dataset.hue = hue(user_name);
  element.ariaHidden = "true";
  element.textContent = initials(user_name);
  return element;
}

function entry(person) {
  const name = document.createElement("bdi");
  name.textContent = person.user_name;
  const item = line("person", name);
  item.prepend(face(person));
  if (person.idle) item.append(note(t("page.idle")));
  return item;
}

function line(className, content) {
  const item = document.createElement("li");
  item.className = className;
  item.append(content);
  return item;
}

function note(text) {
  const element = document.createElement("span");
  element.className = "person-note";
  element.textContent = text;
  return element;
}
