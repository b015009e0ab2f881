// The event stream of the room, for as long as the page is open. It is shared with other tabs
// where the browser has shared workers.

import { Switchboard } from "./switchboard.js";

const pingEvery = 10_000; // milliseconds, within which the worker has to answer

export class Stream extends EventTarget {
  #room;
  #lastId;
  #userName = "";
  #worker = startWorker();
  #answered = true;
  #alone = null; // the page's own switchboard, without a worker
  #listener = (message) => this.#take(message);

  // since is the id after which the stream starts. Its events are passed on as "message" with
  // {type, data} in detail; "state" tells {state, why}, as a line does.
  constructor(room, since) {
    super();
    this.#room = room;
    this.#lastId = since;
    addEventListener("pagehide", () => this.#leave());
    if (!this.#worker) return;
    this.#worker.onerror = () => this.#goAlone();
    this.#worker.port.onmessage = ({ data }) => {
      this.#answered = true;
      if (data !== "pong") this.#take(data);
    };
    setInterval(() => this.#ping(), pingEvery);
  }

  // Opens the stream in the name of a person, or of nobody for an empty name. An
  // open one is moved, and resumes where it was.
  open(userName = this.#userName) {
    this.#userName = userName;
    const wish = { room: this.#room, userName, since: this.#lastId };
    if (this.#worker) {
      this.#worker.port.postMessage(wish);
      return;
    }
    this.#alone ??= new Switchboard();
    this.#alone.join(this.#listener, wish);
  }

  // Opens the stream anew if there is any doubt whether its connection is still alive.
  probe() {
    this.#worker?.port.postMessage("probe");
    this.#alone?.probe(this.#listener);
  }

  #leave() {
    this.#worker?.port.postMessage("leave");
    this.#alone?.leave(this.#listener);
  }

  // A browser may end a worker without a word.
  #ping() {
    if (!this.#answered) {
      this.#goAlone();
      return;
    }
    this.#answered = false;
    this.#worker?.port.postMessage("ping");
  }

  #goAlone() {
    if (!this.#worker) return;
    this.#leave();
    this.#worker.port.onmessage = null;
    this.#worker = null;
    this.open();
  }

  #take({ state, why, type, data, id }) {
    if (id) this.#lastId = id;
    if (state) this.dispatchEvent(new CustomEvent("state", { detail: { state, why } }));
    else this.dispatchEvent(new CustomEvent("message", { detail: { type, data } }));
  }
}

// Returns null where the browser has no shared workers, such as on some phones.
function startWorker() {
  try {
    const address = new URL("switchboard-worker.js", import.meta.url).href;
    const policy = globalThis.trustedTypes?.createPolicy("plainchat", { createScriptURL: (url) => url });
    return new SharedWorker(policy?.createScriptURL(address) ?? address, { type: "module", name: "plainchat" });
  } catch {
    return null;
  }
}
