// Shares event streams among listeners, such as all tabs of a browser: that opens no more than
// six connections to a host. A listener is a function which is called with {state, why} of its
// stream, and with {type, data} of the events of its room, each message once and with its id, and of
// those that are of no room: what happens in all.

import { Line } from "./line.js";

const maxLines = 4; // so that some connections are left for all else
const farBehind = 10_000; // events that a line had better not read again for a newcomer
const lingering = 1000; // milliseconds until it is clear that a listener has not just been reloaded

export class Switchboard {
  #lines = [];
  #joined = new Map(); // the line of each listener

  // Connects a listener to a room: in the name of a person or, for an empty one, of nobody;
  // and with what came after the event with the id since. Another call moves it.
  join(listener, { room, userName, since }) {
    const line = this.#choose(room, userName, since);
    const before = this.#joined.get(listener);
    if (before !== line) this.#part(before, listener);
    this.#joined.set(listener, line);
    line.add(listener, room, since);
  }

  // Opens a listener's stream anew, unless there is no reason to doubt it.
  probe(listener) {
    this.#joined.get(listener)?.probe();
  }

  leave(listener) {
    this.#part(this.#joined.get(listener), listener);
    this.#joined.delete(listener);
  }

  #choose(room, userName, since) {
    const lines = this.#lines.filter((line) => line.userName === userName && line.takes(room));
    const far = (line) => (line.has(room) ? 0 : line.behind(since));
    lines.sort((a, b) => far(a) - far(b));
    if (lines.length && (far(lines[0]) < farBehind || this.#lines.length >= maxLines)) return lines[0];
    const line = new Line(userName);
    this.#lines.push(line);
    return line;
  }

  #part(line, listener) {
    if (!line) return;
    line.remove(listener);
    setTimeout(() => {
      if (line.settle()) this.#lines = this.#lines.filter((each) => each !== line);
    }, lingering);
  }
}
