// One event stream, in the name of one person, for all who listen to its rooms.

import { LoginExpired, Outage } from "./answer.js";
import { knock } from "./knock.js";

// Events of the log, each with an id, after which a stream can begin.
const durable = ["my response", "edit", "delete", "reaction", "ask", "answer", "pin", "room", "read"];
const types = [...durable, "hello", "presence", "typing", "activity", "gap"];
const maxRooms = 16; // that one stream may name
const longestWait = 15_000; // milliseconds between two tries

// A connection can die without a word. A heartbeat comes every 15 s, so a stream that is silent
// for longer is opened anew; where there is reason to doubt it, after much less. All in
// milliseconds.
const silence = 25_000;
const justHeard = 3000; // so recent that there is no reason to doubt
const justTried = 500; // so recent that trying again is of no use
const patience = 4000; // until an opening that is not answered is given up
const longestPatience = 15_000;
const longestRetry = 3000; // until the browser opens by itself what broke
const deadConnections = 6; // that a browser may have kept, and tries one after the other

export class Line {
  userName;
  #listeners = new Map(); // each with its room, and the id of the last event that it got
  #rooms = new Set(); // that the stream is open for
  #source = null;
  #state = { state: "connecting" };
  #position = ""; // the id of the stream's last event, or the one after which it began
  #present = new Map(); // who is in each room, as the last event had it
  #failures = 0;
  #heard = 0; // when there was the last sign of life
  #retry = 0; // the timers
  #watcher = 0;
  #late = 0;

  constructor(userName) {
    this.userName = userName;
  }

  has(room) {
    return this.#rooms.has(room);
  }

  takes(room) {
    return this.has(room) || this.#rooms.size < maxRooms;
  }

  // How many events the stream is behind an id.
  behind(id) {
    return distance(this.#position, id);
  }

  add(listener, room, since) {
    this.#listeners.set(listener, { room, at: since });
    const missed = distance(since, this.#position) > 0;
    if (!this.has(room) || missed) {
      this.#rooms.add(room);
      this.#open(missed ? since : this.#position || since);
      return;
    }
    listener(this.#state);
    if (this.#state.state === "lost") this.probe();
    const present = this.#present.get(room);
    if (present) listener({ type: "hello", data: { rooms: [present] } });
  }

  remove(listener) {
    this.#listeners.delete(listener);
  }

  // Lets go of the rooms that nobody listens to any more, and returns whether none is left.
  settle() {
    const wanted = new Set([...this.#listeners.values()].map(({ room }) => room));
    if (wanted.size === 0) this.#close();
    else if (wanted.size < this.#rooms.size) {
      this.#rooms = wanted;
      this.#open(this.#position);
    }
    return wanted.size === 0;
  }

  // Opens the stream anew, where it is, unless it has just shown that it is alive.
  probe() {
    const recent = this.#state.state === "lost" ? justTried : justHeard;
    if (performance.now() - this.#heard > recent) this.#open(this.#position);
  }

  #open(since) {
    this.#close();
    this.#position = since;
    const source = new EventSource(this.#address({ since, heartbeat: "event", activity: "true", user_name: this.userName }));
    source.addEventListener("open", () => {
      this.#failures = 0;
      clearTimeout(this.#late);
      this.#alive();
      this.#tell({ state: "open" });
    });
    source.addEventListener("error", () => this.#failed(source));
    source.addEventListener("heartbeat", () => this.#alive());
    for (const type of types) source.addEventListener(type, (event) => this.#pass(event));
    this.#source = source;
    this.#alive();
    this.#watch();
    this.#expect(0);
  }

  // Gives up an opening that is not answered in time.
  #expect(delay) {
    clearTimeout(this.#late);
    this.#late = setTimeout(() => {
      this.#failures++;
      this.#lost();
      this.#open(this.#position);
    }, delay + (this.#failures < deadConnections ? patience : longestPatience));
  }

  #close() {
    for (const timer of [this.#retry, this.#watcher, this.#late]) clearTimeout(timer);
    this.#source?.close();
    this.#source = null;
  }

  #address(parameters) {
    const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value));
    for (const room of this.#rooms) query.append("room", room);
    return `/events?${query}`;
  }

  #alive() {
    this.#heard = performance.now();
  }

  #watch() {
    const left = this.#heard + silence - performance.now();
    if (left > 0) this.#watcher = setTimeout(() => this.#watch(), left);
    else this.#open(this.#position);
  }

  #pass({ type, lastEventId: id, data: json }) {
    this.#alive();
    let data;
    try {
      data = JSON.parse(json);
    } catch {
      return; // not for this version of the page
    }
    const isDurable = durable.includes(type);
    const moves = isDurable || type === "gap";
    if (moves) this.#position = id;
    const present = { hello: data.rooms, presence: [data] }[type] ?? [];
    for (const { room, online, here } of present) this.#present.set(room, { room, online, here });
    for (const [listener, each] of this.#listeners) {
      if (data.room && data.room !== each.room) continue;
      if (isDurable && distance(each.at, id) === 0) continue; // read again for another
      if (moves) each.at = id;
      listener({ type, data, id: moves ? id : "" });
    }
  }

  // A connection that broke is opened again by the browser itself. After any other answer than a
  // stream the browser gives up, and does not tell what it was.
  #failed(source) {
    this.#lost();
    if (source.readyState === EventSource.CLOSED) this.#ask(source);
    else this.#expect(longestRetry);
  }

  // Asks why there is no stream, again and again, until there is one.
  async #ask(source) {
    for (const timer of [this.#watcher, this.#late]) clearTimeout(timer);
    const first = this.#failures++ === 0;
    let wait = Math.min(longestWait, 500 * 2 ** this.#failures) * (0.5 + Math.random() / 2);
    try {
      await knock(this.#address({}));
      if (first && source === this.#source) {
        this.#open(this.#position);
        return;
      }
    } catch (error) {
      wait = Math.max(wait, (error.retryAfter ?? 0) * 1000);
      if (source === this.#source) this.#lost(reasonOf(error));
    }
    if (source !== this.#source) return; // opened anew meanwhile
    this.#retry = setTimeout(() => this.#open(this.#position), wait);
  }

  // Without a new reason, the one before holds.
  #lost(why = this.#state.why) {
    this.#tell({ state: "lost", why });
  }

  // A state is "connecting", "open" or "lost", and why: "login", or a code of plainchat's.
  #tell(state) {
    this.#state = state;
    for (const listener of this.#listeners.keys()) listener(state);
  }
}

function reasonOf(error) {
  if (error instanceof LoginExpired) return "login";
  return error instanceof Outage ? "" : error.code;
}

// How many events an id is after another: 0 if it is not, and no end of them if it is of
// another log.
function distance(from, to) {
  if (!from || !to) return 0;
  const [epoch, seq] = from.split("-");
  const [otherEpoch, otherSeq] = to.split("-");
  return epoch === otherEpoch ? Math.max(0, Number(otherSeq) - Number(seq)) : Infinity;
}
