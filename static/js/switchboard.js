// Shares event streams among listeners, such as all tabs of a browser: that opens no more than
// six connections to a host. A listener is a function which is called with {state}, that
// is "connecting", "open" or "lost", and with {type, data} of the events of its room, each
// message once and with its id.

const types = ["hello", "my response", "presence", "gap"];
const maxRooms = 16; // that one stream may name
const maxLines = 4; // so that some connections are left for all else
const farBehind = 10_000; // events that a line had better not read again for a newcomer
const lingering = 1000; // milliseconds until it is clear that a listener has not just been reloaded
const longestWait = 15_000; // milliseconds

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

// One event stream, in the name of one person.
class Line {
  userName;
  #listeners = new Map(); // each with its room, and the id of the last event that it got
  #rooms = new Set(); // that the stream is open for
  #source = null;
  #state = "connecting";
  #position = ""; // the id of the stream's last event, or the one after which it began
  #online = new Map(); // how many people are in each room
  #failures = 0;
  #timer = 0;

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
    if (!this.has(room) || missed || this.#state === "lost") {
      this.#rooms.add(room);
      this.#open(missed ? since : this.#position || since);
      return;
    }
    listener({ state: this.#state });
    if (this.#online.has(room)) {
      listener({ type: "hello", data: { rooms: [{ room, online: this.#online.get(room) }] } });
    }
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

  #open(since) {
    this.#close();
    this.#position = since;
    const query = new URLSearchParams({ since });
    for (const room of this.#rooms) query.append("room", room);
    if (this.userName) query.set("user_name", this.userName);
    const source = new EventSource(`/events?${query}`);
    source.addEventListener("open", () => {
      this.#failures = 0;
      this.#tell("open");
    });
    source.addEventListener("error", () => this.#failed(source));
    for (const type of types) source.addEventListener(type, (event) => this.#pass(event));
    this.#source = source;
  }

  #close() {
    clearTimeout(this.#timer);
    this.#source?.close();
  }

  #pass({ type, lastEventId: id, data: json }) {
    let data;
    try {
      data = JSON.parse(json);
    } catch {
      return; // not for this version of the page
    }
    const moves = type === "my response" || type === "gap";
    if (moves) this.#position = id;
    if (type === "hello") for (const { room, online } of data.rooms) this.#online.set(room, online);
    if (type === "presence") this.#online.set(data.room, data.online);
    for (const [listener, each] of this.#listeners) {
      if (data.room && data.room !== each.room) continue;
      if (type === "my response" && distance(each.at, id) === 0) continue; // read again for another
      if (moves) each.at = id;
      listener({ type, data, id: moves ? id : "" });
    }
  }

  // A connection that broke is opened again by the browser itself. After any other
  // answer than a stream, such as a 503, the browser gives up, and we do it.
  #failed(source) {
    this.#tell("lost");
    if (source.readyState !== EventSource.CLOSED) return;
    this.#failures++;
    const wait = Math.min(longestWait, 500 * 2 ** this.#failures);
    this.#timer = setTimeout(() => this.#open(this.#position), wait * (0.5 + Math.random() / 2));
  }

  #tell(state) {
    this.#state = state;
    for (const listener of this.#listeners.keys()) listener({ state });
  }
}

// How many events an id is after another: 0 if it is not, and no end of them if it is of
// another log.
function distance(from, to) {
  if (!from || !to) return 0;
  const [epoch, seq] = from.split("-");
  const [otherEpoch, otherSeq] = to.split("-");
  return epoch === otherEpoch ? Math.max(0, Number(otherSeq) - Number(seq)) : Infinity;
}
