// What comes by the stream and what happens in the outbox, drawn together before the next paint:
// however much it is, the page is measured once.

import { oncePerFrame } from "./frame.js";
import { words } from "./words.js";

const spokenAtOnce = 5; // messages; of more only the number is told

export class Feed {
  #parts;
  #events = [];
  #happenings = []; // what became of messages and of the room, in the order of the log
  #unsure = []; // those drawn while history was on its way, which may or may not have them
  #changes = [];
  #ask = oncePerFrame(() => this.#draw());

  // isOwn tells whether the reader has sent an event. apply takes what has become of a message, as
  // {type, data}; to apply it again changes nothing. announcer is the element whose text screen
  // readers speak. ondrawn is called after each change.
  constructor({ history, scroller, announcer, isOwn, apply, ondrawn }) {
    this.#parts = { history, scroller, announcer, isOwn, apply, ondrawn };
  }

  // Takes a message that came.
  add(event) {
    this.#events.push(event);
    this.#ask();
  }

  // Takes an event of another kind.
  happen(type, data) {
    this.#happenings.push({ type, data });
    this.#ask();
  }

  // Takes a change of what stands below the messages.
  change(change) {
    this.#changes.push(change);
    this.#ask({ urgent: true });
  }

  // Draws what had to wait for history, and again what that may not have had yet.
  resume() {
    this.#happenings.unshift(...this.#unsure.splice(0));
    this.#ask();
  }

  #draw() {
    const { history, scroller, isOwn, apply, ondrawn } = this.#parts;
    const changes = this.#changes.splice(0);
    const events = history.loading ? [] : this.#events.splice(0).filter((event) => history.lacks(event));
    const news = events.filter((event) => !isOwn(event) && !event.deleted);
    const happenings = history.loading ? [] : this.#happenings.splice(0);
    if (history.fetching) this.#unsure.push(...happenings);
    scroller.follow(() => {
      history.show(events);
      for (const happening of happenings) apply(happening);
      if (news.length > 0) this.#announce(news);
      for (const change of changes) change();
      ondrawn();
    }, news.length);
  }

  #announce(news) {
    const lines = news.map((event) => words.spoken(event.user_name, event.message));
    this.#parts.announcer.textContent = news.length > spokenAtOnce ? words.newMessages(news.length) : lines.join("\n");
  }
}
