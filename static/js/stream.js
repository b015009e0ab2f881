// The event stream of the room, kept open for as long as the page is.

const longestWait = 15_000; // milliseconds

export class Stream extends EventTarget {
  #path;
  #lastId;
  #types;
  #userName = "";
  #source = null;
  #timer = 0;
  #failures = 0;

  // since is the id after which the stream starts; types are the events that are
  // passed on, as "message" with {type, data} in detail. "state" tells of
  // "connecting", "open" and "lost".
  constructor(path, since, types) {
    super();
    this.#path = path;
    this.#lastId = since;
    this.#types = types;
  }

  // Opens the stream in the name of a person, or of nobody for an empty name. An
  // open one is replaced, and goes on where that one was.
  open(userName = this.#userName) {
    this.#userName = userName;
    this.#close();
    const query = new URLSearchParams({ since: this.#lastId });
    if (userName) query.set("user_name", userName);
    const source = new EventSource(`${this.#path}/events?${query}`);
    source.addEventListener("open", () => {
      this.#failures = 0;
      this.#tell("open");
    });
    source.addEventListener("error", () => this.#failed(source));
    for (const type of this.#types) source.addEventListener(type, (event) => this.#pass(event));
    this.#source = source;
  }

  #close() {
    clearTimeout(this.#timer);
    this.#source?.close();
  }

  #pass(event) {
    this.#lastId = event.lastEventId || this.#lastId;
    let data;
    try {
      data = JSON.parse(event.data);
    } catch {
      return; // not for this version of the page
    }
    this.dispatchEvent(new CustomEvent("message", { detail: { type: event.type, data } }));
  }

  // A connection that broke is opened again by the browser itself. After any other
  // answer than a stream, such as a 503, the browser gives up, and we do it.
  #failed(source) {
    this.#tell("lost");
    if (source.readyState !== EventSource.CLOSED) return;
    this.#failures++;
    const wait = Math.min(longestWait, 500 * 2 ** this.#failures);
    this.#timer = setTimeout(() => this.open(), wait * (0.5 + Math.random() / 2));
  }

  #tell(state) {
    this.dispatchEvent(new CustomEvent("state", { detail: state }));
  }
}
