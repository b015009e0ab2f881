// How far the reader has read. The line of what is new stands before the first message that came
// while nobody was looking. What is read is told to the server, for the reader's other devices and
// for those who wrote it.

import { seqOf } from "./model/id.js";

const shortest = 2000; // milliseconds from one report to the next
const forEach = 100; // milliseconds more for each person here, since every report goes to all of them

export class Reading {
  #parts;
  #read; // the position of the last message that was read
  #told; // the same, as the server knows it
  #timer = 0;
  #online = 1;

  // room is the model, whose line is set. since is the position up to which the log was there when the
  // page was made. isSeen tells whether the end of the list is before the
  // reader's eyes. tell sends the id of the last message that was read; onlook is called when the
  // reader comes or goes.
  constructor({ room, lastRead, since, isSeen, tell, onlook }) {
    this.#parts = { room, isSeen, tell };
    this.#read = this.#told = seqOf(lastRead);
    if (!lastRead) this.#read = Math.max(seqOf(room.messages.newestId), seqOf(since)); // on a first visit nothing is new
    this.#mark();
    document.addEventListener("visibilitychange", onlook);
    for (const type of ["focus", "blur", "pageshow"]) addEventListener(type, onlook);
  }

  // How many messages of others came after the last one that was read.
  get unread() {
    const { room } = this.#parts;
    const isNew = (message) => message.seq > this.#read && !message.deleted && !room.isOwn(message);
    return room.messages.all.filter(isNew).length;
  }

  set online(people) {
    this.#online = people;
  }

  // Looks whether what has come is seen, before it is drawn. The line stands before what came while
  // nobody looked, until something comes so again.
  look() {
    const { room, isSeen } = this.#parts;
    if (!this.#isLooking() || !isSeen()) {
      this.#mark();
      return;
    }
    this.#read = Math.max(this.#read, seqOf(room.messages.newestId));
    if (this.#read > this.#told) this.#report();
  }

  #mark() {
    const { room } = this.#parts;
    if (room.unreadAfter < this.#read && this.unread > 0) room.unreadAfter = this.#read;
  }

  // Takes that it was read up to a position on another page.
  advance(seq) {
    this.#told = Math.max(this.#told, seq);
    this.#read = Math.max(this.#read, seq);
  }

  // Removes the line: the reader has answered.
  clear() {
    this.#parts.room.unreadAfter = 0;
  }

  #isLooking() {
    return document.visibilityState === "visible" && document.hasFocus();
  }

  // Tells the server, now and then.
  #report() {
    this.#timer ||= setTimeout(async () => {
      this.#timer = 0;
      const id = this.#parts.room.messages.newestId;
      if (seqOf(id) <= this.#told || seqOf(id) > this.#read) return;
      try {
        await this.#parts.tell(id);
        this.#told = seqOf(id);
      } catch {
        // It is told with the next message that is read.
      }
    }, shortest + forEach * this.#online);
  }
}
