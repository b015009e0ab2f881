// The list of rooms, with what is new in each. The server has rendered it; what happens in other
// rooms comes by the stream as activity, once a second at the most.

import { fetchRooms } from "./client.js";
import { seqOf } from "./model/id.js";
import { mentionKey } from "./model/mention.js";

const most = 99; // that is told as a number
const pause = 30_000; // milliseconds between two looks at what was read on other devices

const template = document.getElementById("room-template");

export class Rooms {
  #parts;
  #counts = new Map(); // {element, unread, mentions, last} by room; last is the newest position, where it is known
  #asked = performance.now(); // when the list was asked for last

  // room is that of the page, and elsewhere the mark that something is new in others. myName
  // returns the reader's name.
  constructor({ nav, list, open, close, elsewhere, room, myName }) {
    this.#parts = { nav, list, elsewhere, room, myName };
    for (const element of list.querySelectorAll(".room-link")) {
      const count = element.querySelector(".room-count");
      const unread = count.hidden ? 0 : parseInt(count.textContent.replace("@", ""), 10);
      this.#counts.set(element.dataset.room, { element, unread, mentions: count.matches(".mention") ? 1 : 0 });
    }
    this.#drawer(open, close);
    addEventListener("focus", () => this.refresh());
    this.#mark();
  }

  // Takes what was written in which rooms since the last time, and how far the reader has read some
  // on another page or device.
  happen({ rooms, read = [], missed = false }) {
    const key = mentionKey(this.#parts.myName());
    for (const { room, id, messages, mentions } of rooms) {
      if (room === this.#parts.room) continue;
      const { unread = 0, mentions: before = 0 } = this.#counts.get(room) ?? {};
      this.#set(room, { unread: unread + messages, mentions: before + (mentions.includes(key) ? 1 : 0), last: seqOf(id) });
    }
    const unclear = read.filter(({ room, upto }) => !this.#clear(room, seqOf(upto)));
    if (missed || unclear.length > 0) this.#load();
    this.#mark();
  }

  // Takes that a room was read up to a position, and returns whether it is clear how much is new then.
  #clear(room, upto) {
    const { unread = 0, last = Infinity } = this.#counts.get(room) ?? {};
    if (unread > 0 && upto >= last) this.#set(room, { unread: 0, mentions: 0, last });
    return unread === 0 || upto >= last;
  }

  // Asks for the list again after a while: on another device, more may have been read.
  refresh() {
    if (performance.now() - this.#asked >= pause) this.#load();
  }

  async #load() {
    this.#asked = performance.now();
    const rooms = await fetchRooms().catch(() => []);
    for (const { room, unread, mentions, last } of rooms) {
      if (this.#counts.has(room)) this.#set(room, { unread, mentions, last: last && seqOf(last.id) });
    }
    this.#mark();
  }

  #set(room, { unread, mentions, last }) {
    const element = this.#counts.get(room)?.element ?? this.#add(room);
    this.#counts.set(room, { element, unread, mentions, last });
    const count = element.querySelector(".room-count");
    element.classList.toggle("unread", unread > 0);
    count.classList.toggle("mention", mentions > 0);
    count.hidden = unread === 0;
    count.textContent = (mentions > 0 ? "@" : "") + (unread > most ? `${most}+` : unread);
  }

  // Adds a room in its place: the list is sorted but for the lobby, which is the first.
  #add(room) {
    const item = template.content.firstElementChild.cloneNode(true);
    const link = item.querySelector(".room-link");
    link.dataset.room = room;
    link.href = `/rooms/${encodeURIComponent(room)}`;
    link.querySelector(".room-link-name").textContent = room;
    const items = [...this.#parts.list.children].slice(1);
    const next = items.find((each) => each.firstElementChild.dataset.room > room);
    this.#parts.list.insertBefore(item, next ?? null);
    return link;
  }

  #mark() {
    const news = [...this.#counts].some(([room, { unread }]) => unread > 0 && room !== this.#parts.room);
    this.#parts.elsewhere.hidden = !news;
  }

  // In a narrow window the list lies over the page.
  #drawer(open, close) {
    const { nav } = this.#parts;
    const shut = () => {
      if (!nav.classList.contains("open")) return;
      nav.classList.remove("open");
      open.focus();
    };
    open.role = "button";
    open.addEventListener("click", (event) => {
      event.preventDefault();
      nav.classList.add("open");
      nav.querySelector("[aria-current]")?.focus();
    });
    close.addEventListener("click", (event) => {
      event.preventDefault();
      shut();
    });
    nav.addEventListener("keydown", (event) => {
      if (event.key === "Escape") shut();
    });
    const leave = ({ target }) => {
      if (!nav.contains(target)) nav.classList.remove("open");
    };
    addEventListener("pointerdown", leave);
    addEventListener("focusin", leave); // or it covers what has the focus
  }
}
