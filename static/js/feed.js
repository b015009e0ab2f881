// What comes by the stream and what happens in the outbox, drawn together before the next paint:
// however much it is, the page is measured once.

import { oncePerFrame } from "./frame.js";
import { t } from "./words.js";

const spokenAtOnce = 5; // messages; of more only the number is told

export class Feed {
  #parts;
  #messages = []; // that came
  #changes = []; // what became of messages and of the room, in the order of the log
  #unsure = []; // those made while history was on its way, which may or may not have them
  #spoken = []; // what is to be announced beside messages
  #urgent = []; // what the reader has done
  #ask = oncePerFrame(() => this.#draw());

  // belongs tells whether a message is one of those that the page shows, asked in the order in which
  // they came; isOwn, whether the reader has sent it. announcer is the element whose text screen
  // readers speak. show draws the room as it stands.
  constructor({ history, scroller, announcer, belongs, isOwn, show }) {
    this.#parts = { history, scroller, announcer, belongs, isOwn, show };
  }

  // Takes a message that came.
  add(message) {
    this.#messages.push(message);
    this.#ask();
  }

  // Takes a function that changes the room by an event. To run it again changes nothing.
  change(change) {
    this.#changes.push(change);
    this.#ask();
  }

  // Takes a function that changes the room by what the reader has done.
  act(change) {
    this.#urgent.push(change);
    this.#ask({ urgent: true });
  }

  // Has a sentence announced. It is for what changes the room.
  speak(sentence) {
    this.#spoken.push(sentence);
  }

  // Draws what had to wait for history, and again what that may not have had yet.
  resume() {
    this.#changes.unshift(...this.#unsure.splice(0));
    this.#ask();
  }

  // Runs a change of what is above or below what is being read, which stays where it is.
  hold(change) {
    this.#parts.scroller.hold(() => {
      change();
      this.#parts.show();
    });
  }

  #draw() {
    const { history, scroller, belongs, isOwn, show } = this.#parts;
    const came = history.loading ? [] : this.#messages.splice(0);
    const messages = came.filter((message) => belongs(message) && history.lacks(message));
    const news = messages.filter((message) => !isOwn(message) && !message.deleted);
    const changes = history.loading ? [] : this.#changes.splice(0);
    if (history.fetching) this.#unsure.push(...changes);
    scroller.follow(() => {
      history.add(messages);
      for (const change of [...changes, ...this.#urgent.splice(0)]) change();
      show();
    }, news.length);
    this.#announce(news, this.#spoken.splice(0).slice(-spokenAtOnce));
  }

  #announce(news, further) {
    const lines = news.map((message) => t("page.spoken", { name: message.user_name, text: message.message }));
    const told = news.length > spokenAtOnce ? [t("page.new_messages", { n: news.length })] : lines;
    if (told.length + further.length > 0) this.#parts.announcer.textContent = [...told, ...further].join("\n");
  }
}
